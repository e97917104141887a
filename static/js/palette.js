// The command palette, opened by keys.js with Ctrl+K (or Cmd+K). The server finds, the arrows choose, Enter goes.
(() => {
  "use strict";
  const PAUSE_MS = 120;
  const dialog = document.getElementById("palette");
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-list");
  if (!dialog || !input || !list) return;

  let chosen = -1;
  let asked = 0;
  let timer = 0;
  const entries = () => [...list.querySelectorAll(".palette-entry")];
  const choose = (index) => {
    const all = entries();
    chosen = all.length ? (index + all.length) % all.length : -1;
    all.forEach((entry, place) => {
      entry.id = `palette-${place}`;
      entry.setAttribute("aria-selected", String(place === chosen));
    });
    if (chosen >= 0) {
      input.setAttribute("aria-activedescendant", `palette-${chosen}`);
      all[chosen].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const find = async () => {
    const turn = ++asked;
    const url = new URL(dialog.dataset.url, location.href);
    url.searchParams.set("q", input.value);
    url.searchParams.set("at", location.pathname); // what can be done on this page
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual" });
      if (turn !== asked) return;
      if (answer.status !== 200) throw new Error(String(answer.status));
      list.innerHTML = await answer.text();
      choose(0);
    } catch {
      // Away for a moment: what is listed stays.
      if (!list.childElementCount) {
        const said = document.createElement("div");
        said.className = "palette-none";
        said.setAttribute("role", "option");
        said.setAttribute("aria-disabled", "true");
        said.setAttribute("aria-selected", "false");
        said.textContent = document.getElementById("shell-words")?.dataset.offline || "";
        list.append(said);
      }
    }
  };

  let before = null;
  window.Amends.palette = () => {
    if (dialog.open) {
      dialog.close();
      return;
    }
    before = document.activeElement;
    dialog.showModal();
    input.value = "";
    input.focus();
    find();
  };
  dialog.addEventListener("close", () => before?.focus?.());
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape") { // one press, whatever is typed
      event.preventDefault();
      dialog.close();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      entries()[chosen]?.click();
    }
  });
})();
