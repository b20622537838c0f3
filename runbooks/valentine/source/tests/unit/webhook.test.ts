import { describe, expect, it } from "vitest";
import { isSigned, signature } from "../../lib/webhook";

describe("webhook signatures", () => {
  it("accepts the right signature", () => {
    expect(isSigned("{}", signature("{}", "key"), "key")).toBe(true);
  });

  it("refuses a signature of another secret", () => {
    expect(isSigned("{}", signature("{}", "old"), "key")).toBe(false);
  });

  it("refuses a payload without a signature", () => {
    expect(isSigned("{}", null, "key")).toBe(false);
  });

  it("accepts nothing when no secret is set", () => {
    expect(isSigned("{}", signature("{}", ""), "")).toBe(false);
  });
});
