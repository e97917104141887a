// What is typed at a case is kept in this tab until it is sent: after a reload, another case, or signing in again it is there.
// Where it cannot be kept, leaving is asked about. In the list a case with kept words is marked.
(() => {
  "use strict";
  const PAUSE_MS = 300;
  const LIST_MS = 4000;
  const selector = "form[data-once]";
  const words = document.getElementById("shell-words")?.dataset || {};
  const prefix = `amends-unsent:${document.body.dataset.who || ""}:`;
  const TYPED = "textarea, input:not([type]), input[type=text], input[type=email], input[type=search]";
  const CHOSEN = "select:not([name=template]), input[type=radio], input[type=checkbox], input[type=date], input[type=time], input[type=datetime-local], input[type=number]";

  const key = (form) => prefix + new URL(form.getAttribute("action"), location.href).pathname;
  const fields = (form, kind) => [...form.elements].filter((field) => field.name && field.matches(kind));
  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const base = (field) => (isTicked(field) || field.matches("select") ? "" : field.dataset.base ?? field.defaultValue);
  const isTyped = (form) => fields(form, TYPED).some((field) => field.value !== base(field));
  const hasFiles = (form) => [...form.elements].some((field) => field.type === "file" && field.files.length);

  const keep = (form) => {
    try {
      if (!isTyped(form)) {
        sessionStorage.removeItem(key(form));
        return true;
      }
      const kept = fields(form, `${TYPED}, ${CHOSEN}`).map((field) => ({
        name: field.name, value: field.value, base: base(field), ...(isTicked(field) ? { is: field.checked } : {}),
      }));
      sessionStorage.setItem(key(form), JSON.stringify(kept));
      return true;
    } catch {
      return false; // a full or closed store
    }
  };
  const forget = (form) => {
    try {
      sessionStorage.removeItem(key(form));
    } catch {
      // There is none.
    }
  };

  const mark = (form) => {
    const panel = form.closest("[data-panel]")?.dataset.panel;
    const label = panel && document.querySelector(`.desk-bar input[value="${CSS.escape(panel)}"]`)?.closest("label");
    if (!label) return;
    const dot = label.querySelector(".unsent-dot");
    if (!isTyped(form)) dot?.remove();
    else if (!dot) {
      const one = document.createElement("b");
      one.className = "unsent-dot";
      one.title = words.unsent;
      const aloud = document.createElement("span");
      aloud.className = "visually-hidden";
      aloud.textContent = ` (${words.unsent})`;
      one.append(aloud);
      label.querySelector("span").append(one);
    }
  };

  const restore = (form) => {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(key(form)) || "null");
    } catch {
      // Nothing that could be read.
    }
    // What the server or the browser brought back already is newer than what is kept.
    if (!kept || isTyped(form) || form.querySelector(".is-invalid")) return;
    let isBack = false;
    for (const one of kept) {
      for (const field of fields(form, `${TYPED}, ${CHOSEN}`).filter((other) => other.name === one.name)) {
        if (isTicked(field)) {
          if (field.value === one.value) field.checked = one.is;
        } else if (base(field) === one.base && field.value !== one.value) {
          field.value = one.value;
          isBack = isBack || field.matches(TYPED);
        }
      }
    }
    if (!isBack) return;
    const note = document.createElement("p");
    const button = document.createElement("button");
    note.className = "unsent-back";
    note.setAttribute("role", "status");
    note.append(words.unsentBack, " ");
    button.type = "button";
    button.className = "btn btn-sm btn-quiet";
    button.textContent = words.unsentDrop;
    button.addEventListener("click", () => {
      for (const field of fields(form, TYPED)) field.value = base(field);
      forget(form);
      note.remove();
      (fields(form, "textarea")[0] || fields(form, TYPED)[0])?.focus();
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    note.append(button);
    form.prepend(note);
    const fold = form.closest("details");
    if (fold) fold.open = true;
    fields(form, TYPED)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const timers = new Map();
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.(selector);
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => {
      keep(form);
      mark(form);
    }, PAUSE_MS));
  });
  document.addEventListener("amends:sent", (event) => {
    clearTimeout(timers.get(event.target));
    forget(event.target);
  });

  let isLeaving = false;
  addEventListener("beforeunload", (event) => {
    const forms = [...document.querySelectorAll(selector)];
    if (forms.some((form) => form.dataset.sent)) return;
    const open = forms.filter((form) => isTyped(form) || hasFiles(form));
    const isKept = open.every((form) => keep(form) && !hasFiles(form));
    // Another page of ours in this tab brings the words back; a closed tab does not.
    if (open.length && !(isKept && isLeaving)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && link.origin === location.origin) document.dispatchEvent(new Event("amends:leaving"));
  }, { capture: true });
  document.addEventListener("amends:leaving", () => {
    isLeaving = true;
    setTimeout(() => { isLeaving = false; }, 1000);
  });

  document.querySelectorAll(selector).forEach((form) => { restore(form); mark(form); });
  document.addEventListener("htmx:load", (event) => {
    const form = event.target.closest?.(selector) || event.target.querySelector?.(selector);
    if (!form) return;
    if (event.target === form) { // drawn anew with what was typed: that is no beginning
      for (const field of fields(form, "[name=body]")) field.dataset.base = "";
      keep(form);
    } else restore(form);
    mark(form);
  });

  const list = document.getElementById("queue-words");
  if (!list) return;
  const look = () => {
    let numbers = new Set();
    try {
      numbers = new Set(Object.keys(sessionStorage).filter((one) => one.startsWith(prefix)).map((one) => /\/cases\/(\d+)\//.exec(one)?.[1]));
    } catch {
      // There is no store.
    }
    for (const row of document.querySelectorAll("#queue-rows tr[data-number]")) {
      const has = numbers.has(row.dataset.number);
      const shown = row.querySelector(".queue-unsent");
      if (!has) shown?.remove();
      else if (!shown) {
        const one = document.createElement("span");
        one.className = "queue-unsent";
        one.textContent = list.dataset.unsent;
        row.querySelector(".queue-name")?.append(one);
      }
    }
  };
  look();
  setInterval(look, LIST_MS);
  addEventListener("pageshow", look);
})();
