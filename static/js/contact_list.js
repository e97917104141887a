// Tick all of the page at once, and see how many are ticked.
(() => {
  "use strict";
  const all = document.querySelector("[data-tick-all]");
  const boxes = [...document.querySelectorAll('input[name="contacts"]')];
  const count = document.querySelector("[data-ticked]");
  if (!all || !count) return;
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = String(ticked);
    all.checked = ticked === boxes.length && ticked > 0;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.closest("[hidden]")?.removeAttribute("hidden");
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
})();
