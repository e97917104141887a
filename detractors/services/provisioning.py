"""What a new workspace finds: a promise, who hears of a missed one, and a short tree of causes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import BusinessCalendar, Workspace
from accounts.queries import calendar
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import EscalationStep, RootCause, SlaPolicy
from detractors.rules import sla

# The short tree people choose from when they resolve: first level, then what belongs under it.
ROOT_CAUSES = (
    (gettext_noop("Product"), (gettext_noop("Product fault"), gettext_noop("Missing feature"), gettext_noop("Hard to use"))),
    (gettext_noop("Delivery"), (gettext_noop("Late delivery"), gettext_noop("Damaged or wrong delivery"))),
    (gettext_noop("Service"), (gettext_noop("Slow answer"), gettext_noop("Unfriendly contact"), gettext_noop("Wrong information"))),
    (gettext_noop("Price and billing"), (gettext_noop("Price too high"), gettext_noop("Billing error"))),
    (gettext_noop("Expectation"), (gettext_noop("Promise not kept"), gettext_noop("Misunderstanding"))),
)  # fmt: skip


@transaction.atomic
def lay_first_furniture(*, workspace: Workspace, now: datetime) -> None:
    """The default policy on the default calendar, escalation to the managers at a breach, the causes."""
    row = BusinessCalendar.objects.of(workspace).get(is_default=True)
    promise = sla.DEFAULT_POLICY.promises[TimerKind.RESOLUTION]
    policy = SlaPolicy(
        workspace=workspace,
        name=_("Detractors"),
        calendar=row,
        first_response_minutes=sla.FIRST_RESPONSE_MINUTES,
        resolution_minutes=promise.minutes_in(calendar(row=row)),
        warn_percent=sla.WARN_PERCENT,
        is_default=True,
        created_at=now,
    )
    policy.save()
    EscalationStep.objects.of(workspace).bulk_create(
        EscalationStep(
            workspace=workspace, policy=policy, kind=kind, level=EscalationLevel.MANAGER, after_minutes=0
        )
        for kind in TimerKind.values
    )
    causes = RootCause.objects.of(workspace)
    tops = causes.bulk_create(
        RootCause(workspace=workspace, name=_(parent), created_at=now) for parent, _children in ROOT_CAUSES
    )
    causes.bulk_create(
        RootCause(workspace=workspace, name=_(child), parent=top, created_at=now)
        for top, (_parent, children) in zip(tops, ROOT_CAUSES, strict=True)
        for child in children
    )
