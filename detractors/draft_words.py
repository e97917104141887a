"""The words of what is tried: a promised length, and each value of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Workspace
from accounts.queries import calendar as rule_calendar
from accounts.queries import members, teams
from core import moments
from detractors import rule_words
from detractors.enums import RehearsalKind, TimerKind
from detractors.models import CaseRule, SlaPolicy
from detractors.promise_forms import (
    CLOCK_DAYS,
    CLOCK_HOURS,
    CLOCK_MINUTES,
    DAYS,
    HOURS,
    MINUTES,
    split_minutes,
)
from detractors.queries import places
from detractors.queries import rules as rule_queries
from detractors.rules.clock import Span
from detractors.rules.conditions import Conditions
from detractors.services import drafts
from detractors.services.promising import spans_of


def said(policy: SlaPolicy, span: Span) -> str:
    """A promised length as people typed it: "2 working days", "60 minutes around the clock"."""
    number, unit = split_minutes(
        span.minutes, day_minutes=rule_calendar(row=policy.calendar).working_day_minutes, clock=span.clock
    )
    words = {
        MINUTES: ngettext("%(n)s working minute", "%(n)s working minutes", number),
        HOURS: ngettext("%(n)s working hour", "%(n)s working hours", number),
        DAYS: ngettext("%(n)s working day", "%(n)s working days", number),
        CLOCK_MINUTES: ngettext("%(n)s minute around the clock", "%(n)s minutes around the clock", number),
        CLOCK_HOURS: ngettext("%(n)s hour around the clock", "%(n)s hours around the clock", number),
        CLOCK_DAYS: ngettext("%(n)s day around the clock", "%(n)s days around the clock", number),
    }
    return words[unit] % {"n": f"{number:,}"}


def names(*, workspace: Workspace) -> dict[str, dict[int, str]]:
    """What cells and the effects of rules name, by id."""
    return {
        "teams": {team.pk: team.name for team in teams(workspace=workspace)},
        "members": {one.user_id: one.user.display_name for one in members(workspace=workspace)},
        "policies": {row.pk: row.name for row in places.policies(workspace=workspace)},
        "tags": places.tags(workspace=workspace),
    }


def tried(*, workspace: Workspace, draft: drafts.Draft) -> list[tuple[str, str]]:
    """(label, value) of what a draft says; what it names and is gone is left out."""
    return [(str(label), value) for label, value in _SAID[draft.kind](workspace, draft) if value]


def _promise(workspace: Workspace, draft: drafts.Draft) -> list[tuple[Any, str]]:
    try:
        [policy] = drafts.tried_policies(workspace=workspace, draft=draft).values()
    except (drafts.DraftError, *drafts.REFUSED):
        return []
    spans = spans_of(policy)
    lengths = [(kind.label, said(policy, spans[kind])) for kind in TimerKind if kind in spans]
    warned = _("after %(percent)s %% of the time") % {"percent": policy.warn_percent}
    return [*lengths, (_("Hours"), policy.calendar.name), (_("The owner is warned"), warned)]


def _cell(workspace: Workspace, draft: drafts.Draft) -> list[tuple[Any, str]]:
    values, known = draft.values, names(workspace=workspace)
    return [
        (_("Earlier in the queue"), moments.duration(values["priority_minutes"])),
        (_("Promise"), known["policies"].get(values["policy"], "")),
        (_("Owning team"), known["teams"].get(values["team"], "")),
        (_("Playbook"), values["playbook"]),
    ]


def _failure(workspace: Workspace, draft: drafts.Draft) -> list[tuple[Any, str]]:
    questions = rule_queries.choice_options(workspace=workspace)
    chosen = [words for _question, answers in questions for value, words in answers if value in draft.values["options"]]  # fmt: skip
    return [
        (_("Words that point to it"), ", ".join(draft.values["words"])),
        (_("Answers that point to it"), ", ".join(chosen)),
    ]


def _rule(workspace: Workspace, draft: drafts.Draft) -> list[tuple[Any, str]]:
    values: Mapping[str, Any] = draft.values
    fields = rule_queries.fields(workspace=workspace)
    row = CaseRule(workspace=workspace, kind=values["kind"], effect=values["effect"])
    return [
        (_("When"), rule_words.conditions_in_words(Conditions.stored(values["conditions"]), fields)),
        (_("Then"), rule_words.effect_in_words(row, names(workspace=workspace))),
        (_("Tags"), values.get("tags", "")),
    ]


_SAID: dict[str, Any] = {
    RehearsalKind.POLICY: _promise,
    RehearsalKind.CELL: _cell,
    RehearsalKind.FAILURE: _failure,
    RehearsalKind.RULE: _rule,
}
