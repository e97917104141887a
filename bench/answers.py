"""P1: the public answer page under load, against a minimal WSGI application and a plain ORM view, turn by turn.

All three run in gunicorn with two sync workers on the database server of DATABASE_URL; wrk drives them. How durable a
commit is there is stated with the figures.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench import common

INVITATIONS = 90_000
SECONDS = 5
BUSY, CALM = 16, 2  # connections: for the rate, for the latency
NOW = datetime.now(UTC)

SCRIPT = """
local tokens, at = {}, tonumber(os.getenv("BENCH_START"))
for line in io.lines(os.getenv("BENCH_TOKENS")) do tokens[#tokens + 1] = line end
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function()
  at = at % #tokens + 1
  return wrk.format("POST", "/s/" .. tokens[at] .. "/", nil, "score=" .. at % 11 .. "&comment=It+took+too+long.")
end
done = function(summary, latency, requests)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
    + summary.errors.timeout
  io.write(string.format('{"n": %.0f, "us": %.0f, "bad": %.0f, "p50": %.0f, "p99": %.0f}\\n', summary.requests, summary.duration,
    bad, latency:percentile(50), latency:percentile(99)))
end
"""
ROWS = """
INSERT INTO surveys_contact (workspace_id, public_id, external_id, email, name, phone, company, language, time_zone,
  attributes, search, created_at, updated_at)
SELECT %(workspace)s, lpad(n::text, 22, 'c'), '', n || '@customer.example', 'Dora Doe', '', '', '', '',
  jsonb_build_object('region', 'north', 'plan', 'basic'), '', %(now)s, %(now)s
FROM generate_series(1, %(n)s) AS n;
INSERT INTO surveys_invitation (workspace_id, public_id, link_nonce, survey_id, contact_id, purpose, channel, is_mailed,
  status, not_sent_because, due_at, expires_at, sent_at, created_at)
SELECT workspace_id, lpad(id::text, 22, 'i'), lpad(id::text, 22, 'n'), %(survey)s, id, 'SURVEY', 'EMAIL', false, 'SENT',
  '', %(now)s, %(now)s::timestamptz + interval '60 days', %(now)s, %(now)s
FROM surveys_contact;
CREATE TABLE plain_answer (id bigserial PRIMARY KEY, token text UNIQUE, score smallint, comment text,
  at timestamptz DEFAULT now());
"""


def measure(seconds: int = SECONDS, times: int = 3) -> dict[str, Any]:
    """Answers a second with 16 connections, and the slowest hundredth with 2, of all three."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: install it (Debian: apt-get install wrk)")
    with ExitStack() as stack:
        url = stack.enter_context(common.django_database("bench_answers"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tokens = _prepare(folder)
        apps = {
            "plain": "bench.plain_answer:application",
            "orm": "bench.orm_answer:application",
            "ours": "config.wsgi:application",
        }
        ports = {name: stack.enter_context(_served(app, url)) for name, app in apps.items()}
        at = {
            "plain": 0,
            "orm": 0,
            "ours": tokens // 3,
        }  # ours and the ORM view never meet the same invitation

        def run(name: str, connections: int) -> dict[str, float]:
            outcome = _drive(ports[name], folder, at[name], connections, seconds)
            at[name] += int(outcome["n"])
            return outcome

        def busy(name: str) -> float:
            return _rate(run(name, BUSY))

        def calm(name: str) -> float:
            return run(name, CALM)["p99"] / 1000

        for name in apps:
            run(name, CALM)  # warm
        _analyze()
        rates = common.in_turn({name: partial(busy, name) for name in apps}, times)
        slow = common.in_turn({name: partial(calm, name) for name in apps}, times)
        if at["orm"] > tokens // 3 or at["ours"] > tokens:
            raise AssertionError("more answers than invitations: raise INVITATIONS")
        _check()
        durable = _durable()
    ratio, over_orm, p99 = (
        rates["ours"] / rates["plain"],
        rates["ours"] / rates["orm"],
        slow["ours"] / slow["plain"],
    )
    return {
        "rates": rates, "ratio": ratio, "over_orm": over_orm, "p99_ms": slow, "p99_ratio": p99, "commits": durable,
        "rows": [
            common.row("minimal WSGI + psycopg2, one INSERT", f"{rates['plain']:,.0f}/s", "1.00", durable),
            common.row("plain ORM view", f"{rates['orm']:,.0f}/s", f"{rates['orm'] / rates['plain']:.2f}"),
            common.row("answer page", f"{rates['ours']:,.0f}/s", f"{ratio:.2f}", ">= 0.45"),
            common.row("answer page over plain ORM view", "", f"{over_orm:.2f}", ">= 1.8"),
            common.row(
                f"p99 with 2 connections (WSGI {slow['plain']:.1f} ms)", f"{slow['ours']:.1f} ms", f"{p99:.2f}", "<= 3"
            ),
        ],
    }  # fmt: skip


def _prepare(folder: Path) -> int:
    """A workspace with an open survey, people, and links to answer; returns how many links."""
    from django.db import connection

    from accounts.services import members, workspaces
    from core.tokens import link_token
    from surveys.models import Survey
    from surveys.services import attributes

    owner = members.ensure_user(email="owner@bench.example", now=NOW)
    workspace = workspaces.create(name="Bench", slug="bench", owner=owner, now=NOW)
    attributes.ensure(workspace=workspace, seen=[{"region": "north", "plan": "basic"}], now=NOW)
    survey = Survey.objects.of(workspace).get()
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"workspace": workspace.pk, "survey": survey.pk, "n": INVITATIONS, "now": NOW})
        # Not the tables that are still empty: known to be so, they would be read whole to check each key, and the
        # more answers come the longer that takes, until the autovacuum daemon has looked at them. No real one starts so.
        cursor.execute("ANALYZE surveys_contact, surveys_invitation")
        cursor.execute("SELECT link_nonce FROM surveys_invitation ORDER BY id")
        nonces = [row[0] for row in cursor.fetchall()]
    (folder / "tokens").write_text("\n".join(link_token("survey", nonce) for nonce in nonces) + "\n")
    (folder / "answer.lua").write_text(SCRIPT)
    return len(nonces)


