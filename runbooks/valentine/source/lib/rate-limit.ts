import { LRUCache } from "lru-cache";

const LIMIT = 60;
const WINDOW_MS = 60_000;

/** How often a caller was seen in this window, over all instances. */
export type SharedCount = (caller: string) => Promise<number>;

const seen = new LRUCache<string, number>({ max: 10_000, ttl: WINDOW_MS });

/**
 * Lets a caller through `LIMIT` times per window. The shared count decides; when it is away, the count of this process does, so
 * that the limit still holds for each instance while Redis restarts.
 */
export async function allow(caller: string, shared: SharedCount): Promise<boolean> {
  const own = (seen.get(caller) ?? 0) + 1;
  seen.set(caller, own, { noUpdateTTL: true });
  const count = await shared(caller).catch(() => own);
  return count <= LIMIT;
}

export function forgetAll(): void {
  seen.clear();
}
