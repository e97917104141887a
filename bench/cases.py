"""P1b, P9, P10: from an answer to its case, what the processes weigh, and a case with a long history.

- A backlog of answers of the unhappy is decided: cases a second, with the rules of the desk as delivered and with fifteen rules
  more, beside raw SQL that writes the same rows in one statement for each table.
- The whole product runs with durable settings and is posted 100 answers a second, three of ten by the unhappy: seconds from an
  answer's commit to its case, and megabytes of web, worker and schedule before and after.
- The page of a case with 500 entries in its timeline against the same page with 5.

A process's weight is its proportional share of memory (PSS of /proc): what two share is counted half for each.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench import common

BACKLOG = 3_000
RULES = 15
PER_SECOND, SECONDS, UNHAPPY = 100, 60, 0.3
ENTRIES = (5, 500)
MINUTE = timedelta(minutes=1)

ANSWERS = """
WITH person AS (
  INSERT INTO surveys_contact (workspace_id, public_id, external_id, email, name, phone, company, language, time_zone, attributes,
    search, created_at, updated_at)
  SELECT %(workspace)s, lpad(%(turn)s || '-' || n, 22, 'c'), '', %(turn)s || '-' || n || '@customer.example', 'Customer ' || n, '', '',
    'en', '', '{}', '', %(now)s, %(now)s
  FROM generate_series(1, %(count)s) AS n RETURNING id, workspace_id
)
INSERT INTO surveys_response (workspace_id, public_id, survey_id, contact_id, metric, purpose, score, segment, comment, answers,
  channel, trust, language, dimensions, day, responded_at, received_at, open_case, decide_at)
SELECT workspace_id, lpad('r' || id, 22, 'r'), %(survey)s, id, 'NPS', 'SURVEY', id %% 7, 'DETRACTOR',
  'The parcel came late and nobody called me back, number ' || id, '{}', 'EMAIL', 'CONFIRMED', '', '{}', %(now)s, %(now)s, %(now)s,
  false, %(now)s
