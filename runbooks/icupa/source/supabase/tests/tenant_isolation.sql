begin;
select plan(4);
select has_table('public', 'tenant_profiles', 'tenant_profiles exists');
select has_table('public', 'tenant_migration_audit', 'tenant_migration_audit exists');
select policies_are('public', 'tenant_profiles', array['tenant_profiles_own'], 'a tenant sees its own profile only');
select is(
  (select count(*) from public.tenant_migration_audit),
  (select count(*) from public.tenant_profiles),
  'every profile has its row in the audit'
);
select * from finish();
rollback;
