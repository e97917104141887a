// Comfort for notes: after "@" the colleagues whose name begins so are offered. Without it, "@name" works when it is typed.
(() => {
  "use strict";
  const MOST = 6;
  const before = /(?:^|[\s(])@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u;

  for (const field of document.querySelectorAll("textarea[data-mentions]")) {
    const source = document.getElementById(field.dataset.mentions);
    if (!source) continue;
    const people = [...source.children].map((item) => ({ name: item.dataset.name, word: item.dataset.word }));
    const box = document.createElement("ul");
    box.className = "mention-box";
    box.id = `${field.id}-people`;
    box.hidden = true;
    box.setAttribute("role", "listbox");
    const holder = document.createElement("div");
    holder.className = "mention-field";
    field.before(holder);
    holder.append(field, box);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", box.id);
    let found = [], chosen = 0, start = 0;

    const close = () => {
      box.hidden = true;
      found = [];
      field.removeAttribute("aria-activedescendant");
    };
    const mark = () => {
      [...box.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
      field.setAttribute("aria-activedescendant", box.children[chosen].id);
      box.children[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = (person) => {
      const text = field.value, end = field.selectionStart;
      field.value = `${text.slice(0, start)}@${person.name} ${text.slice(end)}`;
      const caret = start + person.name.length + 2;
      field.setSelectionRange(caret, caret);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      close();
      field.focus();
    };
    const look = () => {
      const match = before.exec(field.value.slice(0, field.selectionStart));
      if (!match) return close();
      const typed = match[1].toLocaleLowerCase();
      found = people.filter((person) => {
        const name = person.name.toLocaleLowerCase();
        return name.startsWith(typed) || name.split(" ").some((word) => word.startsWith(typed)) || person.word.startsWith(typed);
      }).slice(0, MOST);
      if (!found.length || found.some((person) => person.name.toLocaleLowerCase() === typed)) return close();
      start = field.selectionStart - match[1].length - 1;
      chosen = 0;
      box.replaceChildren(...found.map((person, index) => {
        const item = document.createElement("li"), address = document.createElement("small");
        item.id = `${box.id}-${index}`;
        item.setAttribute("role", "option");
        item.append(person.name);
        address.textContent = person.word;
        item.append(address);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(person); });
        return item;
      }));
      box.hidden = false;
      mark();
    };
    field.addEventListener("input", look);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (box.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
        mark();
      } else if (event.key === "Enter" || event.key === "Tab") take(found[chosen]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
})();
