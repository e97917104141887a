// Comfort for writing: "/shortcut " puts a kept reply in, and the cursor stands at the first place left to fill in.
(() => {
  "use strict";
  const TYPED = /(^|\s)\/([a-z0-9][a-z0-9-]{0,19})\s$/;
  const PLACE = /\[[^\]\n]{2,40}\]/;

  document.addEventListener("input", (event) => {
    const field = event.target;
    const form = field.closest?.("#reply-form");
    if (!form || field.name !== "body" || !form.dataset.shortcuts) return;
    const before = field.value.slice(0, field.selectionStart);
    const found = TYPED.exec(before);
    const kept = found && JSON.parse(form.dataset.shortcuts)[found[2]];
    if (!kept) return;
    field.value = before.slice(0, found.index) + found[1] + field.value.slice(field.selectionStart);
    form.elements.template.value = kept;
    form.querySelector("[data-insert]").click();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const body = event.detail.requestConfig?.triggeringEvent?.submitter?.matches("[data-insert]") || event.detail.elt?.id === "reply-form"
      ? document.querySelector("#reply-form [name=body]") : null;
    if (!body || event.detail.requestConfig?.elt?.id === "reply-preview") return;
    body.focus();
    const place = PLACE.exec(body.value);
    if (place) body.setSelectionRange(place.index, place.index + place[0].length);
  });
})();
