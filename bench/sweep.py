"""P3: the sweep of due timers against raw SQL in batches of 500 with SKIP LOCKED, and what it costs when nothing is due.

Twice: with one owner and one manager, who get digests, and spread over so many owners and leads that each case is told in
mails of its own and by the bell, two of each for each timer: the dearest case there is.
Each by the clock and by processor time (ours and the database's), which other load on the machine moves less.

P7: 20,000 timers due in the same minute, worked off by two processes as in production, each moment seen by a third.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench import common

OPEN_CASES = 100_000
DUE = 5_000
AT_ONCE = 20_000
SWEEPERS = 2
BEAT = 2.0  # seconds between two wakes of the sweep (config/schedule.py)
PEOPLE = 250
DATABASE = "bench_sweep"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday

CASES = """
INSERT INTO detractors_case (workspace_id, number, link_nonce, survey_id, origin, category, priority, rank_at, rank_parts,
  score, latest_score, owner_id, team_id, assigned_because, policy_id, stated_complaint, underlying_issue, search, opened_at,
  created_at, updated_at, version, waiting_for, resolution, reopened_count, outcome)
SELECT %(workspace)s, n, lpad(n::text, 22, 'x'), %(survey)s, 'RESPONSE', 'OPEN', 'NORMAL', %(start)s, '[]', 3, 3,
  (%(owners)s::bigint[])[1 + n %% cardinality(%(owners)s::bigint[])], (%(teams)s::bigint[])[1 + n %% cardinality(%(owners)s::bigint[])],
  '', %(policy)s, 'late', '', 'late ' || n, %(start)s, %(start)s, %(start)s, 1, '', '', 0, ''
FROM generate_series(1, %(cases)s) AS n
"""
TIMERS = """
INSERT INTO detractors_slatimer (workspace_id, case_id, policy_id, kind, promised_minutes, started_at, warn_at, due_at, next_at,
  warned_at)
SELECT %(workspace)s, id, %(policy)s, kind.code, 60, %(start)s, moment.at, moment.at, moment.at,
  CASE WHEN moment.at = %(start)s THEN moment.at END
FROM detractors_case, (VALUES ('FIRST_RESPONSE'), ('RESOLUTION')) AS kind (code),
  LATERAL (SELECT %(start)s + interval '30 days' *
    (number > %(due)s OR kind.code = 'RESOLUTION')::int AS at) AS moment
