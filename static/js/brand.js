// The sample button wears the colour while it is chosen; ink as in core/colours.py: what contrasts more.
(() => {
  "use strict";
  const field = document.querySelector('[data-brand] input[type="color"]');
  const face = document.querySelector("[data-accent]");
  const ink = document.querySelector("[data-ink]");
  if (!field || !face || !ink) return;
  const linear = (share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  field.addEventListener("input", () => {
    face.setAttribute("fill", field.value);
    ink.setAttribute("fill", contrast(field.value, "#ffffff") >= contrast(field.value, "#000000") ? "#ffffff" : "#000000");
  });
})();
