"""What the bench of the queue looks at: workspaces of any size, filled by SQL, with something rare in every filter.

At every size RARE_CASES open cases have the rare value of each filter, so that the pages compared are full at all sizes;
every other value is spread as a share of all cases.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RARE_CASES = 60
DONE_CASES = 10_000  # resolved beside the open ones

CONTACTS = """
INSERT INTO surveys_contact (workspace_id, public_id, external_id, email, name, phone, company, account_id, account_value, language,
  time_zone, attributes, search, created_at, updated_at)
SELECT f.workspace_id, lpad(f.workspace_id || '-' || n, 22, 'c'), '', n || '@customer.example', 'Customer ' || n, '', f.name, f.id,
  n %% 9973, CASE WHEN n %% %(rare)s = 3 THEN 'pt' ELSE 'en' END, '', '{}', '', %(start)s, %(start)s
FROM generate_series(1, %(cases)s) AS n
JOIN surveys_company AS f ON f.workspace_id = %(workspace)s AND f.name = 'Company ' || n %% %(companies)s
"""
COMPANIES = """
INSERT INTO surveys_company (workspace_id, public_id, external_id, name, attributes, created_at, updated_at)
SELECT %(workspace)s, lpad(%(workspace)s || '-' || n, 22, 'f'), '', 'Company ' || n, '{}', %(start)s, %(start)s
FROM generate_series(0, %(companies)s - 1) AS n
"""
RESPONSES = """
INSERT INTO surveys_response (workspace_id, public_id, survey_id, contact_id, metric, purpose, score, segment, comment, answers,
  channel, trust, language, dimensions, day, responded_at, received_at, open_case)
SELECT workspace_id, lpad('r' || id, 22, 'r'), %(survey)s, id, 'NPS', 'SURVEY',
  CASE WHEN split_part(email, '@', 1)::int %% %(rare)s = 4 THEN 7 ELSE id %% 7 END,
  CASE WHEN split_part(email, '@', 1)::int %% %(rare)s = 4 THEN 'PASSIVE' ELSE 'DETRACTOR' END,
  'The parcel came late and nobody called me back, number ' || id, '{}',
  CASE WHEN split_part(email, '@', 1)::int %% %(rare)s = 5 THEN 'KIOSK' ELSE 'EMAIL' END,
  'CONFIRMED', '', '{}', %(start)s, %(start)s, %(start)s, false
FROM surveys_contact WHERE workspace_id = %(workspace)s
"""
CASES = """
INSERT INTO detractors_case (workspace_id, number, link_nonce, contact_id, response_id, survey_id, touchpoint_id, team_id, cell_id,
  status_id, is_chronic, origin, category, priority, rank_at, rank_parts, score, latest_score, account_value, owner_id,
  assigned_because, policy_id, stated_complaint, underlying_issue, search, opened_at, created_at, updated_at, version, next_due_at,
  channel, contacted_at, waiting_since, waiting_for, snoozed_at, resolution, reopened_count, outcome, root_cause_id, resolved_at,
  resolved_by_id)
