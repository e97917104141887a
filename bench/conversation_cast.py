"""Who takes part in the proof of a conversation: a customer with a mailbox, an agent at the desk, and the story told of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from bench import product as products
from bench.product import Product
from tests.mail_servers import HOST, Box, Mx

DOMAIN, CUSTOMERS, THERE = "in.proof.example", "customer.example", "in.globex.example"
INES, OWNER, OWNERS_WORD = f"ines@{CUSTOMERS}", "olivia@proof.example", "conversation-proof-2026"
WAIT = 150.0  # seconds for a step that a worker takes, on a machine that has other work


@dataclass
class Story:
    """What happened, and which promises were broken."""

    lines: list[str] = field(default_factory=list)
    offences: list[str] = field(default_factory=list)

    def tell(self, sentence: str, *, holds: bool = True) -> None:
        """One step, and whether it went as promised."""
        self.lines.append(f"| {len(self.lines) + 1} | {sentence} | {'yes' if holds else '**no**'} |")
        print(f"{'ok  ' if holds else 'FAIL'} {sentence}", flush=True)
        if not holds:
            self.offences.append(sentence)


def patiently(found: Callable[[], Any], *, seconds: float = WAIT, what: str) -> Any:
    """What `found` gives once it gives something. Raises NotReady."""
    for _left in products.patiently(seconds, pause=0.5):
        if said := found():
            return said
    raise products.NotReady(f"{what} did not come within {seconds:.0f} s")


class Customer:
    """Ines: reads her mailbox over IMAP, writes with swaks."""

    def __init__(self, box: Box, mx: Mx) -> None:
        self.box, self.mx, self.seen = box, mx, 0

    def next_mail(self, holding: str = "") -> Any:
        """The next mail that comes to her, or the next that holds these words."""

        def came() -> Any:
            mails = self.box.mails(CUSTOMERS)[self.seen :]
            return next(((n, mail) for n, mail in enumerate(mails) if holding in mail.text), None)

        place, mail = patiently(came, what=f"a mail to the customer {holding}")
        self.seen += place + 1
        return mail

    def has(self, words: str) -> int:
        """How many of her mails hold these words."""
        return sum(words in mail.text for mail in self.box.mails(CUSTOMERS))

    def write(
        self, to: str, body: str, *, sender: str = INES, attach: Path | None = None, **headers: str
    ) -> None:
        """Hand a mail to postfix."""
        more: list[str] = []
        for name, value in headers.items():
            more += ["--header", f"{name.replace('_', '-')}: {value}"]
        if attach is not None:
            more += ["--attach", f"@{attach}"]
        self._swaks("--from", sender, "--to", to, "--body", body, *more)

    def hand(self, to: str, mail: EmailMessage | bytes, folder: Path, *, sender: str = INES) -> None:
        """Hand a mail to postfix that is written out byte by byte."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        file = folder / "raw.eml"
        file.write_bytes(raw)
        self._swaks("--from", sender, "--to", to, "--data", f"@{file}")

    def _swaks(self, *words: str) -> None:
        command = ["swaks", "--server", f"{HOST}:{self.mx.port}", "--silent", "3", *words]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


class Desk:
    """Olivia, in a browser."""

    def __init__(self, page: Any, product: Product, pictures: Path | None) -> None:
        self.page, self.product, self.pictures = page, product, pictures
        page.set_default_timeout(120_000)
        page.goto(f"{product.base_url}/accounts/login/")
        page.locator("input[name=login]").fill(OWNER)
        page.locator("input[name=password]").fill(OWNERS_WORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/w/**")

    def picture(self, name: str, *, path: str = "", page: Any = None) -> None:
        """What somebody sees, wide and in light, narrow and in the dark."""
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        if path:
            self.go(path)
        page = page or self.page
        for width, scheme in ((1280, "light"), (360, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)
            page.screenshot(
                path=str(self.pictures / f"{name}-{width}.jpg"), full_page=True, type="jpeg", quality=55
            )
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.product.base_url}/w/proof/{path}")

    def reply(self, words: str, *, number: int = 1, resolve: str = "") -> None:
        """Write to the customer of a case; with `resolve` it is solved by that as well."""
        self.go(f"cases/{number}/conversation/")
        self.page.locator("textarea[name=body]").fill(words)
        if resolve:
            self.page.locator("input[name=then_move][value=RESOLVE]").check()
            self.page.locator("select[name=root_cause]").select_option(index=1)
            self.page.locator("textarea[name=resolution]").fill(resolve)
        self.page.get_by_role("button", name="Send the reply").click()
        self.page.get_by_text("Your reply leaves in").wait_for()

    def reads(self, *words: str, number: int = 1) -> bool:
        """Whether the conversation of a case shows these words by now."""

        def shown() -> bool:
            self.go(f"cases/{number}/conversation/")
            text = self.page.locator("#conversation").text_content() or ""
            return all(one in text for one in words)

        return bool(patiently(shown, what=" and ".join(words)))