@contextmanager
def _served(app: str, url: str) -> Iterator[int]:
    """`app` in gunicorn with two sync workers; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {"DATABASE_URL": url, "DEBUG": "0"}
    if "orm" in app:
        environment["DJANGO_SETTINGS_MODULE"] = "bench.orm_settings"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--log-level", "error", app],
        env=environment,
        cwd=Path(__file__).parent.parent,
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _turn in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _drive(port: int, folder: Path, start: int, connections: int, seconds: int) -> dict[str, float]:
    """Post answers for some seconds; every one must be taken."""
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            "--timeout",
            "20s",
            f"-c{connections}",
            f"-d{seconds}s",
            "-s",
            str(folder / "answer.lua"),
            f"http://127.0.0.1:{port}",
        ],
        env=os.environ | {"BENCH_TOKENS": str(folder / "tokens"), "BENCH_START": str(start)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"wrk failed: {done.stderr or done.stdout}")
    outcome: dict[str, float] = json.loads(re.findall(r"^\{.*\}$", done.stdout, re.MULTILINE)[-1])
    if outcome["bad"]:
        raise AssertionError(f"{outcome['bad']:.0f} of {outcome['n']:.0f} requests failed: {done.stdout}")
    return outcome


def _rate(outcome: dict[str, float]) -> float:
    return outcome["n"] / (outcome["us"] / 1e6)


def _analyze() -> None:
    """What the autovacuum daemon does within a minute of such a load, at the same moment for all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _check() -> None:
    """Once settled, answers, ledger rows and answered invitations agree: nothing was counted that was not stored."""
    from django.db import connection

    from surveys.services import settling

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM surveys_response WHERE decide_at IS NOT NULL")
        waiting = [row[0] for row in cursor.fetchall()]
        for first in range(0, len(waiting), 1_000):
            settling.settle(responses=waiting[first : first + 1_000])
        cursor.execute(
            "SELECT (SELECT count(*) FROM surveys_response),"
            " (SELECT count(*) FROM surveys_responsechange WHERE before_score IS NULL),"
            " (SELECT count(*) FROM surveys_invitation WHERE status = 'ANSWERED')"
        )
        answers, ledger, answered = cursor.fetchone()
    if not answers == ledger == answered or not answers:
        raise AssertionError(f"{answers} answers, {ledger} ledger rows, {answered} answered invitations")


def _durable() -> str:
    """How the server commits, in words."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        fsync, commit = cursor.fetchone()
    return (
        "durable commits"
        if (fsync, commit) == ("on", "on")
        else f"fsync {fsync}, synchronous_commit {commit}"
    )
