#!/usr/bin/env node
// Compares a Redis instance with infra/redis.conf, and tells how long it takes to answer again after a restart.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";

const usage = `usage: redis-drill.mjs --redis-url URL [--expect FILE] [--wait SECONDS]

  --redis-url  the instance, never the production one while a restart is being drilled
  --expect     the settings to compare with (default infra/redis.conf)
  --wait       how long to wait for an answer (default 120)`;

const { values } = parseArgs({
  options: {
    "redis-url": { type: "string" },
    expect: { type: "string", default: "infra/redis.conf" },
    wait: { type: "string", default: "120" },
    help: { type: "boolean" },
  },
});

if (values.help || !values["redis-url"]) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

const expected = (await readFile(values.expect, "utf8"))
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(/\s+/, 2));

const redis = new Redis(values["redis-url"], { retryStrategy: () => 1000, maxRetriesPerRequest: null });
redis.on("error", () => {});
const began = Date.now();
const timer = setTimeout(() => {
  console.error(`no answer within ${values.wait} s`);
  process.exit(1);
}, Number(values.wait) * 1000);
await redis.ping();
timer.unref();
console.log(`answered after ${Math.round((Date.now() - began) / 1000)} s`);

let differing = 0;
for (const [name, value] of expected) {
  if (name === "maxmemory") continue;
  const [, actual] = await redis.config("GET", name);
  const isSame = actual === value;
  if (!isSame) differing += 1;
  console.log(`${isSame ? "same" : "differs"}: ${name} is ${actual}, expected ${value}`);
}
await redis.quit();
process.exit(differing === 0 ? 0 : 1);
