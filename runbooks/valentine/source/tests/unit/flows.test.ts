import { beforeEach, describe, expect, it } from "vitest";
import { FLOWS, flowById } from "../../lib/flows";
import { allow, forgetAll } from "../../lib/rate-limit";

describe("flows", () => {
  it("are five with stable ids", () => {
    expect(FLOWS.map((flow) => flow.id)).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("are not found under another id", () => {
    expect(flowById("6")).toBeUndefined();
  });
});

describe("the rate limit", () => {
  beforeEach(forgetAll);

  const away = () => Promise.reject(new Error("connection refused"));

  it("follows the shared count", async () => {
    expect(await allow("caller", async () => 60)).toBe(true);
    expect(await allow("caller", async () => 61)).toBe(false);
  });

  it("lets sixty calls through and refuses the next while Redis is away", async () => {
    const calls: boolean[] = [];
    for (let call = 0; call < 61; call += 1) calls.push(await allow("caller", away));
    expect(calls.filter(Boolean)).toHaveLength(60);
    expect(calls.at(-1)).toBe(false);
  });

  it("counts callers apart", async () => {
    for (let call = 0; call < 60; call += 1) await allow("one", away);
    expect(await allow("two", away)).toBe(true);
  });
});
