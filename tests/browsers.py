"""Debian's Chromium, driven by Playwright, and what is looked at in every page."""

import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import need

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser that ends with the block."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    need("Chromium", found=program is not None, cure="install the package chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


# Findings of less weight nobody asks for: the checker need not look for them. Looking costs most of a page's time.
_RUN = """async (only) => {
    const rules = axe._audit.rules.filter(rule => ["minor", "moderate"].includes(rule.impact));
    const options = {resultTypes: ["violations"], rules: Object.fromEntries(rules.map(rule => [rule.id, {enabled: false}]))};
    if (only.length) Object.assign(options, {runOnly: {type: "rule", values: only}, rules: {}, preload: false});
    return (await axe.run(options)).violations;
}"""
_COLOURS = ["color-contrast", "link-in-text-block"]  # what a theme decides; all else is the same in both
_SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const moving = document.getAnimations().filter(one => one instanceof CSSTransition);
    await Promise.all(moving.map(one => one.finished.catch(() => null)));
    await frame();
}"""


def violations(page: Any, *, only: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """The serious and critical accessibility violations of the page as it stands, by rule, with the elements; of the
    rules in `only`, if given."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN, list(only))
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def violations_in_both_themes(page: Any) -> dict[str, list[tuple[str, list[str]]]]:
    """What `violations` finds in the light page, and what the dark theme adds; nothing if both are well made.

    The page stays open: the theme follows the system's, and the page is light again afterwards."""
    show(page, color_scheme="light")
    found = {"light": violations(page)}
    show(page, color_scheme="dark")
    found["dark"] = violations(page, only=_COLOURS)
    show(page, color_scheme="light")
    return {theme: wrong for theme, wrong in found.items() if wrong}


def show(page: Any, *, width: int = 0, color_scheme: str = "") -> None:
    """Give the page's window another width or theme, and wait until nothing moves any more: a colour on its way to
    another is neither, and the checker takes seconds while styles are in motion."""
    if width:
        page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    if color_scheme:
        page.emulate_media(color_scheme=color_scheme)
    page.evaluate(_SETTLED)


def sideways(page: Any) -> int:
    """By how many CSS pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def close_new(browser: Any, before: Sequence[Any]) -> None:
    """Close every context that is not among those of `before`."""
    for context in browser.contexts:
        if context not in before:
            context.close()


def wait_until_served(seconds: float = 10.0) -> None:
    """Wait until no thread of a live server of this process answers anybody; at most so long.

    Pages ask again and again (who is here, what changed). One that is answered while a test's rows are taken away holds
    a lock on the one hand and waits for one on the other, and may write rows that the next test finds.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(
        "process_request_thread" in thread.name for thread in threading.enumerate()
    ):
        time.sleep(0.02)


class Complaints:
    """Everything a page complained about in the console: scripts that failed, styles and scripts that were refused."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def listen(self, page: Any) -> None:
        """Write down what `page` complains about from now on."""
        page.on("console", lambda message: self._note(message.type, message.text, page.url))
        page.on("pageerror", lambda error: self._note("error", str(error), page.url))

    def _note(self, kind: str, text: str, url: str) -> None:
        if (
            "status of 422" in text
        ):  # a form that was sent back with what is missing: meant, and shown in the page
            return
        if kind == "error" or "Content Security Policy" in text:
            self.lines.append(f"{url}: {text}")
