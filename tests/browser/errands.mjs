// Walks the errands of readers through the handbook of the five example systems, each at most two clicks from the first page, straight
// from disk and with the content policy in place; looks at the open search by axe; and weighs what a page costs.
//
//   node errands.mjs FOLDER
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const modules = createRequire(join(resolve(process.env.RUNPROOF_MODULES ?? fileURLToPath(new URL('.', import.meta.url))), 'x.js'));
const { chromium } = modules('playwright-core');
const axe = modules('@axe-core/playwright');
const AxeBuilder = axe.AxeBuilder ?? axe.default;
const root = resolve(process.argv[2] ?? 'site');
const home = pathToFileURL(join(root, 'index.html')).href;
let failed = 0;
const tell = (ok, words) => { if (!ok) failed += 1; console.log(`${ok ? 'ok  ' : 'FAIL'} ${words}`); };

const browser = await chromium.launch({
  executablePath: process.env.RUNPROOF_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const tab = await context.newPage();
tab.setDefaultTimeout(30000);
// A button says for a moment only that its command was copied: that it did is kept, however late one looks.
await tab.addInitScript(() => {
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.textContent?.startsWith('Copied'))) window.__copied = true;
  }).observe(document, { subtree: true, childList: true });
});
// A command with values to fill in asks for them first.
const copied = async () => {
  const gaps = tab.locator('form.gaps input');
  for (const gap of await gaps.all()) {
    await gap.focus();
    await tab.keyboard.type('v1.2.3');
  }
  if (await gaps.count()) await tab.keyboard.press('Enter');
  return tab.waitForFunction(() => window.__copied).then(() => true);
};
const noise = [];
tab.on('console', (message) => { if (message.type() === 'error') noise.push(message.text()); });
tab.on('pageerror', (error) => noise.push(error.message));

let clicks = 0;
const click = async (locator) => { clicks += 1; await locator.first().click(); await tab.waitForLoadState(); };
const has = async (words, scope = 'main') => (await tab.locator(scope).first().innerText()).includes(words);
async function errand(words, most, walk) {
  clicks = 0;
  noise.length = 0;
  await tab.goto(home);
  try {
    const ok = await walk();
    tell(ok && clicks <= most && !noise.length, `${words}: ${clicks} clicks${noise.length ? `, ${noise[0]}` : ''}`);
  } catch (error) {
    tell(false, `${words}: ${error.message.split('\n')[0]}`);
  }
}
const link = (name) => tab.getByRole('link', { name, exact: true });
const search = async (words) => {
  await tab.keyboard.press('/');
  // All at once, so that the list is never one of half a word.
  await tab.keyboard.insertText(words);
  await tab.locator('[role=option]').first().waitFor();
};

