/** Everything that the application reads from its environment stands here and nowhere else. */
export function env() {
  return {
    databaseUrl: process.env.DATABASE_URL ?? "",
    redisUrl: process.env.REDIS_URL ?? "",
    vapiWebhookSecret: process.env.VAPI_WEBHOOK_SECRET ?? "",
    cloudinaryWebhookSecret: process.env.CLOUDINARY_WEBHOOK_SECRET ?? "",
    sentryDsn: process.env.SENTRY_DSN ?? "",
    readinessTimeoutMs: Number(process.env.READINESS_TIMEOUT_MS ?? "2000"),
  };
}

/** Which build this is. */
export function buildInfo() {
  return { version: process.env.APP_VERSION ?? "0.0.0", commit: process.env.APP_COMMIT ?? "unknown" };
}
