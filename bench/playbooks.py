"""Playbooks at 100,000 running cases: planned, looked through, run, and nothing doubled while sweepers are killed.

    python -m bench.playbooks --cases 100000 --report docs/evidence/playbooks.md

In a database of its own: every case begins a playbook of four steps; then so many of each kind fall due and the sweep does
them, against a program that claims rows in batches and inserts what a step leaves, in the same database; last, two sweepers
as processes of their own do a heap at once and are killed (kill -9) again and again. Exit code 1 when a step is missing, done
twice or done for a case it was not planned for.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import common

DATABASE = "bench_playbooks"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
FAR = "interval '300 days'"
CONTACTS = """
INSERT INTO surveys_contact (workspace_id, public_id, external_id, email, name, phone, company, language, time_zone, attributes,
  search, created_at, updated_at)
SELECT %(workspace)s, lpad(n::text, 22, 'c'), '', n || '@customer.example', 'Customer ' || n, '', '', '', '', '{}', '',
  %(start)s, %(start)s
FROM generate_series(1, %(cases)s) AS n
"""
CASES = """
INSERT INTO detractors_case (workspace_id, number, link_nonce, survey_id, contact_id, origin, category, priority, rank_at,
  rank_parts, score, latest_score, owner_id, assigned_because, stated_complaint, underlying_issue, search, opened_at, created_at,
  updated_at, version, waiting_for, resolution, reopened_count, outcome)
SELECT %(workspace)s, row_number() OVER (ORDER BY id), lpad(id::text, 22, 'x'), %(survey)s, id, 'RESPONSE', 'OPEN', 'NORMAL',
  %(start)s, '[]', 3, 3, %(owner)s, '', 'late', '', 'late', %(start)s, %(start)s, %(start)s, 1, '', '', 0, ''
