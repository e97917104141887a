// Comfort for writing: "/shortcut" and Tab put a kept reply in where the cursor stands, and the cursor goes where the reply says.
(() => {
  "use strict";
  const TYPED = /(?:^|\s)\/([\p{L}\p{N}-]{0,30})$/u;
  const PLACE = /\[[^\]\n(]{2,40}\](?!\()/;

  const prepare = (field) => {
    const form = field.closest("#reply-form");
    if (!form || field.name !== "body" || field.dataset.offers) return;
    field.dataset.offers = "yes";
    const kept = JSON.parse(form.dataset.shortcuts || "[]");
    const take = (one) => (start, end) => {
      field.value = field.value.slice(0, start) + field.value.slice(end);
      form.elements.at.value = start;
      form.elements.template.value = one.id;
      form.querySelector("[data-insert]").click();
    };
    if (!kept.length) return;
    const hadFocus = document.activeElement === field;
    window.suggest(field, (before) => {
      const match = TYPED.exec(before);
      if (!match) return null;
      const typed = match[1].toLocaleLowerCase();
      const begins = (text) => text.toLocaleLowerCase().startsWith(typed);
      const found = kept.filter((one) => (one.word && begins(one.word)) || one.name.toLocaleLowerCase().split(/\s+/).some(begins));
      // A whole shortcut comes first, then shortcuts that begin so, then names.
      const rank = (one) => (one.word === typed ? 0 : one.word && begins(one.word) ? 1 : 2);
      found.sort((one, other) => rank(one) - rank(other));
      return { start: before.length - match[1].length - 1, items: found.map((one) => ({ title: one.name, detail: one.word ? `/${one.word}` : "", take: take(one) })) };
    });
    if (hadFocus) field.focus();  // it was moved into its holder
  };
  // What is ticked or changed there is no reason to draw it anew.
  const quiet = () => document.querySelectorAll("[data-own-input]").forEach((place) => {
    if (place.dataset.quiet) return;
    place.dataset.quiet = "yes";
    for (const kind of ["input", "change"]) place.addEventListener(kind, (event) => event.stopPropagation());
  });
  const all = () => document.querySelectorAll("#reply-form [name=body]").forEach(prepare);
  all();
  quiet();
  document.addEventListener("htmx:load", () => { all(); quiet(); });

  // The button beside the list puts it at the end; the list under the text box, where the cursor stands.
  document.addEventListener("change", (event) => {
    if (event.target.name === "template" && event.target.form?.elements.at) event.target.form.elements.at.value = "";
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig?.elt?.id === "reply-preview") return;
    const isInsert = event.detail.requestConfig?.triggeringEvent?.submitter?.matches("[data-insert]") || event.detail.elt?.id === "reply-form";
    const body = isInsert ? document.querySelector("#reply-form [name=body]") : null;
    if (!body) return;
    body.focus();
    const at = Number(body.dataset.cursor ?? body.value.length);
    const place = PLACE.exec(body.value);
    if (place && body.dataset.marked === undefined) body.setSelectionRange(place.index, place.index + place[0].length);
    else body.setSelectionRange(at, at);
  });
})();
