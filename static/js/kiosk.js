// A kiosk: answers are handed in without leaving the page, so a network that is away loses none and shows no error page.
// Nothing is stored on the tablet: what waits is in memory. Without this script the page works by its form alone.
(() => {
  "use strict";
  const script = document.currentScript;
  const words = script.previousElementSibling.content; // a template with the sentences
  const stay = Number(script.dataset.seconds) * 1000;
  const start = script.dataset.start;
  const IDLE = 60_000; // a customer who walks away: what they typed is not for the next one
  const RETRY = 10_000;
  const main = document.querySelector("main");
  const blank = main.cloneNode(true);
  for (const field of blank.querySelectorAll("input[type=radio]")) field.removeAttribute("checked");
  for (const field of blank.querySelectorAll("textarea")) field.textContent = "";
  const net = document.querySelector(".net");
  const waiting = [];
  let timer = 0;

  const name = () => {
    // 128 random bits name this copy of the form: handed in twice it is one answer.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const say = () => {
    net.textContent = waiting.length ? words.querySelector(".waits").textContent.replace("%n", waiting.length) : "";
  };
  const next = () => {
    clearTimeout(timer);
    main.replaceChildren(...blank.cloneNode(true).childNodes);
    scrollTo(0, 0);
    listen();
  };
  const thank = (node) => {
    document.activeElement?.blur(); // the tablet's keyboard goes away
    main.replaceChildren(...node.childNodes);
    for (const one of main.querySelectorAll("form, a.button")) one.remove();
    scrollTo(0, 0);
    clearTimeout(timer);
    timer = setTimeout(next, stay);
  };
  const post = (answer) =>
    fetch(answer.url, {
      method: "POST",
      body: answer.body,
      signal: AbortSignal.timeout(15_000),
    });
  const isLater = (status) => status >= 500 || status === 429 || status === 408;

  let isSending = false;
  const flush = async () => {
    if (isSending) return;
    isSending = true;
    try {
      while (waiting.length) {
        const response = await post(waiting[0]);
        if (isLater(response.status)) break;
        waiting.shift(); // taken, or refused for good (the survey was closed meanwhile)
        say();
      }
    } catch {
      // still away
    } finally {
      isSending = false;
    }
  };

  const listen = () => {
    const form = main.querySelector("form");
    if (!form) return;
    const url = new URL(form.action, location.href);
    url.searchParams.set("n", name());
    form.setAttribute("autocomplete", "off");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clearTimeout(timer);
      const button = form.querySelector("button:not([type=button])");
      button.disabled = true;
      const answer = { url, body: new URLSearchParams(new FormData(form)) };
      try {
        const response = await post(answer);
        if (isLater(response.status)) throw new Error("later");
        const page = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
        if (response.status === 422) {
          main.replaceChildren(...page.childNodes);
          listen();
          return;
        }
        thank(page);
        flush();
      } catch {
        waiting.push(answer);
        say();
        thank(words.querySelector(".kept").cloneNode(true));
      }
    });
  };

  for (const event of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(event, () => {
      if (!main.querySelector("form")) return;
      clearTimeout(timer);
      timer = setTimeout(next, IDLE);
    });
  }
  addEventListener("online", flush);
  setInterval(flush, RETRY);
  addEventListener("beforeunload", (event) => {
    if (waiting.length) event.preventDefault();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) next(); // the back button
  });
  // The page is made anew now and then, so that new words and colours arrive; never while somebody answers.
  setInterval(async () => {
    if (waiting.length || main.querySelector(":checked") || [...main.querySelectorAll("textarea")].some((one) => one.value)) return;
    try {
      if ((await fetch(start, { method: "HEAD", signal: AbortSignal.timeout(15_000) })).ok) location.replace(start);
    } catch {
      // away: stay
    }
  }, 3_600_000);

  const full = document.querySelector(".full");
  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
    document.addEventListener("fullscreenchange", () => {
      full.hidden = Boolean(document.fullscreenElement);
    });
  }
  listen();
})();
