-- Keeps what the guardrails refused. Only adds, so the older version keeps working.
create table public.guardrail_breaches (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references public.tenant_profiles (tenant_id),
  breach text not null,
  at timestamptz not null default now()
);
alter table public.guardrail_breaches enable row level security;
create policy guardrail_breaches_own on public.guardrail_breaches using (tenant_id = (auth.jwt() ->> 'tenant_id')::uuid);
