// List and case side by side on wide screens: rows open in a frame of our own page, the list stays.
(() => {
  "use strict";
  const STORE = "amends-split";
  const WIDE = matchMedia("(min-width: 80rem)");
  const button = document.getElementById("split-switch");
  const frame = document.getElementById("case-pane");
  const away = document.getElementById("case-away");
  const waits = document.getElementById("case-waits");
  if (!button || !frame || !away || !waits) return;
  const isOn = () => localStorage.getItem(STORE) === "on" && WIDE.matches;

  // What is typed in the case that is left is kept (unsent.js): nobody is asked about it.
  // Nobody acts on the case that is still shown while another one is on its way.
  const SOON_MS = 150;
  let coming = 0;
  const show = (address) => {
    leave();
    clearTimeout(coming);
    coming = setTimeout(() => {
      frame.classList.add("is-coming");
      waits.hidden = false;
      away.hidden = true;
    }, SOON_MS);
    frame.src = address;
  };
  const leave = () => {
    try {
      frame.contentDocument?.dispatchEvent(new Event("amends:leaving"));
    } catch {
      // The frame shows the browser's own page.
    }
  };
  const mark = (number) => {
    for (const row of document.querySelectorAll("#queue-rows tr[data-number]")) row.classList.toggle("is-shown", row.dataset.number === number);
  };
  const paint = () => {
    const on = isOn();
    document.body.classList.toggle("is-split", on);
    button.setAttribute("aria-pressed", String(on));
    frame.hidden = !on;
    if (!on) away.hidden = waits.hidden = true;
    document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    if (on && frame.src === "") document.querySelector("#queue-rows .row-link")?.click();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#queue-rows .row-link");
    if (!link || !isOn() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link.href);
    mark(link.closest("tr").dataset.number);
  });
  frame.addEventListener("load", () => {
    clearTimeout(coming);
    frame.classList.remove("is-coming");
    waits.hidden = true;
    let path = "";
    try {
      path = frame.contentWindow.location.pathname;
    } catch {
      // The browser's own page: our server did not answer.
    }
    frame.classList.toggle("is-away", !path);
    away.hidden = Boolean(path) || frame.hidden;
    const found = /\/cases\/(\d+)\//.exec(path);
    if (found) mark(found[1]);
  });
  away.querySelector("button").addEventListener("click", () => { show(frame.src); });
  button.addEventListener("click", () => {
    localStorage.setItem(STORE, isOn() ? "off" : "on");
    paint();
  });
  WIDE.addEventListener("change", paint);
  paint();
})();