await errand('roll back ICUPA now, and copy the command', 1, async () => {
  await click(link('Roll back ICUPA'));
  const button = tab.locator('figure.cmd button[data-copy]').first();
  await button.click();
  return (await copied()) && has('Today');
});
await errand('what changed in the release runbook of Horadus between two releases', 2, async () => {
  await click(tab.locator('.tiles li', { hasText: 'Horadus' }).getByRole('link', { name: /^v?\d/ }));
  await click(tab.getByRole('link', { name: 'What changed, word by word' }));
  return (await has('Release Horadus')) && (await tab.locator('main ins').count()) > 0 && (await tab.locator('main del').count()) > 0;
});
await errand('which gates passed, the file, and who accepted what until when', 2, async () => {
  await click(tab.locator('.tiles li', { hasText: 'Horadus' }).getByRole('link', { name: /^v?\d/ }));
  return (await has('Gates')) && (await has('Passed')) && (await tab.locator('table.gates a code').count()) > 0;
});
await errand('which releases contain a component', 2, async () => {
  await click(tab.locator('.tiles li', { hasText: 'ICUPA' }).locator('h3 a'));
  await click(tab.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Components' }));
  const row = tab.locator('main table tbody tr', { hasText: '@fastify/deepmerge' });
  return /all \d+ releases|v\d/.test(await row.locator('td[data-l="Contained in"]').first().innerText());
});
await errand('when an advisory came and went', 2, async () => {
  await search('CVE-2024-6119');
  clicks += 1;
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/advisories/);
  return (await has('Came with')) && (await has('Went with'));
});
await errand('which licence changed in a release', 2, async () => {
  await click(tab.locator('.tiles li', { hasText: 'Horadus' }).getByRole('link', { name: /^v?\d/ }));
  const row = tab.locator('main table.diff tbody tr', { hasText: 'Licence changed' });
  return (await row.count()) > 0 && (await row.first().locator('td[data-l="Licence"]').innerText()).length > 4;
});
await errand('which wheel has no attestation', 2, async () => {
  await click(tab.locator('.tiles li', { hasText: 'Agent SaaS starter' }).getByRole('link', { name: /^v?\d/ }));
  const wheels = tab.locator('main tr', { hasText: '.whl' }).filter({ has: tab.locator('td[data-l="Provenance"]') });
  const without = wheels.filter({ hasText: 'No attestation of how it was built' });
  const told = await wheels.locator('td[data-l="Provenance"]').allInnerTexts();
  return told.length === 3 && (await without.count()) === told.filter((words) => words.trim() === 'none').length;
});
await errand('what is overdue', 1, async () => {
  await click(tab.getByRole('link', { name: 'Duties of all products' }));
  return (await tab.locator('main table tbody tr').count()) > 0;
});
await errand('what is stale, why, and whose it is', 2, async () => {
  await click(tab.locator('.tiles li', { hasText: 'ICUPA' }).locator('h3 a'));
  await click(tab.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Freshness' }));
  return (await has('Broken')) && (await has('Operations/SRE'));
});
await errand('what the rollback of ICUPA said at v1.1.0', 2, async () => {
  await click(link('Roll back ICUPA'));
  await tab.locator('details.menu summary').click();
  await click(tab.locator('details.menu a', { hasText: '1.1.0' }));
  return has('As released');
});
await errand('find REDIS_URL', 1, async () => {
  await search('REDIS_URL');
  clicks += 1;
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/runbooks/);
  return has('REDIS_URL');
});
await errand('which releases had an advisory', 1, async () => {
  await search('CVE-2024-6119');
  clicks += 1;
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/advisories|releases/);
  return true;
});
await errand('the keyboard: open, move, close, and be where one was', 0, async () => {
  await search('roll back');
  const first = await tab.locator('[aria-selected=true]').innerText();
  await tab.keyboard.press('ArrowDown');
  const second = await tab.locator('[aria-selected=true]').innerText();
  await tab.keyboard.press('Escape');
  return first !== second && !(await tab.locator('dialog[open]').count());
});
await errand('the search in one product and one edition, by the keyboard alone', 0, async () => {
  await search('rollback');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Tab');
  const product = tab.getByRole('combobox', { name: 'Product' });
  if (!(await product.evaluate((element) => element === document.activeElement))) return false;
  await tab.keyboard.type('ICUPA');
  const edition = tab.getByRole('combobox', { name: 'Edition' });
  await edition.waitFor();
  await tab.keyboard.press('Tab');
  await tab.keyboard.type('v1.0.0');
  await tab.locator('[role=option][data-href*="/icupa/v1.0.0/"]').first().waitFor();
  const leads = await tab.locator('[role=option]').evaluateAll((list) => list.map((option) => option.dataset.href));
  const only = leads.length > 0 && leads.every((href) => href.includes('/icupa/') && !/\/(latest|next|v1\.1\.[01])\/runbooks/.test(href));
  await tab.getByRole('button', { name: 'Search everywhere' }).click();
  await tab.waitForFunction((count) => document.querySelectorAll('dialog [role=option]').length > count, leads.length);
  return only && (await product.inputValue()) === '';
});
await errand('home, runbook, copy, release cell, evidence, by the keyboard alone, with the focus seen all the way', 0, async () => {
  const focused = () => tab.evaluate(() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const { top, bottom } = element.getBoundingClientRect();
    return {
      words: element.innerText ?? '',
      href: element.href ?? '',
      isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && bottom > 0 && top < innerHeight,
      isCopy: element.matches('button[data-copy]'),
      isCell: element.matches('a.cell'),
      isMain: Boolean(element.closest('main')),
    };
  });
  // Without the smooth way there, so that a look at once sees the end of it.
  await tab.emulateMedia({ reducedMotion: 'reduce' });
  // The order is that of the page: from each stop the next one is ahead.
  const stop = async (is, key = 'Enter') => {
    for (let count = 0; count < 400; count += 1) {
      await tab.keyboard.press('Tab');
      const at = await focused();
      if (at.isMain && !at.isSeen) throw new Error(`the focus on “${at.words.slice(0, 30)}” ${at.href} is not seen`);
      if (is(at)) {
        const before = tab.url();
        await tab.keyboard.press(key);
        if (at.href) await tab.waitForURL((url) => url.href !== before);
        return at;
      }
    }
    throw new Error('a stop cannot be reached');
  };
  await stop((at) => at.words.startsWith('Roll back ICUPA'));
  await stop((at) => at.isCopy);
  await copied();
  await tab.goto(pathToFileURL(join(root, 'horadus/index.html')).href);
  await stop((at) => at.isCell);
  await tab.waitForURL(/horadus\/releases\//);
  await stop((at) => at.isCell);
  await stop((at) => /\/evidence\//.test(at.href));
  await tab.waitForURL(/\/evidence\//);
  return has('What it shows');
});
await errand('from a page of an old edition the search begins in that edition', 0, async () => {
  await tab.goto(pathToFileURL(join(root, 'icupa/v1.0.0/index.html')).href);
  await search('rollback');
  await tab.locator('[role=option][data-href*="/icupa/v1.0.0/"]').first().waitFor();
  return (await tab.getByRole('combobox', { name: 'Edition' }).evaluate((element) => element.selectedOptions[0].text)) === 'v1.0.0';
});
await context.close();

for (const colorScheme of ['light', 'dark']) {
  const looked = await browser.newContext({ viewport: { width: 390, height: 900 }, colorScheme, bypassCSP: true });
  const page = await looked.newPage();
  await page.goto(home);
  await page.keyboard.press('/');
  await page.keyboard.insertText('release');
  await page.locator('[role=option]').first().waitFor();
  const report = await new AxeBuilder({ page }).include('dialog').analyze();
  tell(!report.violations.length, `axe on the open search, ${colorScheme}: ${report.violations.map((one) => one.id).join(', ') || 'nothing'}`);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('<img src=x onerror=window.__pwn=1>');
  await page.waitForTimeout(300);
  tell(await page.evaluate(() => typeof window.__pwn === 'undefined' && !document.querySelector('dialog img')), 'what is typed is never markup');
  await looked.close();
}
await browser.close();

const packed = (path) => gzipSync(readFileSync(path)).length;
const pages = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? pages(path) : path.endsWith('.html') ? [path] : [];
});
const sizes = pages(root).map(packed).sort((left, right) => left - right);
const p95 = sizes[Math.floor(sizes.length * 0.95)];
tell(p95 <= 30_000, `HTML: ${p95} bytes compressed at the 95th percentile of ${sizes.length} pages`);
const asset = (name) => join(root, 'assets', name);
tell(packed(asset('handbook.css')) <= 13_000, `style sheet: ${packed(asset('handbook.css'))} bytes compressed`);
tell(statSync(asset('handbook.js')).size <= 3_300, `script: ${statSync(asset('handbook.js')).size} bytes`);
tell(statSync(asset('search.js')).size <= 12_288, `script of the search: ${statSync(asset('search.js')).size} bytes`);
tell(existsSync(join(root, 'search/index.html')), 'there is a list from A to Z');
process.exit(failed ? 1 : 0);
