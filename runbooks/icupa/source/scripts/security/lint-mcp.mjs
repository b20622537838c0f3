#!/usr/bin/env node
// Checks the tool servers that agents may use: pinned, over TLS, no wildcard tools, no secrets in the file.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const [file] = positionals;
if (!file) {
  console.error("usage: lint-mcp.mjs FILE [--json]");
  process.exit(2);
}

const { servers } = JSON.parse(await readFile(file, "utf8"));
const problems = Object.entries(servers).flatMap(([name, server]) => [
  ...(server.url.startsWith("https://") ? [] : [`${name}: the address must use https`]),
  ...(/@\d+\.\d+\.\d+$/.test(server.version) ? [] : [`${name}: the version must be pinned`]),
  ...(server.tools.includes("*") ? [`${name}: every tool must be named`] : []),
  ...(JSON.stringify(server).match(/(sk|ghp|xox)[-_]/) ? [`${name}: this looks like a secret`] : []),
]);

if (values.json) console.log(JSON.stringify({ file, servers: Object.keys(servers).length, problems }));
else problems.forEach((problem) => console.log(problem));
process.exit(problems.length === 0 ? 0 : 1);
