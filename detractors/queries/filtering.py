"""What each filter of the queue means as a condition on cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.db.models.functions import Lower

from accounts.models import Workspace
from detractors.enums import Category
from detractors.models import MatrixCell, SpikeCase, Sponsor, orders
from detractors.queries import promised, retention, statuses, tags
from detractors.rules import queue_layout as layout
from surveys.models import Company, Contact, Survey, Touchpoint

if TYPE_CHECKING:
    from detractors.queries.queue import Wanted

STATES = {
    "NEW": Q(category=Category.OPEN, contacted_at__isnull=True),
    "CONTACTED": Q(category=Category.OPEN, contacted_at__isnull=False),
    "WAITING": Q(category=Category.WAITING),
    "RESOLVED": Q(category=Category.RESOLVED),
    "CLOSED": Q(category=Category.CLOSED),
}
_PLACES = {"NEW": orders.NEW, "CONTACTED": orders.CONTACTED, "WAITING": orders.WAITING}


def narrowed(cases: Any, *, workspace: Workspace, wanted: Wanted) -> Any:
    """Those of `cases` that `wanted` names. Values that fit nothing find nothing."""
    plain = {
        name: value
        for name, value in (
            ("priority", wanted.priority),
            ("origin", wanted.origin),
            ("response__segment", wanted.segment),
            ("channel", wanted.channel),
        )
        if value
    }
    cases = cases.filter(**plain) if plain else cases
    if wanted.language:  # with the workspace, as the index has it
        cases = cases.filter(contact__workspace=workspace, contact__language=wanted.language)
    if wanted.owner is not None:
        cases = cases.filter(owner=wanted.owner) if wanted.owner else of_nobody(cases)
    if wanted.team is not None:
        cases = cases.filter(team=wanted.team) if wanted.team else _of_no_team(cases)
    # A scalar subquery, not a join: the planner looks the id up first and can then walk an index on it in rank order.
    if wanted.touchpoint:
        found = Touchpoint.objects.of(workspace).filter(public_id=wanted.touchpoint)
        cases = cases.filter(touchpoint=found.values("pk")[:1])
    if wanted.survey:
        asked = Survey.objects.of(workspace).filter(public_id=wanted.survey)
        cases = cases.filter(survey=asked.values("pk")[:1])
    if wanted.company:
        named = Company.objects.of(workspace).alias(small=Lower("name"))  # as its index has it
        companies = named.filter(small=Lower(Value(wanted.company)))
        people = Contact.objects.of(workspace).filter(account__in=companies.order_by().values("pk"))
        cases = cases.filter(contact__in=people.order_by().values("pk"))
    if wanted.cell == layout.UNMAPPED:
        cases = cases.filter(cell__isnull=True)
    elif wanted.cell:
        cell = MatrixCell.objects.of(workspace).filter(public_id=wanted.cell)
        cases = cases.filter(cell=cell.values("pk")[:1])
    if wanted.is_public:
        cases = cases.filter(is_public=True)
    if wanted.is_chronic:
        cases = cases.filter(is_chronic=True)
    if wanted.own_status:
        status = wanted.own or statuses.status_with(workspace=workspace, public_id=wanted.own_status)
        cases = cases.filter(statuses.having(status)) if status else cases.none()
    if wanted.tag:
        cases = cases.filter(pk__in=tags.tagged(workspace=workspace, public_id=wanted.tag))
    if wanted.spike:
        spiking = SpikeCase.objects.of(workspace).filter(spike__public_id=wanted.spike)
        cases = cases.filter(pk__in=spiking.values("case"))
    if wanted.executive is not None:
        cared = Sponsor.objects.of(workspace)
        cared = cared.filter(user=wanted.executive) if wanted.executive else cared
        cases = cases.filter(pk__in=cared.values("case"))
    if wanted.state:
        cases = _in_state(cases, wanted)
    if wanted.score is not None:
        cases = cases.filter(score=wanted.score)
    if wanted.value is not None:
        cases = cases.alias(worth=orders.VALUE_OR_NONE).filter(worth__gte=wanted.value)
    if wanted.promised and wanted.at is not None:
        found = promised.cases_with(workspace=workspace, state=wanted.promised, now=wanted.at)
        cases = cases.filter(pk__in=found)
    if wanted.stayed:
        cases = retention.cases_in(cases, workspace=workspace, state=wanted.stayed)
    return _by_time(cases, wanted)


def of_nobody(cases: Any) -> Any:
    """Those without an owner. By a value, not by "is null": only so are the rows of an index in rank order."""
    return cases.alias(whose=orders.OWNER_OR_NOBODY).filter(whose=orders.LARGEST_ID)


def _of_no_team(cases: Any) -> Any:
    return cases.alias(of_team=orders.TEAM_OR_NONE).filter(of_team=orders.LARGEST_ID)


def _in_state(cases: Any, wanted: Wanted) -> Any:
    """By the expression of an index where the list is one of open cases: few may be in this state."""
    if wanted.is_work and (place := _PLACES.get(wanted.state)) is not None:
        return cases.alias(place=orders.STATUS_PLACE).filter(place=place)
    return cases.filter(STATES[wanted.state])


def _by_time(cases: Any, wanted: Wanted) -> Any:
    if wanted.at is None:
        return cases
    if wanted.due == layout.NO_PROMISE:
        cases = cases.alias(due=orders.DUE_OR_NEVER).filter(due=orders.NEVER)
    elif wanted.due:
        due = layout.due_before(wanted.due, wanted.at)
        cases = cases.alias(due=orders.DUE_OR_NEVER).filter(due__lte=due)
    if wanted.age:
        cases = cases.filter(opened_at__lte=layout.since(layout.AGES, wanted.age, wanted.at))
    if wanted.waiting:
        began = layout.since(layout.WAITS, wanted.waiting, wanted.at)
        cases = cases.alias(stands=orders.STATUS_PLACE).filter(
            stands=orders.WAITING, waiting_since__lte=began
        )
    return cases
