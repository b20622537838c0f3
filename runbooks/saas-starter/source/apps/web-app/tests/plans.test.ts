import { describe, expect, it } from "vitest";

import { plans } from "../src/lib/plans";

describe("a price list", () => {
  it("is sorted by price", () => {
    const list = plans("- {name: team, seats: 10, cents: 4900}\n- {name: solo, seats: 1, cents: 900}\n");
    expect(list.map((plan) => plan.name)).toEqual(["solo", "team"]);
  });

  it("refuses a plan without seats", () => {
    expect(() => plans("- {name: none, seats: 0, cents: 0}")).toThrow();
  });
});
