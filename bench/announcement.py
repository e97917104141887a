"""The proof of a large announcement: the workers that write and send it are killed, and everybody gets exactly one mail.

    python -m bench.announcement --people 2000 --kills 4 --report docs/evidence/announcement.md

A whole product mails to a server that keeps everything (bench/sink.py). "You said, we did" goes to people whose cases had
one cause; while it is written and sent the worker is killed with its children (kill -9), again and again, and comes back
by itself. Then the mail server's ledger is held against the rows. Exit code 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import django

from bench.product import Product, patiently
from tests import live, servers

SLUG, PASSWORD = "proof", "announcement-proof-2026"
PATIENCE = 1_800.0  # seconds for the whole of it
_UNDER_WAY = """SELECT (SELECT count(*) FROM followups_announcementmail WHERE status = 'PLANNED')
                     + (SELECT count(*) FROM outbox_outboundmessage WHERE state IN ('QUEUED', 'SENDING') AND mail = 'improvement_done')"""
_MAILS = "SELECT \"to\", state FROM outbox_outboundmessage WHERE mail = 'improvement_done'"
_ROWS = "SELECT status, count(*) FROM followups_announcementmail GROUP BY 1"
_NOTED = "SELECT count(*) FROM detractors_caseevent WHERE kind = 'MAIL_DOUBTFUL'"


@dataclass
class Outcome:
    """What was done and found."""

    people: int
    kills: list[tuple[int, int]] = field(default_factory=list)  # (written, arrived) at each kill
    arrived: int = 0
    doubtful: int = 0
    doubtful_arrived: int = 0
    noted: int = 0
    seconds: float = 0.0
    offences: list[str] = field(default_factory=list)


def run(people: int, product: Product, *, kills: int) -> Outcome:
    """Announce to `people` of a running product, and kill its worker `kills` times on the way."""
    outcome, begun = Outcome(people), time.monotonic()
    product.create_workspace(name="Proof", slug=SLUG, owner="owner@proof.example", password=PASSWORD)
    started = int(product.run_module("bench.announcement_cast", SLUG, str(people)))
    if started != people:
        outcome.offences.append(f"it was to go to {people}, and goes to {started}")
    marks = [people * (2 * turn + 1) // (2 * kills + 1) for turn in range(kills)]
    for _turn in patiently(PATIENCE, pause=0.1):
        assert product.supervisor is not None
        product.supervisor.tick()
        arrived = len(product.received())
        if marks and arrived >= marks[0]:
            marks.pop(0)
            outcome.kills.append((_written(product), arrived))
            product.kill("worker")
        elif not marks and product.rows(_UNDER_WAY)[0][0] == 0:
            break
    else:
        outcome.offences.append("it did not come to its end")
    assert product.supervisor is not None
    for _turn in patiently(180, pause=1):  # the case hears of a doubtful mail within a minute
        product.supervisor.tick()
        if product.rows(_NOTED)[0][0] == product.rows(f"SELECT count(*) FROM ({_MAILS}) AS m WHERE state = 'UNKNOWN'")[0][0]:  # fmt: skip
            break
    outcome.seconds = time.monotonic() - begun
    _prove(product, outcome)
    return outcome


def _written(product: Product) -> int:
    return int(dict(product.rows(_ROWS)).get("SENT", 0))


def _prove(product: Product, outcome: Outcome) -> None:
    received = Counter(address for line in product.received() for address in line["to"])
    mails: dict[str, list[str]] = {}
    for address, state in product.rows(_MAILS):
        mails.setdefault(address, []).append(state)
    everybody = {f"told-{number}@customer.example" for number in range(outcome.people)}
    doubtful = {address for address, states in mails.items() if states == ["UNKNOWN"]}
    outcome.arrived = sum(received.values())
    outcome.doubtful, outcome.doubtful_arrived = len(doubtful), len(doubtful & set(received))
    outcome.noted = int(product.rows(_NOTED)[0][0])
    outcome.offences += [f"{address} got {n} mails" for address, n in received.items() if n > 1]
    outcome.offences += [f"{one} has {len(mails.get(one, []))} mails" for one in everybody if len(mails.get(one, [])) != 1]  # fmt: skip
    outcome.offences += [
        f"{one} got nothing, and nobody knows" for one in everybody - set(received) - doubtful
    ]
    outcome.offences += [f"{one} got a mail that is not theirs" for one in set(received) - everybody]
    rows = dict(product.rows(_ROWS))
    if rows != {"SENT": outcome.people}:
        outcome.offences.append(f"rows of the announcement: {rows}")
    if outcome.noted != outcome.doubtful:
        outcome.offences.append(
            f"{outcome.doubtful} doubtful mails, {outcome.noted} of them noted in their case"
        )
    state = product.rows("SELECT state FROM followups_announcement")
    if state != [("DONE",)]:
        outcome.offences.append(f"the announcement is {state}")


def report(outcome: Outcome, command: str) -> str:
    """The page."""
    kills = "; ".join(f"{written:,} written and {arrived:,} arrived" for written, arrived in outcome.kills)
    rows = [
        ("people whose case had the cause", f"{outcome.people:,}"),
        ("kill -9 of the worker with its children", f"{len(outcome.kills)}: at {kills}"),
        ("mails that arrived, nobody twice", f"{outcome.arrived:,}"),
        ("of unknown fate: on the wire when the worker was killed, never sent again by itself", f"{outcome.doubtful:,} ({outcome.doubtful_arrived:,} had arrived)"),
        ("of these noted in their case, for a person to decide", f"{outcome.noted:,}"),
        ("people without a mail of whom nobody knows", "0" if not outcome.offences else "see below"),
        ("seconds", f"{outcome.seconds:.0f}"),
    ]  # fmt: skip
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    broken = "".join(f"\nBROKEN: {offence}" for offence in outcome.offences[:20])
    return f"""# You said, we did, to {outcome.people:,} people while the workers are killed

`make prove-announcement` starts a whole product and a mail server that keeps everything and writes its
line before it acknowledges (`bench/sink.py`). An improvement that is done is told to everybody whose closed case had its
cause. While the mails are written and sent the worker is killed with its children (`kill -9`) and started again by the
supervisor. Then the mail server's ledger is held against the rows: everybody has exactly one mail, nobody got two, and who
got none is known as doubtful and stands in their case. It ends with exit code 1 when one of them is broken. A short run, with
workers killed between a mail and the end of its transaction, belongs to `make test`.

    {command}

Run of {datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, shared with other work:

| what | figure |
|---|---|
{table}
{broken}"""


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.announcement", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args(arguments)
    servers.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()  # the database is a copy of the tests' own
    with live.product("announcement") as product:
        outcome = run(given.people, product, kills=given.kills)
    said = report(outcome, f"python -m bench.announcement --people {given.people} --kills {given.kills}")
    print(said, flush=True)
    if given.report:
        given.report.write_text(said, encoding="utf-8")
    return 1 if outcome.offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
