"""The proof of a large campaign: paused in the middle and resumed, its worker killed, and nobody is asked twice.

    python -m bench.campaign --people 20000

A whole product on servers of its own mails to a server that keeps everything (bench/sink.py). When two fifths have arrived
the worker is killed with its children (kill -9) and the campaign is paused; what was handed over before still leaves, then
nothing more does. It is resumed, the worker is killed once more, and it goes on to its end. Then the mail server's ledger
is held against the rows. Exit code 1 when a promise is broken.

The yardstick: two processes that hand finished messages of the same size to the same kind of server over a kept connection.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench import common
from bench.product import Product, patiently, remove, running
from config.embedded.layout import CLONE
from config.embedded.ports import LOOPBACK, free_port

SLUG = "proof"
PASSWORD = "campaign-proof-2026"
QUIET = 8.0  # seconds without a mail: nothing leaves any more
PATIENCE = 1_500.0  # seconds for the whole campaign
YARDSTICK = 1_000  # mails of each of two processes
_STATES = """
SELECT coalesce(nullif(i.not_sent_because, ''), i.status), count(*) FROM surveys_invitation i
JOIN surveys_campaign c ON c.id = i.campaign_id GROUP BY 1 ORDER BY 2 DESC"""


@dataclass
class Outcome:
    """What was done and found."""

    people: int
    states: dict[str, int] = field(default_factory=dict)
    offences: list[str] = field(default_factory=list)
    arrived: int = 0
    at_pause: int = 0
    after_pause: int = 0
    waited: int = 0
    kills: int = 0
    sending: float = 0.0  # seconds in which mails left
    steady: float = 0.0  # mails a second until the first kill
    unknown: int = 0  # were on the wire when the worker was killed: shown as such, never sent again
    yardstick: float = 0.0  # mails a second
    spent: dict[str, float] = field(
        default_factory=dict
    )  # processor milliseconds a mail until the first kill, by part
    yardstick_spent: float = 0.0  # the same of the yardstick

    @property
    def rate(self) -> float:
        """Mails a second, from the first to the last, without the pause."""
        return self.arrived / self.sending if self.sending else 0.0


def run(people: int, product: Product, *, kills: bool = True) -> Outcome:
    """Ask `people` of a running product, paused and resumed in the middle; with `kills` its worker is killed as well."""
    outcome = Outcome(people)
    product.create_workspace(name="Proof", slug=SLUG, owner="owner@proof.example", password=PASSWORD)
    product.run_module("bench.campaign_cast", "start", SLUG, str(people))
    before = _processor_seconds(product)
    begun = _wait_for(product, 1)
    reached = _wait_for(product, people * 2 // 5)
    arrived = len(product.received())
    outcome.steady = arrived / max(reached - begun, 0.001)
    outcome.spent = {
        part: 1000 * (seconds - before[part]) / arrived
        for part, seconds in _processor_seconds(product).items()
    }
    if kills:
        _kill(product, outcome)
    outcome.waited = int(product.run_module("bench.campaign_cast", "pause", SLUG))
    outcome.at_pause = len(product.received())
    stopped, last = _quiet(product)
    outcome.after_pause = stopped - outcome.at_pause
    outcome.sending = last - begun
    waiting = _count(product, "status = 'PLANNED'")
    time.sleep(QUIET / 2)
    if len(product.received()) != stopped:
        outcome.offences.append("mails left while the campaign was paused")
    if waiting != outcome.waited:
        outcome.offences.append(f"{outcome.waited} waited at the pause, {waiting} after it")
    resumed = time.monotonic()
    product.run_module("bench.campaign_cast", "resume", SLUG)
    if outcome.waited and kills:
        _wait_for(product, stopped + max((people * 4 // 5 - stopped) // 2, 1))
        _kill(product, outcome)
    _finish(product)
    _left, last = _quiet(product)
    outcome.sending += max(last - resumed, 0.0)
    _prove(product, outcome)
    return outcome


def _processor_seconds(product: Product) -> dict[str, float]:
    """What each part of the product has used so far."""
    assert product.supervisor is not None
    pids = {child.name: child.popen.pid for child in product.supervisor.children if child.popen}
    pids |= {name: server.running.pid for name, server in product.cluster.servers.items() if server.running}
    return {name: common.tree_seconds(pid) for name, pid in pids.items()}


def _tick(product: Product) -> None:
    assert product.supervisor is not None
    product.supervisor.tick()


def _wait_for(product: Product, mails: int) -> float:
    """The moment at which so many mails have arrived."""
    for _turn in patiently(PATIENCE):
        _tick(product)
        if len(product.received()) >= mails:
            return time.monotonic()
    raise RuntimeError(f"{mails} mails did not arrive\n{product.logs()}")


def _quiet(product: Product) -> tuple[int, float]:
    """How many mails have arrived once no more do, and when the last one came."""
    count, since = len(product.received()), time.monotonic()
    for _turn in patiently(PATIENCE):
        _tick(product)
        now = len(product.received())
        if now != count:
            count, since = now, time.monotonic()
        elif time.monotonic() - since > QUIET:
            break
    return count, since


def _finish(product: Product) -> None:
    for _turn in patiently(PATIENCE, pause=0.5):
        _tick(product)
        if product.rows("SELECT 1 FROM surveys_campaign WHERE status = 'FINISHED'"):
            return
    raise RuntimeError(f"the campaign did not finish\n{product.logs()}")


def _kill(product: Product, outcome: Outcome) -> None:
    """kill -9 of the worker and its children."""
    product.kill("worker")
    outcome.kills += 1
    _tick(product)


def _count(product: Product, condition: str) -> int:
    [(n,)] = product.rows(f"SELECT count(*) FROM surveys_invitation WHERE {condition}")  # our own words
    return int(n)


def _prove(product: Product, outcome: Outcome) -> None:
    """The ledger of the mail server against the rows."""
    outcome.states = {str(state): int(n) for state, n in product.rows(_STATES)}
    received = Counter(address for line in product.received() for address in line["to"])
    outcome.arrived = sum(received.values())
    for address, n in received.items():
        if n > 1:
            outcome.offences.append(f"{address} got {n} mails")
    if sum(outcome.states.values()) != outcome.people:
        outcome.offences.append(f"{sum(outcome.states.values())} states for {outcome.people} people")
    sent = product.rows(
        "SELECT m.to, m.state FROM outbox_outboundmessage m WHERE m.kind = 'SURVEY' AND m.state IN ('SENT', 'UNKNOWN')"
    )
    claimed = {str(address) for address, state in sent if state == "SENT"}
    known = {str(address) for address, _state in sent}
    outcome.unknown = len(known) - len(claimed)
    outcome.offences += [f"{address} counts as sent and got nothing" for address in claimed - set(received)]
    outcome.offences += [f"{address} got a mail nobody knows of" for address in set(received) - known]
    wrong = _count(product, "(status = 'NOT_SENT') <> (not_sent_because <> '')")
    if wrong:
        outcome.offences.append(f"{wrong} without exactly one reason")


def yardstick(message: bytes) -> tuple[float, float]:
    """Two processes that hand `message` to a keeping server over a kept connection: mails a second, processor ms a mail."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "message.eml"
        raw.write_bytes(message)
        keeper = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port), folder], cwd=CLONE)
        try:
            _reachable(port)
            begun, before = time.monotonic(), _of_ours_and(keeper.pid)
            command = [sys.executable, "-m", "bench.campaign", "--hand", str(port), "--message", str(raw)]
            workers = [subprocess.Popen(command, cwd=CLONE) for _one in range(2)]
            if any(worker.wait() for worker in workers):
                raise RuntimeError("the yardstick could not send")
            rate = 2 * YARDSTICK / (time.monotonic() - begun)
            return rate, 1000 * (_of_ours_and(keeper.pid) - before) / (2 * YARDSTICK)
        finally:
            keeper.kill()
            keeper.wait()


