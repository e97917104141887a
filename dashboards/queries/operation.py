"""What an operator watches, over all workspaces together; counts and ages only, nothing about a person."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from core.metrics import Reading
from detractors.enums import Category

_OPEN = (Category.OPEN.value, Category.WAITING.value)

# Each of these reads a partial index over what is unfinished, so an idle site costs nothing.
_SQL = """
SELECT (SELECT count(*) FROM surveys_response WHERE decide_at <= %(now)s),
       (SELECT EXTRACT(EPOCH FROM %(now)s - min(decide_at)) FROM surveys_response WHERE decide_at <= %(now)s),
       (SELECT count(*) FROM detractors_slatimer WHERE next_at <= %(now)s),
       (SELECT EXTRACT(EPOCH FROM %(now)s - min(next_at)) FROM detractors_slatimer WHERE next_at <= %(now)s),
       (SELECT count(*) FROM surveys_invitation WHERE status = 'PLANNED' AND due_at <= %(now)s),
       (SELECT count(*) FROM followups_followup WHERE status = 'PLANNED' AND due_at <= %(now)s),
       (SELECT count(*) FROM surveys_responsechange WHERE NOT is_folded),
       (SELECT count(*) FROM outbox_outboundmessage WHERE next_at <= %(now)s),
       (SELECT EXTRACT(EPOCH FROM %(now)s - min(next_at)) FROM outbox_outboundmessage WHERE next_at <= %(now)s)
"""
_GAUGES = (
    ("amends_answers_undecided", "Answers that wait for their decision."),
    ("amends_answers_undecided_oldest_seconds", "For how long the oldest of them has waited."),
    ("amends_timers_overdue", "Warnings, breaches and escalations that are due and not yet done."),
    ("amends_timers_overdue_oldest_seconds", "For how long the oldest of them has been due."),
    ("amends_invitations_due", "Planned invitations that are due."),
    ("amends_followups_due", "Planned mails of cases that are due."),
    (
        "amends_ledger_unfolded",
        "Ledger rows that are not in the daily tallies yet; figures count them all the same.",
    ),
    ("amends_mails_due", "Mails that are due to leave, or to be looked after again."),
    ("amends_mails_due_oldest_seconds", "For how long the oldest of them has been due."),
)


def readings(now: datetime) -> Iterator[Reading]:
    """Every gauge at `now`: what is open, what is late and for how long."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"now": now})
        for (name, words), value in zip(_GAUGES, cursor.fetchone(), strict=True):
            yield Reading(name, words, float(value or 0))
        cursor.execute(
            "SELECT c.category, l.is_breached IS TRUE, count(*) FROM detractors_case AS c"
            " LEFT JOIN detractors_lateness AS l ON l.case_id = c.id WHERE c.category = ANY(%s) GROUP BY 1, 2",
            [list(_OPEN)],
        )
        cases = {(category, is_breached): n for category, is_breached, n in cursor.fetchall()}
    for category in _OPEN:
        for is_breached in (False, True):
            labels = {"category": category, "breached": str(is_breached).lower()}
            yield Reading(
                "amends_cases_open",
                "Cases somebody has to work on.",
                cases.get((category, is_breached), 0),
                labels,
            )
