// Files for a reply: dropped on the form, pasted, or chosen; shown with their sizes, and looked at before they are sent.
(() => {
  "use strict";
  const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
  const parts = (form) => {
    const place = form?.querySelector("[data-files]");
    return place && { place, input: place.querySelector('input[type="file"]'), list: place.querySelector("[data-chosen]"), wrong: place.querySelector("[data-files-wrong]") };
  };

  const set = (input, files) => {
    const holder = new DataTransfer();
    files.forEach((file) => holder.items.add(file));
    input.files = holder.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const look = (form) => {
    const { place, input, list, wrong } = parts(form);
    const files = [...input.files];
    const ticked = [...place.querySelectorAll("[name=attached]:checked")].map((box) => Number(box.dataset.size));
    const all = files.reduce((sum, file) => sum + file.size, 0) + ticked.reduce((sum, bytes) => sum + bytes, 0);
    const large = files.find((file) => file.size > Number(place.dataset.one));
    const said = large ? `${large.name} ${place.dataset.tooLarge}`
      : files.length + ticked.length > Number(place.dataset.most) ? place.dataset.tooMany
        : all > Number(place.dataset.all) ? place.dataset.tooMuch : "";
    wrong.textContent = said;
    wrong.hidden = !said;
    input.setCustomValidity(said);
    list.replaceChildren(...files.map((file, index) => {
      const row = document.createElement("li"), name = document.createElement("span"), small = document.createElement("small"), button = document.createElement("button");
      name.dir = "auto";
      name.textContent = file.name;
      small.textContent = size(file.size);
      button.type = "button";
      button.className = "btn btn-sm btn-quiet";
      button.textContent = "×";
      button.setAttribute("aria-label", `${place.dataset.remove} ${file.name}`);
      button.addEventListener("click", () => { set(input, files.filter((_file, at) => at !== index)); input.focus(); });
      row.append(name, small, button);
      return row;
    }));
  };
  const add = (form, files) => {
    const { input } = parts(form);
    if (files.length) set(input, [...input.files, ...files]);
  };
  const formOf = (event) => {
    const form = event.target.closest?.("#reply-form");
    return form && parts(form) ? form : null;
  };

  document.addEventListener("change", (event) => {
    const form = formOf(event);
    if (form && (event.target.name === "attached" || event.target.type === "file")) look(form);
  });
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      const form = formOf(event);
      if (!form || ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      form.classList.add("is-over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    const form = formOf(event);
    if (form && !form.contains(event.relatedTarget)) form.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const form = formOf(event);
    if (!form || !event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("is-over");
    add(form, [...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const form = formOf(event);
    const files = [...(event.clipboardData?.files ?? [])];
    if (!form || !files.length) return;
    event.preventDefault();
    add(form, files);
  });
  document.addEventListener("submit", (event) => {
    const form = formOf(event);
    const wrong = form && parts(form).input.validationMessage;
    if (!wrong) return;
    event.preventDefault();
    event.stopPropagation();
    parts(form).wrong.scrollIntoView({ block: "center" });
  }, { capture: true });
})();
