// The small bar over a reply: marks anybody could type. Ctrl+Z takes each back, as it does typing.
(() => {
  "use strict";
  const KEYS = { b: "bold", i: "italic" };
  const SHIFTED = { Digit7: "numbers", Digit8: "list", Digit9: "quote", KeyL: "link" };
  const WRAPS = { bold: "**", italic: "*" };
  let last = null;

  const put = (field, start, end, text, from, to) => {
    field.focus();
    field.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.setSelectionRange(from, to);
  };

  const wrap = (field, mark) => {
    const text = field.value, n = mark.length;
    let start = field.selectionStart, end = field.selectionEnd;
    while (start < end && /\s/.test(text[start])) start += 1;
    while (end > start && /\s/.test(text[end - 1])) end -= 1;
    const inner = text.slice(start, end);
    const isWrapped = text.slice(start - n, start) === mark && text.slice(end, end + n) === mark &&
      (n === 2 || text[start - 2] !== "*" || text[end + 1] !== "*" || text.slice(start - 3, start) === "***");
    if (isWrapped) put(field, start - n, end + n, inner, start - n, end - n);
    else put(field, start, end, mark + inner + mark, start + n, end + n);
  };

  const lines = (field, make) => {
    const text = field.value;
    const start = text.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const after = text.indexOf("\n", field.selectionEnd);
    const end = after < 0 ? text.length : after;
    const MARKED = /^(?:[-*+] |\d+[.)] |> ?)/;
    const rows = text.slice(start, end).split("\n");
    const isMade = rows.every((row, index) => row === "" || row.startsWith(make(index)));
    const made = rows.map((row, index) => (isMade ? row.slice(make(index).length) : make(index) + row.replace(MARKED, ""))).join("\n");
    put(field, start, end, made, rows.length > 1 ? start : start + made.length, start + made.length);
  };

  const link = (field) => {
    const { selectionStart: start, selectionEnd: end } = field;
    const words = field.value.slice(start, end);
    const isAddress = /^https?:\/\/\S+$/.test(words);
    const text = isAddress ? `[](${words})` : `[${words}](https://)`;
    const at = isAddress || !words ? start + 1 : start + words.length + 3;
    put(field, start, end, text, at, isAddress || !words ? at : at + "https://".length);
  };

  const act = (field, mark) => {
    if (WRAPS[mark]) wrap(field, WRAPS[mark]);
    else if (mark === "list") lines(field, () => "- ");
    else if (mark === "numbers") lines(field, (index) => `${index + 1}. `);
    else if (mark === "quote") lines(field, () => "> ");
    else if (mark === "link") link(field);
  };

  const fieldOf = (element) => {
    const form = element.closest("form");
    return last?.isConnected && last.form === form ? last : form?.querySelector("textarea[data-marks], textarea[data-takes-fields]");
  };

  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("textarea[data-marks], textarea[data-takes-fields]")) last = event.target;
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("textarea[data-marks]") || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const mark = event.shiftKey ? SHIFTED[event.code] : KEYS[event.key.toLowerCase()];
    if (!mark) return;
    event.preventDefault();
    event.stopPropagation();
    act(field, mark);
  }, { capture: true });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-mark], [data-field]");
    const field = button && fieldOf(button);
    if (!field) return;
    if (button.dataset.mark) return act(field, button.dataset.mark);
    const instead = button.parentElement.querySelector("input")?.value.trim().replace(/["\\]/g, "\\$&");
    const text = instead ? `{{ ${button.dataset.field} | "${instead}" }}` : `{{ ${button.dataset.field} }}`;
    const { selectionStart: start, selectionEnd: end } = field;
    put(field, start, end, text, start + text.length, start + text.length);
  });

  const show = () => document.querySelectorAll("[data-mark-bar], [data-put]").forEach((bar) => { bar.hidden = false; });
  show();
  document.addEventListener("htmx:load", show);
})();
