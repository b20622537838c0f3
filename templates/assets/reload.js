// In a preview only: waits until the handbook is another one, then loads the page anew at the same place.
(() => {
  const number = document.currentScript.dataset.number;
  const ask = () =>
    fetch("/.runproof/wait/" + number, { cache: "no-store" })
      .then((answer) => answer.text())
      .then((now) => (now === number ? ask() : location.reload()))
      .catch(() => setTimeout(ask, 1000));
  ask();
})();
