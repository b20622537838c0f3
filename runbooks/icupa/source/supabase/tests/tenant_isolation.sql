begin;
select plan(6);
select has_table('public', 'tenant_profiles', 'tenant_profiles exists');
select has_table('public', 'tenant_migration_audit', 'tenant_migration_audit exists');
select policies_are('public', 'tenant_profiles', array['tenant_profiles_own'], 'a tenant sees its own profile only');
select is(
  (select count(*) from public.tenant_migration_audit),
  (select count(*) from public.tenant_profiles),
  'every profile has its row in the audit'
);
select has_table('public', 'guardrail_breaches', 'guardrail_breaches exists');
select policies_are('public', 'guardrail_breaches', array['guardrail_breaches_own'], 'a tenant sees its own breaches only');
select * from finish();
rollback;
