// The search. Pages work without it: their link leads to the list from A to Z. The index is plain scripts that call `rp`, because those
// load from disk as well; a policy lets no other address become a script.
(() => {
  const base = new URL('../', document.currentScript.src).href;
  const address = (name) => {
    if (!/^(root|[tld]-[0-9a-f]{12})$/.test(name)) throw new TypeError(name);
    return `${base}search/${name}.js`;
  };
  const rules = { createScriptURL: address };
  const policy = window.trustedTypes?.createPolicy('runproof', rules) ?? rules;
  const waiting = {};
  const files = new Map();
  window.rp = (name, value) => waiting[name]?.(value);
  const load = (name) => {
    if (!files.has(name)) {
      files.set(name, new Promise((done, fail) => {
        const script = document.createElement('script');
        waiting[name] = done;
        script.addEventListener('error', fail);
        script.src = policy.createScriptURL(name);
        document.head.append(script);
      }));
    }
    return files.get(name);
  };

  // The same cutting as in the program that writes the index.
  const fold = (text) => text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
  const words = (text) => fold(text).split(/[\s|"'<>(){}[\],;=$\\`]+/)
    .map((word) => word.replace(/[.:!?*…]+$/, '').replace(/^[*#]+/, ''))
    .filter((word) => word.length <= 64 && /[\p{L}\p{N}]/u.test(word));
  const parts = (word) => {
    const found = new Set();
    const add = (part) => { if ([...part].length > 1 && part !== word) found.add(part); };
    for (const segment of word.split(/[/.:@~+&%]/)) {
      add(segment.replace(/^[-_]+|[-_]+$/g, ''));
      segment.split(/[^\p{L}\p{N}]+/u).forEach(add);
    }
    for (const [run] of word.matchAll(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+/g)) {
      for (let at = 0; at + 1 < run.length; at += 1) add(run.slice(at, at + 2));
    }
    return [...found];
  };

  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
  const value = (digit) => digits.indexOf(digit);
  const numbers = (text = '') => {
    const list = [];
    let last = 0;
    let gap = 0;
    let shift = 0;
    for (const digit of text) {
      gap += (value(digit) & 31) * 2 ** shift;
      shift += 5;
      if (value(digit) < 32) { list.push(last += gap); gap = shift = 0; }
    }
    return list;
  };
  const shards = new Map();
  const shard = async (root, at) => {
    if (!shards.has(at)) {
      const body = await load(`t-${root.t[at].split(' ')[1]}`);
      let before = [];
      shards.set(at, body.split('|').map((record) => {
        const [head, ...lists] = record.split(' ');
        before = [...before.slice(0, value(head[0])), ...head.slice(1)];
        return [before.join(''), lists];
      }));
    }
    return shards.get(at);
  };

  // Words of the index that a word may mean, each with how well it fits.
  const beginning = async (root, word, exact) => {
    let at = root.t.length - 1;
    while (at > 0 && root.t[at].split(' ')[0] > word) at -= 1;
    const found = [];
    for (let count = 0; count < 3 && at < root.t.length; count += 1, at += 1) {
      if (count && !root.t[at].startsWith(word)) break;
      for (const [term, lists] of await shard(root, at)) {
        if (term === word) found.push([1, lists]);
        else if (!exact && term.startsWith(word) && found.length < 60) found.push([0.35 + 0.45 * word.length / term.length, lists]);
      }
    }
    return found;
  };
  const distance = (left, right, most) => {
    let older = [];
    let old = [...Array(right.length + 1).keys()];
    for (let row = 1; row <= left.length; row += 1) {
      const now = [row];
      let least = row;
      for (let column = 1; column <= right.length; column += 1) {
        const [one, two] = [left[row - 1], right[column - 1]];
        const swap = one === right[column - 2] && left[row - 2] === two ? older[column - 2] + 1 : 99;
        now.push(Math.min(old[column] + 1, now[column - 1] + 1, old[column - 1] + (one !== two), swap));
        least = Math.min(least, now[column]);
      }
      if (least > most) return most + 1;
      older = old;
      old = now;
    }
    return old[right.length];
  };
  const similar = async (root, word) => {
    if (word.length < 3) return [];
    const most = word.length > 7 ? 2 : word.length > 3 ? 1 : 0;
    const near = [];
    for (const [at, [least, longest]] of [[3, 6], [7, 10], [11, 64]].entries()) {
      if (longest < word.length - most) continue;
      const text = await load(`l-${root.l[at]}`);
      for (let from = text.indexOf(word); from >= 0 && near.length < 40; from = text.indexOf(word, from + 1)) {
        const term = text.slice(text.lastIndexOf(' ', from) + 1, text.indexOf(' ', from));
        if (!term.startsWith(word)) near.push([0.3 + 0.3 * word.length / term.length, term]);
      }
      if (!most || least > word.length + most) continue;
      for (const term of text.split(' ')) {
        if (Math.abs(term.length - word.length) > most) continue;
        const far = distance(word, term, most);
        if (far && far <= most) near.push([far > 1 ? 0.4 : 0.6, term]);
      }
    }
    near.sort((one, two) => two[0] - one[0]);
    const found = [];
    for (const [fit, term] of near.slice(0, 12)) for (const [, lists] of await beginning(root, term, true)) found.push([fit, lists]);
    return found;
  };
  const meanings = async (root, word) => {
    const found = await beginning(root, word, false);
    if (found.some(([fit]) => fit === 1) || found.length > 2) return [found];
    const pieces = found.length ? [] : parts(word);
    if (pieces.length) {
      const all = await Promise.all(pieces.map((piece) => beginning(root, piece, true)));
      if (all.every((one) => one.length)) return all;
    }
    return [[...found, ...await similar(root, word)]];
  };

  const weights = [10, 5, 2.5, 1, 0.3];
  const kinds = { r: 'Runbooks', l: 'Releases', g: 'Gates', c: 'Components', a: 'Advisories', x: 'Exceptions', d: 'Duties', o: 'Logs' };
  // `edition` is a number in the list of editions, or nothing for what counts today with what only older editions say.
  const search = async (query, kind, product = '', edition = '') => {
    const root = await load('root');
    const owner = (page) => root.p.findLast(([, from]) => from <= page)[0];
    const [of] = root.e[edition] ?? [product];
    const local = edition - root.e.findIndex(([name]) => name === of);
    const sets = root.g.map((set) => edition === '' || set.split(' ').some((run) => {
      const [from, to] = run.split('-');
      return run && local >= +from && local <= +to;
    }));
    const asked = (await Promise.all([...new Set(words(query))].slice(0, 12).map((word) => meanings(root, word)))).flat();
    const count = root.k.length;
    const scores = new Map();
    for (const terms of asked) {
      const best = new Map();
      for (const [fit, lists] of terms) {
        let seen = 0;
        lists.forEach((list, at) => {
          const pages = numbers(list);
          seen += pages.length;
          for (const page of pages) {
            const title = at ? 1 : 0.4 + 0.6 / Math.sqrt(value(root.n[page]) || 1);
            const score = (edition !== '' && at > 3 ? 2.5 : weights[at]) * fit * title * Math.log(1 + count / seen);
            if (score > (best.get(page) ?? 0)) best.set(page, score);
          }
        });
      }
      for (const [page, score] of best) {
        const sum = scores.get(page) ?? [0, 0];
        scores.set(page, [sum[0] + score, sum[1] + 1]);
      }
    }
    const counts = {};
    const owners = {};
    let rows = [];
    for (const [page, [score, found]] of scores) {
      // A page that lacks half of what was asked for is noise once others have it all.
      if (found * 2 < asked.length) continue;
      const letter = root.k[page].toLowerCase();
      const name = owner(page);
      const fits = !kind || kind === letter;
      if (fits) owners[name] = (owners[name] ?? 0) + 1;
      if (!sets[root.f[page]] || (of && of !== name)) continue;
      counts[letter] = (counts[letter] ?? 0) + 1;
      if (!fits) continue;
      // Who asks for a task wants its runbook, and not the log of all the times that it was done.
      const weight = (edition !== '' || letter === root.k[page] ? 1 : 0.3) * (letter === 'o' ? 0.5 : 1);
      rows.push({ page, letter, score: score * (found / asked.length) ** 3 * weight });
    }
    rows.sort((one, two) => two.score - one.score || one.page - two.page);
    const total = rows.length;
    rows = rows.slice(0, 16);
    const folded = fold(query).trim();
    const parted = words(query);
    await Promise.all(rows.map(async (row) => {
      const at = row.page >> 4;
      const body = await load(`d-${root.d.slice(at * 12, at * 12 + 12)}`);
      const [head, ...lines] = body.split('\n\n')[row.page % 16].split('\n');
      let texts;
      [row.url, row.title, row.product, texts] = head.split('\t');
      // The text of this page that the chosen edition holds; `0` is the one that the words were taken from.
      const held = edition === '' ? '' : texts[local];
      if (held && row.letter === 'r') row.url = `${root.e[edition][2]}runbooks/${row.url.split('/').at(-2)}/`;
      const title = fold(row.title);
      // `rollback` means `Roll back`, too; of equals somebody who asks for a task wants its runbook.
      const tight = (text) => text.replace(/[\s_-]+/g, '');
      if (tight(title).includes(tight(folded.replace(/^v(?=\d)/, '')))) row.score *= (title === folded ? 2 : 1.5) * (row.letter === 'r' ? 1.3 : 1);
      let top = 0;
      let exact = false;
      for (const line of lines) {
        const [sort, anchor, version, url, inside, text] = line.split('\t');
        if (held && inside && !inside.includes(held)) continue;
        const plain = fold(text);
        const whole = plain.includes(folded);
        const hits = parted.filter((word) => plain.includes(word)).length + (whole ? 2 : 0) + (sort === 'c' ? 0.5 : 0) - (version ? 0.4 : 0);
        if (hits >= 1 && hits > top) {
          top = hits;
          row.part = held ? { sort, anchor, text } : { sort, anchor, version, url, text };
        }
        exact ||= whole;
      }
      if (exact) row.score *= 1.4;
      // Words that only another text of the page is known to hold.
      if (held && held !== '0' && !top && !parted.some((word) => title.includes(word))) row.score = 0;
      row.state = root.w[value(root.s[row.page])] ?? ['', 'none'];
    }));
    const kept = rows.filter((row) => row.score).sort((one, two) => two.score - one.score || one.page - two.page);
    return { rows: kept, counts, owners, total: total - rows.length + kept.length };
  };

  // The box.
  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, words] of Object.entries(attributes)) element.setAttribute(name, words);
    element.append(...inside);
    return element;
  };
  const link = document.querySelector('a.search');
  if (!link) return;
  const held = (event) => event.ctrlKey || event.metaKey || event.altKey;
  let box;
  const open = () => {
    box ??= build();
    box.dialog.showModal();
    box.input.select();
    load('root').then(box.offer).catch(() => {});
  };
  const build = () => {
    const input = make('input', {
      type: 'text', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'rp-found', 'aria-autocomplete': 'list',
      'aria-label': 'Search the handbook', autocomplete: 'off', placeholder: 'Words, a command, a version',
    });
    const close = make('button', { type: 'button', class: 'btn' }, 'Close');
    const facets = make('div', { class: 'facets', role: 'group', 'aria-label': 'Kinds' });
    const products = make('select', { 'aria-label': 'Product' });
    const editions = make('select', { 'aria-label': 'Edition' });
    const widen = make('button', { type: 'button', class: 'btn' }, 'Search everywhere');
    const where = make('div', { class: 'facets', hidden: '' }, products, editions, widen);
    const list = make('ul', { id: 'rp-found', role: 'listbox', 'aria-label': 'Results', hidden: '' });
    const says = make('p', { role: 'status', class: 'small muted' });
    const all = make('a', { href: link.href, class: 'small' }, 'Everything from A to Z');
    const dialog = make('dialog', { class: 'find', 'aria-label': 'Search' }, make('div', { class: 'line' }, input, close), where, facets, list, says, all);
    document.body.append(dialog);
    let kind = '';
    let root;
    let run = 0;
    let timer;
    let told;
    let listed;
    let chosen = -1;
    const choose = (at) => {
      const options = [...list.children];
      chosen = options.length ? (at + options.length) % options.length : -1;
      options.forEach((option, index) => option.setAttribute('aria-selected', index === chosen));
      input.setAttribute('aria-activedescendant', options[chosen]?.id ?? '');
      options[chosen]?.scrollIntoView({ block: 'nearest' });
    };
    const option = (value, words) => make('option', { value }, words);
    const fill = () => {
      const several = root.p.length > 1;
      products.hidden = !several;
      editions.hidden = several && !products.value;
      const list = root.e.flatMap(([name, version], at) => (!several || name === products.value ? [option(at, version)] : []));
      editions.replaceChildren(option('', 'Today, and what older editions said'), ...list);
      where.hidden = !several && list.length < 2;
    };
    // The choices; from a page of an old edition the search begins in that edition.
    const offer = (loaded) => {
      if (root) return;
      root = loaded;
      products.replaceChildren(option('', 'All products'), ...root.p.map(([name]) => option(name, name)));
      const here = root.e.findIndex(([, , address]) => !/next\/$/.test(address) && location.href.startsWith(base + address));
      if (here >= 0) [products.value] = root.e[here];
      fill();
      if (here >= 0) editions.value = here;
      listed = null;
      show();
    };
    const follow = (option) => { location.href = option.dataset.href; dialog.close(); };
    const row = (found, at) => {
      const part = found.part ?? {};
      const option = make('li', { role: 'option', id: `rp-found-${at}`, 'aria-selected': 'false' });
      option.dataset.href = `${base}${part.url || found.url}index.html${part.anchor ? `#${part.anchor}` : ''}`;
      const head = make('span', { class: 'hit' }, make('b', {}, found.title));
      const today = editions.value && found.letter === 'r' ? ' today' : '';
      if (found.state[0]) head.prepend(make('span', { class: `st ${found.state[1]}` }, found.state[0] + today), ' ');
      head.append(make('span', { class: 'muted xs' }, ` ${[kinds[found.letter], found.product].filter(Boolean).join(', ')}`));
      option.append(head);
      if (part.text) {
        const step = /step-([\d-]+)$/.exec(part.anchor);
        option.append(make('span', { class: 'small' }, step ? `Step ${step[1].replaceAll('-', '.')}: ` : '', make(part.sort === 'c' ? 'code' : 'span', {}, part.text)));
        if (part.version) option.append(make('span', { class: 'xs muted' }, `Only in ${part.version}`));
      }
      option.addEventListener('click', () => follow(option));
      return option;
    };
    const show = async () => {
      const mine = run += 1;
      const query = input.value.trim();
      // What is listed already keeps its choice.
      const asked = [query, kind, products.value, editions.value].join('\n');
      if (asked === listed) return;
      let answer = { rows: [], counts: {} };
      widen.hidden = !products.value && !editions.value;
      try { if (query) answer = await search(query, kind, products.value, editions.value); } catch {
        if (mine === run) says.textContent = 'The handbook was rebuilt. Load this page again.';
        return;
      }
      if (mine !== run) return;
      listed = asked;
      list.replaceChildren(...answer.rows.map(row));
      list.hidden = !answer.rows.length;
      input.setAttribute('aria-expanded', !list.hidden);
      choose(answer.rows.length ? 0 : -1);
      facets.replaceChildren(...Object.entries(kinds).filter(([letter]) => answer.counts[letter] || letter === kind).map(([letter, name]) => {
        const button = make('button', { type: 'button', class: 'btn', 'aria-pressed': letter === kind }, `${name} ${answer.counts[letter] ?? 0}`);
        button.addEventListener('click', () => { kind = letter === kind ? '' : letter; input.focus(); show(); });
        return button;
      }));
      if (root && query) {
        for (const one of products.options) if (one.value) one.textContent = `${one.value} ${answer.owners[one.value] ?? 0}`;
      }
      clearTimeout(told);
      told = setTimeout(() => {
        says.textContent = answer.total ? `Results: ${answer.total}` : query && `Nothing ${editions.value ? `in ${editions.selectedOptions[0].text} ` : ''}holds “${query}”.`;
      }, 300);
    };
    products.addEventListener('change', () => { fill(); show(); });
    editions.addEventListener('change', show);
    widen.addEventListener('click', () => { products.value = kind = ''; fill(); input.focus(); show(); });
    input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 80); });
    input.addEventListener('keydown', async (event) => {
      if (event.isComposing) return;
      const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, Home: event.ctrlKey ? 0 : null, End: event.ctrlKey ? -1 : null }[event.key];
      if (to != null) { event.preventDefault(); choose(to); }
      if (event.key === 'Enter') {
        event.preventDefault();
        // Who types faster than the list follows means what was typed.
        clearTimeout(timer);
        await show();
        if (list.children[chosen]) follow(list.children[chosen]);
      }
    });
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
    return { dialog, input, offer };
  };
  link.addEventListener('click', (event) => {
    if (held(event)) return;
    event.preventDefault();
    open();
  });
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || held(event) || event.target.closest('input, textarea, select, dialog')) return;
    event.preventDefault();
    open();
  });
  window.runproof = { search };
})();
