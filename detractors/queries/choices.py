"""What the filters and acts of the queue offer: people, teams, surveys and all else by name, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Case as Choose
from django.db.models import F, Q, Value, When
from django.db.models.functions import Concat

from accounts.models import Membership, Team, Workspace
from accounts.queries import CASE_ROLES
from accounts.rules.sight import EVERYTHING, Sight
from core.written import Written, any_id
from detractors.models import CaseStatus, MatrixCell, RootCause, Spike, Tag
from surveys.models import Survey, Touchpoint


@dataclass(frozen=True)
class Choice:
    """One value a filter can take."""

    kind: str  # owner, executive, spike, team, touchpoint, survey, cell, tag, own (status) or cause
    value: str
    name: str
    can_own: bool = False  # somebody cases can be given to
    of: str = ""  # the category of a status
    status: CaseStatus | None = None  # an own status itself, with what a list of its cases needs to know


def choices(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Choice]:
    """Everybody and everything the page offers, by name, in one query; of touchpoints and teams those a sight is limited to."""
    if sight.is_limited:
        rows = _offered(workspace, sight)
    else:
        rows = _usual_offer().rows(workspace=workspace.pk)
    found = [
        Choice(
            kind,
            public_id or str(pk),
            f"{more} › {name}" if kind == "cause" and more else name or more.split("@")[0],
            last == "owns",
            more if kind == "own" else "",
            CaseStatus(pk=pk, public_id=public_id, name=name, category=more, is_default=last == "usual")
            if kind == "own"
            else None,
        )
        for kind, pk, public_id, name, more, last in rows
    ]
    return sorted(found, key=lambda choice: (choice.kind, choice.name.casefold()))


@cache
def _usual_offer() -> Written:
    anywhere = Workspace(pk=any_id())
    return Written(_offered(anywhere, EVERYTHING), workspace=anywhere.pk)


def _offered(workspace: Workspace, sight: Sight) -> Any:
    """Kind, id, public id, name and what else there is to say of all that the page offers."""
    here = When(deactivated_at__isnull=True, user__is_active=True, role__in=CASE_ROLES, then=Value("owns"))
    people = (
        Membership.objects.of(workspace)
        .order_by()
        .values_list(
            Value("owner"), F("user_id"), Value(""), F("user__name"), F("user__email"), Choose(here, default=Value(""))
        )
    )  # fmt: skip
    touchpoints = _named(Touchpoint.objects.of(workspace), "touchpoint", F("public_id"))
    if sight.touchpoints is not None:
        touchpoints = touchpoints.filter(public_id__in=sight.touchpoints)
    teams = _named(Team.objects.of(workspace), "team")
    if sight.teams is not None:
        teams = teams.filter(pk__in=sorted(sight.teams))
    surveys = _named(Survey.objects.of(workspace), "survey", F("public_id"))
    causes = RootCause.objects.of(workspace).filter(retired_at__isnull=True)
    cells = (
        MatrixCell.objects.of(workspace)
        .order_by()
        .values_list(
            Value("cell"), F("pk"), F("public_id"), Concat("scenario__name", Value(": "), "failure__name"), Value(""),
            Value(""),
        )
    )  # fmt: skip
    own = CaseStatus.objects.of(workspace).filter(retired_at__isnull=True)
    usual = When(is_default=True, then=Value("usual"))
    return people.union(
        touchpoints,
        teams,
        surveys,
        cells,
        _named(Tag.objects.of(workspace), "tag", F("public_id")),
        _named(own, "own", F("public_id"), F("category"), Choose(usual, default=Value(""))),
        _named(_spikes(workspace, sight), "spike", F("public_id")),
        _executives(workspace),
        _named(causes, "cause", F("public_id"), F("parent__name")),
        all=True,
    )


def _spikes(workspace: Workspace, sight: Sight) -> Any:
    """Those a list can be narrowed to: the ones that go on, or have a queue; none for who sees a part of the cases."""
    rows = Spike.objects.of(workspace).filter(Q(ended_at__isnull=True) | Q(queue_at__isnull=False))
    return rows.none() if sight.is_limited else rows


def _executives(workspace: Workspace) -> Any:
    """The executives of the workspace, as a filter names them."""
    people = workspace.executives.filter(is_active=True).order_by()
    return people.values_list(Value("executive"), F("pk"), Value(""), F("name"), F("email"), Value(""))


def _named(rows: Any, kind: str, public_id: Any = None, more: Any = None, last: Any = None) -> Any:
    none = Value("")
    return rows.order_by().values_list(
        Value(kind), F("pk"), public_id or none, F("name"), more or none, last or none
    )
