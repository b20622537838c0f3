// Runs a release by a sheet in Chromium, straight from disk, with the policy of the page in place.
//
//   node run-sheet.mjs SITE LATER OUT
//
// SITE and LATER are handbooks of `run-sheet.md` before and after a step changed; the exported record goes to OUT/left. Commands that were
// copied with hostile values are run by bash. Prints what is wrong; the exit code is 1 if anything is.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const modules = createRequire(join(resolve(process.env.RUNPROOF_MODULES ?? fileURLToPath(new URL('.', import.meta.url))), 'x.js'));
const { chromium } = modules('playwright-core');
const axe = modules('@axe-core/playwright');
const AxeBuilder = axe.AxeBuilder ?? axe.default;
const [site, later, out] = process.argv.slice(2).map((path) => resolve(path));
const problems = [];
const check = (is, words) => { if (!is) problems.push(words); };
mkdirSync(join(out, 'left'), { recursive: true });
const sheet = pathToFileURL(join(site, 'latest/runbooks/release/run/index.html')).href;

const browser = await chromium.launch({
  executablePath: process.env.RUNPROOF_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 900 } });
await context.addInitScript(() => {
  window.__copied = [];
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (words) => { window.__copied.push(words); } } });
});
const tab = await context.newPage();
tab.on('pageerror', (error) => problems.push(`error: ${error.message}`));
tab.on('console', (message) => { if (message.type() === 'error') problems.push(`console: ${message.text()}`); });
tab.on('request', (request) => { if (!/^(file|data|blob):/.test(request.url())) problems.push(`asks for ${request.url()}`); });
let answers = true;
tab.on('dialog', (dialog) => (answers ? dialog.accept() : dialog.dismiss()));

const field = (name) => tab.locator(`[data-value="${name}"]`);
const unit = (id) => tab.locator(`[data-unit="${id}"]`);
const copied = () => tab.evaluate(() => window.__copied.splice(0));
const status = () => tab.locator('#rp-said').textContent();
const startAgain = () => Promise.all([tab.waitForEvent('load'), tab.locator('#rp-clear').click()]);
// What was said before is wiped away first, so that nothing old is taken for the answer.
const imported = async (path, words) => {
  await tab.evaluate(() => { document.getElementById('rp-said').textContent = ''; });
  await tab.locator('#rp-import').setInputFiles(path);
  await tab.waitForFunction((wanted) => document.getElementById('rp-said').textContent.includes(wanted), words)
    .catch(async () => problems.push(`${words} is not said: ${await status()}`));
};
const put = (number) => tab.locator('.body [data-put]').nth(number);
const exported = async () => {
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.locator('#rp-json').click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
};

// Nothing is copied while a value is missing, and the reader is led to it.
await tab.goto(sheet);
await put(0).click();
check((await copied()).length === 0, 'a command was copied with a gap');
check(await field('version').evaluate((input) => input === document.activeElement), 'the missing value has no focus');
check(await tab.locator('figure.broken').count() === 1, 'the step that is broken today is not marked');

// Hostile values: one word each, whatever they hold, or not copied at all.
const hostile = ["a b", "'", "''", '"', '$(id)', '`id`', '; id', '&& id', '|| id', '| id', '> x', '< x', '$HOME', '${HOME}', '$((1+1))', '\\', '\\\\', '\\"', "\\'", '!', '!!', '!x', '*', '?', '[a]',
  '{a,b}', '~', '~root', '#', '# x', '%s', '%n', '\\n', '\\x41', 'é', '日本', '🍐', "it's", '"$(id)"', "'$(id)'", "';id;'", '";id;"', '$', '$$', '$(', ')', '(', '{', '}', '<(id)', '>(id)', '&', '&x', '=x', 'a=b c',
  'x\'y"z', "'\\''", '`', '``', '^a^b', 'a\\', ' a', 'a  b', '\u2019', '<img src=x onerror=window.__pwn=1>', '{{7*7}}', '../../etc/passwd', '1;2', '1\\\n2', '\t', '*/..', '@', '+', ',', ':', '.', '/', '%', 'a'.repeat(500)];
