-- Gives every tenant a profile. May be run again: what is there stays as it is.
insert into public.tenant_profiles (tenant_id, display_name)
select id, name from public.tenants
on conflict (tenant_id) do nothing;

insert into public.tenant_migration_audit (tenant_id)
select tenant_id from public.tenant_profiles
on conflict (tenant_id) do nothing;
