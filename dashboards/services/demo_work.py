"""The work beside the demo's cases: own statuses, tasks, a question to the depot, a call-back, notes that name colleagues."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.enums import Role
from accounts.models import User, Workspace
from detractors.enums import Category, Digest
from detractors.models import Case, Task
from detractors.services import appointments, cases, closing, snoozing, statuses, tags, tasks, telling

STATUSES = (
    ("Looking into it", Category.OPEN),
    ("Waiting for the workshop", Category.OPEN),
    ("Parts on the way", Category.WAITING),
)


def furnish(*, workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    """A believable day at the desk, on the cases of the scenes."""
    manager, agents = people[Role.MANAGER][0], people[Role.AGENT]
    made = [
        statuses.add(workspace=workspace, name=name, category=category, now=now)
        for name, category in STATUSES
    ]
    closing.change(workspace=workspace, needs_note=False, needs_issue=True, needs_promises_done=True, now=now)
    by_name = {
        case.contact.name: case
        for case in Case.objects.of(workspace).open().select_related("contact", "owner", "workspace")
        if case.contact is not None
    }
    if priya := by_name.get("Priya Raman"):
        _invoice(priya, priya.owner or agents[0], manager, now)
        statuses.put(case=priya, status=made[0], by=priya.owner or agents[0], now=now)
    if clara := by_name.get("Clara Winter"):
        _cargo_bike(clara, clara.owner or agents[0], now)
    if emil := by_name.get("Emil Novotny"):
        agent = emil.owner or agents[0]
        statuses.put(case=emil, status=made[2], by=agent, now=now)
        snoozing.snooze(case=emil, until=now + timedelta(days=2), by=agent, now=now)
    telling.choose(workspace=workspace, user=manager, digest=Digest.DAILY, now=now)


def _invoice(case: Case, agent: User, manager: User, now: datetime) -> None:
    tags.put(case=case, names=["invoice", "third mail"], by=agent, now=now)
    telling.watch(case=case, user=manager, now=now)
    cases.note(
        case=case,
        by=agent,
        text=f"@{manager.name} the second bike is a double booking of our own shop. May I refund the whole sum today?",
        now=now,
    )
    tasks.add(
        case=case, title="Send the corrected invoice", owner=agent, by=agent, is_promise=True, blocks_resolving=True,
        due_at=now + timedelta(hours=20), now=now,
    )  # fmt: skip
    checked: Task = tasks.add(case=case, title="Check the order in the shop", owner=agent, by=agent, now=now)
    tasks.done(task=checked, by=agent, now=now)


def _cargo_bike(case: Case, agent: User, now: datetime) -> None:
    tags.put(case=case, names=["cargo bike", "battery"], by=agent, now=now)
    tasks.add(
        case=case, title="Is a battery cover for the 2025 cargo bike in stock, and when can it leave?", by=agent,
        helper_email="depot@lindenparts.example", helper_name="Dirk at the depot", due_at=now + timedelta(hours=5), now=now,
    )  # fmt: skip
    appointments.plan(
        case=case, at=now + timedelta(hours=3), owner=agent, by=agent, note="Tell her when the cover comes", now=now
    )  # fmt: skip
