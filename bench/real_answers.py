"""A file of real answers, taken in through the API of a running product, and what the product then says about it.

    python -m bench.real_answers ANSWERS.csv

The file has the columns customer_id, region, score and comment. Every row is posted to /api/v1/responses/ with its
region as an attribute of its contact and an idempotency key of its own; then the NPS is asked for, in all and by region,
and what was decided is counted. A whole product runs for it on servers of its own, with durable settings.
"""

from __future__ import annotations

import argparse
import csv
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from bench.product import Product, patiently, remove, running
from config.embedded.layout import CLONE

AT_ONCE = 6  # connections
PASSWORD = "real-answers-2026"
DECIDING_SECONDS = 120.0


@dataclass
class Taken:
    """What became of the file: `figures` is the API's answer, `decisions` counts by outcome."""

    rows: int
    statuses: Counter[int]
    seconds_posting: float
    seconds_until_decided: float
    figures: dict[str, Any] = field(default_factory=dict)
    decisions: dict[str, int] = field(default_factory=dict)
    detractor_answers: int = 0
    unhappy_customers: int = 0
    cases: int = 0
    not_decided_once: int = 0
    loop: str = ""


class Program:
    """The customer's own program: posts answers with a key, one connection for each thread."""

    def __init__(self, base_url: str, key: str) -> None:
        self.base_url = base_url
        self.headers = {"Authorization": f"Bearer {key}"}
        self.local = threading.local()

    @property
    def session(self) -> requests.Session:
        """This thread's connection."""
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
            self.local.session.headers.update(self.headers)
        session: requests.Session = self.local.session
        return session

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The JSON of a GET; raises for any status but 2xx."""
        answer = self.session.get(f"{self.base_url}/api/v1/{path}", params=query, timeout=60)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def post(self, survey: str, number: int, row: dict[str, str]) -> int:
        """Post one row of the file; its status. Waits when told that it is too fast."""
        while True:
            answer = self.session.post(
                f"{self.base_url}/api/v1/responses/",
                json={
                    "survey": survey,
                    "contact": {"external_id": row["customer_id"], "attributes": {"region": row["region"]}},
                    "score": int(row["score"]),
                    "comment": row["comment"],
                },
                headers={"Idempotency-Key": f"row-{number}"},
                timeout=60,
            )
            if answer.status_code != 429:
                if answer.status_code >= 300:
                    print(f"   row {number}: {answer.status_code} {answer.text[:300]}", flush=True)
                return answer.status_code
            time.sleep(float(answer.headers.get("Retry-After", "1")))


def take_in(product: Product, rows: list[dict[str, str]]) -> Taken:
    """Post `rows` to a running product and ask what it makes of them."""
    made = product.create_workspace(
        name="Broadband", slug="broadband", owner="owner@broadband.example", password=PASSWORD
    )
    program = Program(product.base_url, made["api_key"])
    survey = program.get("surveys/")["results"][0]["id"]
    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as posting:
        statuses = Counter(
            posting.map(lambda numbered: program.post(survey, numbered[0], numbered[1]), enumerate(rows, 1))
        )
    posted = time.monotonic()
    for _turn in patiently(DECIDING_SECONDS):
        assert product.supervisor is not None
        product.supervisor.tick()
        if product.rows("SELECT count(*) FROM surveys_response WHERE decide_at IS NOT NULL") == [(0,)]:
            break
    decided = time.monotonic()
    one: Any
    [one] = product.rows(
        "SELECT count(*) FILTER (WHERE segment = 'DETRACTOR'),"
        " count(DISTINCT contact_id) FILTER (WHERE segment = 'DETRACTOR'),"
        " (SELECT count(*) FROM detractors_case),"
        " count(*) FILTER (WHERE (SELECT count(*) FROM detractors_casedecision d WHERE d.response_id = r.id) <> 1)"
        " FROM surveys_response r"
    )
    return Taken(
        rows=len(rows),
        statuses=statuses,
        seconds_posting=posted - begun,
        seconds_until_decided=decided - posted,
        figures=program.get("metrics/nps/", group_by="attribute:region"),
        decisions=dict(
            product.rows("SELECT outcome, count(*) FROM detractors_casedecision GROUP BY 1 ORDER BY 1")
        ),
        detractor_answers=one[0],
        unhappy_customers=one[1],
        cases=one[2],
        not_decided_once=one[3],
        loop=product.manage("check_loop", check=False).splitlines()[-1],
    )


def expected(rows: Iterable[dict[str, str]]) -> tuple[int, int, int, float]:
    """(promoters, passives, detractors, NPS) counted from the file itself."""
    scores = [int(row["score"]) for row in rows]
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    nps = 100 * (promoters - detractors) / len(scores)
    return promoters, len(scores) - promoters - detractors, detractors, nps


def report(taken: Taken, rows: list[dict[str, str]]) -> tuple[str, bool]:
    """The figures for people, and whether they are those of the file."""
    figures = taken.figures
    told = (figures["promoters"], figures["passives"], figures["detractors"], round(figures["nps"], 2))
    counted = expected(rows)
    checks = {
        "every row was taken": taken.statuses == {201: taken.rows},
        "NPS and counts are those of the file": told == (*counted[:3], round(counted[3], 2)),
        "every answer has exactly one decision": taken.not_decided_once == 0,
        "opened + joined = detractor answers": (
            taken.decisions.get("OPENED", 0) + taken.decisions.get("JOINED", 0)
            == taken.detractor_answers
            == counted[2]
        ),
        "one open case for each unhappy customer": taken.cases == taken.unhappy_customers,
        "check_loop": taken.loop.startswith("All "),
    }
    lines = [
        f"{'answers':<40} {taken.rows} ({dict(taken.statuses)})",
        f"{'posting, s':<40} {taken.seconds_posting:.1f} ({taken.rows / taken.seconds_posting:.0f}/s)",
        f"{'until the last decision, s':<40} {taken.seconds_until_decided:.1f}",
        f"{'NPS':<40} {figures['nps']:.2f} ± {figures['margin_of_error']:.2f}, n {figures['n']}",
        f"{'promoters, passives, detractors':<40} {told[0]}, {told[1]}, {told[2]}",
    ]
    for group in sorted(figures["groups"], key=lambda group: str(group["key"])):
        region = [row for row in rows if row["region"] == group["key"]]
        own = expected(region)
        checks[f"region {group['key']}"] = (group["n"], round(group["nps"], 2)) == (
            len(region),
            round(own[3], 2),
        )
        lines.append(f"{'   ' + str(group['key']):<40} {group['nps']:.2f}, n {group['n']}")
    checks["every region is there"] = {group["key"] for group in figures["groups"]} == {
        row["region"] for row in rows
    }
    lines += [
        f"{'detractor answers, of customers':<40} {taken.detractor_answers}, {taken.unhappy_customers}",
        f"{'decisions':<40} {taken.decisions}",
        f"{'cases':<40} {taken.cases}",
        f"{'check_loop':<40} {taken.loop}",
    ]
    lines += [f"DIFFERS: {name}" for name, holds in checks.items() if not holds]
    return "\n".join(lines), all(checks.values())


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.real_answers", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", type=Path, help="CSV with customer_id, region, score, comment")
    given = parser.parse_args(arguments)
    with given.file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    data = CLONE / "var" / "real-answers"
    remove(data)
    with running(Product(data, say=lambda sentence: print(f"   {sentence}", flush=True))) as product:
        said, holds = report(take_in(product, rows), rows)
    print(said, flush=True)
    remove(data)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
