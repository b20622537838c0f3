import { randomUUID } from "node:crypto";
import rateLimit from "@fastify/rate-limit";
import Fastify from "fastify";
import { z } from "zod";
import { judge, tools } from "./guardrails.js";
import { Counters } from "./metrics.js";

const Body = z.object({ tenant: z.string().min(1), tool: z.string().min(1), discountPercent: z.number().min(0) });

/** The service without a port, so that tests can ask it directly. */
export function app(options: { allowedTools: readonly string[]; maxDiscount: number }) {
  const service = Fastify({ genReqId: () => randomUUID() });
  const counters = new Counters();
  const allowedTools = tools(options.allowedTools);

  service.register(rateLimit, { max: 600, timeWindow: "1 minute", keyGenerator: (request) => request.headers["x-tenant"]?.toString() ?? request.ip });

  // The limit holds only for routes that are added once its plugin is loaded.
  service.after(() => {
    service.get("/healthz", async () => ({ status: "ok" }));
    service.get("/metrics", async (_, reply) => reply.type("application/openmetrics-text").send(counters.render()));
    service.post("/v1/suggestions", async (request, reply) => {
      counters.add("requests");
      const body = Body.safeParse(request.body);
      if (!body.success) {
        counters.add("errors");
        return reply.code(400).send({ error: "invalid_body", requestId: request.id });
      }
      counters.add("interactions");
      const verdict = judge(body.data, allowedTools, options.maxDiscount);
      if (!verdict.allowed) counters.add("guardrail_breaches");
      return reply.code(verdict.allowed ? 200 : 422).send({ ...verdict, requestId: request.id });
    });
  });

  return service;
}
