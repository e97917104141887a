"""Cases forget a person: the words go, what happened when and by whom stays, so figures stay true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from core.privacy import SHORTEST, Person
from detractors.enums import Category
from detractors.models import (
    Attachment,
    CallAppointment,
    Case,
    CaseDecision,
    CaseEvent,
    Lesson,
    Remedy,
    Retention,
    SavedView,
    Spike,
    Task,
)
from detractors.services import attachments, library

TEXTS = ("search", "stated_complaint", "underlying_issue", "waiting_for", "resolution", "assigned_because")
# Facts of a timeline whose text is a code, a name of ours or a word of the workspace; any other text is the customer's.
KEPT_FACTS = (
    "before", "to", "channel", "outcome", "root_cause", "mail", "lost", "level", "kind", "timer", "due_at", "status",
    "rule", "cell", "policy", "do", "state", "day", "day_before", "loss_reason",
)  # fmt: skip

_FORGET_EVENTS = """
UPDATE detractors_caseevent AS e
SET note = '', facts = COALESCE((
  SELECT jsonb_object_agg(fact.key, fact.value) FROM jsonb_each(e.facts) AS fact
  WHERE fact.key = ANY(%(kept)s) OR jsonb_typeof(fact.value) IN ('number', 'boolean', 'null')
), '{}'::jsonb)
WHERE e.workspace_id = %(workspace)s AND e.case_id = ANY(%(cases)s)"""


def cases_of(person: Person) -> QuerySet[Case]:
    """All cases of the person."""
    rows: QuerySet[Case] = Case.objects.of(person.workspace_id).filter(contact=person.contact_id)
    return rows


def forget(person: Person, now: datetime) -> None:
    """Blank the words in and about the person's cases, and the views somebody saved that search for them."""
    _forget_views(person)
    library.forget(person)
    _forget_spikes(person)
    Retention.objects.of(person.workspace_id).filter(case__contact=person.contact_id).update(value=None)
    forget_words(
        workspace_id=person.workspace_id,
        cases=list(cases_of(person).order_by("pk").values_list("pk", flat=True)),
        now=now,
    )


def _forget_views(person: Person) -> None:
    """A view whose name or search is this person's goes: what it would show without the words is somebody else."""
    for view in SavedView.objects.of(person.workspace_id):
        said = " ".join((view.name, *map(str, view.query.values()))).lower()
        if any(trace.lower() in said for trace in person.traces):
            view.delete()


def _forget_spikes(person: Person) -> None:
    """A spike of a word that is this person's goes, and so does what somebody noted of them about another."""
    for spike in Spike.objects.of(person.workspace_id):
        if _is_said(person, spike.key, spike.name):
            spike.delete()
        elif _is_said(person, spike.dismissed_note, *spike.also):
            spike.dismissed_note, spike.also = "", []
            spike.save(update_fields=["dismissed_note", "also"])


def _is_said(person: Person, *texts: str) -> bool:
    said = " ".join(texts).lower()
    return any(
        part.lower() in said
        for trace in person.traces
        for part in (trace, *trace.split())
        if len(part) >= SHORTEST
    )


def forget_words(*, workspace_id: int, cases: list[int], now: datetime) -> int:
    """Blank texts, timeline notes and evidence of these cases; returns how many."""
    rows = Case.objects.of(workspace_id).filter(pk__in=cases)
    list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_EVENTS, {"kept": list(KEPT_FACTS), "workspace": workspace_id, "cases": cases})
    CaseDecision.objects.of(workspace_id).filter(case__in=cases).exclude(evidence={}).update(evidence={})
    _forget_work(workspace_id, cases, now)
    Lesson.objects.of(workspace_id).filter(case__in=cases).delete()  # drafts: what is published has no case
    blank: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), "account_value": None}
    return int(rows.update(**blank, version=F("version") + 1, updated_at=now))


def _forget_work(workspace_id: int, cases: list[int], now: datetime) -> None:
    """Words of tasks and call-backs, and every file; who was asked outside, too, and their link opens nothing more."""
    tasks = Task.objects.of(workspace_id).filter(case__in=cases)
    tasks.update(title="", answer="", helper_name="")
    tasks.filter(broken_at__isnull=False).update(broken_because="-")
    tasks.exclude(helper_email="").update(
        helper_email="-", link_revoked_at=Coalesce("link_revoked_at", Value(now))
    )
    CallAppointment.objects.of(workspace_id).filter(case__in=cases).update(note="")
    Retention.objects.of(workspace_id).filter(case__in=cases).update(note="")
    Remedy.objects.of(workspace_id).filter(case__in=cases).update(what="", decision_note="")
    files = Attachment.objects.of(workspace_id).filter(case__in=cases, removed_at__isnull=True)
    attachments.forget(list(files), now=now)


# Age -------------------------------------------------------------------------------------------------------------


def old_words(workspace_id: int, before: datetime) -> QuerySet[Case]:
    """Cases closed before `before` that still have words."""
    has_words = Q(pk__in=CaseEvent.objects.of(workspace_id).exclude(note="").values("case"))
    has_words |= Q(pk__in=Task.objects.of(workspace_id).exclude(title="", answer="").values("case"))
    has_words |= Q(pk__in=Attachment.objects.of(workspace_id).filter(removed_at__isnull=True).values("case"))
    has_words |= Q(pk__in=Retention.objects.of(workspace_id).exclude(note="").values("case"))
    has_words |= Q(pk__in=Remedy.objects.of(workspace_id).exclude(what="", decision_note="").values("case"))
    for column in TEXTS:
        has_words |= ~Q(**{column: ""})
    rows: QuerySet[Case] = Case.objects.of(workspace_id).filter(
        has_words, category=Category.CLOSED, closed_at__lt=before
    )
    return rows


def count_old_words(workspace_id: int, before: datetime, limit: int) -> int:
    """How many, no further than `limit`."""
    return old_words(workspace_id, before)[:limit].count()


def forget_old_words(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Blank the words of at most `limit` of them; returns how many."""
    ids = list(old_words(workspace_id, before).order_by("pk").values_list("pk", flat=True)[:limit])
    return forget_words(workspace_id=workspace_id, cases=ids, now=now)
