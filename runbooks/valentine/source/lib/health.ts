export type Probe = { name: string; ask: () => Promise<void> };
export type Readiness = { status: "ready" | "not_ready"; missing: string[] };

/** Asks every probe at once; one that fails or takes longer than `timeoutMs` is missing. */
export async function readiness(probes: readonly Probe[], timeoutMs: number): Promise<Readiness> {
  const answers = await Promise.all(probes.map((probe) => answersInTime(probe, timeoutMs)));
  const missing = probes.filter((_, index) => !answers[index]).map((probe) => probe.name);
  return { status: missing.length === 0 ? "ready" : "not_ready", missing };
}

async function answersInTime(probe: Probe, timeoutMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const answer = probe.ask().then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([answer, late]);
  clearTimeout(timer);
  return inTime;
}
