Deno.serve((request) => {
  if (new URL(request.url).pathname.endsWith("/health")) return Response.json({ status: "ok", function: "orders" });
  if (request.method !== "POST") return new Response("method not allowed", { status: 405 });
  return Response.json({ accepted: true }, { status: 202 });
});
