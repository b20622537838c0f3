// Pages of old editions are made once and hold nothing of what came later. A script beside them calls this with what there is now: the
// menu gets the versions, and the notice says whether another text is in use. Without it both lead there by a plain link.
const textHere = document.querySelector('a[data-text-here]');
// The text stands on the page of an older edition: a place in it is looked up there.
if (textHere && location.hash && !document.getElementById(location.hash.slice(1))) {
  location.replace(textHere.href + location.hash);
}
window.rpLater = (facts) => {
  const { edition, text, root } = document.documentElement.dataset;
  const make = (tag, words, into) => {
    const made = document.createElement(tag);
    made.textContent = words;
    into.append(made);
    return made;
  };
  const menu = document.querySelector('details.menu ul');
  const entry = (words, note, address, isHere) => {
    const item = document.createElement('li');
    const link = make('a', '', item);
    link.href = isHere ? 'index.html' : `${root}${address}index.html`;
    if (isHere) link.setAttribute('aria-current', 'true');
    make('span', words, link);
    if (note) { const muted = make('span', note, link); muted.className = 'muted'; }
    return item;
  };
  if (menu) {
    const own = menu.querySelector('[aria-current]')?.closest('li');
    const items = facts.list.map((one) => entry(one.version, one.note, one.address, one.id === edition));
    if (own && !facts.list.some((one) => one.id === edition)) items.push(own);
    items.push(entry('All editions', facts.more ? `${facts.more} more` : '', facts.all));
    menu.replaceChildren(...items);
  }
  const words = document.querySelector('.notice.warn [data-words]');
  const { latest } = facts;
  if (!words || !latest) return;
  const place = (id) => facts.list.findIndex((one) => one.id === id);
  const steps = facts.texts?.[text];
  const until = facts.until?.[edition];
  if (until) words.textContent += ` The text did not change up to ${until}.`;
  const calm = () => words.parentElement.parentElement.classList.replace('warn', 'info');
  if (latest.id === edition) {
    words.textContent = `${latest.version} is in use. You are reading it as it was on its day.`;
    calm();
  } else if (!latest.has) {
    words.textContent += ` This runbook is not in the version in use, ${latest.version}.`;
  } else if (place(edition) >= 0 && place(edition) < place(latest.id)) {
    words.textContent += ` It is newer than the version in use, ${latest.version}.`;
  } else if (steps === null) {
    words.textContent += ` Same text as the version in use, ${latest.version}.`;
    calm();
  } else if (steps) {
    words.textContent += ` The version in use, ${latest.version}, differs: ${steps} ${steps === 1 ? 'step' : 'steps'} changed.`;
  } else if (steps === 0) {
    words.textContent += ` The version in use, ${latest.version}, has other words and the same steps.`;
  } else {
    words.textContent += ` The version in use is ${latest.version}.`;
  }
};
