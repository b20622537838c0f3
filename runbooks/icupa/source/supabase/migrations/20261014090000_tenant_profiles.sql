-- Adds profiles of tenants and the audit of their migration. Only adds, so the older version keeps working.
create table public.tenant_profiles (
  tenant_id uuid primary key,
  display_name text not null,
  rollout_phase text not null default 'full' check (rollout_phase in ('internal', 'pilot', 'low-volume', 'full'))
);
alter table public.tenant_profiles enable row level security;
create policy tenant_profiles_own on public.tenant_profiles using (tenant_id = (auth.jwt() ->> 'tenant_id')::uuid);

create table public.tenant_migration_audit (
  tenant_id uuid primary key,
  migrated_at timestamptz not null default now()
);
