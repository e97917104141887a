// A button with data-copy="id" copies the value of that field and says so.
(() => {
  "use strict";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return; // the text is selected: Ctrl-C is one step away
    }
    const live = document.getElementById("live");
    if (button.dataset.said) {
      if (live) live.textContent = button.dataset.said;
      const label = button.lastChild;
      const before = label.textContent;
      label.textContent = button.dataset.said;
      setTimeout(() => {
        label.textContent = before;
      }, 2000);
    }
  });
})();
