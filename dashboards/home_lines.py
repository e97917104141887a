"""What stands in a line of a home: where it leads, what it is about, and its clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from core import moments
from detractors.enums import EscalationLevel
from detractors.models import CallAppointment, Case, Escalation, Notification, Remedy, Task
from detractors.queries.cases import state_of
from detractors.rules import sla
from detractors.views import presenting
from detractors.views.wording import timer_word

WORDS = 140  # characters of somebody's words in a line


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that waits. `at` is shown as a running clock, `pill` as a word in a colour; `facts` say when it changed."""

    url: str
    title: str
    number: int
    icon: str = ""
    tone: str = "neutral"
    score: int | None = None
    segment: str = ""
    is_case: bool = False
    company: str = ""
    words: str = ""
    small: str = ""
    at: datetime | None = None
    warn_at: datetime | None = None
    state: str = "RUNNING"
    pill: str = ""
    pill_tone: str = "neutral"
    pill_icon: str = ""
    facts: tuple[Any, ...] = field(default=(), repr=False)


def money(value: Decimal, currency: str) -> str:
    """12,300 EUR, without cents."""
    return f"{formats.number_format(value.quantize(Decimal(1)), force_grouping=True)} {currency}"


def customer(case: Case) -> str:
    return case.contact.display_name if case.contact else _("Anonymous customer")


def url_of(case: Case, slug: str, place: str = "") -> str:
    return reverse("detractors:case", kwargs={"slug": slug, "number": case.number}) + place


def case_line(case: Case, *, slug: str, now: datetime, with_owner: bool = False, wrote: bool = False) -> Line:
    """A case read by `queries.homes`, with the promise to keep next."""
    next_one = presenting.next_promise(case.clocks, now)  # type: ignore[attr-defined]  # as for_rows has them
    small = [next_one.word] if next_one else [_("No promise runs")]
    if wrote and case.customer_wrote_at:
        small = [_("wrote %(time)s ago") % {"time": moments.duration(now - case.customer_wrote_at)}, *small]
    if with_owner:
        small.append(case.owner.display_name if case.owner else _("Nobody yet"))
    return Line(
        url=url_of(case, slug, "#timeline" if wrote else ""),
        title=customer(case),
        number=case.number,
        score=case.score,
        segment=str(case.segment or ""),  # type: ignore[attr-defined]  # annotated by for_rows
        is_case=True,
        company=case.contact.company if case.contact else "",
        words=(case.words or "")[:WORDS],  # type: ignore[attr-defined]  # annotated by for_rows
        small=" · ".join(small),
        at=next_one.due_at if next_one else None,
        warn_at=next_one.warn_at if next_one else None,
        state=next_one.state if next_one else "RUNNING",
        facts=(case.version, state_of(case).name, next_one.state if next_one else ""),
    )


def task_line(task: Task, *, slug: str, now: datetime, with_owner: bool = False) -> Line:
    """A task, or what a customer was promised."""
    is_late = task.due_at is not None and task.due_at < now
    small = [customer(task.case)]
    if with_owner:
        person = task.owner or task.case.owner
        small.append(person.display_name if person else _("Nobody yet"))
    return Line(
        url=url_of(task.case, slug, "#work"),
        title=task.title,
        number=task.case.number,
        icon="heart-handshake" if task.is_promise else "square-check",
        tone="bad" if is_late else "accent" if task.is_promise else "neutral",
        small=" · ".join(small),
        at=task.due_at,
        state=sla.BREACHED if is_late else "RUNNING",
        facts=(task.pk, task.due_at, is_late),
    )


def call_line(call: CallAppointment, *, slug: str, now: datetime) -> Line:
    """A call-back that is to be made, or was missed."""
    is_missed = call.missed_at is not None
    return Line(
        url=url_of(call.case, slug, "#work"),
        title=_("Call %(name)s") % {"name": customer(call.case)},
        number=call.case.number,
        icon="phone-x" if is_missed else "phone",
        tone="bad" if is_missed else "info",
        small=call.note,
        at=call.at,
        state=sla.BREACHED if call.at < now else "RUNNING",
        pill=_("Missed") if is_missed else "",
        pill_tone="bad",
        facts=(call.pk, call.at, is_missed),
    )


def named_line(told: Notification, *, slug: str) -> Line:
    """Somebody named one in a note."""
    by = told.by.display_name if told.by else _("Somebody")
    return Line(
        url=url_of(told.case, slug, "#timeline"),
        title=_("%(name)s named you") % {"name": by},
        number=told.case.number,
        icon="at",
        tone="accent",
        words=told.event.note[:WORDS] if told.event else "",
        small=customer(told.case),
        facts=(told.pk,),
    )


def approval_line(remedy: Remedy, *, slug: str, currency: str) -> Line:
    """A remedy that waits for a word."""
    return Line(
        url=reverse("detractors:remedies", kwargs={"slug": slug}) + "?state=WAITING",
        title=remedy.what,
        number=remedy.case.number,
        icon="gift",
        tone="warning",
        small=_("%(name)s asks, for %(customer)s")
        % {"name": remedy.created_by.display_name, "customer": customer(remedy.case)},
        pill=money(remedy.cost, currency),
        pill_tone="warning",
        facts=(remedy.pk,),
    )


def escalation_line(row: Escalation, *, slug: str, now: datetime) -> Line:
    """The latest step that was taken for a case."""
    case = row.timer.case
    owner = case.owner.display_name if case.owner else _("Nobody yet")
    return Line(
        url=url_of(case, slug, "#timeline"),
        title=customer(case),
        number=case.number,
        icon="bell-ringing",
        tone="bad",
        company=case.contact.company if case.contact else "",
        small=_("%(promise)s, %(time)s ago · %(owner)s")
        % {"promise": timer_word(row.timer.kind), "time": moments.duration(now - row.at), "owner": owner},
        pill=str(EscalationLevel(row.level).label),
        pill_tone="bad",
        facts=(row.pk, case.owner_id),
    )
