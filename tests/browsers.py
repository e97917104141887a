"""Debian's Chromium, driven by Playwright, and what is looked at in every page."""

import os
import shutil
from collections.abc import Iterator
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


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """The serious and critical accessibility violations of the page as it stands, by rule, with the elements.

    The page's context must be made with `bypass_csp=True`, so that the checker can be put into it.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def sideways(page: Any) -> int:
    """By how many CSS pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


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
