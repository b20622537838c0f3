// Serves the web app: its pages, and the routes below src/app/api.
import { createServer } from "node:http";

import { GET as ready } from "./src/app/api/health/ready/route.ts";

globalThis.API_BASE_URL = process.env.API_BASE_URL;
const routes = { "/api/health/ready": ready };

createServer(async (request, response) => {
  const route = routes[new URL(request.url, "http://localhost").pathname];
  const answer = route ? await route() : new Response("<!doctype html><title>Agent SaaS starter</title>\n");
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}).listen(process.env.PORT ?? 3000);
