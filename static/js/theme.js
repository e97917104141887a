// Loaded in the head, before the first paint: puts the remembered theme on <html>.
// Without a choice the attribute stays away and the style sheet follows the system.
(() => {
  "use strict";
  const KEY = "amends-theme";
  const root = document.documentElement;
  root.classList.add("js");

  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be forbidden; the system's theme is a good answer
    }
  };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.setAttribute("data-bs-theme", theme);
    else root.removeAttribute("data-bs-theme");
    document.dispatchEvent(new CustomEvent("amends:theme"));
  };
  const mark = () => {
    const chosen = remembered() || "system";
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
    }
  };

  show(remembered());
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      if (button.dataset.themeChoice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, button.dataset.themeChoice);
    } catch {
      // the choice then lasts for this page only
    }
    show(button.dataset.themeChoice);
    mark();
  });
  addEventListener("storage", (event) => {
    if (event.key === KEY) {
      show(event.newValue);
      mark();
    }
  });
})();
