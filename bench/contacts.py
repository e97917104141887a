"""Contacts: lists, search, page 2,000 by key, saved filters and bulk edits at a million contacts against ten thousand.

Both workspaces live in one database, filled by SQL; the pages are the real views behind a signed-in session.
"""

import os
import statistics
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from bench import common

SIZES = (10_000, 1_000_000)
DEEP = 2_000 * 50  # rows before page 2,000; a tenth of that in the small workspace
FIRMS = """
INSERT INTO surveys_company (workspace_id, public_id, external_id, name, attributes, created_at, updated_at)
SELECT %(w)s, 'f' || %(w)s || '-' || n, '', 'Firm ' || n, '{}', now(), now() FROM generate_series(0, %(firms)s - 1) AS n"""
FILL = """
INSERT INTO surveys_contact (workspace_id, account_id, public_id, external_id, email, name, phone, company, language, time_zone,
  account_value, attributes, search, last_asked_at, last_answered_at, last_score, last_segment, created_at, updated_at)
SELECT %(w)s, firm.id, 'b' || %(w)s || '-' || n, 'C' || n, 'c' || n || '@bench.example', made.name, '', company,
  (ARRAY['en', 'de', 'fr'])[1 + n %% 3], '', CASE WHEN n %% 7 = 0 THEN n %% 9000 END,
  jsonb_build_object('region', (ARRAY['North', 'South', 'East', 'West'])[1 + n %% 4], 'tariff', 'T' || n %% 500,
    'seats', (n %% 300)::text),
  concat_ws(' ', made.name, 'c' || n || '@bench.example', company, 'C' || n),
  CASE WHEN n %% 2 = 0 THEN now() - (n %% 400) * interval '1 day' END,
  CASE WHEN n %% 5 = 0 THEN now() - (n %% 300) * interval '1 day' END,
  CASE WHEN n %% 5 = 0 THEN n / 5 %% 11 END,
  CASE WHEN n %% 5 <> 0 THEN '' WHEN n / 5 %% 11 > 8 THEN 'PROMOTER' WHEN n / 5 %% 11 > 6 THEN 'PASSIVE' ELSE 'DETRACTOR' END,
  now() - (n %% 900) * interval '1 day', now()
FROM (
  SELECT n, (ARRAY['Maya', 'Tom', 'Ines', 'Zoe', 'Jan', 'Lea'])[1 + n %% 6] || ' ' || initcap(substr(md5(n::text), 1, 7)) AS name,
    'Firm ' || n %% %(firms)s AS company
  FROM generate_series(1, %(size)s) AS n
) AS made JOIN surveys_company firm ON firm.workspace_id = %(w)s AND firm.name = made.company"""
PEOPLE_OF_A_FIRM = 50
FILTERS: dict[str, list[dict[str, str]]] = {
    "audience: one tariff of 500": [{"field": "attribute:tariff", "op": "is", "value": "T77"}],
    "audience: detractors in the north": [
        {"field": "last_segment", "op": "is", "value": "DETRACTOR"},
        {"field": "attribute:region", "op": "is", "value": "North"},
    ],
    "audience: a number compared, few fit": [
        {"field": "attribute:seats", "op": "at_least", "value": "299"},
        {"field": "account_value", "op": "at_least", "value": "8900"},
    ],
}


def measure(sizes: tuple[int, ...] = SIZES, times: int = 7) -> dict[str, Any]:
    """Milliseconds of each page at each size in turn."""
    with common.django_database("bench_contacts"):
        from django.conf import settings
        from django.db import connection
        from django.test import Client

        settings.ALLOWED_HOSTS = ["*"]
        now = datetime.now(UTC)
        small, large = sizes[0], sizes[-1]
        places: dict[int, dict[str, str]] = {}
        owner: Any = None
        loading: dict[int, float] = {}
        for size in sizes:
            start = time.perf_counter()
            places[size], owner = _site(size, now)
            loading[size] = time.perf_counter() - start
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET statement_timeout")
        client = Client(headers={"host": os.environ.get("BENCH_HOST", "127.0.0.1")})
        client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        figures: dict[str, Any] = {"loading_seconds": loading}
        rows = [common.row(f"{large:,} contacts by SQL", f"{loading[large]:.0f} s")]
        for what in places[small]:
            found: dict[int, list[float]] = {size: [] for size in sizes}
            for turn in range(times + 1):
                for size in sizes:
                    took = 1000 * common.seconds(partial(_get, client, size, places[size][what]))
                    if turn:  # the first turn warms
                        found[size].append(took)
            medians = {size: statistics.median(found[size]) for size in sizes}
            p95 = common.percentile(found[large], 0.95)
            ratio = medians[large] / medians[small]
            figures[what] = {"ms": medians, "p95_ms": p95, "ratio": ratio}
            shown = " / ".join(f"{medians[size]:.0f}" for size in sizes)
            asked = [_queries(client, size, places[size][what]) for size in sizes]
            figures[what]["queries"] = asked
            counted = "/".join(str(n) for n in dict.fromkeys(asked))
            rows.append(
                common.row(
                    f"{what}, {counted} queries, p95 {p95:.0f} ms", f"{shown} ms", f"{ratio:.2f}", "<= 1.5"
                )
            )
        for way, took, people in _bulk_edit(large, owner, now):
            figures[f"bulk edit, {way}"] = {"seconds": took, "people": people}
            rows.append(common.row(f"bulk edit of {people:,} people, {way}", f"{people / took:,.0f}/s"))
        return {"sizes": sizes, "figures": figures, "rows": rows}