FROM person
"""
RAW = """
DROP TABLE IF EXISTS raw_case, raw_timer, raw_line, raw_mail;
CREATE TABLE raw_case (id bigserial PRIMARY KEY, answer bigint UNIQUE, owner bigint, rank_at timestamptz, complaint text);
CREATE INDEX ON raw_case (rank_at);
CREATE TABLE raw_timer (id bigserial PRIMARY KEY, case_id bigint, kind text, due_at timestamptz);
CREATE INDEX ON raw_timer (due_at);
CREATE TABLE raw_line (id bigserial PRIMARY KEY, case_id bigint, kind text, at timestamptz);
CREATE INDEX ON raw_line (case_id, at);
CREATE TABLE raw_mail (id bigserial PRIMARY KEY, dedupe_key text UNIQUE, recipient text, body text, next_at timestamptz)
"""
RAW_DECIDE = """
WITH opened AS (
  INSERT INTO raw_case (answer, owner, rank_at, complaint)
  SELECT id, 1, %(now)s, comment FROM surveys_response WHERE decide_at IS NOT NULL RETURNING id
), promised AS (
  INSERT INTO raw_timer (case_id, kind, due_at) SELECT id, unnest(ARRAY['FIRST', 'RESOLUTION']), %(now)s FROM opened
), said AS (
  INSERT INTO raw_line (case_id, kind, at) SELECT id, unnest(ARRAY['OPENED', 'ASSIGNED', 'PROMISED']), %(now)s FROM opened
)
INSERT INTO raw_mail (dedupe_key, recipient, body, next_at)
SELECT 'assigned:' || id, 'someone@example.com', repeat('x', 500), %(now)s FROM opened
"""


def measure(seconds: str = "") -> dict[str, Any]:
    """The figures and their rows; `seconds` is how long the running product is posted answers."""
    with common.django_database("bench_cases"):
        backlog, page = _backlog(), _page()
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        live = _live(Path(folder), int(seconds or SECONDS))
    return {
        "backlog": backlog,
        "page": page,
        "live": live,
        "rows": [*_backlog_rows(backlog), *_live_rows(live), *_page_rows(page)],
    }


# --- A backlog ------------------------------------------------------------------------------------------------------------


def _backlog() -> dict[str, float]:
    from django.db import connection

    from accounts.services import members, workspaces
    from detractors.models import Case
    from detractors.services import decisions
    from surveys.models import Survey

    now = datetime.now(UTC)
    owner = members.ensure_user(email="owner@bench.example", now=now)
    workspace = workspaces.create(name="Bench", slug="bench", owner=owner, now=now)
    facts = {
        "workspace": workspace.pk,
        "survey": Survey.objects.of(workspace).get().pk,
        "count": BACKLOG,
        "now": now,
    }
    figures: dict[str, float] = {}
    for turn, name in enumerate(("as delivered", f"{RULES} rules")):
        if turn:
            _write_rules(workspace, now)
        with connection.cursor() as cursor:
            cursor.execute(ANSWERS, {**facts, "turn": turn})
            cursor.execute("ANALYZE surveys_response, surveys_contact")
            cursor.execute(RAW)
            raw = common.seconds(partial(cursor.execute, RAW_DECIDE, {"now": now}))
            cursor.execute("DROP TABLE raw_case, raw_timer, raw_line, raw_mail")
        before = Case.objects.of(workspace).count()
        took = common.seconds(partial(decisions.decide_pending, now=now + MINUTE))
        made = Case.objects.of(workspace).count() - before
        if made != BACKLOG:
            raise AssertionError(f"{made} cases of {BACKLOG} answers")
        figures |= {name: BACKLOG / took, f"raw, {name}": BACKLOG / raw}
    return figures


def _write_rules(workspace: Any, now: datetime) -> None:
    from detractors.enums import RuleKind
    from detractors.services import ruling

    for number in range(RULES):
        rule = ruling.keep(
            workspace=workspace, rule=None, kind=RuleKind.PRIORITY, name=f"Rule {number}", now=now,
            stated={"groups": [{"match": "all", "conditions": [
                {"field": "words", "op": "contains", "value": f"word {number}"}
            ]}]},
            effect={"minutes": number + 1},
        )  # fmt: skip
        ruling.switch(rule=rule, on=True, now=now)


def _backlog_rows(figures: dict[str, float]) -> list[dict[str, str]]:
    return [
        common.row(
            f"a backlog of {BACKLOG:,} answers decided, {name}; raw SQL {figures[f'raw, {name}']:,.0f}/s",
            f"{figures[name]:,.0f} cases/s",
            f"{figures[name] / figures[f'raw, {name}']:.3f}",
            ">= 1,000/s",
        )
        for name in ("as delivered", f"{RULES} rules")
    ]


# --- A long history -------------------------------------------------------------------------------------------------------


def _page(times: int = 15) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from detractors.enums import EventKind
    from detractors.models import Case
    from detractors.services import timeline

    now = datetime.now(UTC)
    owner = User.objects.get(email="owner@bench.example")
    found = list(Case.objects.across_workspaces().order_by("number")[: len(ENTRIES)])
    client = Client(headers={"host": os.environ.get("BENCH_HOST", "127.0.0.1")})
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    figures: dict[str, Any] = {"queries": {}}
    turns = {}
    for entries, case in zip(ENTRIES, found, strict=True):
        missing = entries - case.events.count()
        timeline_rows = [
            timeline.line(
                case=case,
                kind=EventKind.NOTE,
                by=owner,
                note=f"Note {number}: called the depot.",
                now=now + number * MINUTE,
            )
            for number in range(missing)
        ]
        type(timeline_rows[0]).objects.across_workspaces().bulk_create(timeline_rows)
        address = f"/w/bench/cases/{case.number}/"
        _get(client, address)
        with CaptureQueriesContext(connection) as captured:
            _get(client, address)
        figures["queries"][entries] = len(captured)
        turns[str(entries)] = partial(common.seconds, partial(_get, client, address))
    milliseconds: dict[str, list[float]] = {name: [] for name in turns}
    for _turn in range(times):
        for name, work in turns.items():
            milliseconds[name].append(1000 * work())
    figures["ms"] = {name: common.percentile(one, 0.5) for name, one in milliseconds.items()}
    return figures


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} gave {answer.status_code}")


def _page_rows(figures: dict[str, Any]) -> list[dict[str, str]]:
    few, many = (figures["ms"][str(entries)] for entries in ENTRIES)
    queries = " and ".join(str(figures["queries"][entries]) for entries in ENTRIES)
    return [
        common.row(
            f"case page, {ENTRIES[1]} entries against {ENTRIES[0]}, {queries} queries",
            f"{many:.0f} ms against {few:.0f}",
            f"{many / few:.2f}",
            "<= 2",
        )
    ]


# --- The running product --------------------------------------------------------------------------------------------------


def _live(folder: Path, seconds: int) -> dict[str, Any]:
    from bench.product import Product, patiently, remove, running
    from bench.real_answers import Program

    check = common.seconds(
        partial(subprocess.run, [sys.executable, "manage.py", "check"], check=True, capture_output=True)
    )
    product = Product(folder / "data", mail="outbox:")
    try:
        began = time.monotonic()
        with running(product):
            started = time.monotonic() - began
            made = product.create_workspace(password="bench-2026-answers")
            program = Program(product.base_url, made["api_key"])
            survey = program.get("surveys/")["results"][0]["id"]
            before = _weights(product)
            statuses = _post(program, survey, seconds)
            waiting = "SELECT count(*) FROM surveys_response WHERE decide_at IS NOT NULL"
            for _turn in patiently(120):
                if product.rows(waiting) == [(0,)]:
                    break
            rows = product.rows(
                "SELECT extract(epoch FROM found.created_at - response.received_at) FROM detractors_case AS found"
                " JOIN surveys_response AS response ON response.id = found.response_id"
            )
            waits = [float(row[0]) for row in rows]
            return {
                "check": check,
                "started": started,
                "answers": len(statuses),
                "failed": sum(status >= 300 for status in statuses),
                "cases": len(waits),
                "p50": common.percentile(waits, 0.5),
                "p99": common.percentile(waits, 0.99),
                "before": before,
                "after": _weights(product),
            }
    finally:
        remove(folder / "data")


def _post(program: Any, survey: str, seconds: int) -> list[int]:
    """PER_SECOND answers a second, each at its time however slow the others are; their statuses."""
    begun, every = time.monotonic(), 1 / PER_SECOND
    unhappy = round(UNHAPPY * 10)

    def one(number: int) -> int:
        time.sleep(max(0.0, begun + number * every - time.monotonic()))
        score = "2" if number % 10 < unhappy else "9"
        row = {
            "customer_id": f"c{number}",
            "region": "north",
            "score": score,
            "comment": "It came late." if score == "2" else "",
        }
        status: int = program.post(survey, number, row)
        return status

    with ThreadPoolExecutor(16) as posting:
        return list(posting.map(one, range(seconds * PER_SECOND)))


def _weights(product: Any) -> dict[str, float]:
    """Megabytes of each process of the product by its name; of several, the heaviest."""
    from config.embedded import process

    found: dict[str, float] = {}
    for name in ("web", "worker", "schedule"):
        child = product.child(name)
        weights = []
        for pid in process.group(child.popen.pid):
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            except OSError:
                continue
            weights += [
                int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:")
            ]
        found[name], found[f"{name}, all"] = max(weights), sum(weights)
    return found


def _live_rows(live: dict[str, Any]) -> list[dict[str, str]]:
    before, after = live["before"], live["after"]
    return [
        common.row(
            f"{live['answers']:,} answers at {PER_SECOND}/s, {live['failed']} refused: to each of {live['cases']:,} cases, p50, p99",
            f"{live['p50']:.2f} / {live['p99']:.2f} s",
            "",
            "< 1 / 5 s",
        ),
        common.row(
            "manage.py check; the whole product until ready",
            f"{live['check']:.1f} / {live['started']:.1f} s",
            "",
        ),
        *(
            common.row(
                f"{name}: heaviest process, all of them, after that (before)",
                f"{after[name]:.0f}, {after[f'{name}, all']:.0f} MB ({before[name]:.0f}, {before[f'{name}, all']:.0f})",
                "",
                target,
            )
            for name, target in (("web", "< 150 MB each"), ("worker", "< 200 MB each"), ("schedule", ""))
        ),
    ]
