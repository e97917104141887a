"""P2: the queue page at 100,000 open cases against the same page at 10,000; `queue:1000000` adds that size (minutes to fill).

All workspaces live in one database (bench/queue_site.py), so every figure is a ratio of the same page, server and
moment. The page is the real view behind a signed-in session, rendered to the last byte. Every view, sort, grouping and
filter that is offered is asked for, each filter with a value that few cases have and, where there is one, with a value
that most have.
"""

import html
import os
import re
import statistics
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from bench import common, queue_site
from bench.queue_site import Site

SIZES = (10_000, 100_000)
HELP_DESK = {
    10_000: 78,
    100_000: 257,
    1_000_000: 3_677,
}  # ms, taken on another day and machine: see docs/evidence
QUERIES = 9  # at most, for any page
VERSION, NEXT_PAGE = r'data-version="([^"]+)"', r'rel="next" href="([^"]+)"'
FIRST, DEEP, ASKED = "first page of all open", "page 20", "has anything changed (204)"

VIEWS = {
    "mine": "view=mine", "unassigned": "view=unassigned", "due soon": "view=due-soon", "breached": "view=breached",
    "snoozed": "view=snoozed", "resolved and closed": "view=done",
}  # fmt: skip
SORTS = ("due", "opened", "newest", "updated", "value", "score")
GROUPS = ("owner", "team", "priority", "status", "touchpoint")
FILTERS = {  # what is rare, then what is common; {names} are ids of the site
    "status: waiting": "status=WAITING", "status: contacted": "status=CONTACTED",
    "own status": "own={own}",
    "priority: low, rare": "priority=LOW", "priority: urgent": "priority=URGENT",
    "owner: one with few": "owner={rare_owner}", "owner: nobody": "owner=none", "owner: one with most": "owner={owner}",
    "team: rare": "team={team}", "team: a third": "team={usual_team}", "team: none": "team=none",
    "survey": "survey={survey}",
    "touchpoint: rare": "touchpoint={touchpoint}", "touchpoint: most": "touchpoint={usual_touchpoint}",
    "score": "score=3",
    "cell of the matrix": "cell={cell}",
    "long-standing": "standing=chronic",
    "tag": "tag={tag}",
    "segment: rare": "segment=PASSIVE", "segment: most": "segment=DETRACTOR",
    "channel: rare": "channel=KIOSK", "channel: most": "channel=EMAIL",
    "origin: rare": "origin=STAFF", "origin: most": "origin=RESPONSE",
    "language: rare": "language=pt", "language: most": "language=en",
    "company": "company=Company+7",
    "value: most": "value=1000", "value: none has so much": "value=100000",
    "due: within 4 hours": "due=4h", "due: no promise runs": "due=none",
    "age: over 30 days, rare": "age=30d", "age: over a day": "age=1d",
    "waiting: 14 days": "waiting=14d",
    "high, of one owner, a score": "priority=HIGH&score=2&owner={owner}",
}  # fmt: skip
SEARCHES = {
    "a rare word": "q=zeppelin", "two words, any order": "q=zeppelin+company", "a word nearly every case has": "q=parcel",
    "a number": "q=%23777",
}  # fmt: skip


