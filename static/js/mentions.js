// Comfort for notes: after "@" the colleagues whose name begins so are offered. Without it, "@name" works when it is typed.
(() => {
  "use strict";
  const BEFORE = /(?:^|[\s(])@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u;

  const prepare = (field) => {
    const source = document.getElementById(field.dataset.mentions);
    if (!source || field.dataset.offers) return;
    field.dataset.offers = "yes";
    const people = [...source.children].map((item) => ({ name: item.dataset.name, word: item.dataset.word }));
    const take = (person) => (start, end) => {
      field.value = `${field.value.slice(0, start)}@${person.name} ${field.value.slice(end)}`;
      const caret = start + person.name.length + 2;
      field.setSelectionRange(caret, caret);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    };
    window.suggest(field, (before) => {
      const match = BEFORE.exec(before);
      if (!match) return null;
      const typed = match[1].toLocaleLowerCase();
      const found = people.filter((person) => {
        const name = person.name.toLocaleLowerCase();
        return name.startsWith(typed) || name.split(" ").some((word) => word.startsWith(typed)) || person.word.startsWith(typed);
      });
      if (found.some((person) => person.name.toLocaleLowerCase() === typed)) return null;
      return { start: before.length - match[1].length - 1, items: found.map((person) => ({ title: person.name, detail: person.word, take: take(person) })) };
    });
  };
  const all = () => document.querySelectorAll("textarea[data-mentions]").forEach(prepare);
  all();
  document.addEventListener("htmx:load", all);
})();
