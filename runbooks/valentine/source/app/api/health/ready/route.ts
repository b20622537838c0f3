import { probes } from "../../../../lib/probes";
import { readiness } from "../../../../lib/health";
import { env } from "../../../../lib/env";

export const dynamic = "force-dynamic";

/** Tells whether PostgreSQL and Redis answer in time: 200 `ready`, or 503 `not_ready` with the names of what is missing. */
export async function GET() {
  const report = await readiness(probes, env().readinessTimeoutMs);
  return Response.json(report, { status: report.status === "ready" ? 200 : 503 });
}
