"""P4: the dashboard with all its figures, 12 months, at a million answers against the same page at ten thousand.

Both workspaces live in one database; the page is the real view behind a signed-in session, rendered to the last byte. The
yardstick of its database share are the queries a dashboard cannot do without, straight from the tallies in SQL.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from bench import common

SIZES = (10_000, 1_000_000)
CASES = 5_000
FOLDED = 10_000  # new answers, for the time to fold them

RAW = (
    # headline by month and score; the same for the year before; by touchpoint; by region; the funnel
    "SELECT date_trunc('month', day::timestamp), measure, SUM(n) FROM dashboards_dailytally WHERE workspace_id = %(w)s"
    " AND series = 'HEADLINE' AND dimension = '' AND day BETWEEN %(since)s AND %(until)s GROUP BY 1, 2",
    "SELECT measure, SUM(n) FROM dashboards_dailytally WHERE workspace_id = %(w)s AND series = 'HEADLINE'"
    " AND dimension = '' AND day BETWEEN %(before)s AND %(since)s GROUP BY 1",
    "SELECT value, measure, SUM(n) FROM dashboards_dailytally WHERE workspace_id = %(w)s AND series = 'HEADLINE'"
    " AND dimension = 'touchpoint' AND day BETWEEN %(since)s AND %(until)s GROUP BY 1, 2",
    "SELECT value, measure, SUM(n) FROM dashboards_dailytally WHERE workspace_id = %(w)s AND series = 'HEADLINE'"
    " AND dimension = 'attribute:region' AND day BETWEEN %(since)s AND %(until)s GROUP BY 1, 2",
    "SELECT measure, SUM(n) FROM dashboards_dailytally WHERE workspace_id = %(w)s AND series = 'FUNNEL'"
    " AND dimension = '' AND day BETWEEN %(since)s AND %(until)s GROUP BY 1",
)
PAGES = {
    "dashboard, 12 months, by region": "dashboard/?period=12m&by=attribute%3Aregion",
    "dashboard, one touchpoint": "dashboard/?period=12m&touchpoint=Delivery",
    "dashboard, 30 days": "dashboard/?period=30d",
    "first page of all answers": "answers/?period=12m",
    "answers of detractors at one touchpoint": "answers/?period=12m&segment=DETRACTOR&touchpoint=Delivery",
}
COUNTED = (
    "dashboard, touchpoint and region (reads the answers)",
    "dashboard/?period=12m&touchpoint=Delivery&where=region%3ANorth",
)


def measure(sizes: tuple[int, ...] = SIZES, times: int = 15) -> dict[str, Any]:
    """Milliseconds of each page at each size in turn, the share of the database, and the time of a fold."""
    with common.django_database("bench_dashboard"):
        from django.conf import settings
        from django.db import connection
        from django.test import Client

        settings.ALLOWED_HOSTS = ["*"]
        now = datetime.now(UTC)
        sites: dict[int, Any] = {}
        loading: dict[int, float] = {}
        owner: Any = None
        for size in sizes:
            start = time.perf_counter()
            sites[size], owner = _site(size, now)
            loading[size] = time.perf_counter() - start
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET statement_timeout")
        client = Client(headers={"host": os.environ.get("BENCH_HOST", "127.0.0.1")})
        client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        small, large = sizes[0], sizes[-1]
        figures: dict[str, Any] = {"loading_seconds": loading, "answers_a_second": large / loading[large]}
        rows = [common.row(f"generate_data, {large:,} answers", f"{loading[large]:.0f} s", "", "minutes")]
        for what, query in PAGES.items():
            found: dict[int, list[float]] = {size: [] for size in sizes}
            for turn in range(times + 1):
                for size in sizes:
                    took = 1000 * common.seconds(partial(_get, client, f"/w/bench-{size}/{query}"))
                    if turn:  # the first turn warms
                        found[size].append(took)
            medians = {size: statistics.median(found[size]) for size in sizes}
            p95 = common.percentile(found[large], 0.95)
            figures[what] = {"ms": medians, "p95_ms": p95, "ratio": medians[large] / medians[small]}
            shown = " / ".join(f"{medians[size]:.0f}" for size in sizes)
            rows.append(
                common.row(
                    f"{what}, p95 {p95:.0f} ms",
                    f"{shown} ms",
                    f"{medians[large] / medians[small]:.2f}",
                    "<= 1.5, p95 < 150",
                )
            )
        shares = common.in_turn(
            {
                "raw": lambda: _raw(sites[large], now),
                "ours": lambda: _in_database(
                    lambda: _get(client, f"/w/bench-{large}/{PAGES['dashboard, 12 months, by region']}")
                ),
            },
            times,
        )
        figures["database_ms"] = {name: 1000 * value for name, value in shares.items()}
        rows.append(
            common.row(
                f"database share against {len(RAW)} tally queries ({1000 * shares['raw']:.0f} ms)",
                f"{1000 * shares['ours']:.0f} ms", f"{shares['ours'] / shares['raw']:.2f}", "<= 3",
            )
        )  # fmt: skip
        what, query = COUNTED
        figures[what] = 1000 * common.seconds(lambda: _get(client, f"/w/bench-{large}/{query}"))
        rows.append(common.row(what, f"{figures[what]:.0f} ms"))
        figures["fold_ms"] = _fold(sites[large], now)
        rows.append(common.row(f"folding {FOLDED:,} new answers", f"{figures['fold_ms']:.0f} ms"))
        return {"sizes": sizes, "figures": figures, "rows": rows}


def _site(size: int, now: datetime) -> tuple[Any, Any]:
    from accounts.services import members, workspaces
    from dashboards.services import synthetic

    owner = members.ensure_user(email="owner@bench.example", now=now)
    workspace = workspaces.create(name=f"Bench {size}", slug=f"bench-{size}", owner=owner, now=now)
    synthetic.load(
        workspace=workspace,
        contacts=size // 5,
        responses=size,
        cases=min(CASES, size // 5),
        days=365,
        seed=1,
        now=now,
    )
    return workspace, owner


def _get(client: Any, address: str) -> None:
    path, _mark, query = address.partition("?")
    answer = client.get(path, dict(parse_qsl(query)))
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")


def _raw(workspace: Any, now: datetime) -> float:
    from django.db import connection

    since = now.date() - timedelta(days=364)
    facts = {"w": workspace.pk, "since": since, "until": now.date(), "before": since - timedelta(days=365)}

    def run() -> None:
        with connection.cursor() as cursor:
            for statement in RAW:
                cursor.execute(statement, facts)
                cursor.fetchall()

    return common.seconds(run)


def _in_database(work: Callable[[], Any]) -> float:
    """Seconds of `work` that its statements took."""
    from django.db import connection

    spent = 0.0

    def watch(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        start = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            spent += time.perf_counter() - start

    with connection.execute_wrapper(watch):
        work()
    return spent


def _fold(workspace: Any, now: datetime) -> float:
    from django.db import connection

    from dashboards.services import tallies

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_responsechange (workspace_id, response_id, survey_id, after_series, after_score, comment_before, day,"
            " dimensions, at, is_folded) SELECT workspace_id, id, survey_id, 'HEADLINE', score, '', day, dimensions, now(), FALSE"
            " FROM surveys_response WHERE workspace_id = %s ORDER BY id DESC LIMIT %s",
            [workspace.pk, FOLDED],
        )
    return 1000 * common.seconds(lambda: tallies.fold_all(now=now))
