import { env } from "../../../../lib/env";
import { registry } from "../../../../lib/metrics";
import { isSigned } from "../../../../lib/webhook";

/** Accepts signed payloads of the two providers; everything else is 401. */
export async function POST(request: Request, { params }: { params: Promise<{ provider: string }> }) {
  const { provider } = await params;
  const secrets: Record<string, string> = {
    vapi: env().vapiWebhookSecret,
    cloudinary: env().cloudinaryWebhookSecret,
  };
  const secret = secrets[provider];
  if (secret === undefined) return Response.json({ error: "unknown_provider" }, { status: 404 });
  const payload = await request.text();
  if (!isSigned(payload, request.headers.get("x-signature"), secret)) {
    registry.add("provider_failures_total", { provider, code: "bad_signature" }, 1);
    return Response.json({ error: "bad_signature" }, { status: 401 });
  }
  return Response.json({ accepted: true });
}
