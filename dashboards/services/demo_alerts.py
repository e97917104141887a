"""What the demo shop has set about escalation and alerts: a chain of four levels, quiet evenings, a room that is off."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import User, Workspace
from detractors.enums import EscalationLevel, HandTo, TimerKind
from detractors.models import Case, SlaPolicy
from detractors.services import alerts, chains, timeline
from detractors.services.chains import WantedStep
from outbox.enums import TargetEvent, TargetKind
from outbox.services import chat_targets

ROOM = "https://hooks.slack.com/services/T00000000/B00000000/demodemodemodemodemodemo"  # nobody's


def furnish(*, workspace: Workspace, owner: User, agent: User, now: datetime) -> None:
    """Chain, chat target (switched off: the demo writes to nobody), choices, and one case whose history shows a late step."""
    room, _secret = chat_targets.save(
        workspace=workspace, target=None, name="#care-alerts", kind=TargetKind.SLACK, address=ROOM,
        events=[TargetEvent.URGENT, TargetEvent.ESCALATION], digest_at=None, now=now,
    )  # fmt: skip
    chat_targets.switch(target=room, on=False, now=now)
    usual = SlaPolicy.objects.of(workspace).get(is_default=True)
    steps = [
        WantedStep(
            kind=TimerKind.FIRST_RESPONSE, level=EscalationLevel.AGENT, after_minutes=-10, by_mail=False
        ),
        WantedStep(kind=TimerKind.FIRST_RESPONSE, level=EscalationLevel.LEAD, after_minutes=0, target=room),
        WantedStep(
            kind=TimerKind.FIRST_RESPONSE,
            level=EscalationLevel.MANAGER,
            after_minutes=60,
            raises_priority=True,
        ),
        WantedStep(
            kind=TimerKind.FIRST_RESPONSE,
            level=EscalationLevel.EXECUTIVE,
            after_minutes=480,
            breaks_quiet=True,
        ),
        WantedStep(kind=TimerKind.NEXT_RESPONSE, level=EscalationLevel.LEAD, after_minutes=30),
        WantedStep(kind=TimerKind.RESOLUTION, level=EscalationLevel.MANAGER, after_minutes=0),
        WantedStep(
            kind=TimerKind.RESOLUTION, level=EscalationLevel.LEAD, after_minutes=240, hand_to=HandTo.COLLEAGUE
        ),
    ]
    chains.save(policy=usual, has_own=True, steps=steps, by=owner, now=now)
    alerts.choose(
        workspace=workspace, user=agent, no_mail=[], no_bell=[], quiet_from=time(19), quiet_until=time(7),
        quiet_days=[6], daily_at=time(8, 30), now=now,
    )  # fmt: skip
    case = Case.objects.of(workspace).open().filter(lateness__is_breached=True).order_by("-number").first()
    if case is not None and case.next_due_at is not None:
        due_at = case.next_due_at
        timeline.write(
            case=case, kind="ESCALATED", now=min(due_at + timedelta(minutes=65), now), timer=TimerKind.FIRST_RESPONSE,
            due_at=due_at.isoformat(), level=EscalationLevel.MANAGER, step_at=due_at.isoformat(),
            to=[owner.display_name],
        )  # fmt: skip
