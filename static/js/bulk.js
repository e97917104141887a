// Choosing cases (click, Shift and click, x) and acting on all of them. Many are sent in parts, with a bar that tells how far.
// Without script the same boxes and forms work in one go.
(() => {
  "use strict";
  const PART = 20;
  const bar = document.getElementById("bulk-bar");
  if (!bar) return;
  const boxes = () => [...document.querySelectorAll("#queue-rows [name=number]")];
  const chosen = new Set();
  let last = null;

  const paint = () => {
    document.body.classList.toggle("has-chosen", chosen.size > 0);
    bar.hidden = chosen.size === 0;
    bar.querySelector("[data-count]").textContent = bar.dataset.words.replace("{n}", chosen.size);
    for (const box of boxes()) {
      box.checked = chosen.has(box.value);
      box.closest("tr").classList.toggle("is-chosen", box.checked);
    }
    const all = document.getElementById("bulk-all");
    if (all) all.checked = boxes().length > 0 && boxes().every((box) => box.checked);
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest("#queue-rows [name=number]");
    if (!box) return;
    const all = boxes();
    const stretch = event.shiftKey && last ? [all.findIndex((one) => one.value === last), all.indexOf(box)].sort((a, b) => a - b) : [all.indexOf(box), all.indexOf(box)];
    for (const one of all.slice(Math.max(stretch[0], 0), stretch[1] + 1)) {
      if (box.checked) chosen.add(one.value);
      else chosen.delete(one.value);
    }
    last = box.value;
    paint();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "bulk-all") return;
    for (const box of boxes()) {
      if (event.target.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    paint();
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => { chosen.clear(); paint(); });
  // Rows are replaced while somebody chooses: the choice stays.
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.nodeType === 1 && (node.id === "queue-live" || node.matches?.("tr"))))) paint();
  }).observe(document.getElementById("content"), { childList: true, subtree: true });

  const send = async (form, numbers, action, isLast) => {
    const data = new FormData(form);
    data.delete("number");
    for (const number of numbers) data.append("number", number);
    data.set("action", action);
    if (isLast) data.set("last", "1");
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" }, redirect: "manual" });
    return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
  };
  for (const form of document.querySelectorAll("form[data-bulk]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy")) return;
      form.setAttribute("aria-busy", "true");
      const numbers = [...chosen];
      const progress = form.querySelector("progress");
      const started = Date.now();
      let action = "";
      try {
        for (let at = 0; at < numbers.length; at += PART) {
          const told = await send(form, numbers.slice(at, at + PART), action, at + PART >= numbers.length);
          if (told.status !== 200) {
            form.removeAttribute("aria-busy");
            form.querySelector("[data-said]").textContent = told.said || document.getElementById("shell-words").dataset.failed;
            return;
          }
          action = told.action;
          if (progress && Date.now() - started > 700) {
            progress.hidden = false;
            progress.max = numbers.length;
            progress.value = Math.min(at + PART, numbers.length);
          }
        }
        location.reload();
      } catch {
        form.removeAttribute("aria-busy");
        form.querySelector("[data-said]").textContent = document.getElementById("shell-words").dataset.offline;
      }
    });
  }
  addEventListener("pageshow", () => { chosen.clear(); paint(); });
})();
