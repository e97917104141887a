"""The first steps of a workspace: each fills itself as things are done, a few can also be confirmed as they are.

A confirmation is an act, so it is a line of the audit log and needs no column: who said so and when stays readable.
What the apps above know (contacts, surveys, a test mail) they answer to signals.checklist_asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries, signals
from accounts.enums import Act
from accounts.models import AuditEvent, BusinessCalendar, MemberInvite, User, Workspace
from accounts.models.calendar import office_hours
from accounts.services import audit

KIND = "checklist"  # subject_kind of a confirmation; subject_id is the step's code


@dataclass(frozen=True)
class Link:
    """Where a step is done: the name of a page (of an app above, perhaps) and the parts of its address."""

    url_name: str
    label: Any
    parts: dict[str, str] = field(default_factory=dict)
    is_post: bool = False  # a button that does it, instead of a page on which it is done


@dataclass(frozen=True)
class Step:
    """One thing a new workspace wants."""

    code: str
    title: Any
    says: Any
    is_done: bool
    links: Sequence[Link]
    confirm: Any = ""  # label of the button that says: it is right as it is


@dataclass(frozen=True)
class Checklist:
    """All steps, and whether the workspace still shows them."""

    steps: tuple[Step, ...]
    is_hidden: bool

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == self.total

    @property
    def is_open(self) -> bool:
        """Whether the first page of the workspace shows it."""
        return not (self.is_hidden or self.is_complete)


CONFIRMABLE = ("SURVEY", "HOURS")


def of(*, workspace: Workspace) -> Checklist:
    """The checklist of a workspace as it stands now."""
    facts: dict[str, Any] = {}
    answers: Any = signals.checklist_asked.send(sender=Workspace, workspace=workspace)
    for _receiver, answer in answers:
        facts |= answer
    confirmed = set(
        AuditEvent.objects.of(workspace)
        .filter(act=Act.STEP_CONFIRMED, subject_kind=KIND)
        .values_list("subject_id", flat=True)
    )
    steps = (
        Step(
            "SENDER", _("Say who is asking"),
            _("The sender name customers read, and a mailbox for their replies."),
            bool(workspace.sender_name or workspace.reply_to),
            [Link("accounts:workspace_settings", _("Set the sender"))],
        ),
        Step(
            "HOURS", _("Check your working hours"),
            _("Promises to customers run in these hours. A new workspace has Monday to Friday, 9 to 5."),
            "HOURS" in confirmed or _hours_changed(workspace),
            [Link("accounts:hours", _("See the hours"))],
            confirm=_("These hours are right"),
        ),
        Step(
            "SURVEY", _("Read your first survey"),
            _("It is ready with good words. Change them, or say that they are right."),
            "SURVEY" in confirmed or bool(facts.get("survey_edited")),
            _survey_links(facts, ("surveys:survey_edit", _("Open the survey"))),
            confirm=_("The words are right"),
        ),
        Step(
            "TEST_MAIL", _("Send yourself the survey mail"),
            _("See it as a customer does. Nothing is counted."),
            bool(facts.get("test_mail")),
            _survey_links(facts, ("surveys:survey_test", _("Send it to me")), is_post=True),
        ),
        Step(
            "CONTACTS", _("Bring your customers"),
            _("A CSV file, a few by hand, or your shop by API."),
            bool(facts.get("contacts")),
            [Link("surveys:import_new", _("Import a file")), Link("surveys:contact_add", _("Add one"))],
        ),
        Step(
            "PEOPLE", _("Invite colleagues"),
            _("Who will answer unhappy customers with you."),
            _has_colleagues(workspace),
            [Link("accounts:people", _("Invite somebody"))],
        ),
    )  # fmt: skip
    return Checklist(steps, workspace.checklist_hidden_at is not None)


@transaction.atomic
def confirm(*, workspace: Workspace, code: str, by: User, now: datetime) -> None:
    """Say that a step (one of CONFIRMABLE) is right as it is. Twice is once."""
    if code not in CONFIRMABLE:
        raise ValueError(f"not to be confirmed: {code}")
    known = AuditEvent.objects.of(workspace).filter(
        subject_kind=KIND, subject_id=code, act=Act.STEP_CONFIRMED
    )
    if not known.exists():
        audit.record(
            act=Act.STEP_CONFIRMED, by=by, now=now, workspace=workspace, subject_kind=KIND, subject_id=code
        )


@transaction.atomic
def hide(*, workspace: Workspace, now: datetime) -> None:
    """Out of the way for everybody here; `show` brings it back."""
    if workspace.checklist_hidden_at is None:
        workspace.checklist_hidden_at = now
        workspace.save(update_fields=["checklist_hidden_at"])


@transaction.atomic
def show(*, workspace: Workspace) -> None:
    """Show it again."""
    workspace.checklist_hidden_at = None
    workspace.save(update_fields=["checklist_hidden_at"])


def _survey_links(facts: dict[str, Any], page: tuple[str, Any], *, is_post: bool = False) -> list[Link]:
    """To the first survey; to the list of surveys when there is none left."""
    if public_id := facts.get("survey"):
        return [Link(*page, parts={"public_id": public_id}, is_post=is_post)]
    return [Link("surveys:survey_list", _("See the surveys"))]


def _hours_changed(workspace: Workspace) -> bool:
    row = BusinessCalendar.objects.of(workspace).filter(is_default=True).first()
    return row is not None and row.week != office_hours()


def _has_colleagues(workspace: Workspace) -> bool:
    if MemberInvite.objects.of(workspace).filter(revoked_at=None).exists():
        return True
    return queries.active(workspace=workspace).count() > 1
