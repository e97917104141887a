// A file can be dropped on the box; its name is shown before it is sent.
(() => {
  "use strict";
  const box = document.querySelector("[data-drop]");
  if (!box) return;
  const input = box.querySelector('input[type="file"]');
  const title = box.querySelector("[data-drop-title]");
  const show = () => {
    if (input.files.length) title.textContent = input.files[0].name;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    box.addEventListener(kind, (event) => {
      event.preventDefault();
      box.classList.add("is-over");
    });
  }
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
})();
