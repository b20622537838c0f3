// A run sheet without this file is a form for paper. With it: values, ticks with UTC times, timers, notes, export and import.
// Text of others becomes text of elements and values of inputs, never markup. Short names keep it in its 12 KB.
'use strict';
(() => {
  const main = document.querySelector('main');
  const page = main.dataset;
  const get = (selector, from = main) => from.querySelector(selector);
  const all = (selector, from = main) => [...from.querySelectorAll(selector)];
  const on = (where, event, act) => where?.addEventListener(event, act);
  const press = (selector, act, from) => on(get(selector, from), 'click', act);
  for (const part of all('[data-here]')) part.replaceWith(part.content ?? '');
  const SCHEMA = 'runproof-checklist/1';
  // Another text of the runbook is another sheet; other handbooks may share the store of the browser.
  const shelf = `runproof:${new URL(page.root || './', location).pathname}:${page.of}:${page.sheet}:`;
  const key = shelf + page.text;
  const iso = (time) => new Date(time).toISOString().slice(0, 19) + 'Z';
  const now = () => iso(Date.now());
  const clock = (at) => at.slice(11, 16) + ' UTC';
  const day = (at) => `${+at.slice(8, 10)} ${'JanFebMarAprMayJunJulAugSepOctNovDec'.substr(at.slice(5, 7) * 3 - 3, 3)} ${at.slice(0, 4)}, ${clock(at)}`;
  const say = (words) => { get('#rp-said').textContent = words; };
  const by = get('#rp-by'), second = get('#rp-second');
  const who = (input) => input.value.trim();
  const inputs = all('[data-value]');
  const open = inputs.filter((input) => !('secret' in input.dataset));

  // Values: plain ones stay as they are, others are quoted for their place, or refused where no quoting is sure to hold.
  const PLAIN = /^\w[\w.,:/@%+=-]*$/;
  const UNSEEN = /^-|[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]|(?! )\p{Zs}/u;
  const inner = (value) => value.replaceAll("'", "'\\''");
  const quote = {
    bare: value => `'${inner(value)}'`,
    double: value => `"'${inner(value)}'"`,
    single: inner,
    plain: () => '',
    prose: String,
  };
  const gaps = new Map(all('var[data-v]').map(gap => [gap, gap.textContent]));
  const field = (name) => inputs.find((input) => input.dataset.value === name);
  const valueOf = (name) => { const value = who(field(name)); return UNSEEN.test(value) ? '' : value; };
  const filled = ({ dataset: { v, q, bare } }) => {
    const value = valueOf(v).replace(bare === undefined ? /^$/ : /^v(?=\d)/i, '');
    return PLAIN.test(value) || !value ? value : quote[q](value);
  };

  let run = { items: new Map() };
  const units = all('[data-unit]').map((foot) => {
    foot.append(get('#rp-acts').content.cloneNode(true));
    const { unit: id, name = get('.sr', foot).textContent.slice(2) } = foot.dataset;
    for (const part of all('[data-name]', foot)) part.textContent = ': ' + name;
    const box = (kind) => all(`[data-${kind}]`).find((input) => input.dataset[kind] === id);
    return { id, name, foot, tick: box('tick'), pair: box('second'), aside: 'aside' in foot.dataset };
  });
  const moments = all('[data-at]').map((item) => ({
    id: 't+' + item.dataset.at, name: all('b, .xs', item).map((part) => part.textContent).join(' '), item, seen: get('input', item),
  }));
  const known = [...units, ...moments];
  const of = (id) => run.items.get(id) ?? {};
  const set = (id, item) => { run.items.set(id, item); keep(); };
  const noted = ({ note }) => note && { note };

  // The record is what is kept, what is exported and what is imported.
  function record() {
    const version = valueOf('version');
    return {
      schema: SCHEMA, gate: page.gate, subject: version ? { version } : {}, by: who(by),
      run: {
        runbook: page.sheet, text: page.text, edition: page.edition, second: who(second), started: run.started, clock: run.zero, rolled_back: run.rolled,
        values: Object.fromEntries(open.filter(who).map((input) => [input.dataset.value, who(input)])),
      },
      items: known.filter(({ id, aside }) => !aside || of(id).state).map(({ id, name }) => ({ id, text: name, state: 'not_done', ...of(id) })),
    };
  }
    const text = (value, most = 4000) => typeof value === 'string' ? value.slice(0, most) : '';

  // Takes a record over; of another text of the runbook only where step and words are the same. Tells how much was left.
  function take(read) {
    const about = read?.run;
    if (read?.schema !== SCHEMA || !about || !Array.isArray(read.items)) throw Error('no run sheet');
    if (about.runbook !== page.sheet) throw Error('it is of ' + text(about.runbook));
    run = { items: new Map(), started: text(about.started) || now(), zero: text(about.clock), rolled: text(about.rolled_back) };
    let left = 0;
    for (const item of read.items.slice(0, 5000)) {
      const kept = {};
      for (const name of ['state', 'at', 'by', 'reason', 'note', 'second', 'second_at']) if (text(item?.[name])) kept[name] = text(item[name]);
      if (!kept.at) delete kept.state;
      if (!Object.keys(kept).length) continue;
      if (known.some(({ id, name }) => id === item.id && name === item.text)) run.items.set(item.id, kept); else left += 1;
    }
    by.value = text(read.by);
    second.value = text(about.second);
    for (const input of open) input.value = Object.hasOwn(about.values ?? {}, input.dataset.value) ? text(about.values[input.dataset.value], 500) : '';
    for (const { id, foot, seen } of known) (seen ?? get('textarea', foot)).value = of(id).note ?? '';
    return left ? ` ${left} ${page.sayLeft}` : '';
  }

  function keep() {
    run.started ||= now();
    try { localStorage[key] = JSON.stringify(record()); } catch { say(page.sayLost); }
    show();
  }

  function show() {
    for (const [gap, author] of gaps) {
      const value = filled(gap);
      gap.textContent = value || author;
      gap.classList.toggle('set', !!value);
    }
    for (const input of inputs) {
      const value = who(input), isPlain = [...gaps.keys()].some(({ dataset: { v, q } }) => v === input.dataset.value && q === 'plain');
      input.setCustomValidity(UNSEEN.test(value) ? page.sayUnseen
        : value && isPlain && !PLAIN.test(value) ? page.sayPlain : '');
    }
    let done = 0, count = 0, isNow = true;
    for (const { id, foot, tick, pair, aside } of units) {
      const { state, at, by, reason, note, second, second_at: then } = of(id), isDone = state === 'done';
      tick.checked = isDone;
      if (pair) pair.checked = then;
      foot.classList.toggle('is-done', isDone);
      foot.classList.toggle('is-skip', !!state && !isDone);
      foot.classList.toggle('is-now', isNow && !state && !aside);
      if (!aside) { count += 1; if (state) done += 1; else isNow = false; }
      get('[data-stamp]', foot).textContent = (state ? `${isDone ? 'Done' : state === 'not_done' ? 'Not done' : 'Does not apply'} ${clock(at)} by ${by}` : '')
        + (reason ? ': ' + reason : '') + (then ? `; confirmed ${clock(then)} by ${second}` : '');
      get('[data-skip]', foot).firstChild.data = state && !isDone ? 'Undo' : 'Skip';
      if (note) get('[data-notes]', foot).hidden = false;
    }
    get('#rp-done').textContent = `${done} of ${count}`;
    if (run.started) get('#rp-started').textContent = 'started ' + day(run.started);
    get('#rp-rolledat').textContent = run.rolled ? `Rolled back ${day(run.rolled)}. ${page.sayRolled}` : '';
    ticktock();
  }

  function ticktock() {
    let next = '';
    for (const { item, id } of moments) {
      const due = Date.parse(run.zero) + item.dataset.at * 6e4, wait = Math.round((due - Date.now()) / 1e3), size = Math.abs(wait);
      const seen = of(id).at, isDue = Boolean(run.zero && !seen && size < 301), at = run.zero ? clock(iso(due)) : '';
      const span = `in ${Math.floor(size / 60)} min ${size % 60} s`;
      item.classList.toggle('is-due', isDue);
      get('.left', item).textContent = !at ? 'not started' : seen ? 'seen ' + clock(seen) : isDue ? 'now: due ' + at : wait > 0 ? `${at}, ${span}` : 'missed at ' + at;
      if (at && !next && !seen && wait > -301) next = `${get('b', item).textContent} ${isDue ? 'is due' : span}`;
    }
    get('#rp-next').textContent = next;
  }

  function log() {
    const { subject, by, run: about, items } = record(), row = (...cells) => `| ${cells.map((cell) => (cell ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |\n`;
    const at = (moment) => [moment?.slice(0, 10), moment?.slice(11, 16)], list = (...words) => words.filter(Boolean).join('; ');
    return `# ${get('h1').textContent} ${subject.version ?? ''}\n\nText: \`${about.runbook}\` of ${about.edition}, ${about.text}\n\n`
      + row('Date', 'Time (UTC)', 'Step', 'State', 'By', 'Words') + row(...'------')
      + items.map((item) => row(...at(item.at), item.text, item.at ? item.state.replace('_', ' ') : 'open', list(item.by, item.second), list(item.reason, item.note))).join('')
      + (run.rolled ? row(...at(run.rolled), 'Rolled back', 'done', by, '') : '');
  }
  function save(ending, content) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content]));
    link.download = page.file + ending;
    link.click();
    say(`Exported ${link.download}. ${valueOf('version') ? '' : page.sayVersion}`);
  }
  const refuse = (input, why) => { input.setCustomValidity(why); input.reportValidity(); say(why); };
  const isNamed = () => who(by) || refuse(by, page.sayBy);
  const isPair = () => who(second) && who(second).toLowerCase() !== who(by).toLowerCase() || refuse(second, page.sayPair);

  for (const button of all('[data-put]')) {
    button.hidden = false;
    on(button, 'click', async () => {
      const block = get('pre', button.closest('figure')), gap = all('var[data-v]', block).find((gap) => !filled(gap));
      if (gap) {
        const input = field(gap.dataset.v);
        return refuse(input, input.validationMessage || page.sayGap);
      }
      const label = button.firstElementChild, before = label.textContent, isDone = await rpCopy(all('kbd', block).map((part) => part.textContent).join('\n') || block.textContent.replace(/\n$/, ''));
      label.textContent = isDone ? 'Copied' : page.sayNot;
      button.focus();
      setTimeout(() => { label.textContent = before; }, 1600);
    });
  }
  for (const { id, foot, tick, pair } of units) {
    const [why, notes] = all('.wide', foot), [reason] = all('input', why);
    const flip = (box, button) => { button.ariaExpanded = box.hidden; box.hidden = !box.hidden; get('input, textarea', box).focus(); };
    const skip = (state, input) => {
      if ((who(reason).match(/[\p{L}\p{N}]/gu) ?? []).length < 20) return refuse(reason, page.sayWhy);
      if (!isNamed() || input === second && !isPair()) return;
      why.hidden = true;
      set(id, { ...noted(of(id)), state, at: now(), by: who(input), reason: who(reason) });
    };
    press('[data-skip]', ({ currentTarget }) => {
      const { state } = of(id);
      if (state && state !== 'done') set(id, noted(of(id))); else flip(why, currentTarget);
    }, foot);
    press('[data-note]', ({ currentTarget }) => flip(notes, currentTarget), foot);
    press('[data-open]', () => skip('not_done', by), foot);
    press('[data-void]', () => skip('not_applicable', second), foot);
    on(get('textarea', foot), 'change', ({ target }) => set(id, { ...of(id), note: who(target) }));
    on(tick, 'change', () => {
      const { second, second_at } = of(id), { checked } = tick;
      tick.checked = !checked;
      if (checked && (!isNamed() || pair && !second_at && !refuse(pair, page.sayFirst))) return;
      if (checked && 'zero' in foot.dataset) run.zero ||= now();
      set(id, { ...noted(of(id)), ...(checked && { state: 'done', at: now(), by: who(by), second, second_at }) });
    });
    on(pair, 'change', () => {
      const { checked } = pair;
      pair.checked = !checked;
      if (!checked) set(id, noted(of(id)));
      else if (isNamed() && isPair()) set(id, { ...of(id), second: who(second), second_at: now() });
    });
  }
  for (const { id, seen } of moments) on(seen, 'change', () => {
    const note = who(seen);
    if (!note || isNamed()) set(id, note ? { state: 'done', at: now(), by: who(by), note } : {});
  });
  on(main, 'input', ({ target }) => {
    target.setCustomValidity('');
    if (inputs.concat(by, second).includes(target)) keep();
  });
  press('#rp-zero', () => { run.zero ||= now(); keep(); });
  press('#rp-rolled', () => { run.rolled ||= now(); keep(); });
  press('#rp-json', () => save('.json', JSON.stringify(record(), null, 2) + '\n'));
  press('#rp-text', () => save('.md', log()));
  press('#rp-clear', () => {
    if (!confirm(page.sayClear)) return;
    delete localStorage[key];
    location.reload();
  });
  on(get('#rp-import'), 'change', async ({ target }) => {
    try {
      if (target.files[0].size > 2e6) throw Error('too large');
      const read = JSON.parse(await target.files[0].text()), left = take(read);
      keep();
      say(read.run.text === page.text ? 'Imported. ' + page.sayOn + left : page.sayOther + left);
    } catch ({ message }) { say(`Not imported: ${message}.`); }
    target.value = '';
  });

  // What this browser kept: of this text, or of an older one.
  try {
    const older = Object.keys(localStorage).find((name) => name.startsWith(shelf) && name !== key), box = get('#rp-older'), kept = localStorage[key];
    if (kept) {
      take(JSON.parse(kept));
      say(`This sheet was begun ${day(run.started)}${valueOf('version') && ' for ' + valueOf('version')}. ${page.sayOn}`);
    } else if (older) {
      const read = JSON.parse(localStorage[older]);
      get('[data-words]').textContent = `${page.sayOlder} ${text(read.run.edition)}, ${day(text(read.run.started))}.`;
      box.hidden = false;
      press('[data-take]', () => { const left = take(read); keep(); box.hidden = true; say('Taken over.' + left); });
      press('[data-drop]', () => { delete localStorage[older]; box.hidden = true; });
    }
  } catch {
    // Nothing is kept here, or nothing that can be read.
  }
  show();
  setInterval(ticktock, 1000);
})();
