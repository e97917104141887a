"""The proof of a conversation: a whole product between a real postfix and a real dovecot, the customer writing with swaks.

    python -m bench.conversation --report docs/evidence/conversation.md      (needs root, postfix, dovecot-imapd and swaks)

A workspace is set up, a customer answers unhappily, and from then on everything goes through the pages and the mail: the
agent writes at the desk in a browser, the mail is read from the customer's mailbox over IMAP, the answer is handed to
postfix by swaks, and comes back into the case through the product's own mailbox, read by its worker. In between the worker
is killed (kill -9) while mail leaves. Exit code 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import requests

from bench import product as products
from bench.product import Product
from config.embedded import process
from tests import live, mail_servers, servers
from tests.mail_servers import HOST, PASSWORD, Box, Mx

DOMAIN, CUSTOMERS, OURS = "in.proof.example", "customer.example", "amends.example"
INES, OWNER, OWNERS_WORD = f"ines@{CUSTOMERS}", "olivia@proof.example", "conversation-proof-2026"
WAIT = 90.0  # seconds for a step that a worker takes


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


def patiently(found: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """What `found` gives once it gives something. Raises NotReady."""
    for _left in products.patiently(seconds, pause=0.5):
        if said := found():
            return said
    raise products.NotReady(f"{what} did not come within {seconds:.0f} s")


class Customer:
    """Ines: reads her mailbox over IMAP, writes with swaks."""

    def __init__(self, box: Box, mx: Mx) -> None:
        self.box, self.mx, self.seen = box, mx, 0

    def next_mail(self) -> Any:
        """The next mail that comes to her."""

        def came() -> Any:
            mails = self.box.mails(CUSTOMERS)
            return mails[self.seen] if len(mails) > self.seen else None

        mail = patiently(came, seconds=WAIT, what="a mail to the customer")
        self.seen += 1
        return mail

    def write(
        self, to: str, body: str, *, sender: str = INES, attach: Path | None = None, **headers: str
    ) -> None:
        """Hand a mail to postfix."""
        command = ["swaks", "--server", f"{HOST}:{self.mx.port}", "--from", sender, "--to", to, "--body", body, "--silent", "3"]  # fmt: skip
        for name, value in headers.items():
            command += ["--header", f"{name.replace('_', '-')}: {value}"]
        if attach is not None:
            command += ["--attach", f"@{attach}"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


class Desk:
    """Olivia, in a browser."""

    def __init__(self, page: Any, product: Product) -> None:
        self.page, self.product = page, product
        page.set_default_timeout(60_000)
        page.goto(f"{product.base_url}/accounts/login/")
        page.locator("input[name=login]").fill(OWNER)
        page.locator("input[name=password]").fill(OWNERS_WORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/w/**")

    pictures: Path | None = None

    def picture(self, name: str, path: str) -> None:
        """What the desk looks like, wide and on a phone, light and dark."""
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        if path:
            self.go(path)
        for width in (1280, 360):
            for scheme in ("light", "dark"):
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.emulate_media(color_scheme=scheme)
                self.page.screenshot(path=str(self.pictures / f"{name}-{width}-{scheme}.png"), full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.product.base_url}/w/proof/{path}")

    def reply(self, words: str) -> None:
        """Write to the customer of case 1."""
        self.go("cases/1/conversation/")
        self.page.locator("textarea[name=body]").fill(words)
        self.page.get_by_role("button", name="Send the reply").click()
        self.page.get_by_text("Your reply leaves in").wait_for()

    def reads(self, words: str) -> bool:
        """Whether the conversation of case 1 shows these words by now."""

        def shown() -> bool:
            self.go("cases/1/conversation/")
            return words in self.page.content()

        return bool(patiently(shown, seconds=WAIT, what=words))


def play(product: Product, desk: Desk, ines: Customer, story: Story, folder: Path, rounds: int) -> None:
    """The conversation."""
    desk.reply("Dear Ines, I am sorry, and thank you for telling us. I am looking into it.")
    mail = ines.next_mail()
    reply_to = mail.headers["reply-to"][0]
    root = mail.headers["message-id"][0]
    story.tell(
        f"the reply comes from a person: {mail.from_values.name}", holds="Olivia" in mail.from_values.name
    )
    story.tell("its reply address is one of its own, and it carries no mark of an automatic mail", holds=reply_to.endswith(f"@{DOMAIN}") and "auto-submitted" not in mail.headers)  # fmt: skip
    photo = folder / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2048))
    last = root
    for turn in range(1, rounds + 1):
        words = f"Answer number {turn}: it has not arrived."
        mine = f"<answer-{turn}@{CUSTOMERS}>"
        ines.write(
            reply_to, f"{words}\n\nOn Monday, Olivia wrote:\n> I am looking into it", Subject="Re: Your answer",
            Message_Id=mine, In_Reply_To=last, References=f"{root} {last}", attach=photo if turn == 1 else None,
        )  # fmt: skip
        story.tell(f"answer {turn} stands in the conversation at the desk", holds=desk.reads(words))
        desk.reply(f"Thank you, I have read answer {turn} and am looking into it.")
        mail = ines.next_mail()
        story.tell(f"reply {turn + 1} answers hers, so that her program keeps the thread", holds=mail.headers["in-reply-to"][0] == mine)  # fmt: skip
        last = mail.headers["message-id"][0]
    files = product.rows("SELECT count(*) FROM detractors_attachment WHERE content_type = 'image/png'")[0][0]
    story.tell("her picture lies beside the case", holds=files == 1)
    before = product.rows("SELECT version, customer_wrote_at FROM detractors_case")[0]
    ines.write(
        reply_to, "I am out of the office until Monday.", Auto_Submitted="auto-replied", Message_Id="<away@x>"
    )
    patiently(lambda: _count(product, "kind = 'ABSENCE'"), seconds=WAIT, what="the absence")
    after = product.rows("SELECT version, customer_wrote_at FROM detractors_case")[0]
    story.tell("her absence is filed beside the words and moves nothing", holds=before[1] == after[1])
    ines.write(reply_to, "Send the money to me.", sender=f"mallory@{CUSTOMERS}", Message_Id="<evil@x>")
    patiently(lambda: _count(product, "state = 'TRAY'"), seconds=WAIT, what="the stranger")
    desk.go("incoming/")
    story.tell("a stranger with her reply address waits in the tray", holds="mallory@" in desk.page.content())
    _kill_while_sending(product, desk, ines, story)


def _kill_while_sending(product: Product, desk: Desk, ines: Customer, story: Story) -> None:
    """kill -9 of the worker while replies leave: none arrives twice, and what is doubtful is shown."""
    for number in range(1, 6):
        desk.reply(f"Reply {number} of five: still looking into it.")
        if number in (2, 4):
            time.sleep(14)
            _kill_worker(product)
    settled = "SELECT count(*) FROM outbox_outboundmessage WHERE state IN ('QUEUED', 'SENDING') AND mail = 'case_reply'"
    waiting = "SELECT count(*) FROM followups_pendingreply WHERE sent_at IS NULL AND undone_at IS NULL"

    def all_left() -> bool:
        assert product.supervisor is not None
        product.supervisor.tick()  # who was killed is started again
        return product.rows(waiting)[0][0] == 0 and product.rows(settled)[0][0] == 0

    patiently(all_left, seconds=300, what="five replies")
    time.sleep(5)
    bodies = [mail.text for mail in ines.box.mails(CUSTOMERS)]
    twice = [n for n in range(1, 6) if sum(f"Reply {n} of five" in body for body in bodies) > 1]
    missing = [n for n in range(1, 6) if not any(f"Reply {n} of five" in body for body in bodies)]
    doubtful = product.rows("SELECT count(*) FROM outbox_outboundmessage WHERE state = 'UNKNOWN'")[0][0]
    story.tell(f"the worker was killed twice while five replies left: none arrived twice, {5 - len(missing)} arrived", holds=not twice)  # fmt: skip
    story.tell(f"what may not have arrived is shown to the agent: {doubtful} doubtful, {len(missing)} missing", holds=len(missing) <= doubtful)  # fmt: skip


def _kill_worker(product: Product) -> None:
    """kill -9 of the worker with its children; the supervisor starts it again."""
    child = product.child("worker")
    assert child.popen is not None
    child.deaths = 0
    for pid in process.group(child.popen.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _count(product: Product, condition: str) -> int:
    table = "followups_mail" if condition.startswith("kind") else "followups_receivedmail"
    return int(product.rows(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0])


def report(story: Story, seconds: float, rounds: int) -> str:
    """The page."""
    return "\n".join(
        [
            "# Evidence: a conversation over real servers",
            "",
            "Made by `make prove-conversation`: a whole product (web, worker, schedule, PostgreSQL, Redis) between a real postfix, which",
            "carries mail both ways, and a real dovecot, which keeps the customer's mailbox and ours. The agent works in a browser, the",
            f"customer reads over IMAP and writes with swaks. Rounds: {rounds}; seconds: {seconds:.0f}.",
            "",
            "| | what happened | as promised |",
            "|---|---|---|",
            *story.lines,
            "",
        ]
    )


def main(ask: Callable[[], argparse.Namespace] | None = None) -> int:
    """Play it and write it down."""
    parser = argparse.ArgumentParser(prog="python -m bench.conversation", description=__doc__)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the desk")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args() if ask is None else ask()
    servers.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()  # the database is a copy of the tests' own
    story, started = Story(), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="amends-conversation-"))
    with mail_servers.dovecot() as box, mail_servers.postfix(box, domains=(DOMAIN, CUSTOMERS, OURS)) as mx:
        settings = {
            "AMENDS_EMAIL_URL": f"smtp://{HOST}:{mx.port}",
            "AMENDS_FROM_EMAIL": f"feedback@{OURS}",
            "AMENDS_INBOUND_DOMAIN": DOMAIN,
            "AMENDS_IMAP_URL": f"imap://{DOMAIN}:{PASSWORD}@{HOST}:{box.imap}/INBOX?done=Done",
        }
        try:
            with live.product("conversation", settings=settings) as product:
                _act(product, Customer(box, mx), story, folder, options)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if options.report:
        options.report.write_text(report(story, time.monotonic() - started, options.rounds), encoding="utf-8")
    return 1 if story.offences else 0


def _act(product: Product, ines: Customer, story: Story, folder: Path, options: argparse.Namespace) -> None:
    from playwright.sync_api import sync_playwright

    made = product.create_workspace(name="Proof", slug="proof", owner=OWNER, password=OWNERS_WORD)
    api = f"{product.base_url}/api/v1"
    key = {"Authorization": f"Bearer {made['api_key']}"}
    survey = requests.get(f"{api}/surveys/", headers=key, timeout=30).json()["results"][0]["id"]
    said = {
        "survey": survey,
        "score": 2,
        "comment": "It never came.",
        "contact": {"email": INES, "name": "Ines Iglesias"},
    }
    requests.post(f"{api}/responses/", json=said, headers=key, timeout=30).raise_for_status()
    patiently(lambda: product.rows("SELECT 1 FROM detractors_case"), seconds=WAIT, what="the case")
    with sync_playwright() as play_wright:
        browser = play_wright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        desk = Desk(browser.new_page(viewport={"width": 1280, "height": 900}), product)
        desk.pictures = options.pictures
        play(product, desk, ines, story, folder, options.rounds)
        desk.picture("conversation", "cases/1/conversation/")
        desk.picture("tray", "incoming/")
        desk.picture("intake", "settings/incoming/")
        desk.go("incoming/")
        desk.page.locator(".incoming-subject").first.click()
        desk.picture("received", "")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