def _of_ours_and(keeper: int) -> float:
    """Processor seconds of the processes that were started and are over, and of the keeper."""
    ended = os.times()
    return ended.children_user + ended.children_system + common.tree_seconds(keeper)


def _reachable(port: int) -> None:
    for _turn in patiently(20):
        with contextlib.suppress(OSError), smtplib.SMTP(LOOPBACK, port, timeout=5):
            return
    raise RuntimeError("the mail server did not come up")


def hand(port: int, message: bytes) -> None:
    """One process of the yardstick."""
    with smtplib.SMTP(LOOPBACK, port, timeout=30) as connection:
        for number in range(YARDSTICK):
            connection.sendmail("feedback@amends.example", [f"p{number}@customer.example"], message)


def report(outcome: Outcome) -> str:
    """The figures as a table of Markdown."""
    rows = [
        ("people in the audience", f"{outcome.people:,}"),
        *((state, f"{n:,}") for state, n in outcome.states.items()),
        ("sum of these", f"{sum(outcome.states.values()):,}"),
        ("arrived at the mail server, nobody twice", f"{outcome.arrived:,}"),
        ("of unknown fate: on the wire when the worker was killed", f"{outcome.unknown:,}"),
        ("kill -9 of the worker with its children", f"{outcome.kills}"),
        ("arrived when the campaign was paused", f"{outcome.at_pause:,}"),
        ("had been handed over before and left after it", f"{outcome.after_pause:,}"),
        ("waited for the campaign to go on", f"{outcome.waited:,}"),
        ("seconds in which mails left", f"{outcome.sending:.0f}"),
        ("mails a second until the first kill", f"{outcome.steady:.0f}"),
        ("mails a second, the whole way with its kills", f"{outcome.rate:.0f}"),
    ]
    if outcome.yardstick:
        share = outcome.steady / outcome.yardstick
        rows.append(
            ("finished messages by two processes, a second", f"{outcome.yardstick:.0f} (ratio {share:.2f})")
        )
    if outcome.spent:
        parts = ", ".join(f"{part} {spent:.1f}" for part, spent in outcome.spent.items() if spent >= 0.05)
        total = sum(outcome.spent.values())
        rows.append(("processor time a mail until the first kill, in ms", f"{total:.1f} ({parts})"))
    if outcome.yardstick_spent:
        share = outcome.yardstick_spent / sum(outcome.spent.values())
        rows.append(
            ("the yardstick's, mail server and senders", f"{outcome.yardstick_spent:.1f} (ratio {share:.2f})")
        )
    lines = ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    lines += [f"BROKEN: {offence}" for offence in outcome.offences[:20]]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.campaign", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--no-kills", action="store_true", help="leave the worker alone: for figures only")
    parser.add_argument("--hand", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--message", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.hand:
        hand(given.hand, given.message.read_bytes())
        return 0
    data = CLONE / "var" / "campaign"
    remove(data)
    with running(Product(data, say=lambda sentence: print(f"   {sentence}", flush=True))) as product:
        outcome = run(given.people, product, kills=not given.no_kills)
        message = (product.mail_folder / product.received()[0]["file"]).read_bytes()
    outcome.yardstick, outcome.yardstick_spent = yardstick(message)
    print(report(outcome), flush=True)
    remove(data)
    return 1 if outcome.offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
