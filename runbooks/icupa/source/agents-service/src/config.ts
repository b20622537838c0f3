/** Everything that the service reads from its environment. */
export function config(env: Record<string, string | undefined> = process.env) {
  return {
    port: Number(env.AGENTS_PORT ?? "8080"),
    supabaseUrl: env.SUPABASE_URL ?? "",
    modelTimeoutMs: Number(env.MODEL_TIMEOUT_MS ?? "8000"),
    maxDiscount: Number(env.GUARDRAIL_MAX_DISCOUNT ?? "15"),
  };
}
