"""However often links are opened, by whom and how, no answer comes of it and no row changes.

The short version of `make prove-links`, which opens them 10,000 times and writes docs/evidence/links.md.
"""

import json
import os
import time
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import requests

from bench.product import Product

pytestmark = pytest.mark.serial

LOOKS = int(os.environ.get("AMENDS_LINK_VISITS", "300"))  # requests; a twentieth as many pages in the browser
REPORT = os.environ.get("AMENDS_LINK_REPORT", "")
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (compatible; BarracudaCentral)",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0",
    "python-requests/2.32",
    "",
)
QUERIES = (
    "",
    *(f"?score={score}" for score in range(11)),
    "?from=list",
    "?score=99",
    "?score=%00",
    "?lang=ar",
)
SETTLED = 30.0  # seconds in which the sweeps finish what the cast left to do


def state(product: Product) -> dict[str, str]:
    """A digest of every table's whole content."""
    tables = product.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", [])
    return {
        name: product.rows(
            f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t", []
        )[0][0]
        for (name,) in tables
    }


def settled(product: Product) -> dict[str, str]:
    """The state once nothing moves any more by itself."""
    end = time.monotonic() + SETTLED
    before = state(product)
    while time.monotonic() < end:
        time.sleep(6)  # longer than the pace of the quickest sweeps
        now = state(product)
        if now == before:
            break
        before = now
    return before


def test_looks_by_programs_and_browsers_change_no_row(chromium: Any, product: Product) -> None:
    product.create_workspace(
        name="Peeks", slug="peeks", owner="owner@peeks.example", password="pw-peeks-2026-long"
    )
    people = max(
        40, LOOKS // 40
    )  # fewer looks at each than its limit of 60 a minute: the page itself is seen
    cast = json.loads(product.run_module("bench.fault_cast", "peeks", str(people), "0", "0"))
    links = cast["links"]
    with product.paused("schedule"):
        settled(product)
        with product.paused("worker"):  # what changes now, a request has changed
            before = settled(product)
            statuses, by_program = look_as_programs(links)
            pages = look_in_browser(chromium, links)
            changed = differing(before, settled(product))
    assert changed == []
    settled(product)
    assert answers(product) == 0  # nor does work that a look has ordered bring one about
    assert set(statuses) <= {200, 204, 429}
    if REPORT:
        write(len(links), statuses, by_program, pages, len(before))


def look_as_programs(links: list[str]) -> tuple[dict[int, int], float]:
    """How often each status answered LOOKS requests, and the seconds they took."""
    statuses: dict[int, int] = {}
    started = time.monotonic()
    with requests.Session() as session:
        many = zip(range(LOOKS), cycle(links), cycle(AGENTS), cycle(QUERIES), strict=False)
        for number, link, agent, query in many:
            method = ("GET", "HEAD", "OPTIONS")[number % 3]
            got = session.request(method, link + query, headers={"User-Agent": agent}, timeout=30)
            statuses[got.status_code] = statuses.get(got.status_code, 0) + 1
    return statuses, time.monotonic() - started


def look_in_browser(chromium: Any, links: list[str]) -> int:
    """How many pages a scripted browser has looked at."""
    pages = max(10, LOOKS // 20)
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(40_000)
    for number, link in zip(range(pages), cycle(links), strict=False):
        page.goto(f"{link}?score={number % 11}")
        if number % 2:  # a script that looks for something to press, and writes, but sends nothing
            page.mouse.move(40, 40)
            page.locator("textarea[name=comment]").fill("scripted")
            page.keyboard.press("Tab")
    context.close()
    return pages


def answers(product: Product) -> int:
    """How many answers the workspace has."""
    statement = (
        "SELECT count(*) FROM surveys_response r JOIN accounts_workspace w ON w.id = r.workspace_id"
        " WHERE w.slug = 'peeks'"
    )
    return int(product.rows(statement)[0][0])


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose content differs."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def write(links: int, statuses: dict[int, int], seconds: float, pages: int, tables: int) -> None:
    """The evidence as a page."""
    said = ", ".join(f"{count:,} answered {status}" for status, count in sorted(statuses.items()))
    Path(REPORT).write_text(
        "# Evidence: looking at links changes nothing\n\n"
        "`make prove-links` on a started product (web, worker, schedule, PostgreSQL, Redis, mail server):"
        f" {links} survey links,"
        " opened as five kinds of program by GET, HEAD and OPTIONS with every score, the hidden link and odd queries, and by"
        " a scripted Chromium that moves a mouse, writes words and sends nothing.\n\n"
        "| | |\n|---|---|\n"
        f"| requests | {sum(statuses.values()):,} in {seconds:.0f} s: {said} |\n"
        f"| pages in Chromium | {pages:,} |\n"
        "| answers that came of it | 0 |\n"
        f"| tables compared before and after, whole | {tables} |\n"
        "| tables that differ | none |\n\n"
        "A 429 is the limit of 60 looks a minute and link. Worker and schedule stand still while the links are"
        " looked at, so that what differs would be a request's doing; no table is left out.\n",
        encoding="utf-8",
    )
