// The preview follows what is typed: the form is sent to the preview's frame, which saves nothing.
(() => {
  "use strict";
  const form = document.querySelector("[data-live-preview]");
  const button = form?.querySelector("[data-preview-button]");
  if (!form || !button) return;
  let timer = 0;
  const refresh = () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(button), 500);
  };
  form.noValidate = true; // a half-typed word must not stop the preview; saving checks everything
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);

  // A merge field is put where the cursor was.
  let last = null;
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("input[type=text], textarea")) last = event.target;
  });
  for (const chip of document.querySelectorAll("[data-merge]")) {
    chip.addEventListener("click", () => {
      if (!last) return;
      last.setRangeText(chip.dataset.merge, last.selectionStart, last.selectionEnd, "end");
      last.focus();
      refresh();
    });
  }
})();
