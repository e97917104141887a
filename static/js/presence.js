// Who else is here. A case page says every ten seconds that somebody looks or writes, and shows the others;
// the list asks for the others at the cases it shows. The server forgets after half a minute.
(() => {
  "use strict";
  const EVERY_MS = 10000;
  const LIST_MS = 4000;
  const WRITES_MS = 9000;
  const here = document.getElementById("here");
  let typed = 0;

  const say = async (form) => {
    const answer = await fetch(here.dataset.url, { method: "POST", body: form, headers: { "HX-Request": "true" }, redirect: "manual" });
    window.Amends.reach(window.Amends.fared(answer));
    if (answer.status === 200) {
      const text = await answer.text();
      if (here.innerHTML !== text) here.innerHTML = text;
    }
  };
  const signs = () => {
    const form = new FormData();
    form.set("csrfmiddlewaretoken", here.dataset.token);
    form.set("typing", Date.now() - typed < WRITES_MS ? "1" : "0");
    return form;
  };
  if (here) {
    const beat = () => { if (!document.hidden) say(signs()).catch(() => window.Amends.reach("away")); };
    document.addEventListener("input", (event) => {
      if (!event.target.closest("form[data-once]")) return;
      const isFirst = Date.now() - typed > WRITES_MS;
      typed = Date.now();
      if (isFirst) beat();
    });
    addEventListener("pagehide", () => {
      const form = signs();
      form.set("gone", "1");
      navigator.sendBeacon(here.dataset.url, form);
    });
    beat();
    setInterval(beat, EVERY_MS);
    document.addEventListener("visibilitychange", beat);
  }

  const url = document.getElementById("queue-words")?.dataset.here;
  if (!url) return;
  const mark = (row, visitors) => {
    let slot = row.querySelector(".queue-here");
    const text = (visitors || []).map((one) => one.said).join(", ");
    if (!text) slot?.remove();
    else {
      if (!slot) {
        slot = document.createElement("span");
        row.querySelector(".queue-name")?.append(slot);
      }
      slot.className = visitors.some((one) => one.is_writing) ? "queue-here is-writing" : "queue-here";
      if (slot.textContent !== text) slot.textContent = text;
    }
  };
  const look = async () => {
    const rows = [...document.querySelectorAll("#queue-rows tr[data-number]")];
    if (document.hidden || !rows.length) return;
    const numbers = rows.map((row) => row.dataset.number).join(",");
    try {
      const answer = await fetch(`${url}?n=${numbers}`, { redirect: "manual" });
      if (answer.status !== 200) return;
      const found = await answer.json();
      for (const row of rows) if (row.isConnected) mark(row, found[row.dataset.number]);
    } catch {
      // Away for a moment.
    }
  };
  look();
  setInterval(look, LIST_MS);
})();