def measure(largest: str = "", times: int = 15) -> dict[str, Any]:
    """Milliseconds of each page at all sizes, their ratios, the number of queries, and the indexes PostgreSQL walks."""
    sizes = (*SIZES, int(largest)) if largest else SIZES
    with common.django_database("bench_queue"):
        from django.test import Client

        began = datetime.now(UTC)
        sites = queue_site.make(sizes, now=began)
        filled = (datetime.now(UTC) - began).total_seconds()
        client = Client(headers={"host": os.environ.get("BENCH_HOST", "127.0.0.1")})
        client.force_login(
            sites[sizes[0]].owner, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        pages = {
            what: _figures(client, addresses, times) for what, addresses in _pages(client, sites).items()
        }
        return {
            "sizes": sizes,
            "filled_in_seconds": filled,
            "pages": pages,
            "rows": [*_rows(pages, sizes), *_against_help_desk(pages, sizes)],
        }


def _figures(client: Any, addresses: dict[int, str], times: int) -> dict[str, Any]:
    """Wall and processor milliseconds by size. What a session writes once a minute is no query of the page: the second
    of two looks counts."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    wall: dict[int, list[float]] = {size: [] for size in addresses}
    processor: dict[int, list[float]] = {size: [] for size in addresses}
    queries, indexes = {}, {}
    for size, address in addresses.items():  # also warms what is about to be measured
        _get(client, address)
        with CaptureQueriesContext(connection) as captured:
            _get(client, address)
        queries[str(size)], indexes[str(size)] = len(captured), _indexes(captured)
    for _turn in range(times):
        for size, address in addresses.items():
            began = time.perf_counter()
            processor[size].append(1000 * common.processor_seconds(partial(_get, client, address)))
            wall[size].append(1000 * (time.perf_counter() - began))
    return {
        "ms": {str(size): statistics.median(one) for size, one in wall.items()},
        "p95_ms": {str(size): common.percentile(one, 0.95) for size, one in wall.items()},
        "processor_ms": {str(size): statistics.median(one) for size, one in processor.items()},
        "queries": queries,
        "indexes": indexes,
    }


def _rows(pages: dict[str, Any], sizes: tuple[int, ...]) -> list[dict[str, str]]:
    """A line for each page: its medians; its p95 and its processor time at the largest size over those at the smallest, and
    its median over the first page's."""
    small, large = str(sizes[0]), str(sizes[-1])
    rows = []
    for what, found in pages.items():
        ratio = found["p95_ms"][large] / found["p95_ms"][small]
        by_processor = found["processor_ms"][large] / found["processor_ms"][small]
        over = found["ms"][large] / pages[FIRST]["ms"][large]
        most = max(found["queries"].values())
        wall, processor = (
            " / ".join(f"{found[kind][str(size)]:.0f}" for size in sizes) for kind in ("ms", "processor_ms")
        )
        rows.append(
            common.row(
                f"{what}, {most} queries{' !' if most > QUERIES else ''}",
                f"{wall} ms, cpu {processor}",
                f"{ratio:.2f}, {by_processor:.2f}, {over:.1f} x",
                "<= 1.5" if what in (FIRST, DEEP, ASKED) else "<= 3 x",
            )
        )
    return rows


def _against_help_desk(pages: dict[str, Any], sizes: tuple[int, ...]) -> list[dict[str, str]]:
    """The first page against a well-known help desk's, whose figures are of another day: no ratio of one run."""
    return [
        common.row(
            f"first page at {size:,} against {HELP_DESK[size]:,} ms of a help desk (not of this run)",
            f"p95 {pages[FIRST]['p95_ms'][str(size)]:.1f} ms",
            f"1/{HELP_DESK[size] / pages[FIRST]['p95_ms'][str(size)]:.0f}",
            "1/75" if size == 1_000_000 else "",
        )
        for size in sizes
        if size in HELP_DESK
    ]


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


def _pages(client: Any, sites: dict[int, Site]) -> dict[str, dict[int, str]]:
    """Address of each measured page by size."""
    queries = {
        FIRST: "view=open",
        **VIEWS,
        **{f"sort: {sort}": f"view=open&sort={sort}" for sort in SORTS},
        **{f"group: {group}": f"view=open&group={group}" for group in GROUPS},
        **{f"filter: {what}": f"view=open&{query}" for what, query in FILTERS.items()},
        "breached, of a rare priority": "view=breached&priority=LOW",
        **{f"search: {what}": query for what, query in SEARCHES.items()},
    }
    asked, deep = {}, {}
    for size, site in sites.items():
        answer = _get(client, f"{site.url}?view=open")
        asked[size] = f"{site.url}?view=open&since={_found(VERSION, answer)}"
        for _page in range(19):
            deep[size] = site.url + _found(NEXT_PAGE, answer)
            answer = _get(client, deep[size])
    deep_groups = {
        f"group: {group}, page 8": _deep(client, sites, f"view=open&group={group}")
        for group in ("owner", "status")
    }
    deep_groups["sort: value, page 8"] = _deep(client, sites, "view=open&sort=value")
    return {
        FIRST: {},
        DEEP: deep,
        ASKED: asked,
        **{
            what: {size: f"{site.url}?{query.format(**site.ids)}" for size, site in sites.items()}
            for what, query in queries.items()
        },
        **deep_groups,
    }


def _deep(client: Any, sites: dict[int, Site], query: str) -> dict[int, str]:
    """The eighth page of a list, found by following its links."""
    found = {}
    for size, site in sites.items():
        found[size] = f"{site.url}?{query}"
        for _page in range(7):
            found[size] = site.url + _found(NEXT_PAGE, _get(client, found[size]))
    return found


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
