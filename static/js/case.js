// Comfort for the case page: a form is sent once, typed words survive a reload, and leaving them unsaved is asked about.
(() => {
  "use strict";
  const forms = [...document.querySelectorAll("form[data-once]")];

  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      form.dataset.clean = "yes";
      form.querySelector("button:not([type=button])")?.setAttribute("aria-disabled", "true");
      form.setAttribute("aria-busy", "true");
    });
    form.addEventListener("input", () => { delete form.dataset.clean; form.dataset.typed = "yes"; });
  }
  // Back from the browser's cache: the form may be sent again, its own word keeps it to one.
  addEventListener("pageshow", () => {
    for (const form of forms) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      form.querySelector("button[aria-disabled]")?.removeAttribute("aria-disabled");
    }
  });
  addEventListener("beforeunload", (event) => {
    const isTyped = forms.some((form) => form.dataset.typed && !form.dataset.clean && ![...form.elements].every((field) =>
      field.type === "hidden" || field.type === "radio" || field.type === "checkbox" || field.value === (field.defaultValue ?? field.value)));
    const isSending = forms.some((form) => form.dataset.sent);
    if (isTyped && !isSending) event.preventDefault();
  });

  // A reply was sent from here: the mails arrive after the page, and with them the way to take it back.
  if (location.hash === "#reply-form" && !document.getElementById("reply-form")) {
    const aim = () => {
      const place = document.querySelector("#pending li") || document.getElementById("reply-form");
      if (!place) return;
      place.scrollIntoView({ block: "center" });
      document.removeEventListener("htmx:afterSettle", aim);
    };
    document.addEventListener("htmx:afterSettle", aim);
  }

  // The panel chosen last is the one still open after a reload of this page.
  const bar = document.querySelector(".desk-bar");
  bar?.addEventListener("change", () => {
    const chosen = bar.querySelector("input:checked");
    const panel = document.querySelector(`[data-panel="${CSS.escape(chosen.value)}"]`);
    if (matchMedia("(pointer: fine)").matches && chosen.dataset.by === "pointer") panel?.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
  // A click means "I want to write now"; arrow keys only look around.
  bar?.addEventListener("pointerdown", (event) => {
    const radio = event.target.closest("label")?.querySelector("input");
    for (const other of bar.querySelectorAll("input")) delete other.dataset.by;
    if (radio) radio.dataset.by = "pointer";
  });
  // Beside the list only the case itself stays in its frame; everything else opens where the list is.
  if (window.top !== window.self) {
    const own = /^.*\/cases\/\d+\//.exec(location.pathname)?.[0];
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && !link.target && !(own && link.pathname.startsWith(own))) link.target = "_top";
    }, { capture: true });
  }
  if (!document.getElementById("said")) document.querySelector(".desk-panel .is-invalid, #issue .is-invalid")?.focus();
})();
