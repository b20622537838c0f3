import { describe, expect, it } from "vitest";
import { config } from "../src/config.js";
import { judge, tools } from "../src/guardrails.js";
import { Counters } from "../src/metrics.js";

const suggestion = { tenant: "t1", tool: "menu.suggest", discountPercent: 10 };

describe("guardrails", () => {
  it("let a modest discount through", () => {
    expect(judge(suggestion, tools(["menu.*"]), 15)).toEqual({ allowed: true });
  });

  it("stop a discount above the limit", () => {
    expect(judge({ ...suggestion, discountPercent: 16 }, tools(["menu.*"]), 15)).toEqual({ allowed: false, breach: "discount_too_high" });
  });

  it("stop a tool that the tenant does not have", () => {
    expect(judge({ ...suggestion, tool: "payments.refund" }, tools(["menu.*"]), 15)).toEqual({ allowed: false, breach: "tool_not_allowed" });
  });
});

describe("configuration", () => {
  it("has a default for everything", () => {
    expect(config({})).toEqual({ port: 8080, supabaseUrl: "", modelTimeoutMs: 8000, maxDiscount: 15 });
  });
});

describe("counters", () => {
  it("end with the end mark", () => {
    const counters = new Counters();
    counters.add("requests");
    counters.add("requests");
    expect(counters.render()).toBe("# TYPE requests counter\nrequests_total 2\n# EOF\n");
  });
});
