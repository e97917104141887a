"""P2: the queue page at 100,000 open cases against the same page at 10,000: first page, page 20 by its key, filters, search.

Both workspaces live in one database, with another 10,000 cases resolved in each, so every figure is a ratio of the same
page, server and moment. The page is the real view behind a signed-in session, rendered to the last byte.
"""

import html
import os
import re
import statistics
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from bench import common

SIZES = (10_000, 100_000)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RARE_CASES = (
    60  # so many have the rare priority, touchpoint and word at either size, so that both pages are full
)
VERSION, NEXT_PAGE = r'data-version="([^"]+)"', r'rel="next" href="([^"]+)"'

CONTACTS = """
INSERT INTO surveys_contact (workspace_id, public_id, external_id, email, name, phone, company, language, time_zone, attributes,
  search, created_at, updated_at)
SELECT %(workspace)s, lpad(%(workspace)s || '-' || n, 22, 'c'), '', n || '@customer.example', 'Customer ' || n, '',
  'Company ' || n %% 500, '', '', '{}', '', %(start)s, %(start)s
FROM generate_series(1, %(cases)s) AS n
"""
COMPANIES = """
INSERT INTO surveys_company (workspace_id, public_id, external_id, name, attributes, created_at, updated_at)
SELECT %(workspace)s, lpad(%(workspace)s || '-' || n, 22, 'f'), '', 'Company ' || n, '{}', %(start)s, %(start)s
FROM generate_series(0, 499) AS n
"""
OF_COMPANIES = """
UPDATE surveys_contact AS c SET account_id = f.id, account_value = length(c.name) * 100
FROM surveys_company AS f WHERE f.workspace_id = c.workspace_id AND f.name = c.company AND c.workspace_id = %(workspace)s
"""
RESPONSES = """
INSERT INTO surveys_response (workspace_id, public_id, survey_id, contact_id, metric, purpose, score, segment, comment, answers,
  channel, trust, language, dimensions, day, responded_at, received_at, open_case)
SELECT workspace_id, lpad('r' || id, 22, 'r'), %(survey)s, id, 'NPS', 'SURVEY', id %% 7, 'DETRACTOR',
  'The parcel came late and nobody called me back, number ' || id, '{}', 'EMAIL', 'CONFIRMED', '', '{}', %(start)s, %(start)s,
  %(start)s, false
FROM surveys_contact WHERE workspace_id = %(workspace)s
"""
CASES = """
INSERT INTO detractors_case (workspace_id, number, link_nonce, contact_id, response_id, survey_id, touchpoint_id, origin, category,
  priority, rank_at, rank_parts, score, latest_score, owner_id, assigned_because, policy_id, stated_complaint, underlying_issue,
  search, opened_at, created_at, updated_at, version, next_due_at, waiting_for, resolution,
  reopened_count, outcome, root_cause_id, resolved_at, resolved_by_id)
SELECT %(workspace)s, n, lpad(%(workspace)s || 'x' || n, 22, 'x'), found.contact_id, found.id, %(survey)s,
  CASE WHEN n %% %(rare)s = 0 THEN %(rare_touchpoint)s ELSE %(touchpoint)s END, 'RESPONSE',
  CASE WHEN n > %(open)s THEN 'RESOLVED' ELSE 'OPEN' END,
  CASE WHEN n %% %(rare)s = 0 THEN 'LOW' WHEN n %% 7 = 0 THEN 'URGENT' WHEN n %% 3 = 0 THEN 'HIGH' ELSE 'NORMAL' END,
  %(start)s::timestamptz + make_interval(secs => (n * 7919 %% 1000003)), '[]', found.score, found.score,
  CASE WHEN n %% 10 = 0 THEN NULL ELSE %(owner)s END, '', %(policy)s, '', '',
  'customer ' || n || ' company ' || n %% 500 || CASE WHEN n %% %(rare)s = 0 THEN ' zeppelin ' ELSE ' parcel late ' END,
  %(start)s, %(start)s, %(start)s, 1, %(start)s::timestamptz + interval '9 days', '', '', 0, '',
  CASE WHEN n > %(open)s THEN %(cause)s END, CASE WHEN n > %(open)s THEN %(start)s::timestamptz END,
  CASE WHEN n > %(open)s THEN %(owner)s END
FROM (SELECT id, contact_id, score, row_number() OVER (ORDER BY id) AS n FROM surveys_response
      WHERE workspace_id = %(workspace)s) AS found
"""
TIMERS = """
INSERT INTO detractors_slatimer (workspace_id, case_id, policy_id, kind, promised_minutes, started_at, warn_at, due_at)
SELECT workspace_id, id, policy_id, kind.code, 60, opened_at, next_due_at, next_due_at
FROM detractors_case, (VALUES ('FIRST_RESPONSE'), ('RESOLUTION')) AS kind (code)
WHERE workspace_id = %(workspace)s AND category = 'OPEN'
"""
LATE = """
INSERT INTO detractors_lateness (case_id, workspace_id, number, rank_at, is_due_soon, is_breached, version)
SELECT id, workspace_id, number, CASE WHEN category = 'OPEN' THEN rank_at END, number %% 50 = 0, number %% 40 = 0, 1
FROM detractors_case WHERE workspace_id = %(workspace)s AND (number %% 50 = 0 OR number %% 40 = 0)
"""
SETTLE = """VACUUM ANALYZE detractors_case, detractors_lateness, detractors_slatimer, surveys_contact, surveys_company,
  surveys_response"""


