// Choosing cases (click, Shift and click, x; on a phone after "Choose") and acting on them, or on all that fit the list.
// Chosen ones are sent in parts, with a bar that tells how far. Without script the same boxes and forms work in one go.
(() => {
  "use strict";
  const PART = 20;
  const bar = document.getElementById("bulk-bar");
  if (!bar) return;
  const boxes = () => [...document.querySelectorAll("#queue-rows [name=number]")];
  const all = bar.querySelector("[data-all]");
  const choose = document.getElementById("bulk-choose");
  const chosen = new Set();
  let last = null;
  let fitting = ""; // "all 240 that fit": everything is meant, not the boxes

  const paint = () => {
    const isChoosing = document.body.classList.contains("is-choosing");
    document.body.classList.toggle("has-chosen", chosen.size > 0);
    bar.hidden = chosen.size === 0 && !isChoosing;
    bar.classList.toggle("is-empty", chosen.size === 0);
    const said = fitting || bar.dataset.words.replace("{n}", chosen.size);
    const count = bar.querySelector("[data-count]");
    if (count.textContent !== said) count.textContent = said;
    for (const button of bar.querySelectorAll(".bulk-acts button")) button.disabled = chosen.size === 0;
    for (const box of boxes()) {
      box.checked = Boolean(fitting) || chosen.has(box.value);
      box.closest("tr").classList.toggle("is-chosen", box.checked);
    }
    const every = document.getElementById("bulk-all");
    if (every) every.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    all.classList.toggle("is-on", Boolean(fitting));
  };
  const clear = () => {
    chosen.clear();
    fitting = "";
    document.body.classList.remove("is-choosing");
    choose?.setAttribute("aria-pressed", "false");
    paint();
  };
  const pick = (box, isStretch) => {
    if (fitting) { // one box less than everything: the boxes of this page are meant again
      fitting = "";
      for (const one of boxes()) chosen.add(one.value);
    }
    const rows = boxes();
    const from = isStretch && last ? rows.findIndex((one) => one.value === last) : rows.indexOf(box);
    const stretch = [from, rows.indexOf(box)].sort((a, b) => a - b);
    for (const one of rows.slice(Math.max(stretch[0], 0), stretch[1] + 1)) {
      if (box.checked) chosen.add(one.value);
      else chosen.delete(one.value);
    }
    last = box.value;
    paint();
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest("#queue-rows [name=number]");
    if (box) {
      pick(box, event.shiftKey);
      return;
    }
    // While choosing on a phone the whole card is the box.
    const row = document.body.classList.contains("is-choosing") ? event.target.closest("#queue-rows tr[data-number]") : null;
    const mine = row?.querySelector("[name=number]");
    if (mine) {
      event.preventDefault();
      event.stopPropagation();
      mine.checked = !mine.checked;
      pick(mine, false);
    }
  }, { capture: true });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "bulk-all") return;
    fitting = "";
    for (const box of boxes()) {
      if (event.target.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    paint();
  });
  choose?.addEventListener("click", () => {
    if (document.body.classList.contains("is-choosing")) {
      clear();
      return;
    }
    document.body.classList.add("is-choosing");
    choose.setAttribute("aria-pressed", "true");
    paint();
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    clear();
    (document.querySelector("#queue-rows .row-link") || choose)?.focus();
  });
  all.addEventListener("click", async () => {
    try {
      const answer = await fetch(`${bar.dataset.countUrl}?${bar.dataset.query}`, { headers: { "HX-Request": "true" }, redirect: "manual" });
      if (answer.status !== 200) throw new Error(String(answer.status));
      fitting = (await answer.json()).said;
      for (const box of boxes()) chosen.add(box.value);
      paint();
    } catch {
      window.Amends.say(document.getElementById("shell-words").dataset.offline);
    }
  });
  // Rows are replaced while somebody chooses: the choice stays.
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.nodeType === 1 && (node.id === "queue-live" || node.matches?.("tr"))))) paint();
  }).observe(document.getElementById("content"), { childList: true, subtree: true });

  const send = async (form, change) => {
    const data = new FormData(form);
    data.delete("number");
    change(data);
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" }, redirect: "manual" });
    return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
  };
  // What takes longer than a moment says how far it is, in the dialog itself: what lies behind it is silent meanwhile.
  const SOON_MS = 700;
  const teller = (form, total) => {
    const going = form.querySelector("[data-going]");
    const [said, progress] = [going.querySelector("[data-words-now]"), going.querySelector("progress")];
    let isShown = false;
    let done = 0;
    const paint = () => {
      if (!isShown) return;
      progress.hidden = false;
      if (total) [progress.max, progress.value] = [total, done];
      const words = total ? going.dataset.words.replace("{n}", done).replace("{total}", total) : going.dataset.busy;
      if (said.textContent !== words) said.textContent = words;
    };
    const timer = setTimeout(() => {
      isShown = true;
      paint();
    }, SOON_MS);
    return {
      to(count) {
        done = count;
        paint();
      },
      end() {
        clearTimeout(timer);
        progress.hidden = true;
        said.textContent = "";
      },
    };
  };
  const inParts = async (form, tell) => {
    const numbers = [...chosen];
    let told = {};
    for (let at = 0; at < numbers.length; at += PART) {
      const { action = "" } = told;
      told = await send(form, (data) => {
        for (const number of numbers.slice(at, at + PART)) data.append("number", number);
        data.set("action", action);
        if (at + PART >= numbers.length) data.set("last", "1");
      });
      if (told.status !== 200) return told;
      tell(Math.min(at + PART, numbers.length));
    }
    return told;
  };
  // What opens a page of its own about the choice is sent as a whole.
  for (const form of document.querySelectorAll("form[data-bulk-whole]")) {
    form.addEventListener("submit", () => {
      form.elements.numbers.value = fitting ? "" : [...chosen].join(",");
      form.elements.all.value = fitting ? "1" : "";
    });
  }
  // It is done: the list and what was done are shown where they stand, the words are read aloud, and the keyboard stays at
  // the first chosen case, or at the one that took its place.
  const renew = async (form) => {
    const place = Math.max(0, boxes().findIndex((box) => chosen.has(box.value)));
    const [first] = chosen;
    const answer = await fetch(location.href, { redirect: "manual" });
    if (answer.status !== 200) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [list, toasts] = [page.getElementById("queue-live"), page.getElementById("toasts")];
    if (!list || !toasts) throw new Error("another page");
    form.closest("dialog").close();
    form.reset();
    clear();
    const taken = document.importNode(list, true);
    document.getElementById("queue-live").replaceWith(taken);
    document.getElementById("toasts").replaceChildren(...[...toasts.children].map((one) => document.importNode(one, true)));
    window.htmx?.process(document.getElementById("content"));
    window.htmx?.trigger("#view-list", "changed");
    paint();
    const links = [...document.querySelectorAll("#queue-rows .row-link")];
    const same = first && document.querySelector(`#case-${CSS.escape(first)} .row-link`);
    (same || links[Math.min(place, links.length - 1)] || document.getElementById("content")).focus();
  };
  for (const form of document.querySelectorAll("form[data-bulk]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy")) return;
      form.setAttribute("aria-busy", "true");
      form.querySelector("[data-said]").textContent = "";
      const words = document.getElementById("shell-words").dataset;
      const going = teller(form, fitting ? 0 : chosen.size);
      let wrong = words.offline;
      try {
        const told = await (fitting ? send(form, (data) => data.set("all", "1")) : inParts(form, going.to));
        if (told.status === 200) {
          if (told.url) {
            location.assign(told.url);
            return;
          }
          await renew(form).catch(() => location.reload());
          wrong = "";
        } else wrong = told.said || (told.status === 403 ? words.forbidden : words.failed);
      } catch {
        // Away for a moment: what was typed stays, and can be sent again.
      }
      going.end();
      form.removeAttribute("aria-busy");
      form.querySelector("[data-said]").textContent = wrong;
    });
  }
  addEventListener("pageshow", clear);
})();
