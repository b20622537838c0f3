import { Redis } from "ioredis";
import { env } from "./env";

const WINDOW_S = 60;

let connection: Redis | undefined;

/** One connection per process, opened when it is first needed. */
export function redis(): Redis {
  connection ??= new Redis(env().redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1 });
  return connection;
}

/** Counts a call of a caller over all instances, and tells how many there were in this window. */
export async function sharedCount(caller: string): Promise<number> {
  const key = `rate:${caller}`;
  const count = await redis().incr(key);
  if (count === 1) await redis().expire(key, WINDOW_S);
  return count;
}
