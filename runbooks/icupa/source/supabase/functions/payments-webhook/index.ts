const secret = Deno.env.get("PAYMENTS_WEBHOOK_SECRET") ?? "";

Deno.serve((request) => {
  if (new URL(request.url).pathname.endsWith("/health")) return Response.json({ status: "ok", function: "payments-webhook" });
  if (secret === "" || request.headers.get("x-webhook-secret") !== secret) return new Response("unauthorized", { status: 401 });
  return Response.json({ accepted: true }, { status: 202 });
});
