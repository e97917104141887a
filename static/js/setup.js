// The first visit: proposes the short name from the company's, and the browser's own time zone. Both can be changed.
(() => {
  "use strict";
  const form = document.querySelector("[data-setup]");
  if (!form) return;
  const { company, slug, time_zone: zone } = form.elements;
  const short = (text) =>
    text
      .replace(/ß/g, "ss")
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 50)
      .replace(/-+$/, "");
  let proposed = short(company.value);
  company.addEventListener("input", () => {
    if (slug.value !== "" && slug.value !== proposed) return; // somebody has chosen one
    proposed = short(company.value);
    slug.value = proposed;
  });
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isFresh = company.value === "" && slug.value === "";
  if (isFresh && [...zone.options].some((option) => option.value === here)) zone.value = here;
})();
