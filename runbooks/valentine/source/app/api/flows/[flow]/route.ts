import { randomUUID } from "node:crypto";
import { z } from "zod";
import { flowById } from "../../../../lib/flows";
import { registry } from "../../../../lib/metrics";
import { allow } from "../../../../lib/rate-limit";
import { sharedCount } from "../../../../lib/redis";

const Body = z.object({ event: z.enum(["start", "complete"]) });

/** Counts the start or the completion of a flow. */
export async function POST(request: Request, { params }: { params: Promise<{ flow: string }> }) {
  const flow = flowById((await params).flow);
  const requestId = randomUUID();
  const fail = (status: number, code: string) => {
    registry.add("mutation_failures_total", { route: "/api/flows", code }, 1);
    return Response.json({ error: code, requestId }, { status });
  };
  if (!flow) return fail(404, "unknown_flow");
  if (!(await allow(request.headers.get("x-forwarded-for") ?? "local", sharedCount))) return fail(429, "rate_limited");
  const body = Body.safeParse(await request.json().catch(() => null));
  if (!body.success) return fail(400, "invalid_body");
  registry.add("flow_events_total", { flow: flow.id, event: body.data.event }, 1);
  return Response.json({ flow: flow.id, event: body.data.event, requestId });
}
