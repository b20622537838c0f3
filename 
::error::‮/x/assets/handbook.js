// Every page works without this file: it adds copy buttons, closes menus, and says when a check is old.
// Over plain http, and in some browsers from disk, there is no clipboard API: then a selection is copied.
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
};
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const block = button.closest('figure').querySelector('pre');
    // In a session with output only what was typed is copied.
    const typed = [...block.querySelectorAll('kbd')].map((part) => part.textContent).join('\n');
    const label = button.firstElementChild;
    const words = label.textContent;
    const gaps = new Set([...block.querySelectorAll('var')].map((part) => part.textContent));
    const done = await copy(typed || block.textContent.replace(/\n$/, ''));
    label.textContent = !done ? 'Not copied: select and copy by hand'
      : gaps.size ? `Copied. Fill in ${[...gaps].join(', ')}` : 'Copied';
    button.focus();
    setTimeout(() => { label.textContent = words; }, gaps.size || !done ? 6000 : 1600);
  });
}
const menus = document.querySelectorAll('details.menu');
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of menus) if (menu.open) { menu.open = false; menu.firstElementChild.focus(); }
});
addEventListener('click', (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
for (const checked of document.querySelectorAll('time[data-checked]')) {
  const days = Math.floor((Date.now() - Date.parse(checked.dateTime)) / 864e5);
  if (days > 7) checked.after(` (${days} days ago: build the handbook again before you rely on it)`);
}
// A link into folded references opens them.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener('hashchange', unfold);
unfold();
