// Looks at a built handbook in Chromium, straight from disk.
//
//   node check.mjs FOLDER [KIND…]
//
// For one page of every kind (RUNPROOF_PAGES sets another number): accessibility by axe, light and dark, at 1280, 390 and 320 px; no
// sideways overflow; no error on the console. For every page: no request outside the folder, no broken link or anchor, exactly one
// heading of the first level, and no author text that runs, with the content policy switched off so that escaping is judged alone.
// Prints a line per kind and `N passed, N failed`; the exit code is 1 if anything failed.
//
// RUNPROOF_MODULES names a folder whose node_modules holds the packages, RUNPROOF_CHROMIUM the browser.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const modules = createRequire(join(resolve(process.env.RUNPROOF_MODULES ?? fileURLToPath(new URL('.', import.meta.url))), 'x.js'));
const { chromium } = modules('playwright-core');
const axe = modules('@axe-core/playwright');
const AxeBuilder = axe.AxeBuilder ?? axe.default;

const root = resolve(process.argv[2] ?? 'site');
const wanted = process.argv.slice(3);
const perKind = Number(process.env.RUNPROOF_PAGES ?? 1);
const browserPath = process.env.RUNPROOF_CHROMIUM ?? '/usr/bin/chromium';

const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
const pages = files(root).filter((path) => path.endsWith('.html')).sort();
const kindOf = (page) => {
  const twin = page.replace(/index\.html$/, 'index.json');
  return page.endsWith('404.html') || !existsSync(twin) ? 'not-found' : JSON.parse(readFileSync(twin, 'utf8')).kind;
};
const kinds = new Map();
for (const page of pages) {
  const kind = kindOf(page);
  if (wanted.length && !wanted.includes(kind)) continue;
  kinds.set(kind, [...(kinds.get(kind) ?? []), page]);
}

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const name = (page) => relative(root, page).split(sep).join('/');
const ids = new Map();
const links = [];
let passed = 0;
let failed = 0;
const results = new Map();

function note(kind, page, problems) {
  const result = results.get(kind) ?? { pages: 0, problems: [] };
  result.pages += 1;
  result.problems.push(...problems.map((problem) => `${name(page)}: ${problem}`));
  results.set(kind, result);
}

// The dearest pages of a kind say most: the largest file first.
const largest = (list) => [...list].sort((left, right) => statSync(right).size - statSync(left).size).slice(0, perKind);

async function lookClosely(page) {
  const problems = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 390, 320]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      const tab = await context.newPage();
      await tab.goto(pathToFileURL(page).href);
      const at = `${colorScheme} ${width}`;
      const report = await new AxeBuilder({ page: tab })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      for (const violation of report.violations) {
        problems.push(`${at}: ${violation.id} (${violation.nodes.length}): ${violation.nodes[0].target.join(' ')}: ${violation.nodes[0].failureSummary.split('\n')[1]?.trim()}`);
      }
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) problems.push(`${at}: ${wide} px too wide`);
      if (colorScheme === 'light' && width !== 1280) {
        const cramped = await tab.evaluate(() => [...document.querySelectorAll('main td, main th')].filter((cell) => {
          const box = cell.getBoundingClientRect();
          return box.width > 1 && box.width < 40 && box.height > 100;
        }).map((cell) => cell.textContent.trim().slice(0, 40)));
        if (cramped.length) problems.push(`${at}: ${cramped.length} cells with a few letters a line: ${cramped[0]}`);
        const hidden = await tab.evaluate(() => [...document.querySelectorAll('.bar nav [aria-current]')].filter((entry) => {
          const box = entry.getBoundingClientRect();
          return box.left < 0 || box.right > innerWidth;
        }).map((entry) => entry.textContent));
        if (hidden.length) problems.push(`${at}: the section that is read is out of sight: ${hidden[0]}`);
      }
      if (colorScheme === 'light' && width !== 320) {
        // Text twice as large, as a reader sets it.
        const over = await tab.evaluate(() => {
          document.documentElement.style.fontSize = '200%';
          return document.documentElement.scrollWidth - document.documentElement.clientWidth;
        });
        if (over > 0) problems.push(`${at}, text at 200 %: ${over} px too wide`);
      }
      await context.close();
    }
  }
  return problems;
}

