#!/usr/bin/env node
// Asks the two health endpoints and the counters once, and appends what it saw to a file of JSON lines.
import { appendFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

const usage = `usage: post-release-check.mjs --base-url URL --at MARK [--out FILE] [--metrics FILE] [--timeout MS]

  --base-url  where the release runs, such as https://valentine.example.org
  --at        the moment of the schedule: T+0, T+15m, T+30m, T+60m or T+120m
  --out       append the probe record here (default: standard output)
  --metrics   write the counters here as OpenMetrics text
  --timeout   milliseconds to wait for an answer (default 5000)`;

const { values } = parseArgs({
  options: {
    "base-url": { type: "string" },
    at: { type: "string" },
    out: { type: "string" },
    metrics: { type: "string" },
    timeout: { type: "string", default: "5000" },
    help: { type: "boolean" },
  },
});

if (values.help || !values["base-url"] || !values.at) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

async function ask(path) {
  const began = Date.now();
  try {
    const signal = AbortSignal.timeout(Number(values.timeout));
    const response = await fetch(new URL(path, values["base-url"]), { signal });
    return { status: response.status, ms: Date.now() - began, text: await response.text() };
  } catch (error) {
    return { status: 0, ms: Date.now() - began, text: String(error) };
  }
}

let isGood = true;
for (const path of ["/api/health/live", "/api/health/ready"]) {
  const { status, ms } = await ask(path);
  isGood &&= status === 200;
  const record = { at: new Date().toISOString(), mark: values.at, url: new URL(path, values["base-url"]).href, status, ms };
  const line = `${JSON.stringify(record)}\n`;
  if (values.out) await appendFile(values.out, line);
  else process.stdout.write(line);
}
if (values.metrics) await writeFile(values.metrics, (await ask("/api/metrics")).text);
process.exit(isGood ? 0 : 1);
