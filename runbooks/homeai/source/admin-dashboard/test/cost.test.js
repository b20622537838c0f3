import assert from "node:assert/strict";
import test from "node:test";

import { averageCost } from "../src/cost.js";

test("the average counts every render", () => {
  assert.equal(averageCost([{ cents: 3 }, { cents: 5 }]), 4);
});

test("no render has no average", () => {
  assert.equal(averageCost([]), null);
});
