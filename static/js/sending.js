// Forms of the desk (data-once) are sent once, by script, and nothing typed is lost: what goes wrong on the way is said in the
// form itself, which stays as it is and can be sent again. Its own word keeps it to one, however often it arrives.
// Where something is missing, or the case changed meanwhile, the form comes back with what is to be said of it, in its place.
(() => {
  "use strict";
  const LONGEST_MS = 45000;
  const PAGES = [409, 422];
  const words = document.getElementById("shell-words")?.dataset || {};
  const pattern = document.getElementById("wrong-pattern");
  const selector = "form[data-once]";
  if (!pattern) return;

  const hold = (form) => {
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
    form.querySelector(".form-wrong")?.remove();
  };
  const release = (form) => {
    delete form.dataset.sent;
    delete form.dataset.byBrowser;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  };
  const tell = (form, text, door = "") => {
    release(form);
    const wrong = pattern.content.firstElementChild.cloneNode(true);
    wrong.querySelector("[data-text]").textContent = text;
    const link = wrong.querySelector("a");
    if (door) link.href = door;
    else link.remove();
    const buttons = form.querySelector(".desk-send");
    if (buttons) buttons.before(wrong);
    else form.append(wrong);
    wrong.scrollIntoView({ block: "nearest" });
  };

  const data = (form, submitter) => {
    const all = new FormData(form);
    if (submitter?.name) all.append(submitter.name, submitter.value);
    return all;
  };
  const hasFiles = (form) => [...form.elements].some((field) => field.type === "file" && field.files.length);
  const follow = (form, to) => {
    const goal = new URL(to, location.href);
    if (/^\/accounts\//.test(goal.pathname)) { // the session has ended: who signs in again finds the words again
      goal.searchParams.set("next", location.pathname);
      tell(form, words.signedOut, goal.href);
      return;
    }
    form.dispatchEvent(new Event("amends:sent", { bubbles: true }));
    if (!goal.hash && form.id) goal.hash = form.id; // the reply: the way to take it back stands there
    // The same address would only be scrolled in: it is left for a moment, so that the page is drawn anew.
    if (goal.pathname !== location.pathname) {
      location.assign(goal);
      return;
    }
    history.replaceState(null, "", "?-");
    location.replace(goal);
  };
  // Only the form is drawn anew; what stands around it, and where somebody was in it, stays.
  // What was typed while the answer was on its way is newer than what the server brings back.
  const renew = (form, html, sent) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = [...page.querySelectorAll(selector)].find((one) => one.getAttribute("action") === form.getAttribute("action"));
    if (!found) return false;
    const at = form.contains(document.activeElement) ? document.activeElement.name : "";
    const fresh = document.importNode(found, true);
    if (form.hasAttribute("data-then-next")) fresh.setAttribute("data-then-next", "");
    if (form.previousElementSibling?.matches(".form-said")) form.previousElementSibling.remove();
    for (const field of form.elements) {
      const kept = field.matches("textarea, input:not([type]), input[type=text]") && fresh.elements.namedItem(field.name);
      if (kept && field.value !== sent.get(field)) kept.value = field.value;
    }
    form.replaceWith(fresh);
    const said = document.createElement("div");
    said.className = "form-said";
    said.append(...[...page.querySelectorAll("#content .desk-alarm")].map((one) => document.importNode(one, true)));
    if (said.childElementCount) fresh.before(said);
    window.htmx?.process(fresh);
    window.htmx?.trigger(fresh, "htmx:load");
    const named = at && [...fresh.elements].find((field) => field.name === at && field.type !== "radio");
    (fresh.querySelector(".is-invalid") || named || fresh.querySelector("textarea"))?.focus();
    (said.childElementCount ? said : fresh.querySelector(".notice"))?.scrollIntoView({ block: "nearest" });
    return true;
  };
  const send = async (form, submitter) => {
    let answer;
    const sent = new Map([...form.elements].map((field) => [field, field.value]));
    try {
      answer = await fetch(form.getAttribute("action"), {
        method: "POST", body: data(form, submitter), redirect: "manual", headers: { "X-Sent-By": "script" },
        signal: hasFiles(form) ? undefined : AbortSignal.timeout(LONGEST_MS),
      });
    } catch {
      tell(form, words.notSent);
      return;
    }
    const to = answer.headers.get("X-Leads-To");
    if (answer.status === 204 && to) follow(form, to);
    else if (PAGES.includes(answer.status)) {
      if (renew(form, await answer.text(), sent)) return;
      release(form);
      form.dataset.byBrowser = "yes";
      form.requestSubmit(submitter);
    } else tell(form, { 403: words.expired, 404: words.gone, 413: words.tooMuch, 429: words.tooOften }[answer.status] || words.broken);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches(selector)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    const { submitter } = event;
    const isByBrowser = form.dataset.byBrowser || submitter?.hasAttribute("formaction");
    hold(form);
    if (isByBrowser) return;
    event.preventDefault();
    send(form, submitter);
  });
  // Back from the browser's cache: the form may be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll(selector).forEach(release);
  });
})();