def _site(size: int, now: datetime) -> tuple[dict[str, str], Any]:
    """A workspace with so many contacts, and the address of each page."""
    from django.db import connection

    from accounts.services import members, workspaces
    from surveys.models import Attribute, Contact
    from surveys.services import audiences

    owner = members.ensure_user(email="owner@bench.example", now=now)
    workspace = workspaces.create(name=f"Bench {size}", slug=f"bench-{size}", owner=owner, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        facts = {"w": workspace.pk, "size": size, "firms": size // PEOPLE_OF_A_FIRM}
        cursor.execute(FIRMS, facts)
        # Word indexes are built once over all rows: filling them row by row takes several times as long.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'surveys_contact' AND indexdef LIKE '% USING gin %'"
        )
        words = cursor.fetchall()
        for name, _made in words:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(FILL, facts)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, made in words:
            cursor.execute(made)
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("RESET statement_timeout")
    for name, kind in (("region", "TEXT"), ("tariff", "TEXT"), ("seats", "NUMBER")):
        Attribute(workspace=workspace, name=name, label=name, kind=kind, created_at=now).save()
    newest = Contact.objects.of(workspace).order_by("-pk").values_list("pk", flat=True)[0]
    deep = DEEP if size > DEEP else DEEP // 20
    pages = {
        "list": "contacts/",
        "search by id": f"contacts/?search=C{size - 7}",
        "search by name": "contacts/?search=Maya",
        "page 2,000 by key": f"contacts/?before={newest - deep}",
        "class of today": "contacts/?segment=DETRACTOR",
        "class, value of an attribute, never asked": "contacts/?segment=PROMOTER&attribute=region&value=North&state=never-asked",
        "one value of 500": "contacts/?attribute=tariff&value=T77",
        "nobody fits": "contacts/?segment=PROMOTER&attribute=tariff&value=T77&state=undeliverable",
        "companies": "contacts/companies/",
        "companies by value": "contacts/companies/?sort=value",
        "a company": f"contacts/companies/{_a_company(workspace)}/",
        "bulk edits: choosing all of a class": "contacts/bulk-edits/new/?all=1&segment=DETRACTOR&field=language",
    }
    for what, conditions in FILTERS.items():
        made = audiences.create(
            workspace=workspace,
            name=what,
            filter={"match": "all", "conditions": conditions},
            by=owner,
            now=now,
        )
        pages[what] = f"contacts/audiences/{made.public_id}/"
    return pages, owner


def _a_company(workspace: Any) -> str:
    from surveys.models import Company

    return str(Company.objects.of(workspace).order_by("pk").values_list("public_id", flat=True)[0])


def _queries(client: Any, size: int, address: str) -> int:
    """How many statements a page asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        _get(client, size, address)
    return len(found)


def _bulk_edit(size: int, owner: Any, now: datetime) -> list[tuple[str, float, int]]:
    """A quarter of the people given another language and back, by the sweep's own code: (way, seconds, people)."""
    from accounts.models import Workspace
    from surveys.services import bulk_edits

    workspace = Workspace.objects.get(slug=f"bench-{size}")
    edit = bulk_edits.start(
        workspace=workspace, selection={"attribute": "region", "value": "North"}, field="language", value="it", by=owner,
        now=now,
    )  # fmt: skip
    found = []
    for way in ("there", "back"):
        if way == "back":
            edit = bulk_edits.undo(edit=edit, by=owner, now=now)
        start = time.perf_counter()
        while edit.status in bulk_edits.WORKING:
            bulk_edits.run(now=datetime.now(UTC))
            edit.refresh_from_db()
        found.append((way, time.perf_counter() - start, edit.rows_changed))
    return found


def _get(client: Any, size: int, address: str) -> None:
    path, _mark, query = address.partition("?")
    answer = client.get(f"/w/bench-{size}/{path}", dict(parse_qsl(query)))
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")
