// Walks the questions of an auditor through the handbook of the example systems, straight from disk and with the content policy in place:
// product, "Audit", and the link of the answer, so three clicks from the first page. Each question has an answer with a place that is
// there, or says why nothing here shows it.
//
//   node auditor.mjs FOLDER
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const modules = createRequire(join(resolve(process.env.RUNPROOF_MODULES ?? fileURLToPath(new URL('.', import.meta.url))), 'x.js'));
const { chromium } = modules('playwright-core');
const root = resolve(process.argv[2] ?? 'site');
const home = pathToFileURL(join(root, 'index.html')).href;
const QUESTIONS = 25;
let failed = 0;
const tell = (ok, words) => { if (!ok) failed += 1; console.log(`${ok ? 'ok  ' : 'FAIL'} ${words}`); };

const browser = await chromium.launch({
  executablePath: process.env.RUNPROOF_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const tab = await context.newPage();
tab.setDefaultTimeout(30000);
const noise = [];
tab.on('console', (message) => { if (message.type() === 'error') noise.push(message.text()); });
tab.on('pageerror', (error) => noise.push(error.message));

await tab.goto(home);
const products = await tab.locator('.tiles li h3 a').evaluateAll((links) => links.map((link) => link.textContent));
for (const product of products) {
  await tab.goto(home);
  await tab.locator('.tiles li h3 a', { hasText: product }).first().click();
  await tab.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit', exact: true }).click();
  await tab.waitForLoadState();
  const audit = tab.url();
  const asked = await tab.locator('dl.questions > div').evaluateAll((rows) => rows.map((row) => ({
    question: row.querySelector('dt').textContent,
    answer: row.querySelector('dd').textContent,
    link: row.querySelector('dd a')?.href ?? null,
  })));
  tell(asked.length === QUESTIONS, `${product}: ${asked.length} questions`);
  let shown = 0;
  for (const { question, answer, link } of asked) {
    if (!link) {
      tell(/^Not evidenced here, because .{10,}\.$/s.test(answer.trim()), `${product}: ${question} ${answer.trim()}`);
      continue;
    }
    shown += 1;
    await tab.goto(audit);
    await tab.locator('dl.questions > div', { hasText: question }).first().locator('dd a').click();
    await tab.waitForLoadState();
    const place = new URL(tab.url()).hash.slice(1);
    const there = (await tab.locator('main').count()) === 1 && (!place || (await tab.locator(`[id="${decodeURIComponent(place)}"]`).count()) === 1);
    if (!there || noise.length) tell(false, `${product}: ${question} leads to ${tab.url()}${noise.length ? `, ${noise[0]}` : ''}`);
    noise.length = 0;
  }
  tell(true, `${product}: ${shown} of ${asked.length} answered with a place, three clicks each`);
}
await browser.close();
process.exit(failed ? 1 : 0);
