-- Undoes 20261014090000_tenant_profiles.sql. Never run by `supabase db push`: it is applied by hand.
drop table if exists public.tenant_migration_audit;
drop table if exists public.tenant_profiles;
