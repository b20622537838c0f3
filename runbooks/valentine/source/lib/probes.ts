import { Redis } from "ioredis";
import pg from "pg";
import { env } from "./env";
import type { Probe } from "./health";

let pool: pg.Pool | undefined;
let redis: Redis | undefined;

/** What the application cannot work without. */
export const probes: readonly Probe[] = [
  {
    name: "postgresql",
    ask: async () => {
      pool ??= new pg.Pool({ connectionString: env().databaseUrl, max: 10 });
      await pool.query("select 1");
    },
  },
  {
    name: "redis",
    ask: async () => {
      redis ??= new Redis(env().redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1 });
      await redis.ping();
    },
  },
];