def measure(times: int = 25) -> dict[str, Any]:
    """Milliseconds of each page at both sizes, their ratios, the number of queries, and the indexes PostgreSQL walks."""
    with common.django_database("bench_queue"):
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        sites = {size: _site(size) for size in SIZES}
        with connection.cursor() as cursor:
            cursor.execute(SETTLE)
        client = Client(headers={"host": os.environ.get("BENCH_HOST", "127.0.0.1")})
        owner = sites[SIZES[0]][1]
        client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        pages = _pages(client, sites)
        figures: dict[str, Any] = {}
        rows = []
        for what, addresses in pages.items():
            found: dict[int, list[float]] = {size: [] for size in SIZES}
            for _turn in range(times):
                for size in SIZES:
                    found[size].append(1000 * common.seconds(partial(_get, client, addresses[size])))
            with CaptureQueriesContext(connection) as captured:
                _get(client, addresses[SIZES[-1]])
            small, large = (statistics.median(found[size]) for size in SIZES)
            slow, slow_small = (
                common.percentile(found[SIZES[-1]], 0.95),
                common.percentile(found[SIZES[0]], 0.95),
            )
            figures[what] = {
                "ms": {str(size): statistics.median(found[size]) for size in SIZES},
                "p95_ms": {str(SIZES[0]): slow_small, str(SIZES[-1]): slow},
                "ratio": large / small,
                "queries": len(captured),
                "indexes": _indexes(captured),
            }
            rows.append(
                common.row(
                    f"{what}, {len(captured)} queries",
                    f"{small:.1f} / {large:.1f} ms",
                    f"{large / small:.2f}",
                    "<= 1.5",
                )
            )
        return {"sizes": SIZES, "pages": figures, "rows": rows}


