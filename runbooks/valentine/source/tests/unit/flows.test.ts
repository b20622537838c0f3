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

  it("lets sixty calls through and refuses the next", () => {
    const calls = Array.from({ length: 61 }, () => allow("caller"));
    expect(calls.filter(Boolean)).toHaveLength(60);
    expect(calls.at(-1)).toBe(false);
  });

  it("counts callers apart", () => {
    for (let call = 0; call < 60; call += 1) allow("one");
    expect(allow("two")).toBe(true);
  });

  it.todo("shares the count between instances through Redis");
});
