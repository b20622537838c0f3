// Copies the pages to dist/ and writes the address of the API into them.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const api = process.env.HOMEAI_API_BASE_URL ?? "http://localhost:8000";
await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await cp("src", "dist", { recursive: true });
const page = await readFile("dist/index.html", "utf8");
await writeFile("dist/index.html", page.replace("%API_BASE_URL%", api));
console.log(`dist/ is ready for ${api}`);