for (let at = 0; hostile.length < 210; at += 1) hostile.push(`${hostile[at % 80]}${hostile[(at * 7 + 3) % 80]}`.slice(0, 500));
const refused = ['-rf', '--help', 'a\u202eb', 'a\u200bb', 'a\u00a0x', 'a\u2066b', '\u00adx', 'x\u{e0041}'];
let ran = 0;
const runs = [];
await field('title').fill('x');
await field('version').fill('v1.0.0');
await field('api-token').fill('s3cret');
const first = await put(0).evaluate((button) => [...document.querySelectorAll('.body [data-put]')].findIndex((other) => other.closest('figure').textContent.includes('printf')));
for (const value of hostile) {
  await field('words').fill(value);
  const typed = (await field('words').inputValue()).trim();
  for (let place = 0; place < 6; place += 1) {
    await put(first + place).click();
    const [text] = await copied();
    const isPlain = /^\w[\w.,:/@%+=-]*$/.test(typed);
    if (text === undefined) { check(!typed || (place === 5 && !isPlain), `not copied in place ${place}: ${typed}`); continue; }
    if (place === 5) check(isPlain, `copied into a shell inside a shell: ${typed}`);
    const wanted = [typed, typed, `before ${typed} after`, `before ${typed} after`, typed, typed][place];
    runs.push({ text, wanted, place });
    ran += 1;
  }
}
// One bash for all of them, so that it does not take minutes: each command, and the words of each as `printf %q` writes them.
const bash = (commands) => {
  const script = join(out, 'commands.sh');
  writeFileSync(script, commands.map((command) => `${command}\nprintf '\\0'\n`).join(''));
  execFileSync('bash', ['-n', script]);
  return execFileSync('bash', ['--norc', script], { cwd: out }).toString().split('\0');
};
const got = bash(runs.map(({ text }) => text));
runs.forEach(({ text, wanted }, at) => check(got[at] === wanted, `bash made ${JSON.stringify(got[at])} of ${JSON.stringify(wanted)}: ${text}`));
const words = runs.filter(({ place }) => place < 5);
const again = bash(bash(words.map(({ text }) => `printf '%q' ${text.slice("printf '%s' ".length)}`)).slice(0, -1).map((quoted) => `printf '%s' ${quoted}`));
words.forEach(({ text, wanted }, at) => check(again[at] === wanted, `%q does not lead back: ${text}`));
for (const value of refused) {
  await field('words').fill(value);
  await put(first).click();
  check((await copied()).length === 0, `copied: ${JSON.stringify(value)}`);
}
check(ran > 900, `only ${ran} commands were run`);
check(await tab.evaluate(() => window.__pwn === undefined), 'a value ran');

// Start again, and run a release by keyboard: values, ticks, two people, a skip, a note, a look.
await startAgain();
check(await field('version').inputValue() === '', 'starting again kept a value');
await tab.locator('[data-tick="step-1"]').click();
check(/Say first who runs it/.test(await status()) && !(await tab.locator('[data-tick="step-1"]').isChecked()), 'a tick stood without anybody');
await tab.locator('#rp-v-version').focus();
await tab.keyboard.type('v1.1.0');
for (let at = 0; at < 12 && !(await tab.evaluate(() => document.activeElement.id === 'rp-by')); at += 1) await tab.keyboard.press('Tab');
await tab.keyboard.type('release driver');
await tab.keyboard.press('Tab');
await tab.keyboard.type('Release Driver');
await field('title').fill('The pears');
await put(0).click();
check(await tab.locator('.body var[data-q="prose"]').first().textContent() === 'v1.1.0', 'a sentence does not show the value');
check((await copied())[0] === `git tag -a v1.1.0 -m "Release v1.1.0: "'The pears'""`, 'a title with a blank is not one word');
await tab.locator('[data-tick="step-1"]').focus();
await tab.keyboard.press('Space');
check(await tab.locator('[data-tick="step-1"]').isChecked(), 'a tick by keyboard did not hold');
await tab.locator('[data-tick="step-2"]').click();
check(!(await tab.locator('[data-tick="step-2"]').isChecked()), 'two people were one');
await tab.locator('[data-second="step-2"]').click();
check(/second person/.test(await status()), 'the same person confirmed');
await tab.locator('#rp-second').fill('reviewer');
await tab.locator('[data-second="step-2"]').check();
await tab.locator('[data-tick="step-2"]').check();
await tab.locator('[data-tick="step-3"]').check();
check(/in 1[0-5] min/.test(await tab.locator('[data-at="15"] .left').textContent()), 'T+15m does not count');
await unit('step-4').locator('[data-skip]').click();
await tab.keyboard.type('short');
await unit('step-4').locator('[data-void]').click();
check(/20 letters/.test(await status()), 'a short reason was taken');
await unit('step-4').locator('[data-reason] input').fill('the templates did not change in this release <img src=x onerror=window.__pwn=1>');
await unit('step-4').locator('[data-void]').click();
await unit('step-5').locator('[data-note]').click();
await tab.keyboard.type('| a note ``` --- with marks');
await tab.locator('[data-tick="step-5"]').check();
await tab.locator('[data-at="15"] [data-seen]').fill('0 errors in the log');
await tab.locator('[data-at="15"] [data-seen]').press('Enter');
await field('api-token').fill('s3cret');

