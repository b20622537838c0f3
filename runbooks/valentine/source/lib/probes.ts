import pg from "pg";
import { env } from "./env";
import type { Probe } from "./health";
import { redis } from "./redis";

let pool: pg.Pool | undefined;

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
      await redis().ping();
    },
  },
];
