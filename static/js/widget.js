// Amends' widget. One script tag, no cookie, nothing loaded but its own settings; docs/widget.md says what it reads.
(() => {
  "use strict";
  const tag = document.currentScript;
  if (!tag) return;
  const data = tag.dataset;
  const home = new URL(tag.src).origin;
  const key = data.key;
  const mark = `amends-${key}`; // where the day of the last answer is kept, only with "again after ... days"
  const tongue = encodeURIComponent(data.language || document.documentElement.lang); // the page's, if the survey speaks it
  let css;

  const STYLE = `
:host{all:initial;color-scheme:light dark;--ink:#2a222e;--soft:#5f5565;--card:#fff;--line:#ded5cb;--edge:#85788a;--bad:#982b1b;
--d:#fbe3dd;--di:#8a2415;--p:#fcecc7;--pi:#6a4600;--g:#d9f0e5;--gi:#0b553f;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
:host([data-pop]){position:fixed;z-index:2147483647;bottom:16px;right:16px;left:auto;width:min(400px,calc(100vw - 32px))}
:host([data-pop=LEFT]){left:16px;right:auto}
:host(:not([data-pop])){display:block;max-width:600px}
*{box-sizing:border-box;font:inherit}
.card{position:relative;padding:20px;border:1px solid var(--line);border-radius:16px;background:var(--card);color:var(--ink);text-align:start}
:host([data-pop]) .card{max-height:calc(100vh - 32px);overflow:auto;box-shadow:0 10px 40px #0004}
fieldset{margin:0;padding:0;border:0;min-width:0}
legend,h2{margin:0 0 12px;padding:0;font-size:18px;font-weight:650;line-height:1.35;text-wrap:balance}
:host([data-pop]) legend,:host([data-pop]) h2{padding-inline-end:36px}
.scale{display:grid;grid-template-columns:repeat(var(--n),1fr);gap:4px}
.scale label{position:relative}
.scale input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.scale span{display:grid;place-items:center;height:44px;border:1px solid transparent;border-radius:8px;font-weight:650}
.detractor{background:var(--d);color:var(--di)}.passive{background:var(--p);color:var(--pi)}.promoter{background:var(--g);color:var(--gi)}
input:hover+span{border-color:currentColor}
input:checked+span{background:var(--ink);color:var(--card)}
input:focus-visible+span,button:focus-visible,textarea:focus-visible,[tabindex]:focus-visible,a:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.q{margin:0 0 16px}
.q legend,.q>label{display:block;margin:0 0 6px;padding:0;font-size:16px;font-weight:600}
.q .pick{display:flex;gap:10px;align-items:center;min-height:44px;margin:0;font-weight:400}
:host([data-pop]) .q legend{padding:0}
.pick input{flex:none;width:20px;height:20px;margin:0;accent-color:var(--ink)}
.pick input:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.q .scale{--n:5}
.plain{background:var(--line);color:var(--ink)}
small{font-weight:400;font-size:13px;color:var(--soft)}
.ends{display:flex;justify-content:space-between;gap:12px;margin:6px 0 0;font-size:13px;color:var(--soft)}
.ends span+span{text-align:end}
.more{margin:14px 0 0}
.more label{display:block;margin:0 0 4px;font-weight:600}
textarea{display:block;width:100%;min-height:84px;padding:8px 10px;border:1px solid var(--edge);border-radius:8px;background:var(--card);color:inherit;resize:vertical}
.send{display:block;width:100%;min-height:46px;margin:14px 0 0;padding:8px 14px;border:1px solid #8886;border-radius:8px;background:var(--accent);color:var(--on);font-weight:650;cursor:pointer}
.send[aria-disabled=true]{opacity:.6;cursor:progress}
.close{position:absolute;top:10px;inset-inline-end:10px;width:36px;height:36px;padding:0;border:0;border-radius:8px;background:none;color:var(--soft);font-size:22px;line-height:1;cursor:pointer}
.bad{margin:12px 0 0;padding:8px 10px;border-inline-start:4px solid var(--bad);background:var(--d);color:var(--di);font-weight:600}
.lead{margin:-6px 0 14px;font-size:14px;color:var(--soft)}
.bad:empty,[hidden]{display:none}
.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.help{margin:14px 0 0}
.help a{display:block;margin:6px 0 0;font-weight:600;color:inherit;overflow-wrap:anywhere}
.who{margin:14px 0 0;font-size:13px;color:var(--soft)}
.who>*{display:inline-block;margin-inline-end:14px;color:inherit;overflow-wrap:anywhere}
p{margin:0;white-space:pre-line}
@media(max-width:400px){:host([data-pop]),:host([data-pop=LEFT]){left:8px;right:8px;bottom:8px;width:auto}.card{padding:16px 12px}.scale.long{grid-template-columns:repeat(6,1fr)}}
@media(prefers-color-scheme:dark){:host{--ink:#f0eaf2;--soft:#bdb2c2;--card:#221d26;--line:#3a3140;--edge:#8d8093;--bad:#ef8a76;
--d:#4a241e;--di:#ffb5a6;--p:#42330f;--pi:#f4d28b;--g:#173b2e;--gi:#93dfc1}}
@media print{:host([data-pop]){display:none}}`;

  const el = (name, given, ...inside) => {
    const node = document.createElement(name);
    for (const [word, value] of Object.entries(given || {})) {
      if (typeof value === "function") node.addEventListener(word, value);
      else if (value != null && value !== false) node.setAttribute(word, value === true ? "" : value);
    }
    node.append(...inside);
    return node;
  };

  const dress = (root) => {
    try {
      if (!css) {
        css = new CSSStyleSheet();
        css.replaceSync(STYLE);
      }
      root.adoptedStyleSheets = [css]; // no style-src of the page stands against it
    } catch {
      root.append(el("style", {}, STYLE)); // browsers from before 2023
    }
  };

  const name = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const ask = () =>
    fetch(data.preview || `${home}/widget/${key}.json${tongue ? `?lang=${tongue}` : ""}`, { credentials: data.preview ? "same-origin" : "omit" }).then((response) => {
      if (!response.ok) throw new Error(`Amends: ${response.status} for this key on this site`);
      return response.json();
    });

  const said = {}; // in a preview, where nothing is kept: what decides what is asked next
  const hand = async (body, signed) => {
    if (data.preview) {
      Object.assign(said, body.answers);
      return fetch(`${data.preview}?score=${body.score}&lang=${body.language}&said=${encodeURIComponent(JSON.stringify(said))}`);
    }
    const response = await fetch(`${home}/api/v1/widget/answers/`, {
      method: "POST",
      credentials: "omit",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key, ...body, ...(signed && data.contact && data.signature ? { contact: data.contact, signature: data.signature } : {}) }),
    });
    if (response.status !== 400 || !signed || !data.signature) return response;
    console.warn("Amends: the answer is handed in without a name; is data-signature right?", (await response.json()).detail);
    return hand(body, false);
  };

  // The question in `host`; `over` is called when it is closed.
  const show = (config, host, over) => {
    const words = config.words;
    const submission = name();
    const root = host.attachShadow({ mode: "open" });
    dress(root);
    host.style.setProperty("--accent", config.accent);
    host.style.setProperty("--on", config.ink);
    host.style.setProperty("--n", config.scale.length);
    const wrong = el("p", { class: "bad", role: "alert" });
    const label = el("label", { for: "c" });
    const box = el("textarea", { id: "c", dir: "auto", maxlength: 10000 });
    const more = el("div", { class: "more", hidden: true }, label, box);
    const send = el("button", { class: "send" }, words.send);
    let score = null;
    const steps = config.scale.map(([value, shade]) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "score",
          value,
          "aria-label": value === config.scale[0][0] ? `${value} – ${config.low}` : value === config.scale.at(-1)[0] ? `${value} – ${config.high}` : value,
          change: () => {
            score = value;
            label.textContent = config.prompts[shade];
            more.hidden = false;
            wrong.textContent = "";
          },
        }),
        el("span", { class: shade }, value)
      )
    );
    const ends = el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, config.low), el("span", {}, config.high));
    const form = el(
      "form",
      {
        novalidate: true,
        submit: (event) => {
          event.preventDefault();
          if (send.getAttribute("aria-disabled")) return;
          if (score === null) {
            wrong.textContent = words.choose;
            return;
          }
          deliver(send, wrong, { comment: box.value });
        },
      },
      el("fieldset", {}, el("legend", {}, config.question), el("div", { class: `scale${steps.length > 7 ? " long" : ""}` }, ...steps), ends),
      more,
      wrong,
      send
    );
    // Hands the answer in, or more of it under the same name; what comes back says what is asked next.
    const deliver = async (button, fault, more) => {
      button.setAttribute("aria-disabled", "true");
      fault.textContent = "";
      let status = 0;
      try {
        const body = { score, submission, language: config.lang, ...(data.touchpoint ? { touchpoint: data.touchpoint } : {}), ...more };
        const response = await hand(body, true);
        status = response.status;
        if (response.ok) {
          remember(config);
          const said = await response.json();
          const next = said.questions || [];
          return next.length ? askMore(next) : thank(said);
        }
      } catch {
        // the network is away
      }
      button.removeAttribute("aria-disabled");
      fault.textContent = status === 409 ? words.closed : status === 429 ? words.later : words.failed;
    };

    // One further question: its node, and `read`, what was said to it (null: left out).
    const question = (one) => {
      const fault = el("p", { class: "bad", id: `e${one.id}`, role: "alert" });
      const says = [one.text, ...(one.is_required ? [" ", el("small", {}, `(${words.needed})`)] : [])];
      if (one.kind === "TEXT") {
        const area = el("textarea", { id: one.id, dir: "auto", maxlength: 2000, "aria-describedby": fault.id });
        return { one, fault, first: area, read: () => area.value.trim() || null, node: el("div", { class: "q" }, el("label", { for: one.id }, ...says), fault, area) };
      }
      const isRating = one.kind === "RATING";
      const type = one.kind === "MULTIPLE" ? "checkbox" : "radio";
      const boxes = (isRating ? [1, 2, 3, 4, 5].map((n) => ({ id: n, text: n })) : one.options).map((option) => [el("input", { type, name: one.id, value: option.id }), option.text]);
      const picks = boxes.map(([input, text]) => el("label", { class: isRating ? null : "pick" }, input, el("span", { dir: "auto", class: isRating ? "plain" : null }, text)));
      const chosen = () => boxes.filter(([input]) => input.checked).map(([input]) => input.value);
      const read = () => (one.kind === "MULTIPLE" ? (chosen().length ? chosen() : null) : (chosen()[0] ?? null));
      const body = isRating ? [el("div", { class: "scale" }, ...picks)] : picks;
      return { one, fault, first: boxes[0][0], read, node: el("fieldset", { class: "q", "aria-describedby": fault.id }, el("legend", {}, ...says), fault, ...body) };
    };

    const askMore = (list) => {
      const asked = list.map(question);
      const fault = el("p", { class: "bad", role: "alert" });
      const button = el("button", { class: "send" }, words.next);
      const head = el("h2", { tabindex: -1 }, words.more);
      const submit = (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled")) return;
        const answers = Object.fromEntries(asked.map((item) => [item.one.id, item.read()]));
        const gaps = asked.filter((item) => item.one.is_required && answers[item.one.id] === null);
        for (const item of asked) item.fault.textContent = gaps.includes(item) ? config.must[item.one.kind] : "";
        if (gaps.length) gaps[0].first.focus();
        else deliver(button, fault, { answers });
      };
      swap(el("form", { novalidate: true, submit }, head, el("p", { class: "lead", role: "status" }, words.lead), ...asked.map((item) => item.node), fault, button));
      card.scrollTop = 0;
      head.focus();
    };

    let shown = form;
    const swap = (node) => {
      shown.replaceWith(node);
      shown = node;
    };
    const card = el("div", { class: "card", lang: config.lang, dir: config.dir }, form);
    const thank = ({ help = [], help_title: may }) => {
      const shade = config.scale.find((step) => step[0] === score)[1];
      const head = el("h2", { tabindex: -1 }, words.thanks);
      const contact = config.contact.map(([text, url]) => (url ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : el("span", { dir: "auto" }, text)));
      swap(el("div", { role: "status" }, head, el("p", {}, config.thanks[shade]), help.length ? el("div", { class: "help" }, el("b", {}, may), ...help.map((one) => el("a", { href: one.url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, one.label))) : "", contact.length ? el("div", { class: "who" }, ...contact) : ""));
      head.focus();
    };
    if (over) {
      card.setAttribute("role", "dialog");
      card.setAttribute("aria-label", words.name);
      const close = el("button", { class: "close", type: "button", "aria-label": words.close, click: over }, "×");
      card.append(close);
      card.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          over();
        } else if (event.key === "Tab") {
          // Round and round: a group of radio buttons is one stop of the way.
          const stop = (one) => {
            if (one?.type !== "radio") return one;
            const group = [...card.querySelectorAll("[type=radio]")].filter((other) => other.name === one.name);
            return group.find((other) => other.checked) || group[0];
          };
          const stops = [...card.querySelectorAll("input,textarea,button,a[href]")].filter((one) => one.offsetParent && stop(one) === one);
          const at = stops.indexOf(stop(root.activeElement));
          const next = stops[(at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length];
          if (next) {
            event.preventDefault();
            next.focus();
          }
        }
      });
    }
    root.append(card);
    return root;
  };

  const remember = (config) => {
    if (!config.again_days || data.preview) return;
    try {
      localStorage.setItem(mark, Date.now());
    } catch {
      // not allowed here: it asks again on the next page
    }
  };
  const isRecent = (config) => {
    if (!config.again_days || data.preview) return false;
    try {
      return Date.now() - localStorage.getItem(mark) < config.again_days * 864e5;
    } catch {
      return false;
    }
  };

  const fits = (pattern) => {
    const where = pattern.startsWith("/") ? location.pathname + (pattern.includes("?") ? location.search : "") : location.origin + location.pathname;
    return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(where);
  };
  const isHere = (urls) => {
    const not = urls.filter((one) => one.startsWith("!"));
    const yes = urls.filter((one) => !one.startsWith("!"));
    return !not.some((one) => fits(one.slice(1))) && (!yes.length || yes.some(fits));
  };
  const depth = () => {
    const page = document.documentElement;
    const rest = page.scrollHeight - page.clientHeight;
    return rest > 0 ? (100 * scrollY) / rest : 100;
  };

  const start = (config) => {
    let host = null;
    let before = null;
    const close = () => {
      if (!host) return;
      host.remove();
      host = null;
      if (before?.isConnected) before.focus();
    };
    const open = (takesFocus) => {
      if (host) return;
      host = el("div", { "data-pop": config.side });
      before = document.activeElement;
      const root = show(config, host, () => {
        remember(config);
        close();
      });
      document.body.append(host);
      // By itself it takes nobody's focus: it says that it is there, and the keyboard finds it as the page's last part.
      if (takesFocus) root.querySelector("input").focus();
      else {
        const said = el("p", { role: "status", class: "said" });
        root.append(said);
        setTimeout(() => said.append(config.words.name), 100); // what changes is announced, what is there at once is not
      }
    };
    window.amends = { open: () => open(true), close };

    const places = document.querySelectorAll("[data-amends]");
    if (places.length || config.mode === "INLINE") {
      if (data.preview || (isHere(config.urls) && !isRecent(config))) for (const place of places) if (!place.shadowRoot) show(config, place);
      return;
    }
    if (data.preview) return open(false);
    if (Math.random() * 100 >= config.percent || isRecent(config)) return;
    const since = Date.now();
    const timer = setInterval(() => {
      // Looked at every half second: pages that change their address without loading are met as well.
      if (Date.now() - since < config.delay * 1000 || depth() < config.scroll || !isHere(config.urls)) return;
      clearInterval(timer);
      if (!isRecent(config)) open(false);
    }, 500);
  };

  const begin = () => ask().then(start).catch((error) => console.warn(String(error.message || error)));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