// Progress is kept over a reload, secrets are not.
await tab.reload();
check(/^5 of /.test(await tab.locator('#rp-done').textContent()), `after a reload: ${await tab.locator('#rp-done').textContent()}`);
check(await field('version').inputValue() === 'v1.1.0' && await field('api-token').inputValue() === '', 'values after a reload');
check(/Does not apply .* by reviewer/.test(await unit('step-4').locator('[data-stamp]').textContent()), 'the skip was lost');
check(/0 errors/.test(await tab.locator('[data-at="15"] [data-seen]').inputValue()), 'the look was lost');
const half = await exported();
check(!half.text.includes('s3cret'), 'a secret was exported');
writeFileSync(join(out, 'half.json'), half.text);
for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 390, 320]) {
    await tab.setViewportSize({ width, height: 900 });
    await tab.emulateMedia({ colorScheme });
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(wide <= 0, `${wide} px too wide at ${width}`);
  }
}

// The text changed: the old sheet is told of, and only what still stands is taken over.
rmSync(site, { recursive: true });
cpSync(later, site, { recursive: true });
await tab.setViewportSize({ width: 1280, height: 900 });
await tab.reload();
check(await tab.locator('#rp-older').isVisible(), 'a sheet of an older text does not warn');
check(/^0 of /.test(await tab.locator('#rp-done').textContent()), 'ticks of another text stood at once');
await tab.locator('[data-take]').click();
check(/1 of its steps are not in this text/.test(await status()) && !(await tab.locator('[data-tick="step-1"]').isChecked()), `taken over: ${await status()}`);
await startAgain();
await imported(join(out, 'half.json'), 'Warning');
for (const [text, words] of [['{', 'Not imported'], ['{"schema": "x"}', 'no run sheet'], ['{"schema": "runproof-checklist/1", "run": {"runbook": "y"}, "items": []}', 'it is of y'],
  ['[]', 'no run sheet'], ['{"schema": "runproof-checklist/1", "run": {"runbook": "docs/runbooks/release.md", "values": {"__proto__": 1}}, "items": [null, {"id": "__proto__", "state": "<img src=x onerror=window.__pwn=1>"}]}', 'Warning']]) {
  const path = join(out, 'bad.json');
  writeFileSync(path, text);
  await imported(path, words);
}
await imported(join(out, 'half.json'), 'Warning');

// The rest, and the record.
for (const id of ['step-1', 'box-1', 'command-1', 'command-2', 'command-3', 'command-4', 'command-5', 'command-6', 'command-7']) await tab.locator(`[data-tick="${id}"]`).check();
await tab.locator('[data-at="60"] [data-seen]').fill('0 errors');
await tab.locator('[data-at="60"] [data-seen]').press('Enter');
check(/^13 of 13$/.test(await tab.locator('#rp-done').textContent()), `at the end: ${await tab.locator('#rp-done').textContent()}`);
const record = await exported();
writeFileSync(join(out, 'left', record.name), record.text);
const [log] = await Promise.all([tab.waitForEvent('download'), tab.locator('#rp-text').click()]);
check(readFileSync(await log.path(), 'utf8').includes('\\| a note'), 'the text has a loose pipe');
check(await tab.evaluate(() => window.__pwn === undefined), 'something ran');
await context.close();

