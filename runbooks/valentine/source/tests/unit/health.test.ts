import { describe, expect, it } from "vitest";
import { readiness } from "../../lib/health";

const good = { name: "postgresql", ask: async () => {} };

describe("readiness", () => {
  it("is ready when every probe answers", async () => {
    expect(await readiness([good], 50)).toEqual({ status: "ready", missing: [] });
  });

  it("names the probe that fails", async () => {
    const bad = { name: "redis", ask: () => Promise.reject(new Error("refused")) };
    expect(await readiness([good, bad], 50)).toEqual({ status: "not_ready", missing: ["redis"] });
  });

  it("does not wait longer than it was told", async () => {
    const slow = { name: "redis", ask: () => new Promise<void>(() => {}) };
    expect(await readiness([slow], 10)).toEqual({ status: "not_ready", missing: ["redis"] });
  });
});