FROM surveys_contact
"""
YARDSTICK = """
DROP TABLE IF EXISTS plain_due, plain_step, plain_line, plain_mail;
CREATE TABLE plain_due (id bigserial PRIMARY KEY, due_at timestamptz, done_at timestamptz);
CREATE INDEX ON plain_due (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE plain_step (id bigserial PRIMARY KEY, due_id bigint, state text, settled_at timestamptz, because text);
CREATE TABLE plain_line (id bigserial PRIMARY KEY, due_id bigint, kind text, at timestamptz, note text, facts jsonb);
CREATE TABLE plain_mail (id bigserial PRIMARY KEY, dedupe_key text UNIQUE, recipient text, body text, next_at timestamptz);
INSERT INTO plain_due (due_at) SELECT %(start)s FROM generate_series(1, %(due)s);
"""
PLAIN_BATCH = """
WITH claimed AS (
  SELECT id FROM plain_due WHERE due_at <= %(now)s ORDER BY due_at, id LIMIT 200 FOR UPDATE SKIP LOCKED
), marked AS (
  UPDATE plain_due SET done_at = %(now)s, due_at = NULL WHERE id IN (SELECT id FROM claimed) RETURNING id
), kept AS (
  INSERT INTO plain_step (due_id, state, settled_at, because) SELECT id, 'DONE', %(now)s, '' FROM marked
), told AS (
  INSERT INTO plain_line (due_id, kind, at, note, facts) SELECT id, 'AUTO', %(now)s, repeat('x', 60), '{}' FROM marked
)
INSERT INTO plain_mail (dedupe_key, recipient, body, next_at)
  SELECT 'step:' || id, id || '@customer.example', repeat('x', 6000), %(now)s FROM marked RETURNING id
"""
FAR_AWAY = f"""
UPDATE followups_playbookrun SET due_at = due_at + {FAR} WHERE state = 'RUNNING';
UPDATE followups_plannedstep SET due_at = due_at + {FAR} WHERE state = 'PLANNED'
"""
FALL_DUE = """
WITH chosen AS (
  SELECT id FROM followups_playbookrun WHERE state = 'RUNNING' AND position = %(position)s ORDER BY id LIMIT %(due)s
), steps AS (
  UPDATE followups_plannedstep SET due_at = %(now)s
  WHERE run_id IN (SELECT id FROM chosen) AND position = %(position)s
)
UPDATE followups_playbookrun SET due_at = %(now)s WHERE id IN (SELECT id FROM chosen)
"""
DONE = "SELECT count(*) FROM followups_plannedstep WHERE position = %s AND state = 'DONE'"
OFFENCES = {
    "cases with more than one tag of the step": "SELECT count(*) FROM (SELECT case_id FROM detractors_casetag GROUP BY 1 HAVING count(*) > 1) AS t",
    "cases with more than one task": "SELECT count(*) FROM (SELECT case_id FROM detractors_task GROUP BY 1 HAVING count(*) > 1) AS t",
    "people with more than one mail of a step": "SELECT count(*) FROM (SELECT \"to\" FROM outbox_outboundmessage WHERE mail = 'playbook_step' GROUP BY 1 HAVING count(*) > 1) AS t",
    "runs doubled": "SELECT count(*) FROM (SELECT case_id FROM followups_playbookrun GROUP BY 1 HAVING count(*) > 1) AS t",
    "steps done before the one before them": "SELECT count(*) FROM followups_plannedstep a JOIN followups_plannedstep b ON a.run_id = b.run_id AND a.position < b.position WHERE a.state = 'PLANNED' AND b.state = 'DONE'",
    "tags without a done step, or the other way round": "SELECT abs((SELECT count(*) FROM detractors_casetag) - (SELECT count(*) FROM followups_plannedstep WHERE position = 1 AND state = 'DONE'))",
    "tasks without a done step, or the other way round": "SELECT abs((SELECT count(*) FROM detractors_task) - (SELECT count(*) FROM followups_plannedstep WHERE position = 2 AND state = 'DONE'))",
    "mails without a done step, or the other way round": "SELECT abs((SELECT count(*) FROM outbox_outboundmessage WHERE mail = 'playbook_step') - (SELECT count(*) FROM followups_plannedstep WHERE position IN (3, 4) AND state = 'DONE'))",
    "lines in timelines without their mail, or the other way round": "SELECT abs((SELECT count(*) FROM detractors_caseevent WHERE kind = 'AUTO_MAIL') - (SELECT count(*) FROM outbox_outboundmessage WHERE mail = 'playbook_step'))",
}  # fmt: skip


def furnished(cases: int) -> Any:
    """A workspace with so many open cases and a playbook of four steps that was switched on before them."""
    from django.db import connection

    from accounts.services import members, workspaces
    from detractors.services import tags
    from followups.services import playbooks
    from surveys.models import Survey

    before = START - DAY
    owner = members.ensure_user(email="owner@bench.example", now=before)
    workspace = workspaces.create(name="Bench", slug="bench", owner=owner, now=before)
    [tag] = tags.ensure(workspace=workspace, names=["recovering"], now=before)
    mail = {"subject": "Where we are", "body": "Hello {{ first_name }},\n\n" + "we are working on it. " * 40}
    low = {"groups": [{"conditions": [{"field": "latest_score", "op": "at_most", "value": 6}]}]}
    playbook = playbooks.create(
        workspace=workspace, name="Bench", event="CASE_OPENED", now=before, conditions=low,
        steps=[
            {"kind": "TAG", "delay": {"amount": 1, "unit": "DAYS"}, "does": {"tags": [tag.pk]}},
            {"kind": "TASK", "delay": {"amount": 1, "unit": "DAYS"}, "does": {"what": "CALL", "title": "Call", "for": "OWNER"}},
            {"kind": "MAIL", "delay": {"amount": 1, "unit": "DAYS"}, "conditions": low, "does": mail},
            {"kind": "MAIL", "delay": {"amount": 9, "unit": "DAYS"}, "does": mail},
        ],
    )  # fmt: skip
    playbooks.switch(playbook=playbook, on=True, now=before)
    facts = {
        "workspace": workspace.pk, "survey": Survey.objects.of(workspace).get().pk, "start": START, "cases": cases,
        "owner": owner.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # of what is laid out, not of what is measured
        for statement in (CONTACTS, CASES):
            cursor.execute(statement, facts)
        cursor.execute("ANALYZE detractors_case, surveys_contact")
    return workspace


def fall_due(position: int, due: int, now: datetime) -> None:
    """The step at `position` of so many runs is due at `now`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FALL_DUE, {"position": position, "due": due, "now": now})
        cursor.execute("ANALYZE followups_playbookrun, followups_plannedstep")


