// Comfort for the case page: where the eye and the cursor go.
(() => {
  "use strict";
  // Back in the list means the one somebody came from: its view, filters, sort and page.
  for (const link of document.querySelectorAll('.crumbs a, [data-key="u"]')) {
    try {
      const came = sessionStorage.getItem(`amends-list:${link.pathname}`);
      if (came && !link.search) link.search = came;
    } catch {
      // It leads to the usual list.
    }
  }

  // The neighbours in the list somebody came from: j and k, and two arrows that say where one is.
  const steps = document.getElementById("case-steps");
  const here = /^(.*\/cases\/)(\d+)\//.exec(location.pathname);
  const around = () => {
    if (!steps || !here || window.top !== window.self) return;
    const order = JSON.parse(sessionStorage.getItem(`amends-order:${here[1]}`) || "[]");
    const at = order.indexOf(here[2]);
    if (at < 0) return;
    sessionStorage.setItem(`amends-row:${here[1]}`, JSON.stringify({ number: here[2], index: at }));
    for (const link of steps.querySelectorAll("[data-step]")) {
      const number = order[at + Number(link.dataset.step)];
      if (number) link.href = `${here[1]}${number}/`;
      else link.hidden = true;
    }
    steps.querySelector("[data-words]").textContent = steps.querySelector("[data-words]").dataset.words.replace("{n}", at + 1).replace("{total}", order.length);
    steps.hidden = order.length < 2;
  };
  try {
    around();
  } catch {
    // No store, or something else in it: there are no neighbours.
  }

  // A reply was sent from here: the mails arrive after the page, and with them the way to take it back.
  if (location.hash === "#reply-form" && !document.getElementById("reply-form")) {
    const aim = () => {
      const place = document.querySelector("#pending li") || document.getElementById("reply-form");
      if (!place) return;
      place.scrollIntoView({ block: "center" });
      document.removeEventListener("htmx:afterSettle", aim);
    };
    document.addEventListener("htmx:afterSettle", aim);
  }

  // The panel chosen last is the one still open after a reload of this page.
  const bar = document.querySelector(".desk-bar");
  bar?.addEventListener("change", () => {
    const chosen = bar.querySelector("input:checked");
    const panel = document.querySelector(`[data-panel="${CSS.escape(chosen.value)}"]`);
    if (matchMedia("(pointer: fine)").matches && chosen.dataset.by === "pointer") panel?.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
  // A click means "I want to write now"; arrow keys only look around.
  bar?.addEventListener("pointerdown", (event) => {
    const radio = event.target.closest("label")?.querySelector("input");
    for (const other of bar.querySelectorAll("input")) delete other.dataset.by;
    if (radio) radio.dataset.by = "pointer";
  });
  // Beside the list only the case itself stays in its frame; everything else opens where the list is.
  if (window.top !== window.self) {
    const own = /^.*\/cases\/\d+\//.exec(location.pathname)?.[0];
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && !link.target && !(own && link.pathname.startsWith(own))) link.target = "_top";
    }, { capture: true });
  }
  if (!document.getElementById("said")) document.querySelector(".desk-panel .is-invalid, #issue .is-invalid")?.focus();
})();
