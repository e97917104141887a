// Turns every <time data-countdown> into "in 23 min" / "14 min overdue" beside the moment the server wrote.
// The server's clock is the truth: <body data-now> says what it was when the page was made.
(() => {
  "use strict";
  const MINUTE = 60;
  const HOUR = 3600;
  const DAY = 86400;
  const words = document.getElementById("countdown-words")?.dataset;
  if (!words) return;
  const ahead = Date.parse(document.body.dataset.now || "") - Date.now() || 0;

  const length = (seconds) => {
    const days = Math.floor(seconds / DAY);
    const hours = Math.floor((seconds % DAY) / HOUR);
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    const parts = days ? [[days, words.d], [hours, words.h]] : hours ? [[hours, words.h], [minutes, words.min]] : null;
    if (parts) return parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(" ");
    return minutes ? `${minutes} ${words.min}` : `${Math.floor(seconds)} ${words.s}`;
  };

  const paint = (element, now) => {
    const state = element.dataset.countdown;
    if (state !== "running" && state !== "breached") return;
    const due = Date.parse(element.dateTime);
    const left = (due - now) / 1000;
    const text = (left > 0 ? words.left : words.over).replace("{t}", length(Math.abs(left)));
    const slot = element.querySelector(".countdown-left");
    if (slot && slot.textContent !== text) slot.textContent = text;
    const warn = Date.parse(element.dataset.warn || "");
    element.classList.toggle("countdown-over", left <= 0 || state === "breached");
    element.classList.toggle("countdown-soon", left > 0 && state === "running" && warn <= now);
  };

  const paintAll = () => {
    const now = Date.now() + ahead;
    for (const element of document.querySelectorAll("time[data-countdown]")) paint(element, now);
    for (const element of document.querySelectorAll("time[data-leaves]")) { // a reply that can still be taken back
      const left = Math.ceil((Date.parse(element.dateTime) - now) / 1000);
      if (left > 0 && left < MINUTE) element.textContent = words.left.replace("{t}", `${left} ${words.s}`);
    }
  };
  paintAll();
  setInterval(paintAll, 1000);
  document.addEventListener("htmx:afterSwap", paintAll);
  document.addEventListener("visibilitychange", paintAll);
})();
