import { afterAll, describe, expect, it } from "vitest";
import { app } from "../src/app.js";

const service = app({ allowedTools: ["menu.*"], maxDiscount: 15 });
const ask = (payload: object) => service.inject({ method: "POST", url: "/v1/suggestions", payload });

afterAll(() => service.close());

describe("POST /v1/suggestions", () => {
  it("allows what the guardrails allow", async () => {
    const answer = await ask({ tenant: "t1", tool: "menu.suggest", discountPercent: 5 });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ allowed: true });
  });

  it("refuses a breach with its name", async () => {
    const answer = await ask({ tenant: "t1", tool: "menu.suggest", discountPercent: 50 });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ breach: "discount_too_high" });
  });

  it("refuses a body without a tenant", async () => {
    expect((await ask({ tool: "menu.suggest" })).statusCode).toBe(400);
  });

  it("counts what it did", async () => {
    const answer = await service.inject({ url: "/metrics" });
    expect(answer.body).toContain("guardrail_breaches_total 1");
    expect(answer.body).toContain("requests_total 3");
  });
});
