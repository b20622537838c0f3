#!/usr/bin/env node
// Asks the agents service many times in a row, and compares the 95th percentile with a limit.
import { parseArgs } from "node:util";

const usage = `usage: latency.mjs --base-url URL [--calls N] [--max-p95 MS]

  --base-url  where the agents service runs
  --calls     how many calls to make (default 200)
  --max-p95   the limit in milliseconds (default 350)`;

const { values } = parseArgs({
  options: {
    "base-url": { type: "string" },
    calls: { type: "string", default: "200" },
    "max-p95": { type: "string", default: "350" },
    help: { type: "boolean" },
  },
});

if (values.help || !values["base-url"]) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

const times = [];
let errors = 0;
for (let call = 0; call < Number(values.calls); call += 1) {
  const began = performance.now();
  const response = await fetch(new URL("/v1/suggestions", values["base-url"]), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ tenant: "smoke", tool: "menu.suggest", discountPercent: 0 }),
  });
  if (!response.ok) errors += 1;
  times.push(performance.now() - began);
}
times.sort((left, right) => left - right);
const p95 = times[Math.ceil(times.length * 0.95) - 1];
console.log(JSON.stringify({ calls: times.length, errors, p95Ms: Number(p95.toFixed(1)), limitMs: Number(values["max-p95"]) }));
process.exit(errors === 0 && p95 <= Number(values["max-p95"]) ? 0 : 1);
