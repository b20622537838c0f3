#!/usr/bin/env node
// Turns a feature flag on or off for the tenants of one phase, and prints the line for the rollout log.
import { parseArgs } from "node:util";

const PHASES = ["internal", "pilot", "low-volume", "full"];
const usage = `usage: flags.mjs enable|disable --flag NAME --phase ${PHASES.join("|")} --owner ROLE [--dry-run]

  --flag     the flag, such as agent-suggestions
  --phase    enable: up to this phase; disable: this phase and all after it
  --owner    who changes it, by role; ends up in the log
  --dry-run  only print what would be done`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    flag: { type: "string" },
    phase: { type: "string" },
    owner: { type: "string" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean" },
  },
});
const [action] = positionals;

if (values.help || !["enable", "disable"].includes(action) || !values.flag || !PHASES.includes(values.phase) || !values.owner) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

if (!values["dry-run"]) {
  const response = await fetch(new URL(`/flags/${values.flag}`, process.env.FLAGS_API_URL), {
    method: "PUT",
    headers: { authorization: `Bearer ${process.env.FLAGS_API_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ action, phase: values.phase }),
  });
  if (!response.ok) {
    console.error(`the flag service answers ${response.status}`);
    process.exit(1);
  }
}
console.log(`| ${new Date().toISOString()} | ${action} \`${values.flag}\` | ${values.phase} | ${values.owner} |`);
