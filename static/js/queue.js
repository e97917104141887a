// Keeps the queue current without moving what somebody is about to press.
// Every four seconds, so that what others do is here within five, it asks whether anything changed since the version shown; 204 means no.
// Rows that changed are replaced in their place. A new order waits behind a bar while somebody is at the list,
// and is taken over by itself once nobody has moved for a while (a screen on the wall).
(() => {
  "use strict";
  const POLL_MS = 4000;
  const IDLE_MS = 30000;
  const live = () => document.getElementById("queue-live");
  const bar = document.getElementById("queue-bar");
  const words = document.getElementById("queue-words")?.dataset;
  if (!live() || !bar || !words) return;

  // A case leads back to this very list: its view, filters, sort and page.
  try {
    sessionStorage.setItem(`amends-list:${location.pathname}`, location.search);
  } catch {
    // It leads back to the usual one.
  }
  // And on to its neighbours, in the order in which they stood here.
  addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(`amends-order:${location.pathname}`, JSON.stringify(numbersOf(live())));
    } catch {
      // There is no way on.
    }
  });

  let pending = null;
  let lastMove = Date.now();
  for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "scroll"]) {
    addEventListener(name, () => { lastMove = Date.now(); }, { passive: true, capture: true });
  }

  const rowsOf = (root) => [...root.querySelectorAll("#queue-rows > tr[data-number]")];
  const numbersOf = (root) => rowsOf(root).map((row) => row.dataset.number);
  const isBusy = () => Date.now() - lastMove < IDLE_MS || live().matches(":hover") || live().contains(document.activeElement);

  const swapPart = (fresh, id) => {
    const [old, next] = [live().querySelector(`#${id}`), fresh.querySelector(`#${id}`)];
    if (old && next && !old.contains(document.activeElement) && old.innerHTML !== next.innerHTML) old.replaceWith(next.cloneNode(true));
  };

  // Rows in both lists take their new content where they stand; those that left are marked.
  const refreshRows = (fresh) => {
    const next = new Map(rowsOf(fresh).map((row) => [row.dataset.number, row]));
    for (const row of rowsOf(live())) {
      const now = next.get(row.dataset.number);
      row.classList.toggle("is-gone", !now);
      row.title = now ? "" : words.gone;
      if (now && now.dataset.version !== row.dataset.version && !row.contains(document.activeElement)) {
        const taken = now.cloneNode(true);
        const here = row.querySelector(".queue-here"); // who is at it is asked for by itself and stays meanwhile
        if (here) taken.querySelector(".queue-name")?.append(here);
        row.replaceWith(taken);
        window.htmx?.process(taken);
      }
    }
  };

  const takeOver = (fresh) => {
    const taken = fresh.cloneNode(true);
    live().replaceWith(taken);
    window.htmx?.process(taken);
    pending = null;
    bar.hidden = true;
  };

  const offer = (fresh, before, after) => {
    pending = fresh;
    const known = new Set(before);
    const arrived = after.filter((number) => !known.has(number)).length;
    const said = arrived ? words.new.replace("{n}", arrived) : words.order;
    bar.querySelector("span").textContent = `${said}: ${words.show}`;
    bar.hidden = false;
    const aloud = document.getElementById("live");
    if (aloud && aloud.textContent !== said) aloud.textContent = said;
  };

  const take = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("queue-live");
    if (!fresh) return;
    const [before, after] = [numbersOf(live()), numbersOf(fresh)];
    const isSameOrder = before.length === after.length && before.every((number, index) => number === after[index]);
    if (!isSameOrder && !isBusy()) {
      takeOver(fresh);
      return;
    }
    swapPart(fresh, "queue-tabs");
    refreshRows(fresh);
    if (Boolean(live().querySelector("#queue-alarm")) !== Boolean(fresh.querySelector("#queue-alarm"))) {
      const alarm = fresh.querySelector("#queue-alarm");
      if (alarm) live().prepend(alarm.cloneNode(true));
      else live().querySelector("#queue-alarm").remove();
    }
    live().dataset.version = fresh.dataset.version;
    if (isSameOrder) {
      pending = null;
      bar.hidden = true;
    } else offer(fresh, before, after);
  };

  let isAsking = false;
  const ask = async () => {
    if (document.hidden || isAsking) return;
    if (pending && !isBusy()) {
      takeOver(pending);
      return;
    }
    isAsking = true;
    try {
      const url = new URL(location.href);
      url.searchParams.set("since", live().dataset.version);
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual" });
      const how = window.Amends.fared(answer);
      window.Amends.reach(how);
      if (how === "out") clearInterval(timer); // nothing more is told here
      else if (answer.status === 200) take(await answer.text());
    } catch {
      window.Amends.reach("away"); // the next turn asks again
    } finally {
      isAsking = false;
    }
  };
  const timer = setInterval(ask, POLL_MS);
  document.addEventListener("visibilitychange", ask);
  bar.querySelector("button").addEventListener("click", () => {
    if (pending) takeOver(pending);
    live().querySelector(".row-link")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
})();
