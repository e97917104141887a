// Single letters at the desk. They act only where nobody types, and not at all once they are switched off.
// What a letter does is written on the element: data-key="e" is clicked, or focused where it is a field.
(() => {
  "use strict";
  const STORE = "amends-keys";
  const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
  const isOn = () => localStorage.getItem(STORE) !== "off";
  const isShown = (element) => element.getClientRects().length > 0;
  const pane = window.top !== window.self;

  const toggle = document.getElementById("keys-switch");
  if (toggle) {
    toggle.checked = isOn();
    toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
  }

  const writeIn = (panel) => {
    const fields = [...panel.querySelectorAll("[name=body], textarea, input:not([type=hidden]):not([type=radio]), select")].filter(isShown);
    const first = fields.find((one) => one.name === "body") // a mail begins with its words, a call with how it went
      || panel.querySelector("input[type=radio]:invalid") || fields[0] || panel.querySelector("input[type=radio]");
    first?.focus();
  };

  // A label of the desk opens its panel; the mail form may still be on its way.
  const openPanel = (label, key) => {
    const radio = label.querySelector("input");
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const panel = document.querySelector(`[data-panel="${CSS.escape(radio.value)}"]`);
    if (!panel) return;
    if (key === "e") panel.querySelector("form")?.setAttribute("data-then-next", "");
    writeIn(panel);
    const from = document.activeElement;
    const isWhereItWas = () => [from, document.body].includes(document.activeElement);
    const arrive = () => { // other parts of the page may arrive before it; whoever has gone elsewhere meanwhile stays there
      if (isWhereItWas()) writeIn(panel);
      if (!isWhereItWas()) document.removeEventListener("htmx:afterSettle", arrive);
    };
    if (!panel.contains(from)) document.addEventListener("htmx:afterSettle", arrive);
    panel.scrollIntoView({ block: "nearest" });
  };

  const act = (key) => {
    const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isShown);
    if (!element || element.disabled) return false;
    if (element.matches("label")) openPanel(element, key);
    else if (element.matches("summary")) {
      element.parentElement.open = true;
      element.scrollIntoView({ block: "center" });
      writeIn(element.parentElement);
    }
    else if (element.matches(TYPED)) element.focus();
    else element.click();
    return true;
  };

  // The list: where one stands is where the focus is.
  const links = (doc) => [...doc.querySelectorAll("#queue-rows .row-link")];
  const step = (by, doc = document) => {
    const all = links(doc);
    if (!all.length) return false;
    const focused = all.findIndex((link) => link.closest("tr").contains(doc.activeElement));
    const at = focused >= 0 ? focused : all.findIndex((link) => link.closest("tr").classList.contains("is-shown"));
    const next = all[at < 0 ? again(all, by) : Math.min(Math.max(at + by, 0), all.length - 1)];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
    if (doc.body.classList.contains("is-split")) next.click();
    return true;
  };
  // Back in the list one goes on where one was: at the next row, or at the one that has taken the place of a row that left.
  const PLACE = `amends-row:${location.pathname}`;
  const again = (all, by) => {
    const first = by > 0 ? 0 : all.length - 1;
    const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    if (!kept) return first;
    const at = all.findIndex((link) => link.closest("tr").dataset.number === kept.number);
    return Math.min(Math.max(at < 0 ? kept.index : at + by, 0), all.length - 1);
  };
  document.addEventListener("focusin", (event) => {
    const here = event.target.closest("#queue-rows tr[data-number]");
    if (here) sessionStorage.setItem(PLACE, JSON.stringify({ number: here.dataset.number, index: links(document).findIndex((link) => here.contains(link)) }));
  });
  const row = () => document.activeElement?.closest("#queue-rows tr[data-number]");
  const PANELS = { a: "assign", r: "reply", n: "note", w: "wait", e: "resolve" };

  // "g", then a letter: the places of the workspace.
  const WAITS_MS = 1500;
  const places = document.getElementById("keys-go")?.dataset;
  let goSince = 0;
  const go = (key) => {
    if (Date.now() - goSince > WAITS_MS) {
      goSince = key === "g" && places ? Date.now() : 0;
      return goSince > 0;
    }
    goSince = 0;
    if (!/^[a-z]$/.test(key) || !places[key]) return false;
    document.dispatchEvent(new Event("amends:leaving"));
    window.open(places[key], "_top");
    return true;
  };

  const palette = document.getElementById("palette");

  const inList = (key) => {
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1, pane ? window.parent.document : document);
    const here = row();
    if (!here) return false;
    const link = here.querySelector(".row-link");
    if (key === "o") link.click();
    else if (key === "x") here.querySelector("[name=number]")?.click();
    else if (key === "c") here.querySelector(".queue-owner form button")?.click();
    else if (PANELS[key]) {
      const address = new URL(link.href);
      address.searchParams.set("act", PANELS[key]);
      if (key === "e") address.searchParams.set("then", "next");
      if (document.body.classList.contains("is-split")) window.open(address, "case-pane");
      else location.assign(address);
    } else return false;
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest?.("form[data-once], form[data-bulk]");
      if (!form) return;
      event.preventDefault();
      form.requestSubmit(form.hasAttribute("data-then-next") ? form.querySelector("[name=then]") : form.querySelector("button.btn-primary"));
      return;
    }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && palette) {
      event.preventDefault();
      window.Amends.palette();
      return;
    }
    // Out of a field again, so that letters act; a search is emptied first, as browsers do.
    if (event.key === "Escape" && event.target.matches?.(TYPED) && !event.target.closest("dialog") && !(event.target.type === "search" && event.target.value)) {
      event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !isOn()) return;
    if (event.target.closest?.(TYPED) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      document.getElementById("keys-help")?.showModal();
      event.preventDefault();
      return;
    }
    const hasChosen = document.body.classList.contains("has-chosen");
    if (event.repeat && event.key !== "j" && event.key !== "k") return; // a letter held down acts once
    const done = go(event.key) || (hasChosen && event.key.length === 1 && act(`bulk-${event.key}`)) || inList(event.key) || act(event.key);
    if (done) event.preventDefault();
  });

  // "?act=resolve&then=next" from the list: the panel is open already, the cursor goes in.
  const asked = new URL(location.href).searchParams;
  if (asked.get("act")) {
    addEventListener("load", () => {
      const radio = document.querySelector(".desk-bar input:checked");
      if (radio && radio.value === asked.get("act")) openPanel(radio.closest("label"), asked.get("then") ? "e" : "");
    });
  }
})();
