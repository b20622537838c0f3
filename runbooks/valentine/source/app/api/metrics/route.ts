import { registry } from "../../../lib/metrics";

export const dynamic = "force-dynamic";

/** Counters in the OpenMetrics text format. */
export function GET() {
  return new Response(registry.render(), {
    headers: { "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8" },
  });
}
