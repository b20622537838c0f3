export type Phase = "internal" | "pilot" | "low-volume" | "full";

const ORDER: readonly Phase[] = ["internal", "pilot", "low-volume", "full"];

/** Whether a tenant of `phase` sees something that is rolled out as far as `reached`. */
export function sees(phase: Phase, reached: Phase | null): boolean {
  if (reached === null) return false;
  return ORDER.indexOf(phase) <= ORDER.indexOf(reached);
}

/** The phase after this one; none after the last. */
export function next(phase: Phase): Phase | undefined {
  return ORDER[ORDER.indexOf(phase) + 1];
}