def _site(size: int) -> tuple[Any, Any, str]:
    """A workspace with `size` open cases and 10,000 resolved ones: (workspace, owner, rare touchpoint's id)."""
    from django.db import connection

    from accounts.services import members, workspaces
    from detractors.models import RootCause, SlaPolicy
    from surveys.models import Survey, Touchpoint

    owner = members.ensure_user(email="owner@bench.example", now=START)
    workspace = workspaces.create(name=f"Bench {size}", slug=f"bench-{size}", owner=owner, now=START)
    usual, rare = (
        Touchpoint(workspace=workspace, name=name, created_at=START) for name in ("Delivery", "Returns")
    )
    usual.save()
    rare.save()
    facts = {
        "workspace": workspace.pk, "survey": Survey.objects.of(workspace).get().pk, "owner": owner.pk, "open": size,
        "policy": SlaPolicy.objects.of(workspace).get().pk, "start": START, "cases": size + 10_000, "rare": size // RARE_CASES,
        "touchpoint": usual.pk, "rare_touchpoint": rare.pk, "cause": RootCause.objects.of(workspace).earliest("pk").pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # loading rows in bulk is no page
        for statement in (CONTACTS, COMPANIES, OF_COMPANIES, RESPONSES, CASES, TIMERS, LATE):
            cursor.execute(statement, facts)
    return workspace, owner, rare.public_id


def _get(client: Any, address: str) -> Any:
    path, _mark, query = address.partition("?")
    answer = client.get(path, dict(parse_qsl(query)))
    if answer.status_code not in (200, 204):
        raise AssertionError(f"{address} answered {answer.status_code}")
    return answer


def _found(pattern: str, answer: Any) -> str:
    """What the page itself says: the first group of `pattern`."""
    match = re.search(pattern, answer.content.decode())
    if match is None:
        raise AssertionError(f"the page has no {pattern}")
    return html.unescape(match.group(1))


def _pages(client: Any, sites: dict[int, Any]) -> dict[str, dict[int, str]]:
    """Address of each measured page by size."""
    queries = {
        "first page of all open": "?view=open",
        "mine": "?view=mine",
        "breached": "?view=breached",
        "breached, of a rare priority": "?view=breached&priority=LOW",
        "resolved and closed": "?view=done",
        "filter: urgent": "?view=open&priority=URGENT",
        "filter: a rare priority": "?view=open&priority=LOW",
        "filter: a score": "?view=open&score=3",
        "filter: high, of one owner, a score": f"?view=open&priority=HIGH&score=2&owner={sites[SIZES[0]][1].pk}",
        "sort: next due": "?view=open&sort=due",
        "sort: oldest": "?view=open&sort=opened",
        "sort: latest change": "?view=open&sort=updated",
        "sort: lowest score": "?view=open&sort=score",
        "sort: highest value": "?view=open&sort=value",
        "group: owner": "?view=open&group=owner",
        "filter: due within 4 hours": "?view=open&due=4h",
        "filter: a company": "?view=open&company=Company+7",
        "search: a rare word": "?q=zeppelin",
        "search: two words, any order": "?q=zeppelin+company",
        "search: a word nearly every case has": "?q=parcel",
    }
    pages = {
        what: {size: f"/w/bench-{size}/cases/{query}" for size in SIZES} for what, query in queries.items()
    }
    pages["filter: a rare touchpoint"] = {
        size: f"/w/bench-{size}/cases/?view=open&touchpoint={sites[size][2]}" for size in SIZES
    }
    deep = {}
    asked = {}
    for size in SIZES:
        address = f"/w/bench-{size}/cases/?view=open"
        answer = _get(client, address)
        asked[size] = f"{address}&since={_found(VERSION, answer)}"
        for _page in range(19):
            address = f"/w/bench-{size}/cases/{_found(NEXT_PAGE, answer)}"
            answer = _get(client, address)
        deep[size] = address
    return {
        "first page of all open": pages.pop("first page of all open"),
        "page 20": deep,
        "has anything changed (204)": asked,
        **pages,
    }


def _indexes(captured: Any) -> list[str]:
    """The indexes of the case table that PostgreSQL walks for the page's queries."""
    from django.db import connection

    found: set[str] = set()
    for query in captured:
        if "detractors_" not in query["sql"] or not query["sql"].startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"), [])
            plan = "\n".join(line for (line,) in cursor.fetchall())
        found |= {word for word in plan.replace("(", " ").split() if word.startswith(("case_", "lateness_"))}
        if "Seq Scan on detractors_case" in plan:
            found.add("SEQ SCAN")
    return sorted(found)
