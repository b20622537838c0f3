#!/usr/bin/env node
// Walks the happy path of one or more flows: start, then complete.
import { parseArgs } from "node:util";

const usage = `usage: smoke-flow.mjs --base-url URL --flow N [--flow N ...]

  --base-url  where the release runs
  --flow      the flow to walk, 1 to 5; may be given several times`;

const { values } = parseArgs({
  options: {
    "base-url": { type: "string" },
    flow: { type: "string", multiple: true },
    help: { type: "boolean" },
  },
});

if (values.help || !values["base-url"] || !values.flow) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

let failed = 0;
for (const flow of values.flow) {
  for (const event of ["start", "complete"]) {
    const response = await fetch(new URL(`/api/flows/${flow}`, values["base-url"]), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ event }),
    });
    const { requestId } = await response.json();
    const isGood = response.status === 200;
    if (!isGood) failed += 1;
    console.log(`${isGood ? "ok" : "not ok"} flow ${flow} ${event}: ${response.status}, request ${requestId}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
