/** The web app is ready when the API is. */
export async function GET(): Promise<Response> {
  const api = (globalThis as { API_BASE_URL?: string }).API_BASE_URL ?? "http://localhost:8000";
  const answer = await fetch(`${api}/health/ready`).catch(() => null);
  return answer?.ok
    ? Response.json({ status: "ready" })
    : Response.json({ status: "not_ready" }, { status: 503 });
}
