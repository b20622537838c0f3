-- Undoes 20261119100000_order_guardrails.sql. Applied by hand; the recorded breaches are lost.
drop table if exists public.guardrail_breaches;
