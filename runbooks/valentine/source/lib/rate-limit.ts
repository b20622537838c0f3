import { LRUCache } from "lru-cache";

const LIMIT = 60;
const WINDOW_MS = 60_000;

// FIXME: share the count between instances once the queue worker has its own Redis connection.
const seen = new LRUCache<string, number>({ max: 10_000, ttl: WINDOW_MS });

/**
 * Lets a caller through `LIMIT` times per window. The count lives in the process: when Redis is away the limit still holds for
 * each instance, it is only no longer shared.
 */
export function allow(caller: string): boolean {
  const count = (seen.get(caller) ?? 0) + 1;
  seen.set(caller, count, { noUpdateTTL: true });
  return count <= LIMIT;
}

export function forgetAll(): void {
  seen.clear();
}
