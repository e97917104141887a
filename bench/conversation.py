"""The proof of a conversation: a whole product between a real postfix and a real dovecot, the customer writing with swaks.

    python -m bench.conversation --report docs/evidence/conversation.md      (needs root, postfix, dovecot-imapd and swaks)

A workspace is set up, a customer answers unhappily, and from then on everything goes through the pages and the mail: the
agent writes at the desk in a browser, the mail is read from the customer's mailbox over IMAP, the answer is handed to
postfix by swaks, and comes back into the case through the product's own mailbox, read by its worker. The worker is killed
(kill -9) in the middle of DATA, and a second installation is the customer of the first. Exit code 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import requests

from bench import conversation_acts as acts
from bench.conversation_cast import (
    CUSTOMERS,
    DOMAIN,
    INES,
    OWNER,
    OWNERS_WORD,
    THERE,
    Customer,
    Desk,
    Story,
    patiently,
)
from bench.product import Product
from bench.wire import Wire
from tests import live, mail_servers, servers
from tests.mail_servers import HOST, PASSWORD


def settings(domain: str, smtp: int, imap: int) -> dict[str, str]:
    """An installation that sends from `domain` and reads all that comes to it."""
    return {
        "AMENDS_EMAIL_URL": f"smtp://{HOST}:{smtp}",
        "AMENDS_FROM_EMAIL": f"feedback@{domain}",
        "AMENDS_INBOUND_DOMAIN": domain,
        "AMENDS_IMAP_URL": f"imap://{domain}:{PASSWORD}@{HOST}:{imap}/INBOX?done=Done",
    }


def report(story: Story, seconds: float, options: argparse.Namespace) -> str:
    """The page."""
    command = f"python -m bench.conversation --rounds {options.rounds}"
    pictures = sorted(options.pictures.glob("*.jpg")) if options.pictures else []
    shown = [f"- [{one.stem}]({one.parent.name}/{one.name})" for one in pictures]
    return "\n".join(
        [
            "# Evidence: a conversation over real servers",
            "",
            "Made by `make prove-conversation`: a whole product (web, worker, schedule, PostgreSQL, Redis) between a real postfix, which",
            "carries mail both ways, and a real dovecot, which keeps the customer's mailbox and ours. The agent works in a browser, the",
            "customer reads over IMAP, writes with swaks, and opens her own page from the link in her mail. A second whole installation",
            "is a customer of the first. Between product and postfix lies a line of ours (`bench/wire.py`) that passes everything on and",
            "is cut at the moment at which the worker is killed. Waiting times of automatic mails are put forward in the database.",
            "",
            f"    {command}",
            "",
            f"{acts.stamp()}, {platform.machine()} with {os.cpu_count()} processors, load {os.getloadavg()[2]:.0f} from other work; {seconds:.0f} seconds.",
            "",
            "| | what happened | as promised |",
            "|---|---|---|",
            *story.lines,
            "",
            *(["Pictures of both sides, wide and narrow:", "", *shown, ""] if shown else []),
        ]
    )


def main(ask: Callable[[], argparse.Namespace] | None = None) -> int:
    """Play it and write it down."""
    parser = argparse.ArgumentParser(prog="python -m bench.conversation", description=__doc__)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of both sides")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args() if ask is None else ask()
    servers.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()  # the database is a copy of the tests' own
    story, started = Story(), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="amends-conversation-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        box = stack.enter_context(mail_servers.dovecot())
        mx = stack.enter_context(mail_servers.postfix(box, domains=(DOMAIN, CUSTOMERS, THERE)))
        wire = stack.enter_context(Wire(to=mx.port))
        here = stack.enter_context(
            live.product("conversation", settings=settings(DOMAIN, wire.port, box.imap))
        )
        try:
            _act(
                here,
                Customer(box, mx),
                story,
                folder,
                options,
                wire,
                stack,
                settings(THERE, mx.port, box.imap),
            )
        except Exception:
            print(here.logs(40), flush=True)
            raise
    if options.report:
        options.report.write_text(report(story, time.monotonic() - started, options), encoding="utf-8")
    return 1 if story.offences else 0


def _act(
    here: Product, ines: Customer, story: Story, folder: Path, options: argparse.Namespace, wire: Wire, stack: Any,
    theirs: dict[str, str],
) -> None:  # fmt: skip
    from playwright.sync_api import sync_playwright

    made = here.create_workspace(name="Proof", slug="proof", owner=OWNER, password=OWNERS_WORD)
    api, key = f"{here.base_url}/api/v1", {"Authorization": f"Bearer {made['api_key']}"}
    survey = requests.get(f"{api}/surveys/", headers=key, timeout=60).json()["results"][0]["id"]
    said = {
        "survey": survey,
        "score": 2,
        "comment": "It never came.",
        "contact": {"email": INES, "name": "Ines Iglesias"},
    }
    requests.post(f"{api}/responses/", json=said, headers=key, timeout=60).raise_for_status()
    patiently(lambda: here.rows("SELECT 1 FROM detractors_case"), what="the case")
    with sync_playwright() as play_wright:
        browser = play_wright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        desk = Desk(browser.new_page(viewport={"width": 1280, "height": 900}), here, options.pictures)
        window = browser.new_page(viewport={"width": 1280, "height": 900})
        window.set_default_timeout(120_000)
        mail = acts.to_and_fro(here, desk, ines, story, folder, options.rounds)
        reply_to = mail.headers["reply-to"][0]
        acts.shapes(here, desk, ines, story, folder, reply_to)
        acts.customers_page(here, desk, ines, story, mail, window)
        acts.programs(here, desk, ines, story, reply_to)
        acts.over_and_open_again(here, desk, ines, story, reply_to)
        acts.bounce(here, desk, story, api, key, survey)
        acts.killed_in_the_words(here, desk, ines, story, wire)
        there = stack.enter_context(live.product("conversation_there", settings=theirs))
        there.create_workspace(
            name="Globex", slug="globex", owner="greta@globex.example", password=OWNERS_WORD
        )
        acts.two_installations(here, there, desk, story, api, key, survey)
        acts.nothing_is_lost(here, story)
        desk.picture("conversation", path="cases/1/conversation/")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