"""
LATE = """
INSERT INTO detractors_lateness (case_id, workspace_id, number, rank_at, is_due_soon, is_breached, version)
SELECT id, workspace_id, number, rank_at, true, false, 1 FROM detractors_case WHERE number <= %(due)s
"""
RAW_TABLES = """
DROP TABLE IF EXISTS raw_timer, raw_event, raw_mail;
CREATE TABLE raw_timer (id bigserial PRIMARY KEY, case_id bigint, due_at timestamptz, next_at timestamptz, breached_at timestamptz);
CREATE INDEX ON raw_timer (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE raw_event (id bigserial PRIMARY KEY, case_id bigint, kind text, at timestamptz);
CREATE TABLE raw_mail (id bigserial PRIMARY KEY, dedupe_key text UNIQUE, recipient text, body text, next_at timestamptz);
INSERT INTO raw_timer (case_id, due_at, next_at)
  SELECT n, %(start)s, CASE WHEN n <= %(due)s THEN %(start)s ELSE %(start)s + interval '30 days' END
  FROM generate_series(1, %(cases)s) AS n;
"""
RAW_BATCH = """
WITH claimed AS (
  SELECT id FROM raw_timer WHERE next_at <= %(now)s ORDER BY next_at LIMIT 500 FOR UPDATE SKIP LOCKED
), marked AS (
  UPDATE raw_timer SET breached_at = %(now)s, next_at = NULL WHERE id IN (SELECT id FROM claimed) RETURNING id, case_id
), told AS (
  INSERT INTO raw_event (case_id, kind, at) SELECT case_id, unnest(ARRAY['BREACHED', 'ESCALATED']), %(now)s FROM marked
)
INSERT INTO raw_mail (dedupe_key, recipient, body, next_at)
  SELECT who || id, 'someone@example.com', repeat('x', 500), %(now)s FROM marked, unnest(ARRAY['owner:', 'manager:']) AS who
RETURNING id
"""


def measure(cases: int = OPEN_CASES, due: int = DUE, times: int = 3) -> dict[str, Any]:
    """Timers a second of the product and of raw SQL in turn, the idle cost in milliseconds, and a minute with very many."""
    with common.django_database(DATABASE) as url:
        from django.db import connection

        from accounts.enums import Role
        from accounts.models import Team
        from accounts.services import members, workspaces
        from detractors.enums import EscalationLevel
        from detractors.models import AlertRules, Escalation, EscalationStep, SlaPolicy
        from detractors.services import sla
        from outbox.models import OutboundMessage
        from surveys.models import Survey

        owner = members.ensure_user(email="owner@bench.example", now=START)
        workspace = workspaces.create(name="Bench", slug="bench", owner=owner, now=START)
        manager = members.ensure_user(email="manager@bench.example", now=START)
        members.add(workspace=workspace, user=manager, role=Role.MANAGER, now=START)
        people, teams = [], []
        for number in range(PEOPLE):
            person = members.ensure_user(email=f"person{number}@bench.example", now=START)
            members.add(workspace=workspace, user=person, role=Role.AGENT, now=START)
            teams.append(Team(workspace=workspace, name=f"Team {number}", lead=person, created_at=START))
            people.append(person.pk)
        Team.objects.of(workspace).bulk_create(teams)
        EscalationStep.objects.of(workspace).update(level=EscalationLevel.LEAD)
        # Up to so many come one by one: the dearest case is measured, not the digests of a flood.
        AlertRules(workspace=workspace, most_at_once=50).save()
        facts = {
            "workspace": workspace.pk, "survey": Survey.objects.of(workspace).get().pk,
            "policy": SlaPolicy.objects.of(workspace).get().pk, "start": START, "cases": cases, "due": due,
        }  # fmt: skip
        # Each case has an owner and, as the lead it escalates to, somebody else; without a team, the manager stands in.
        spread = {"owners": people, "teams": [team.pk for team in teams[1:] + teams[:1]]}
        heaped = {"owners": [owner.pk], "teams": [None]}
        now = START + timedelta(minutes=5)

        def prepared(whose: dict[str, Any], due: int) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")  # of what is laid out, not of what is measured
                cursor.execute(
                    "TRUNCATE detractors_case, detractors_lateness, detractors_slatimer, detractors_caseevent,"
                    " detractors_escalation, detractors_notification, detractors_heldalert, detractors_alertpace,"
                    " outbox_outboundmessage CASCADE"
                )
                for statement in (CASES, TIMERS, LATE):
                    cursor.execute(statement, facts | whose | {"due": due})
                cursor.execute("ANALYZE detractors_case, detractors_lateness, detractors_slatimer")
                cursor.execute("RESET statement_timeout")

        def ours(
            whose: dict[str, Any], mails: Callable[[int], bool], measured: Callable[..., float]
        ) -> float:
            prepared(whose, due)
            done: list[Any] = []
            spent = measured(lambda: done.append(sla.enforce(now=now)))
            if (done[0].breached, done[0].escalated) != (due, due):
                raise AssertionError(f"the sweep did {done[0]}, not {due} breaches and escalations")
            told = OutboundMessage.objects.of(workspace).count()
            if not mails(told):
                raise AssertionError(f"{told} mails are not as many as were meant")
            return due / spent

        def raw(measured: Callable[..., float]) -> float:
            with connection.cursor() as cursor:
                cursor.execute(RAW_TABLES, facts)

                def run() -> None:
                    while True:
                        cursor.execute(RAW_BATCH, {"now": now})
                        if not cursor.rowcount:
                            return

                return due / measured(run)

        def in_turn(measured: Callable[..., float]) -> dict[str, float]:
            return common.in_turn(
                {
                    "raw": partial(raw, measured),
                    "ours": partial(ours, heaped, lambda told: told <= due / 50, measured),
                    "spread": partial(ours, spread, lambda told: told == 2 * due, measured),
                },
                times,
            )

        rates, of_cpu = in_turn(common.seconds), in_turn(common.processor_seconds)
        idle = statistics.median(common.seconds(lambda: sla.enforce(now=START)) * 1000 for _turn in range(50))
        prepared(spread, AT_ONCE)
        acted = _minute(url, now)
        steps = Escalation.objects.of(workspace).count()
        if steps != AT_ONCE:
            raise AssertionError(f"{steps} steps for {AT_ONCE} timers that {SWEEPERS} sweepers shared")
        ratios = {which: rates[which] / rates["raw"] for which in ("ours", "spread")}
        cpu_ratios = {which: of_cpu[which] / of_cpu["raw"] for which in ("ours", "spread")}
        return {
            "rates": rates,
            "ratio": ratios["ours"],
            "spread_ratio": ratios["spread"],
            "per_cpu_second": of_cpu,
            "cpu_ratio": cpu_ratios["ours"],
            "spread_cpu_ratio": cpu_ratios["spread"],
            "idle_ms": idle,
            "acted": acted,
            "rows": [
                common.row("raw SQL: breach, escalate, timeline, mail", f"{rates['raw']:,.0f}/s", "1.00"),
                common.row(
                    f"the sweep, {due:,} due of {cases:,} open cases",
                    f"{rates['ours']:,.0f}/s",
                    f"{ratios['ours']:.2f}",
                    ">= 0.15",
                ),
                common.row(
                    f"spread over {PEOPLE} owners: two mails for each timer",
                    f"{rates['spread']:,.0f}/s",
                    f"{ratios['spread']:.2f}",
                ),
                *(
                    common.row(
                        f"{words}, of 5,000: processor time of both",
                        f"{1000 * due / of_cpu[which]:,.0f} ms",
                        f"{of_cpu[which] / of_cpu['raw']:.3f}",
                    )
                    for which, words in (("raw", "raw SQL"), ("ours", "the sweep"), ("spread", "spread"))
                ),
                common.row("nothing due", f"{idle:.2f} ms", "", "< 1 ms"),
                common.row(
                    f"{AT_ONCE:,} due at once, {SWEEPERS} sweepers, from their wake: p50, p99, max",
                    " / ".join(f"{acted[which]:.1f}" for which in ("p50", "p99", "max")) + " s",
                    "",
                    f"< 5 / 15 / 60 s, with up to {BEAT:.0f} s until the wake",
                ),
            ],
        }


def _minute(url: str, now: datetime) -> dict[str, float]:
    """Seconds from the wake of two sweepers at which timers were acted on, as seen from outside; each must be, once."""
    import psycopg2

    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.sweep", now.isoformat()],
            env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _number in range(SWEEPERS)
    ]
    moments: list[float] = []
    try:
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        watching = psycopg2.connect(url)
        watching.autocommit = True
        begun = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        with watching.cursor() as cursor:
            while len(moments) < AT_ONCE:
                time.sleep(0.05)
                cursor.execute("SELECT count(*) FROM detractors_slatimer WHERE next_at <= %s", [now])
                acted = AT_ONCE - cursor.fetchone()[0]
                moments += [time.perf_counter() - begun] * (acted - len(moments))
                if time.perf_counter() - begun > 300:
                    raise AssertionError(f"{AT_ONCE - len(moments)} timers were left")
        watching.close()
        done = [int(worker.communicate()[0] or 0) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    if sum(done) != AT_ONCE:
        raise AssertionError(f"the sweepers breached {done}, not {AT_ONCE} together")
    return {
        "p50": common.percentile(moments, 0.5),
        "p99": common.percentile(moments, 0.99),
        "max": moments[-1],
    }


def work(now: datetime) -> None:
    """One sweeper: get ready, wait for the word, sweep, say how many promises it marked as missed."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import config.celery  # noqa: F401  the broker hints go to, as in every process of the product

    django.setup()
    from django.db import connection

    from detractors.services import sla

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(sla.enforce(now=now).breached, flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        work(datetime.fromisoformat(sys.argv[1]))
    else:
        from config import embedded

        embedded.prepare_environment()
        for line in measure()["rows"]:
            print("{what:<72} {figure:>20}   {ratio:>10}   {target}".format(**line))
