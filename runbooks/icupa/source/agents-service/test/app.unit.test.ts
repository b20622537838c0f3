import { afterAll, describe, expect, it } from "vitest";
import { app } from "../src/app.js";

const service = app({ allowedTools: ["menu.*"], maxDiscount: 15 });

afterAll(() => service.close());

describe("the service", () => {
  it("says that it is well", async () => {
    expect((await service.inject({ url: "/healthz" })).json()).toEqual({ status: "ok" });
  });

  it("gives every refusal a request id", async () => {
    const answer = await service.inject({ method: "POST", url: "/v1/suggestions", payload: {} });
    expect(answer.json().requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