def rows(sql: str, *values: Any) -> int:
    """One figure of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return int(cursor.fetchone()[0])


def plain(due: int, now: datetime) -> float:
    """Steps a second of a program that claims and inserts, and asks nothing."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute(YARDSTICK, {"start": now, "due": due})

        def work() -> None:
            while True:
                with transaction.atomic():
                    cursor.execute(PLAIN_BATCH, {"now": now})
                    if not cursor.fetchall():
                        return

        return due / common.processor_seconds(work)


def killed(due: int, kills: int, now: datetime, url: str) -> tuple[int, float]:
    """Two sweepers do what is due and are killed in between; (how often, seconds)."""
    env = {**os.environ, "DATABASE_URL": url}
    words = [sys.executable, "-m", "bench.playbooks", "--sweep", now.isoformat()]

    def sweeper() -> subprocess.Popen[bytes]:
        return subprocess.Popen(words, env=env, start_new_session=True)

    begun, done_before = time.monotonic(), rows(DONE, 3)
    sweepers, fallen = [sweeper(), sweeper()], 0
    marks = [done_before + due * (turn + 1) // (kills + 1) for turn in range(kills)]
    while rows("SELECT count(*) FROM followups_playbookrun WHERE due_at <= %s", now):
        if marks and rows(DONE, 3) >= marks[0]:
            marks.pop(0)
            victim = sweepers[fallen % 2]
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
            sweepers[fallen % 2] = sweeper()
            fallen += 1
        for place, one in enumerate(sweepers):
            if one.poll() is not None:
                sweepers[place] = sweeper()
        time.sleep(0.05)
        if time.monotonic() - begun > 600:
            break
    for one in sweepers:
        one.kill()
        one.wait()
    return fallen, time.monotonic() - begun


class _Told(list[tuple[str, str]]):
    """The table, told line by line as it comes."""

    def append(self, line: tuple[str, str]) -> None:
        print(f"{line[0]:72} {line[1]}", flush=True)
        super().append(line)


def prove(*, cases: int, due: int, heap: int, kills: int) -> tuple[list[tuple[str, str]], list[str]]:
    """The table, and what is wrong."""
    with common.django_database(DATABASE) as url:
        from django.db import connection

        from core import budgets
        from followups.services import playbook_running, playbook_starting

        budgets.SECONDS = 3_600.0  # all of it in one turn
        furnished(cases)
        begun = common.processor_seconds(lambda: playbook_starting.begin(now=START))
        again = common.processor_seconds(lambda: playbook_starting.begin(now=START + timedelta(minutes=9)))
        running = rows("SELECT count(*) FROM followups_playbookrun WHERE state = 'RUNNING'")
        table = _Told()
        table.append(("cases, each with a running playbook of four steps", f"{running:,} of {cases:,}"))
        table.append(
            (
                "runs begun a second of processor time, each with its four steps (conditions asked)",
                f"{cases / begun:,.0f}",
            )
        )
        table.append(("looking once more at all that has just happened", f"{1000 * again:,.0f} ms"))
        with connection.cursor() as cursor:
            cursor.execute(FAR_AWAY)
            cursor.execute("ANALYZE followups_playbookrun, followups_plannedstep")
        now = START + 30 * DAY
        idle = min(common.processor_seconds(lambda: playbook_running.run_due(now=now)) for _turn in range(5))
        table.append(("the sweep when nothing is due, among all of them", f"{1000 * idle:,.1f} ms"))
        yardstick = plain(due, now)
        table.append(
            ("yardstick: claim 200 at a time and insert what a mail step leaves", f"{yardstick:,.0f} steps/s")
        )
        for position, what in enumerate(("tag the case", "give its owner a task", "send a mail, asked about once more"), start=1):  # fmt: skip
            now += DAY
            fall_due(position, due, now)
            took = common.processor_seconds(lambda at=now: playbook_running.run_due(now=at))  # type: ignore[misc]
            rate = rows(DONE, position) / took
            table.append(
                (
                    f"steps a second of processor time: {what}",
                    f"{rate:,.0f} (1/{yardstick / rate:,.0f} of the yardstick)",
                )
            )
        now += DAY
        for position in (1, 2, 3):  # a heap of mails, for runs whose first steps are set aside
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE followups_plannedstep SET state = 'SKIPPED', skipped_because = 'BY_HAND', settled_at = %s WHERE"
                    " position = %s AND position < 3 AND state = 'PLANNED' AND run_id IN (SELECT id FROM followups_playbookrun"
                    " WHERE position = 1 ORDER BY id LIMIT %s)",
                    [now, position, heap],
                )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE followups_playbookrun SET position = 3 WHERE id IN (SELECT id FROM followups_playbookrun"
                " WHERE position = 1 AND state = 'RUNNING' ORDER BY id LIMIT %s)",
                [heap],
            )
        before = rows(DONE, 3)
        fall_due(3, heap, now)
        fallen, took = killed(heap, kills, now, url)
        done = rows(DONE, 3) - before
        label = f"{heap:,} mails due at once, two sweepers, kill -9 of a sweeper"
        table.append((label, f"{fallen} times"))
        table.append(("of them done", f"{done:,}, in {took:,.0f} s with their restarts"))
        wrong = [f"{label}: {n}" for label, sql in OFFENCES.items() if (n := rows(sql))]
        if running != cases:
            wrong.append(f"{cases - running} cases without a run")
        if done != heap:
            wrong.append(f"{heap - done} of the heap not done")
        table.append(("missing, doubled, or out of order", "none" if not wrong else "; ".join(wrong)))
    return table, wrong


