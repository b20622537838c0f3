// Opens every page of a handbook whose authors mean harm, once with the content policy stripped, so that escaping is judged alone, and once
// with it: nothing may run, open a dialog, leave the folder, or change what is not the author's. Elements are hovered, focused, toggled and
// clicked; pictures and stored files are opened by themselves; what is typed into the search is words.
//
//   node attacks.mjs FOLDER
//
// Prints what it found; the exit code is 1 if anything did.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const modules = createRequire(join(resolve(process.env.RUNPROOF_MODULES ?? fileURLToPath(new URL('.', import.meta.url))), 'x.js'));
const { chromium } = modules('playwright-core');
const root = resolve(process.argv[2] ?? 'site');
const inside = pathToFileURL(root).href + '/';
const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
const all = files(root).sort();
const pages = all.filter((path) => path.endsWith('.html'));
const problems = [];
const browser = await chromium.launch({
  executablePath: process.env.RUNPROOF_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// What may stand in a site: anything else could be opened and run by itself.
const plain = /(\.(html|json|css|csv|txt|atom|xml|ics|png|jpe?g|gif|webp|avif|svg|woff2)|\/_headers|\/\.runproof-site|(assets|search)\/[\w-]+\.js|(runbooks\/.*|editions)\/later\.js|\/about\/build\.js)$/;
for (const path of all) if (!plain.test(path)) problems.push(`${relative(root, path)}: a kind of file that no site needs`);

async function visit(bypassCSP) {
  const kind = bypassCSP ? 'without policy' : 'with policy';
  const context = await browser.newContext({ bypassCSP, viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  let here = '';
  const note = (words) => problems.push(`${here}, ${kind}: ${words}`);
  tab.on('dialog', (dialog) => { note(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on('pageerror', (error) => note(`error: ${error.message}`));
  tab.on('popup', () => note('a window opened'));
  tab.on('console', (message) => { if (message.type() === 'error') note(`console: ${message.text()}`); });
  tab.on('request', (request) => { if (!request.url().startsWith(inside) && !request.url().startsWith('data:')) note(`asks for ${request.url()}`); });
  let frame = '';
  for (const page of pages) {
    here = relative(root, page);
    await tab.goto(pathToFileURL(page).href, { waitUntil: 'load' });
    const found = await tab.evaluate(() => {
      const main = document.querySelectorAll('main');
      // Everything that markup of an author could listen to.
      for (const element of document.querySelectorAll('main *')) {
        for (const event of ['mouseover', 'mouseenter', 'pointerdown', 'focusin', 'toggle', 'error', 'load', 'animationstart', 'beforeprint']) {
          element.dispatchEvent(new Event(event, { bubbles: true }));
        }
      }
      for (const details of document.querySelectorAll('details')) details.open = true;
      const schemes = [...document.querySelectorAll('[href], [src], [action], [formaction], [srcset], [data], [poster], [background], [ping]')]
        .filter((element) => !element.closest('head'))
        .flatMap((element) => [...element.attributes].filter(({ name }) => /^(href|src|action|formaction|srcset|data|poster|background|ping|xlink:href)$/.test(name)))
        .map(({ value }) => value);
      // What turns the direction of writing or steers a terminal stands nowhere; what is only not seen, in no command. A copy has what is shown.
      const steers = /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000e-\u001f\u007f-\u009f]/;
      const hidden = /[\u200b-\u200f\u2060\ufeff\u00ad\u{e0000}-\u{e007f}]/u;
      const chips = [...document.querySelectorAll('main pre')].filter((block) => hidden.test(block.textContent)).length;
      return {
        ran: window.__pwn,
        mains: main.length,
        headings: document.querySelectorAll('h1').length,
        foreign: [...document.querySelectorAll('main :is(script, iframe, object, embed, form, base, meta, link, style, math, video, audio, frame, portal, template:not(.sheet *), img:not([src^="../"]))')]
          .map((element) => element.outerHTML.slice(0, 100)),
        handlers: [...document.querySelectorAll('*')].flatMap((element) => [...element.attributes].filter(({ name }) => /^on|^style$|^srcdoc$|^ping$/.test(name)).map(({ name }) => `${element.localName} ${name}`)),
        schemes: schemes.filter((value) => /^[\s\0-\x20]*[a-z][a-z0-9+.-]*:/i.test(value) ? !/^(https?|mailto):/.test(value) : /^[\s\\]|^\/\//.test(value)),
        clobbered: ['rp-main'].filter((id) => document.querySelectorAll(`[id="${id}"]`).length !== 1)
          .concat([...document.querySelectorAll('main [id], main [name]')].map((element) => element.id || element.getAttribute('name'))
            .filter((name) => name in Object.prototype || ['location', 'document', 'top', 'self', 'rp', 'runproof', 'trustedTypes'].includes(name))),
        frame: [...document.querySelectorAll('body > header, body > footer')].map((element) => element.outerHTML.replace(/href="[^"]*"/g, '')).join('').length,
        chips,
        hidden: steers.test(document.querySelector('main')?.textContent ?? '') ? 1 : 0,
        base: document.baseURI === location.href.split('#')[0],
        origin: location.href,
      };
    });
    if (found.ran !== undefined) note('author text ran');
    if (found.mains !== 1 || found.headings !== 1) note(`${found.mains} main parts, ${found.headings} headings of the first level`);
    if (found.foreign.length) note(`elements that no author may bring: ${found.foreign[0]}`);
    if (found.handlers.length) note(`attributes that no author may bring: ${found.handlers[0]}`);
    if (found.schemes.length) note(`an address of a kind that no link may have: ${found.schemes[0]}`);
    if (found.clobbered.length) note(`a name that hides something of the page: ${found.clobbered[0]}`);
    if (found.chips) note('a command with signs that are not seen can be copied');
    if (found.hidden) note('a sign that is not seen, or that turns the direction of writing');
    if (!found.base || !found.origin.startsWith(inside)) note('the page was led away');
    if (found.frame < 100) note('the frame of the page is gone');
  }
  // Pictures and stored files by themselves, as somebody opens them from a list.
  for (const path of all.filter((path) => /\.(svg|xml|atom|txt|csv)$/.test(path))) {
    here = relative(root, path);
    try {
      await tab.goto(pathToFileURL(path).href, { waitUntil: 'load', timeout: 30000 });
      if (await tab.evaluate(() => window.__pwn !== undefined)) note('a file ran when it was opened');
    } catch (error) {
      if (!/net::ERR_ABORTED|Download/.test(error.message)) note(error.message.split('\n')[0]);
    }
  }
  // The search: what is typed, and what the index holds.
  here = 'search';
  await tab.goto(pathToFileURL(join(root, 'index.html')).href + '?q=<img src=x onerror=window.__pwn=1>#"><svg onload=window.__pwn=1>');
  for (const words of ['<img src=x onerror=window.__pwn=1>', '"><svg onload=window.__pwn=1>', '__proto__', 'constructor', 'onerror', 'javascript']) {
    await tab.locator('a.search').click({ timeout: 30000 }).catch((error) => note(`${words}: ${error.message.split('\n')[0]}`));
    await tab.locator('dialog input').fill(words, { timeout: 30000 }).catch((error) => note(`${words}: ${error.message.split('\n')[0]}`));
    await tab.waitForTimeout(400);
    const found = await tab.evaluate(() => ({ ran: window.__pwn, foreign: document.querySelectorAll('dialog :is(img, svg, script, iframe, a:not([href$="search/index.html"]))').length }));
    if (found.ran !== undefined || found.foreign) note(`${words} became markup`);
    await tab.keyboard.press('Escape');
  }
  await context.close();
}
await visit(true);
await visit(false);
await browser.close();
const text = readFileSync(join(root, '_headers'), 'utf8');
for (const words of ["default-src 'none'", "frame-ancestors 'none'", 'nosniff']) if (!text.includes(words)) problems.push(`_headers lacks ${words}`);
for (const problem of problems.slice(0, 40)) console.log(problem);
console.log(`${pages.length} pages and ${all.length - pages.length} other files, twice: ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
