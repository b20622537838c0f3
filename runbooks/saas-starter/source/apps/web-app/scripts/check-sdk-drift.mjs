// Whether the types of the SDK were made from the API as it is now. With --write they are marked as such.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

const contract = new URL("../../../contracts/openapi.json", import.meta.url);
const types = new URL("../src/lib/sdk/types.ts", import.meta.url);
const digest = createHash("sha256").update(await readFile(contract)).digest("hex");
const text = await readFile(types, "utf8");
const recorded = text.match(/openapi\.json sha256:([0-9a-f]{64})/)?.[1];
if (process.argv.includes("--write")) {
  await writeFile(types, text.replace(/sha256:[0-9a-f]*/, `sha256:${digest}`));
} else {
  console.log(JSON.stringify({ contract: "contracts/openapi.json", digest, recorded, drift: digest !== recorded }));
  process.exitCode = digest === recorded ? 0 : 1;
}
