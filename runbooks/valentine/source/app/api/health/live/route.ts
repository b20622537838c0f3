import { buildInfo } from "../../../../lib/env";

export const dynamic = "force-dynamic";

/** Tells that the process answers, and which build it is. Asks nothing else. */
export function GET() {
  return Response.json({ status: "live", ...buildInfo() });
}
