"""Changing what is promised, and who hears of a missed promise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessCalendar
from accounts.rules.business_time import Calendar
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import EscalationStep, SlaPolicy
from detractors.rules import sla

LONGEST_MINUTES = 366 * 24 * 60  # a promise further away than a year is a typing mistake
ESCALATED_KINDS = (TimerKind.FIRST_RESPONSE, TimerKind.RESOLUTION)


class PolicyError(ValueError):
    """The policy stays as it was; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def change(
    *,
    policy: SlaPolicy,
    first_response_minutes: int,
    resolution_minutes: int,
    warn_percent: int,
    calendar: BusinessCalendar,
    steps: Mapping[tuple[str, str], int],
) -> SlaPolicy:
    """What cases opened from now on are promised; running promises stay as they were given.

    Minutes are working minutes of `calendar`. `steps` maps (timer kind, level) to working minutes after a breach; a pair
    that is missing is not told. Raises PolicyError.
    """
    check_promises(first_response_minutes=first_response_minutes, resolution_minutes=resolution_minutes)
    if not 1 <= warn_percent <= 99:
        raise PolicyError(_("Choose between 1 and 99 percent."), field="warn_percent")
    if calendar.workspace_id != policy.workspace_id:
        raise PolicyError(_("Choose one of this workspace's calendars."), field="calendar")
    _check_steps(steps)
    policy = SlaPolicy.objects.of(policy.workspace_id).select_for_update(of=("self",)).get(pk=policy.pk)
    policy.first_response_minutes, policy.resolution_minutes = first_response_minutes, resolution_minutes
    policy.warn_percent, policy.calendar = warn_percent, calendar
    policy.save()
    _set_steps(policy, steps)
    return policy


def check_promises(*, first_response_minutes: int, resolution_minutes: int) -> None:
    """Raises PolicyError unless both are positive, at most a year, and the first response comes first."""
    for field, minutes in (("first_response", first_response_minutes), ("resolution", resolution_minutes)):
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise PolicyError(_("A promise is at least a minute and at most a year."), field=field)
    if resolution_minutes < first_response_minutes:
        raise PolicyError(
            _("Nothing can be resolved before it is answered: promise the resolution later."),
            field="resolution",
        )


def _check_steps(steps: Mapping[tuple[str, str], int]) -> None:
    for (kind, level), minutes in steps.items():
        if kind not in ESCALATED_KINDS or level not in EscalationLevel.values:
            raise PolicyError(_("There is no such step."), field="steps")
        if not 0 <= minutes <= LONGEST_MINUTES:
            raise PolicyError(_("Choose 0 for at once, or up to a year."), field=f"{kind}_{level}")


def _set_steps(policy: SlaPolicy, steps: Mapping[tuple[str, str], int]) -> None:
    stored = {
        (step.kind, step.level): step
        for step in EscalationStep.objects.of(policy.workspace_id).filter(policy=policy)
    }
    for pair, step in stored.items():
        if pair not in steps:
            step.delete()
        elif step.after_minutes != steps[pair]:
            step.after_minutes = steps[pair]
            step.save(update_fields=["after_minutes"])
    EscalationStep.objects.of(policy.workspace_id).bulk_create(
        EscalationStep(
            workspace_id=policy.workspace_id, policy=policy, kind=kind, level=level, after_minutes=minutes
        )
        for (kind, level), minutes in steps.items()
        if (kind, level) not in stored
    )


def example(*, calendar: Calendar, start: datetime, minutes: int, warn_percent: int) -> sla.Plan:
    """When a promise of `minutes` given at `start` (aware UTC) warns and is due."""
    return sla.plan(calendar, start=start, minutes=minutes, warn_percent=warn_percent)
