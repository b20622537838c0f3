import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { app } from "../src/app.js";

// With AGENTS_URL the deployed service is asked, without it one that is started here.
const service = app({ allowedTools: ["menu.*"], maxDiscount: 15 });
let url = process.env.AGENTS_URL;

beforeAll(async () => {
  url ??= await service.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => service.close());

describe("smoke", () => {
  it("answers at /healthz", async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("judges a suggestion", async () => {
    const response = await fetch(`${url}/v1/suggestions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ tenant: "smoke", tool: "menu.suggest", discountPercent: 0 }),
    });
    expect(response.status).toBe(200);
  });
});
