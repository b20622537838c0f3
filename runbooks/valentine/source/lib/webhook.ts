import { createHmac, timingSafeEqual } from "node:crypto";

/** The signature that a provider puts into `x-signature`. */
export function signature(payload: string, secret: string): string {
  return createHmac("sha256", secret).update(payload).digest("hex");
}

/** Whether a payload carries the right signature. Without a secret nothing is accepted. */
export function isSigned(payload: string, given: string | null, secret: string): boolean {
  if (secret === "" || given === null) return false;
  const expected = Buffer.from(signature(payload, secret));
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
