"""The proof of "nothing lost, nothing twice": parts are killed at random while answers come in, and the ledgers compared.

    python -m bench.faults --answers 2000 --seed 1

A whole product runs on servers of its own with durable settings. Customers in a process of their own answer by the
mailed page, the public form and the API, and insist until they are thanked; beside them a campaign is mailed. Meanwhile
kill -9 ends, at random moments, the worker with its children, the web server, the schedule, Redis, PostgreSQL with its
children, or several at once; the product's own supervisor brings them back. Then both ledgers (customers, mail server)
are held against the rows. Exit code 1 with the offending rows when one promise is broken.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import requests

from bench import fault_driver, fault_proof
from bench.fault_proof import Proof
from bench.product import Product, patiently, remove, running
from config.embedded import process
from config.embedded.layout import CLONE

Say = Callable[[str], None]

PARTS = ("worker", "postgres", "redis", "web", "schedule")
TOGETHER = ("worker", "postgres", "redis")  # now and then all at once
PASSWORD = "fault-run-2026"
SLUG = "faults"


@dataclass(frozen=True)
class Run:
    """What to do: `answers` over `answers / pace` seconds, about `kills` kills, and `patience` seconds for quiet."""

    answers: int = 2000
    seed: int = 1
    pace: float = 20.0
    kills: int = 24
    mailed: int = 300
    patience: float = 300.0
    needs_mail_quiet: bool = True

    @property
    def seconds(self) -> float:
        """How long answers come in when nothing goes wrong."""
        return self.answers / self.pace


@dataclass
class Outcome:
    """What was done, and what the ledgers say."""

    run: Run
    kills: Counter[str] = field(default_factory=Counter)
    proof: Proof = field(default_factory=Proof)
    seconds: float = 0.0
    quiet_after: float = 0.0


class Killer:
    """Ends parts of a product at random moments, each kind before any a second time."""

    def __init__(self, product: Product, run: Run, say: Say) -> None:
        self.product, self.run, self.say = product, run, say
        self.chance = random.Random(run.seed)
        self.done: Counter[str] = Counter()
        self.queue: list[str] = []
        self.started = time.monotonic()
        self.moments = sorted(self.chance.uniform(0.05, 0.95) * run.seconds for _ in range(run.kills))

    def turn(self) -> None:
        """Kill if the time has come and the part lives."""
        if not self.moments or time.monotonic() - self.started < self.moments[0]:
            return
        if not self.queue:
            self.queue = [*self.chance.sample(PARTS, len(PARTS)), "together"]
        parts = TOGETHER if self.queue[0] == "together" else (self.queue[0],)
        if not all(self.is_alive(part) for part in parts):
            return
        self.moments.pop(0)
        name = self.queue.pop(0)
        for part in parts:
            self.kill(part)
        self.done[name] += 1
        self.say(f"{time.monotonic() - self.started:6.1f} s  kill -9 {' + '.join(parts)}")

    def is_alive(self, part: str) -> bool:
        """Whether there is something to kill."""
        if part in ("postgres", "redis"):
            return self.product.cluster.servers[part].is_alive()
        popen = self.product.child(part).popen
        return popen is not None and popen.poll() is None

    def kill(self, part: str) -> None:
        """kill -9 of every process of the part, without a word before."""
        if part in ("postgres", "redis"):
            pids = process.inside(self.product.cluster.servers[part].folder)
        else:
            child = self.product.child(part)
            assert child.popen is not None
            pids = process.group(child.popen.pid)
            child.deaths = 0  # our deed: the supervisor need not become careful
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def run(
    run: Run, data: Path, say: Say = lambda _sentence: None, fill: Say = lambda _database_url: None
) -> Outcome:
    """Do one fault run with its data in `data`; the outcome says what was broken, if anything. `fill` as for a product.

    Raises NotReady when the product does not come up at all.
    """
    outcome = Outcome(run)
    begun = time.monotonic()
    remove(data)
    with running(Product(data, say=say, fill=fill)) as product:
        say(f"the product runs at {product.base_url}")
        plan = _plan(product, run)
        with _customers(product, plan) as (driver, ledger):
            killer = Killer(product, run, say)
            while driver.poll() is None:
                assert product.supervisor is not None
                product.supervisor.tick()
                killer.turn()
        outcome.kills = killer.done
        say(f"{time.monotonic() - killer.started:6.1f} s  every customer is done; waiting for quiet")
        product.wait_until_ready()
        outcome.quiet_after = _wait_for_quiet(product, run)
        lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
        outcome.proof = fault_proof.prove(product, lines, run.answers)
        if not outcome.proof.holds:
            outcome.proof.notes["logs"] = product.logs(60).splitlines()
    outcome.seconds = time.monotonic() - begun
    return outcome


def _plan(product: Product, run: Run) -> dict[str, Any]:
    """Workspace, invitations and who says what."""
    made = product.create_workspace(
        name="Fault Run", slug=SLUG, owner="owner@faults.example", password=PASSWORD
    )
    ways = [way for way in fault_driver.WAYS if way != "api" or _has_api(product)]
    share = -(-run.answers // len(ways))
    cast = json.loads(
        product.run_module("bench.fault_cast", SLUG, str(share), str(run.mailed), str(int(run.seconds * 0.8)))
    )
    answers = fault_driver.plan(
        answers=run.answers,
        seconds=run.seconds,
        links=cast["links"],
        ways=ways,
        form=f"{product.base_url}/s/p/{cast['survey']}/",
        seed=run.seed,
    )
    return {
        "base_url": product.base_url,
        "api_key": made["api_key"],
        "survey": cast["survey"],
        "answers": [asdict(answer) for answer in answers],
    }


def _has_api(product: Product) -> bool:
    return requests.get(f"{product.base_url}/api/v1/openapi.json", timeout=20).status_code == 200


@contextlib.contextmanager
def _customers(product: Product, plan: dict[str, Any]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The customers' process and its ledger; ended with the block."""
    plan_file, ledger = product.layout.run / "plan.json", product.layout.run / "ledger.jsonl"
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    ledger.touch()
    command = [sys.executable, "-m", "bench.fault_driver", str(plan_file), str(ledger)]
    popen = subprocess.Popen(command, cwd=CLONE, stdin=subprocess.DEVNULL)
    try:
        yield popen, ledger
    finally:
        if popen.poll() is None:
            popen.kill()
        popen.wait()