// Accessible, with and without scripts; without them it is a form that nothing dead stands on.
const looks = await browser.newContext({ bypassCSP: true });
const look = await looks.newPage();
await look.goto(sheet);
for (const { id, nodes } of (await new AxeBuilder({ page: look }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()).violations) problems.push(`${id}: ${nodes[0].target}`);
await looks.close();
// By keyboard alone, from the first press to the record; what has the focus can be seen.
const hands = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 900 } });
const keys = await hands.newPage();
await keys.goto(sheet);
const reach = async (selector) => {
  for (let at = 0; at < 500; at += 1) {
    if (await keys.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
      const seen = await keys.evaluate(() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement); return outlineStyle !== 'none' && outlineWidth !== '0px'; });
      return check(seen, `no focus is drawn on ${selector}`);
    }
    await keys.keyboard.press('Tab');
  }
  return check(false, `the keyboard does not reach ${selector}`);
};
for (const [selector, words] of [['#rp-v-version', 'v1.1.0'], ['[data-value="title"]', 'The pears'], ['#rp-by', 'release driver'], ['#rp-second', 'reviewer']]) {
  await reach(selector);
  await keys.keyboard.type(words);
}
for (const selector of ['[data-tick="step-1"]', '[data-second="step-2"]', '[data-tick="step-2"]', '[data-tick="step-3"]']) {
  await reach(selector);
  await keys.keyboard.press('Space');
}
await reach('[data-unit="step-4"] [data-skip]');
await keys.keyboard.press('Enter');
await keys.keyboard.type('the templates did not change in this release');
await reach('[data-unit="step-4"] [data-void]');
await keys.keyboard.press('Enter');
await reach('[data-unit="step-5"] [data-note]');
await keys.keyboard.press('Enter');
await keys.keyboard.type('by keyboard');
await reach('#rp-json');
const [typed] = await Promise.all([keys.waitForEvent('download', { timeout: 30000 }).catch(() => null), keys.keyboard.press('Enter')]);
if (typed === null) problems.push('the record cannot be exported by keyboard');
else {
  const made = JSON.parse(readFileSync(await typed.path(), 'utf8'));
  const states = made.items.map(({ id, state }) => `${id} ${state}`);
  for (const wanted of ['step-1 done', 'step-2 done', 'step-3 done']) check(states.includes(wanted), `by keyboard: no ${wanted} in ${states}`);
  check(JSON.stringify(made).includes('the templates did not change') && JSON.stringify(made).includes('by keyboard'), 'by keyboard: a reason or a note is missing');
}
await hands.close();
const bare = await browser.newContext({ javaScriptEnabled: false });
const paper = await bare.newPage();
await paper.goto(sheet);
check(await paper.locator('main button:visible').count() === 0, 'a button is drawn that needs a script');
check(await paper.locator('main input:visible').count() > 15, 'the form is not there without scripts');
check(await paper.getByText('Without scripts this is a form for paper').isVisible(), 'nobody says what to do without scripts');
await paper.emulateMedia({ media: 'print' });
check(await paper.locator('.hand:visible').count() > 12, 'there are no lines for a pen');
// The hidden box leaves its room to the words.
const narrow = await paper.locator('.task label').evaluateAll((labels) => labels.filter((label) => [...label.children].some((part) => {
  const { width, height } = part.getBoundingClientRect();
  return height > 0 && width < 100 && part.textContent.length > 10;
})).length);
check(narrow === 0, `on paper ${narrow} points have a column of a few letters`);
await paper.pdf({ path: join(out, 'sheet.pdf') });
await browser.close();

for (const problem of problems) console.log(problem);
console.log(`${ran} commands were run by bash, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