SELECT workspace_id, n, lpad(workspace_id || 'x' || n, 22, 'x'), contact_id, id, %(survey)s,
  CASE WHEN n %% %(rare)s = 0 THEN %(rare_touchpoint)s ELSE %(touchpoint)s END,
  CASE WHEN n %% %(rare)s = 6 THEN %(rare_team)s WHEN n %% 3 = 0 THEN %(team)s END,
  CASE WHEN n %% %(rare)s = 7 THEN %(cell)s END, CASE WHEN n %% %(rare)s = 8 AND is_open THEN %(status)s END,
  n %% %(rare)s = 9, CASE WHEN n %% %(rare)s = 10 THEN 'STAFF' ELSE 'RESPONSE' END,
  CASE WHEN NOT is_open THEN 'RESOLVED' WHEN waits THEN 'WAITING' ELSE 'OPEN' END,
  CASE WHEN n %% %(rare)s = 0 THEN 'LOW' WHEN n %% 7 = 0 THEN 'URGENT' WHEN n %% 3 = 0 THEN 'HIGH' ELSE 'NORMAL' END,
  %(start)s::timestamptz + make_interval(secs => (n * 7919::bigint %% 1000003)), '[]', score, score, n %% 9973,
  CASE WHEN n %% 10 = 0 THEN NULL WHEN n %% %(rare)s = 2 THEN %(rare_owner)s ELSE %(owner)s END, '', %(policy)s, '', '',
  'customer ' || n || ' company ' || n %% %(companies)s || CASE WHEN n %% %(rare)s = 0 THEN ' zeppelin ' ELSE ' parcel late ' END,
  opened, opened, opened, 1,
  CASE WHEN n %% %(rare)s = 12 THEN NULL WHEN n %% %(rare)s = 13 THEN %(soon)s ELSE %(later)s::timestamptz + make_interval(mins => n) END,
  channel,
  CASE WHEN n %% 5 = 0 THEN opened END, CASE WHEN waits THEN opened END, CASE WHEN waits THEN 'a photo' ELSE '' END,
  CASE WHEN is_open AND n %% %(rare)s = 14 THEN opened END, '', 0, '', CASE WHEN NOT is_open THEN %(cause)s END,
  CASE WHEN NOT is_open THEN opened END, CASE WHEN NOT is_open THEN %(owner)s END
FROM (SELECT found.*, n <= %(open)s AS is_open, n <= %(open)s AND n %% %(rare)s = 11 AS waits,
        CASE WHEN n %% %(rare)s = 15 THEN %(start)s ELSE %(young)s::timestamptz + make_interval(secs => n) END AS opened
      FROM (SELECT r.id, r.contact_id, r.score, r.channel, r.workspace_id, split_part(c.email, '@', 1)::int AS n
            FROM surveys_response AS r JOIN surveys_contact AS c ON c.id = r.contact_id
            WHERE r.workspace_id = %(workspace)s) AS found) AS made
"""
TAGGED = """
INSERT INTO detractors_casetag (workspace_id, case_id, tag_id)
SELECT workspace_id, id, %(tag)s FROM detractors_case WHERE workspace_id = %(workspace)s AND number %% %(rare)s = 1
"""
TIMERS = """
INSERT INTO detractors_slatimer (workspace_id, case_id, policy_id, kind, promised_minutes, started_at, warn_at, due_at)
SELECT workspace_id, id, policy_id, kind.code, 60, opened_at, coalesce(next_due_at, %(later)s), coalesce(next_due_at, %(later)s)
FROM detractors_case, (VALUES ('FIRST_RESPONSE'), ('RESOLUTION')) AS kind (code)
WHERE workspace_id = %(workspace)s AND category = 'OPEN'
"""
LATE = """
INSERT INTO detractors_lateness (case_id, workspace_id, number, rank_at, is_due_soon, is_breached, version)
SELECT id, workspace_id, number, CASE WHEN category IN ('OPEN', 'WAITING') THEN rank_at END, number %% 50 = 0, number %% 40 = 0, 1
FROM detractors_case WHERE workspace_id = %(workspace)s AND (number %% 50 = 0 OR number %% 40 = 0)
"""
TABLES = (
    "surveys_company", "surveys_contact", "surveys_response", "detractors_case", "detractors_casetag", "detractors_slatimer",
    "detractors_lateness",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A workspace with `size` open cases, and what its addresses name: ids of what few of them have."""

    size: int
    owner: Any
    ids: dict[str, str]

    @property
    def url(self) -> str:
        return f"/w/bench-{self.size}/cases/"