def sweep(now: datetime) -> None:
    """What a sweeper does."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from followups.services import playbook_running

    playbook_running.run_due(now=now)


def report(table: list[tuple[str, str]], cases: int) -> str:
    """The evidence in words and figures."""
    lines = "\n".join(f"| {label} | {value} |" for label, value in table)
    return f"""# Playbooks at {cases:,} running cases

`make prove-playbooks` makes the cases in a database of its own, begins a playbook of four steps for each, and lets so many of
each kind of step fall due. The yardstick is a program that claims 200 rows at a time and inserts what a mail step leaves (the
step, a line of the timeline, a message of 6 kB) in the same database in the same run, and asks nothing: no conditions, no
policy, no quiet hours, no locks of cases. Then two sweepers as processes of their own work off a heap of mails and are killed
with SIGKILL and started again. Afterwards the database is counted: every step once, in its order, with what it does once;
one difference ends it with exit code 1. `tests/followups/services/test_playbook_running.py` has the short version.

Figures are by processor time, of the sweep and its database process together, which other load on the machine moves least.
Python {platform.python_version()}, 2 cores that were busy with other work:

| what | figure |
|---|---|
{lines}
"""


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.playbooks", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=2_000, help="of each kind of step")
    parser.add_argument("--heap", type=int, default=2_000, help="mails due at once")
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--sweep", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.sweep:
        sweep(datetime.fromisoformat(given.sweep))
        return 0
    from config import embedded

    embedded.prepare_environment()
    table, wrong = prove(cases=given.cases, due=given.due, heap=given.heap, kills=given.kills)
    if given.report:
        given.report.write_text(report(table, given.cases), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
