// A list under a text box, worked by keyboard: what is offered for the words before the cursor. Used for names and kept replies.
(() => {
  "use strict";
  const MOST = 6;

  // find(before) gives {start, items} or nothing; an item is {title, detail, take(start, end)}.
  window.suggest = (field, find) => {
    const box = document.createElement("ul");
    box.className = "mention-box";
    box.id = `${field.id}-offers`;
    box.hidden = true;
    box.setAttribute("role", "listbox");
    const holder = document.createElement("div");
    holder.className = "mention-field";
    field.before(holder);
    holder.append(field, box);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", box.id);
    let items = [], chosen = 0, start = 0;

    const close = () => {
      box.hidden = true;
      items = [];
      field.removeAttribute("aria-activedescendant");
    };
    const mark = () => {
      [...box.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === chosen)));
      field.setAttribute("aria-activedescendant", box.children[chosen].id);
      box.children[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = (item) => {
      const end = field.selectionStart;
      close();
      item.take(start, end);
    };
    const look = () => {
      const found = find(field.value.slice(0, field.selectionStart));
      if (!found || !found.items.length) return close();
      items = found.items.slice(0, MOST);
      start = found.start;
      chosen = 0;
      box.replaceChildren(...items.map((item, index) => {
        const row = document.createElement("li"), detail = document.createElement("small");
        row.id = `${box.id}-${index}`;
        row.setAttribute("role", "option");
        row.append(item.title);
        detail.textContent = item.detail;
        row.append(detail);
        row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(item); });
        return row;
      }));
      box.hidden = false;
      mark();
    };
    field.addEventListener("input", look);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (box.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        chosen = (chosen + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length;
        mark();
      } else if (event.key === "Enter" || event.key === "Tab") take(items[chosen]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  };
})();