def make(sizes: tuple[int, ...], *, now: datetime) -> dict[int, Site]:
    """Workspaces of all sizes in the connected database. Indexes are made when the rows are there: faster by far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # loading rows in bulk is no page
        furnished = [_furnish(size, now) for size in sizes]
        with _bare(cursor):
            for _site, facts in furnished:
                for statement in (COMPANIES, CONTACTS, RESPONSES, CASES, TAGGED, TIMERS, LATE):
                    cursor.execute(statement, facts)
                    if statement is COMPANIES:
                        cursor.execute("ANALYZE surveys_company")
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    return {site.size: site for site, _facts in furnished}


@contextmanager
def _bare(cursor: Any) -> Iterator[None]:
    """Without the indexes that are no constraint, and, where the role may, without looking up each foreign key."""
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), ARRAY(SELECT 'ALTER INDEX ' || attrelid::regclass"
        " || ' ALTER COLUMN ' || attnum || ' SET STATISTICS ' || attstattarget FROM pg_attribute"
        " WHERE attrelid = indexrelid AND attstattarget >= 0) FROM pg_index WHERE indrelid = ANY(%s::regclass[])"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
        [list(TABLES)],
    )
    indexes = cursor.fetchall()
    for name, _definition, _statistics in indexes:
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute("SELECT current_setting('is_superuser')")
    [is_superuser] = cursor.fetchone()
    if is_superuser == "on":
        cursor.execute("SET session_replication_role = replica")
    yield
    if is_superuser == "on":
        cursor.execute("RESET session_replication_role")
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _name, definition, statistics in indexes:
        for statement in (definition, *statistics):
            cursor.execute(statement)


def _furnish(size: int, now: datetime) -> tuple[Site, dict[str, Any]]:
    """The workspace with its people and settings, and what the statements fill it with."""
    from accounts.enums import Role
    from accounts.models import Team
    from accounts.services import members, workspaces
    from detractors.models import CaseStatus, Failure, MatrixCell, RootCause, Scenario, SlaPolicy, Tag
    from surveys.models import Survey, Touchpoint

    owner = members.ensure_user(email="owner@bench.example", now=START)
    workspace = workspaces.create(name=f"Bench {size}", slug=f"bench-{size}", owner=owner, now=START)
    rare_owner = members.ensure_user(email="rare@bench.example", now=START)
    members.add(workspace=workspace, user=rare_owner, role=Role.AGENT, now=START)

    def made(model: Any, **facts: Any) -> Any:
        row = model(workspace=workspace, created_at=START, **facts)
        row.save()
        return row

    usual, rare = made(Touchpoint, name="Delivery"), made(Touchpoint, name="Returns")
    team, rare_team = made(Team, name="Usual"), made(Team, name="Rare")
    status = made(CaseStatus, name="With the carrier", category="OPEN", position=1)
    tag = made(Tag, name="Rare")
    cell = made(MatrixCell, scenario=made(Scenario, name="Rare"), failure=made(Failure, name="Rare"))
    facts = {
        "workspace": workspace.pk, "survey": Survey.objects.of(workspace).get().pk, "owner": owner.pk, "rare_owner": rare_owner.pk,
        "open": size, "cases": size + DONE_CASES, "rare": size // RARE_CASES, "companies": (size + DONE_CASES) // 20,
        "policy": SlaPolicy.objects.of(workspace).get().pk, "touchpoint": usual.pk, "rare_touchpoint": rare.pk, "team": team.pk,
        "rare_team": rare_team.pk, "cell": cell.pk, "status": status.pk, "tag": tag.pk, "start": START,
        "cause": RootCause.objects.of(workspace).earliest("pk").pk, "young": now - timedelta(days=2), "soon": now + timedelta(hours=1),
        "later": now + timedelta(days=9),
    }  # fmt: skip
    ids = {
        "owner": str(owner.pk), "rare_owner": str(rare_owner.pk), "touchpoint": rare.public_id, "usual_touchpoint": usual.public_id,
        "team": str(rare_team.pk), "usual_team": str(team.pk), "cell": cell.public_id, "own": status.public_id, "tag": tag.public_id,
        "survey": Survey.objects.of(workspace).get().public_id,
    }  # fmt: skip
    return Site(size, owner, ids), facts