async function lookAt(tab, page, state) {
  state.problems = [];
  await tab.goto(pathToFileURL(page).href, { waitUntil: 'load' });
  const facts = await tab.evaluate(() => ({
    ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
    links: [...document.querySelectorAll('a[href], link[href]:not([rel=canonical])')].map((element) => [element.getAttribute('href'), element.href]),
    headings: document.querySelectorAll('h1').length,
    landmarks: document.querySelectorAll('main').length,
    ran: typeof window.__pwn !== 'undefined',
    handlers: [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some((attribute) => attribute.name.startsWith('on'))).length,
    // Pictures are the badge that the site draws itself, and copies of those of the repository.
    foreign: document.querySelectorAll('main :is(script, iframe, object, embed, form, base, meta, link, style, img:not(.badge-line > [src*="badge/"][src$=".svg"], .body [src*="pictures/"]), video, audio)').length,
  }));
  ids.set(page, new Set(facts.ids));
  if (facts.ids.length !== new Set(facts.ids).size) state.problems.push('an id stands twice');
  if (facts.headings !== 1) state.problems.push(`${facts.headings} headings of the first level`);
  if (facts.landmarks !== 1) state.problems.push(`${facts.landmarks} main landmarks`);
  if (facts.ran) state.problems.push('author text ran');
  if (facts.handlers) state.problems.push(`${facts.handlers} event handlers`);
  if (facts.foreign) state.problems.push(`${facts.foreign} elements that no author may bring`);
  for (const [written, href] of facts.links) links.push([page, written, href]);
  return state.problems;
}

const context = await browser.newContext({ bypassCSP: true });
const tab = await context.newPage();
const state = { problems: [] };
tab.on('dialog', (dialog) => { state.problems.push('a dialog opened'); dialog.dismiss(); });
tab.on('pageerror', (error) => state.problems.push(`error: ${error.message}`));
tab.on('console', (message) => { if (message.type() === 'error') state.problems.push(`console: ${message.text()}`); });
const inside = pathToFileURL(root).href + '/';
tab.on('request', (request) => {
  if (!request.url().startsWith(inside) && !request.url().startsWith('data:')) state.problems.push(`asks for ${request.url()}`);
});

for (const [kind, list] of kinds) {
  const close = new Set(largest(list));
  for (const page of list) {
    const problems = [...(await lookAt(tab, page, state))];
    if (close.has(page)) problems.push(...(await lookClosely(page)));
    note(kind, page, problems);
  }
}
await context.close();

// With the policy in place nothing may be reported either.
const strict = await browser.newContext();
const guarded = await strict.newPage();
for (const [kind, list] of kinds) {
  const problems = [];
  guarded.removeAllListeners('console');
  guarded.on('console', (message) => { if (message.type() === 'error') problems.push(`console with policy: ${message.text()}`); });
  await guarded.goto(pathToFileURL(list[0]).href);
  results.get(kind).problems.push(...problems.map((problem) => `${name(list[0])}: ${problem}`));
}
await browser.close();

// Links: of all pages that were looked at, to all files that are there.
const idsOf = (page) => {
  if (!ids.has(page)) {
    const text = readFileSync(page, 'utf8');
    ids.set(page, new Set([...text.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1].replaceAll('&amp;', '&').replaceAll('&#39;', "'"))));
  }
  return ids.get(page);
};
for (const [page, written, href] of links) {
  const url = new URL(href);
  if (['http:', 'https:', 'mailto:', 'data:'].includes(url.protocol)) continue;
  const problem = (words) => results.get(kindOf(page)).problems.push(`${name(page)}: ${words}: ${written}`);
  if (url.protocol !== 'file:') { problem('a scheme that no link may have'); continue; }
  const target = fileURLToPath(url.href.split('#')[0].split('?')[0]);
  if (!target.startsWith(root + sep)) { problem('leads out of the folder'); continue; }
  if (!existsSync(target) || statSync(target).isDirectory()) { problem('leads nowhere'); continue; }
  const anchor = decodeURIComponent(url.hash.slice(1));
  if (anchor && target.endsWith('.html') && !idsOf(target).has(anchor)) problem('has no such place');
}

for (const [kind, { pages: count, problems }] of [...results].sort()) {
  if (problems.length) failed += 1; else passed += 1;
  console.log(`${problems.length ? 'FAIL' : 'ok  '} ${kind} (${count} ${count === 1 ? 'page' : 'pages'})`);
  for (const problem of problems.slice(0, 12)) console.log(`       ${problem}`);
  if (problems.length > 12) console.log(`       and ${problems.length - 12} more`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
