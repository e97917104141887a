// Comfort for pages that already work without it: menus close, dialogs open, toasts leave, failures are told.
(() => {
  "use strict";
  const words = (name) => document.getElementById("shell-words")?.dataset[name] || "";

  // Tabs that do not fit scroll sideways: the one that is open is in sight.
  const seeTab = (within) => {
    for (const tab of within.querySelectorAll(".tabs [aria-current]")) {
      const list = tab.closest(".tabs");
      const by = tab.getBoundingClientRect();
      const frame = list.getBoundingClientRect();
      if (by.left < frame.left || by.right > frame.right) list.scrollLeft += by.left - frame.left - (frame.width - by.width) / 2;
    }
  };
  seeTab(document);
  document.addEventListener("htmx:afterSettle", () => seeTab(document));

  // Menus are <details>; one open at a time, closed by Escape or a click elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Dialogs open by the button's own `commandfor`; browsers that do not know it get the same from here.
  const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    if (button && !knowsCommands) {
      const dialog = document.getElementById(button.getAttribute("commandfor"));
      if (button.getAttribute("command") === "show-modal") dialog?.showModal();
      else dialog?.close();
    }
    if (event.target.matches?.("dialog.sheet")) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.detail > 0) event.target.close();
    }
    event.target.closest("[data-dismiss]")?.closest(".toast-note, .notice")?.remove();
  });

  // A toast with nothing to press leaves by itself; hovering or focusing it keeps it.
  const STAYS_MS = 7000;
  const schedule = (toast) => {
    if (toast.dataset.stays !== undefined) return;
    let timer = setTimeout(() => toast.remove(), STAYS_MS);
    const keep = () => clearTimeout(timer);
    const leave = () => {
      timer = setTimeout(() => toast.remove(), STAYS_MS);
    };
    toast.addEventListener("pointerenter", keep);
    toast.addEventListener("pointerleave", leave);
    toast.addEventListener("focusin", keep);
    toast.addEventListener("focusout", leave);
  };
  const box = () => document.getElementById("toasts");
  const say = (text) => {
    const pattern = document.getElementById("toast-pattern");
    if (!pattern || !box()) return;
    if (box().lastElementChild?.querySelector("[data-text]")?.textContent === text) return; // it is still there to be read
    const toast = pattern.content.firstElementChild.cloneNode(true);
    toast.querySelector("[data-text]").textContent = text;
    box().append(toast);
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (!box()) return;
    const notes = [...box().querySelectorAll(".toast-note")];
    notes.forEach(schedule);
    // What was there when the page came is not read aloud by itself: said once more where screen readers listen.
    const live = document.getElementById("live");
    const said = notes.map((note) => note.querySelector(".toast-note-text")?.textContent.trim()).filter(Boolean).join(" ");
    if (live && said) setTimeout(() => { live.textContent = said; }, 300);
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) if (node.classList?.contains("toast-note")) schedule(node);
      }
    }).observe(box(), { childList: true });
  });

  // A form that comes back with something wrong: the first such field has the cursor, wherever on a long page it is.
  document.addEventListener("DOMContentLoaded", () => {
    if (document.activeElement !== document.body) return;
    const fields = "input:not([type='hidden']), select, textarea";
    const wrong = document.querySelector("main .is-invalid, main [aria-invalid='true'], main .is-wrong input:not([type='hidden'])");
    const box = document.querySelector("main .condition:has(.condition-problem:not(:empty)), #rule-form div:has(> p.text-danger)");
    (wrong ?? box?.querySelector("[name$='value']:not([type='hidden'])") ?? box?.querySelector(fields))?.focus();
  });

  // Requests that fail say so; a poll that fails stays quiet and simply asks again.
  const isPoll = (event) => event.detail.elt?.getAttribute?.("hx-trigger")?.includes("every");
  document.addEventListener("htmx:responseError", (event) => {
    if (!isPoll(event)) say(words(event.detail.xhr.status === 403 ? "forbidden" : "failed"));
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isPoll(event)) say(words("offline"));
  });
  // A preview of what is typed that could not be made must not go on showing that of before.
  for (const failed of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(failed, (event) => {
      const target = event.detail.target;
      if (target?.dataset?.whenFailed) target.textContent = target.dataset.whenFailed;
    });
  }

  // What asks by itself says how it fared: after two misses a line above the page says so, and when it is over it goes.
  const MISSES = 2;
  let misses = 0;
  const line = document.getElementById("reach");
  const reach = (how) => {
    if (!line) return;
    misses = how === "away" ? misses + 1 : 0;
    const text = how === "out" ? words("out") : misses >= MISSES ? words("away") : "";
    line.querySelector("[data-text]").textContent = text;
    line.querySelector("a").hidden = how !== "out";
    line.hidden = !text;
  };
  // How an answer fared: "out" (signed out, or no longer a member), "away" (the server is broken), or well.
  const fared = (answer) => {
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return "out";
    return answer.status < 500 ? "" : "away";
  };
  // What was to come after the page and did not come can be asked for again.
  const missed = (event) => {
    const { elt } = event.detail;
    const waiting = elt?.matches?.("[hx-get]") && elt.querySelector(".skeleton");
    const again = document.getElementById("again-pattern");
    if (!waiting || !again) return;
    const note = again.content.firstElementChild.cloneNode(true);
    const pause = waiting.cloneNode(true);
    note.querySelector("button").addEventListener("click", () => {
      note.replaceWith(pause);
      window.htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt, target: elt, swap: elt.getAttribute("hx-swap") || "innerHTML" });
    });
    waiting.replaceWith(note);
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, missed);

  window.Amends = {
    say,
    reach,
    fared,
    // The painted value of a token ("--promoter") in the theme shown now, for charts.
    color(token) {
      const probe = document.createElement("span");
      probe.hidden = true;
      document.body.append(probe);
      probe.style.color = `var(${token})`;
      const painted = getComputedStyle(probe).color;
      probe.remove();
      return painted;
    },
  };
})();