def _wait_for_quiet(product: Product, run: Run) -> float:
    """Seconds until everything was decided, folded and (when asked for) mailed; at most `run.patience`."""
    begun = time.monotonic()
    done = fault_proof.is_quiet if run.needs_mail_quiet else fault_proof.is_decided
    for _turn in patiently(run.patience, pause=0.5):
        assert product.supervisor is not None
        product.supervisor.tick()
        with contextlib.suppress(psycopg2.OperationalError):
            if done(product):
                break
    return time.monotonic() - begun


def report(outcome: Outcome) -> str:
    """The outcome for people."""
    kills = ", ".join(f"{name} {count}" for name, count in sorted(outcome.kills.items()))
    lines = [
        f"{'seed':<46} {outcome.run.seed}",
        f"{'kill -9':<46} {sum(outcome.kills.values())} ({kills})",
        f"{'seconds in all, until quiet':<46} {outcome.seconds:.0f}, {outcome.quiet_after:.0f}",
    ]
    lines += [f"{name:<46} {figure}" for name, figure in outcome.proof.figures.items()]
    for title, groups in (("BROKEN", outcome.proof.offences), ("note", outcome.proof.notes)):
        for name, rows in groups.items():
            lines.append(f"{title}: {name}: {len(rows)}")
            lines += [f"    {row}" for row in (rows if name == "logs" else rows[:20])]
    lines.append("Nothing lost, nothing twice." if outcome.proof.holds else "A promise was broken.")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.faults", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--answers", type=int, default=Run.answers)
    parser.add_argument("--seed", type=int, default=Run.seed)
    parser.add_argument("--pace", type=float, default=Run.pace, help="answers a second")
    parser.add_argument("--kills", type=int, default=Run.kills)
    parser.add_argument("--mailed", type=int, default=Run.mailed, help="people asked by mail meanwhile")
    given = parser.parse_args(arguments)
    data = CLONE / "var" / "faults"
    outcome = run(
        Run(answers=given.answers, seed=given.seed, pace=given.pace, kills=given.kills, mailed=given.mailed),
        data,
        say=lambda sentence: print(f"   {sentence}", flush=True),
    )
    print(report(outcome), flush=True)
    if outcome.proof.holds:
        remove(data)
        return 0
    print(f"The data are kept in {data}.", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
