// Asks the search of a built handbook, without a browser: the script runs as it is, and scripts that it loads are read from disk.
//
//   node search.mjs FOLDER QUERIES [LEAST]
//
// QUERIES has a query, a tab, and the last part of the address that is wanted (`|` between several, `*` for anything) on each line. Prints
// for each query the place of the first page wanted, the files and bytes that it took, and the time; the exit code is 1 when fewer than
// LEAST (else all but two) are first, or a query reads more than 150 KB compressed.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

const root = resolve(process.argv[2]);
const queries = readFileSync(process.argv[3], 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
const source = readFileSync(join(root, 'assets/search.js'), 'utf8');

let files = 0;
let bytes = 0;
let packed = 0;
const sizes = new Map();
const sizeOf = (path, text) => {
  if (!sizes.has(path)) sizes.set(path, gzipSync(text).length);
  return sizes.get(path);
};
function engine() {
  globalThis.window = globalThis;
  globalThis.document = {
    currentScript: { src: pathToFileURL(join(root, 'assets/search.js')).href },
    createElement: () => ({ addEventListener(name, run) { this[name] = run; } }),
    querySelector: () => ({ addEventListener() {} }),
    head: {
      append(script) {
        const path = fileURLToPath(script.src);
        const text = readFileSync(path, 'utf8');
        files += 1;
        bytes += text.length;
        packed += sizeOf(path, text);
        runInThisContext(text);
      },
    },
  };
  globalThis.addEventListener = () => {};
  runInThisContext(source);
  return globalThis.runproof.search;
}
const matches = (slug, wanted) => wanted.split('|').some((pattern) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(slug));

let first = 0;
let early = 0;
let most = 0;
const times = [];
for (const [query, wanted] of queries) {
  const search = engine();
  [files, bytes, packed] = [0, 0, 0];
  const start = performance.now();
  const { rows } = await search(query, '');
  times.push(performance.now() - start);
  const slugs = rows.map((row) => (row.part?.url || row.url).replace(/\/$/, '').split('/').pop());
  const place = slugs.findIndex((slug) => matches(slug, wanted)) + 1;
  first += place === 1;
  early += place > 0 && place < 4;
  most = Math.max(most, packed);
  console.log(`${place === 1 ? 'ok  ' : 'MISS'} ${query}: ${place || 'none'} ${place === 1 ? '' : `(wanted ${wanted}; ${slugs.slice(0, 3).join(', ')}) `}${files} files, ${Math.round(bytes / 1000)} KB, ${Math.round(packed / 1000)} KB compressed, ${Math.round(times.at(-1))} ms`);
}
times.sort((left, right) => left - right);
console.log(`${first} of ${queries.length} first, ${early} in the first three; at most ${Math.round(most / 1000)} KB compressed; median ${Math.round(times[times.length >> 1])} ms, slowest ${Math.round(times.at(-1))} ms`);
process.exit(first < Number(process.argv[4] ?? queries.length - 2) || most > 150_000 ? 1 : 0);
