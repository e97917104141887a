// List and case side by side on wide screens: rows open in a frame of our own page, the list stays.
(() => {
  "use strict";
  const STORE = "amends-split";
  const WIDE = matchMedia("(min-width: 80rem)");
  const button = document.getElementById("split-switch");
  const frame = document.getElementById("case-pane");
  if (!button || !frame) return;
  const isOn = () => localStorage.getItem(STORE) === "on" && WIDE.matches;

  const mark = (number) => {
    for (const row of document.querySelectorAll("#queue-rows tr[data-number]")) row.classList.toggle("is-shown", row.dataset.number === number);
  };
  const paint = () => {
    const on = isOn();
    document.body.classList.toggle("is-split", on);
    button.setAttribute("aria-pressed", String(on));
    frame.hidden = !on;
    document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    if (on && frame.src === "") document.querySelector("#queue-rows .row-link")?.click();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#queue-rows .row-link");
    if (!link || !isOn() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    frame.src = link.href;
    mark(link.closest("tr").dataset.number);
  });
  frame.addEventListener("load", () => {
    const found = /\/cases\/(\d+)\//.exec(frame.contentWindow?.location.pathname || "");
    if (found) mark(found[1]);
  });
  button.addEventListener("click", () => {
    localStorage.setItem(STORE, isOn() ? "off" : "on");
    paint();
  });
  WIDE.addEventListener("change", paint);
  paint();
})();
