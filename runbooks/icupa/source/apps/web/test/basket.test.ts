import { describe, expect, it } from "vitest";
import { add, price, total } from "../src/basket";
import { next, sees } from "../src/flags";

describe("the basket", () => {
  it("is empty at first", () => {
    expect(total([])).toBe(0);
  });

  it("counts a second piece of the same item", () => {
    const lines = add(add([], "Coffee", 1500), "Coffee", 1500);
    expect(lines).toEqual([{ item: "Coffee", price: 1500, count: 2 }]);
    expect(total(lines)).toBe(3000);
  });

  it("keeps other items as they are", () => {
    expect(add([{ item: "Coffee", price: 1500, count: 1 }], "Juice", 2000)).toHaveLength(2);
  });

  it("prints prices with thousands", () => {
    expect(price(1250, "RWF")).toBe("1,250 RWF");
  });
});

describe("phases", () => {
  it("show nothing while everything is off", () => {
    expect(sees("internal", null)).toBe(false);
  });

  it("include the phases before", () => {
    expect(sees("internal", "pilot")).toBe(true);
    expect(sees("full", "pilot")).toBe(false);
  });

  it("end with the last one", () => {
    expect(next("low-volume")).toBe("full");
    expect(next("full")).toBeUndefined();
  });
});
