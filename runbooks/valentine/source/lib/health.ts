import pTimeout from "p-timeout";

export type Probe = { name: string; ask: () => Promise<void> };
export type Readiness = { status: "ready" | "not_ready"; missing: string[] };

/** Asks every probe at once; one that fails or takes longer than `timeoutMs` is missing. */
export async function readiness(probes: readonly Probe[], timeoutMs: number): Promise<Readiness> {
  const answers = await Promise.all(probes.map((probe) => answersInTime(probe, timeoutMs)));
  const missing = probes.filter((_, index) => !answers[index]).map((probe) => probe.name);
  return { status: missing.length === 0 ? "ready" : "not_ready", missing };
}

async function answersInTime(probe: Probe, timeoutMs: number): Promise<boolean> {
  return pTimeout(probe.ask(), { milliseconds: timeoutMs }).then(
    () => true,
    () => false,
  );
}
