import assert from "node:assert/strict";
import test from "node:test";

import { checkoutState, conversion } from "../src/checkout.js";

test("an active plan opens the app", () => {
  assert.deepEqual(checkoutState({ active: true, plan: "pro" }, true), { view: "ready", plan: "pro" });
});

test("a payment without a plan waits for the webhook", () => {
  assert.equal(checkoutState({ active: false }, true).view, "waiting");
});

test("nobody has paid, so the offer stands", () => {
  assert.equal(checkoutState({ active: false }, false).view, "offer");
});

test("no visit is no conversion, not zero", () => {
  assert.equal(conversion(0, 0), null);
  assert.equal(conversion(200, 9), 0.045);
});
