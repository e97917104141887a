"""What a step of a playbook does, once it is due: a message, a task, a move, tags, an owner. Each says what came of it.

All of it is in the caller's transaction, which has locked the run and its case. A mail or text is judged by the same rules
as every other message about a case (rules/sending.py), and counts in the same budget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User, Workspace
from accounts.queries import case_workers
from core import merge_fields
from detractors.enums import EscalationLevel, EventKind
from detractors.models import Case, CaseStatus, CaseTag, Tag, Task
from detractors.queries import cases as case_queries
from detractors.queries.sight import Onlookers
from detractors.services import cases, moving, statuses, tasks, timeline
from detractors.services.errors import CaseError
from detractors.services.locking import save
from followups import queries
from followups.enums import SkippedBecause
from followups.models import PlannedStep, PlaybookRun
from followups.playbook_enums import MoveTo, NotDone, StepKind, Whom
from followups.queries import customer_page, merging, message_templates
from followups.rules import playbook_steps as rules
from followups.rules import sending
from followups.rules.playbook_runs import After
from followups.services import conversations, templates
from followups.services.templates import NotPublished, Unfilled, Words
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import messages
from outbox.services.texts import TextRequest, queue_texts
from surveys.models import Contact
from surveys.queries import asking
from surveys.queries.asking import Ground

MAIL = "playbook_step"


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of a step: done, or not and why, or it waits until a quiet hour is over."""

    because: str = ""
    until: datetime | None = None
    message: OutboundMessage | None = None
    task: Task | None = None


DONE = Came()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One step that is due: its run, its case if there is one, and what the batch knows. `ground` judges who is written to."""

    planned: PlannedStep
    run: PlaybookRun
    case: Case | None
    workspace: Workspace
    steps: int
    after: After
    ground: Callable[[Contact], Ground]
    now: datetime

    @property
    def contact(self) -> Contact | None:
        return self.case.contact if self.case else self.run.contact

    @property
    def does(self) -> dict[str, Any]:
        does: dict[str, Any] = self.planned.step.does
        return does

    @property
    def name(self) -> str:
        """“Chronic recovery”, step 2 of 4."""
        return _("“%(name)s”, step %(place)s of %(steps)s") % {
            "name": self.run.playbook.name,
            "place": self.planned.position,
            "steps": self.steps,
        }


def do(ask: Ask) -> Came:
    """Do what the step says; a step that needs a case and has none is not possible."""
    if ask.case is None and ask.planned.step.kind not in rules.MESSAGES:
        return Came(because=NotDone.NOT_POSSIBLE)
    return _DO[StepKind(ask.planned.step.kind)](ask)


# Messages -----------------------------------------------------------------------------------------------------------


def _why_not(ask: Ask, contact: Contact, ground: Ground, *, address: str, by_text: bool) -> str:
    """The one reason not to write to them now."""
    case = ask.case
    reason = sending.why_not(
        sending.Facts(
            step=sending.PLAYBOOK,
            category=case.category if case else "",
            happened_at=ask.planned.due_at,
            is_same_episode=True,
            automatic_lately=queries.automatic_lately(case=case, now=ask.now) if case else 0,
            has_address=bool(address),
            is_erased=contact.erased_at is not None,
            is_suppressed=_is_suppressed(ask, contact, ground, address),
            is_undeliverable=not by_text and contact.undeliverable_at is not None,
            is_opted_out=contact.followups_stopped_at is not None,
            is_left_alone=case is not None and customer_page.is_left_alone(case=case),
            is_capped=contact.pk in ground.capped,
        ),
        now=ask.now,
    )
    if reason == SkippedBecause.NO_ADDRESS and by_text:
        return NotDone.NO_NUMBER
    return reason or ""


def _is_suppressed(ask: Ask, contact: Contact, ground: Ground, address: str) -> bool:
    """A mail of a case may go where only surveys are refused; anything else may not."""
    if ask.case is not None and address == contact.email:
        return queries.refuses_all_mail(contact=contact)
    return address.lower() in ground.suppressed


def _words_or_not(ask: Ask, contact: Contact, ground: Ground, *, address: str, by_text: bool) -> Words | Came:
    """What is said to them now at this address; why nothing is, or until when it waits."""
    if reason := _why_not(ask, contact, ground, address=address, by_text=by_text):
        return Came(because=reason)
    held = asking.holding(workspace=ask.workspace, contact=contact, found=ground, now=ask.now)
    if held is not None:
        return Came(until=held.until)
    try:
        return _words(ask, contact)
    except NotPublished:
        return Came(because=NotDone.NO_WORDS)
    except Unfilled:
        return Came(because=SkippedBecause.NO_FIELD)


def _mail(ask: Ask) -> Came:
    contact = ask.contact
    if contact is None:
        return Came(because=SkippedBecause.NO_ADDRESS)
    words = _words_or_not(ask, contact, ask.ground(contact), address=contact.email, by_text=False)
    if isinstance(words, Came):
        return words
    given: dict[str, Any] = {
        "mail": MAIL,
        "subject": words.subject or None,
        "dedupe_key": f"{MAIL}:{ask.planned.pk}",
        "expires_at": ask.planned.due_at + sending.KEEPS_FOR,
        "now": ask.now,
    }
    context = {"words": words.body, "language": words.language or None}
    if ask.case is None:
        message = messages.queue_email(
            to=contact.email,
            to_name=contact.name,
            from_name=ask.workspace.from_name,
            reply_to=ask.workspace.reply_to,
            context={**context, **({"formatted": mark_safe(words.html)} if words.html else {})},
            kind=Kind.SURVEY,  # it follows an answer, not a case: a link in it ends such mails, and surveys with them
            workspace=ask.workspace,
            about=f"answer:{ask.run.response_id}",
            **given,
        )
        return Came(message=message)
    mail = conversations.post(case=ask.case, context=context, html=words.html, **given)
    cases.note_automatic(case=ask.case, what=ask.name, now=ask.now, mail=mail.public_id)
    return Came(message=mail.message)


def _text(ask: Ask) -> Came:
    contact = ask.contact
    if contact is None:
        return Came(because=NotDone.NO_NUMBER)
    ground = ask.ground(contact)
    if ground.gateway is None:
        return Came(because=NotDone.NO_GATEWAY)
    number = asking.number_of(contact=contact, gateway=ground.gateway)
    words = _words_or_not(ask, contact, ground, address=number, by_text=True)
    if isinstance(words, Came):
        return words
    (message,) = queue_texts(
        [
            TextRequest(
                mail=MAIL,
                kind=Kind.CUSTOMER if ask.case else Kind.SURVEY,
                workspace=ask.workspace,
                to=number,
                to_name=contact.name,
                subject=ask.run.playbook.name,
                text=words.body,
                dedupe_key=f"{MAIL}:{ask.planned.pk}",
                about=f"case:{ask.case.pk}" if ask.case else f"answer:{ask.run.response_id}",
                expires_at=ask.planned.due_at + sending.KEEPS_FOR,
            )
        ],
        now=ask.now,
    )
    if ask.case is not None:
        cases.note_automatic(case=ask.case, what=ask.name, now=ask.now)
    return Came(message=message)


def _words(ask: Ask, contact: Contact) -> Words:
    """What it says to this person, in their language where its template has it. Raises NotPublished, Unfilled."""
    if "template" in ask.does:
        template = message_templates.one(workspace=ask.workspace, public_id=ask.does["template"])
        if template is None:
            raise NotPublished("")
        return templates.words_for(template=template, now=ask.now, case=ask.case, contact=contact)
    subject, body = ask.does.get("subject", ""), ask.does["body"]
    language = templates.wanted_by(case=ask.case, contact=contact)
    if ask.case is not None:
        values = merging.merge_values(case=ask.case, by=None, now=ask.now, language=language)
    else:
        values = merging.contact_values(contact=contact, by=None)
    missing = [name for text in (subject, body) for name in merge_fields.missing_fields(text, values)]
    if missing:
        raise Unfilled(fields=missing)
    return Words(
        merge_fields.render(subject, values, single_line=True),
        merge_fields.render(body, values).strip(),
        "",
        language,
        False,
        0,
    )


# Work for people ------------------------------------------------------------------------------------------------------


def _task(ask: Ask) -> Came:
    case = ask.case
    assert case is not None  # checked by do
    due = ask.does.get("due")
    due_at = ask.after(ask.now, due["amount"], due["unit"], due["clock"]) if due else None
    people = _people(ask, case)
    try:
        task = tasks.add(
            case=case,
            title=ask.does["title"],
            by=None,
            now=ask.now,
            owner=people[0] if people else None,
            due_at=due_at,
            blocks_resolving=ask.planned.step.is_required,
        )
    except CaseError:
        return Came(because=NotDone.NOT_POSSIBLE)
    return Came(task=task)


def _assign(ask: Ask) -> Came:
    case = ask.case
    assert case is not None  # checked by do
    try:
        if ask.does["for"] == Whom.TEAM:
            team = Team.objects.of(ask.workspace).filter(pk=ask.does["team"]).first()
            if team is None:
                return Came(because=NotDone.NOBODY)
            if case.team_id != team.pk:
                case = moving.to_team(case=case, team=team, by=None, now=ask.now, because=ask.name)
        else:
            people = _people(ask, case)
            if not people:
                return Came(because=NotDone.NOBODY)
            case = cases.assign(case=case, owner=people[0], by=None, now=ask.now, because=ask.name[:200])
    except CaseError:
        return Came(because=NotDone.NOT_POSSIBLE)
    ask.run.owner_id = case.owner_id  # who was given it by the playbook is nobody else's choice
    return DONE


def _people(ask: Ask, case: Case) -> list[User]:
    """Who could do it, the least busy first: those who are there, work on cases and may see this one."""
    whom = ask.does["for"]
    if whom == Whom.OWNER:
        return [case.owner] if case.owner else []
    able = {one.user_id: one for one in case_workers(workspace=ask.workspace, now=ask.now)}
    if whom == Whom.MEMBER:
        wanted = [ask.does["member"]]
    else:
        level = {
            Whom.LEAD: EscalationLevel.LEAD,
            Whom.MANAGER: EscalationLevel.MANAGER,
            Whom.EXECUTIVE: EscalationLevel.EXECUTIVE,
        }[Whom(whom)]
        lead = case.team.lead if case.team else None
        people = case_queries.people_of_level(workspace=ask.workspace, level=level, lead=lead)
        wanted = [one.pk for one in people]
    members = [able[pk] for pk in wanted if pk in able]
    seen = Onlookers().of(case, [member.user for member in members])
    return _least_busy_first(ask.workspace, [member for member in members if member.user in seen])


def _least_busy_first(workspace: Workspace, members: list[Membership]) -> list[User]:
    if len(members) < 2:
        return [member.user for member in members]
    busy = case_queries.open_by_owner(workspace=workspace)
    members.sort(key=lambda member: (busy.get(member.user_id, 0), member.pk))
    return [member.user for member in members]


# The case itself ------------------------------------------------------------------------------------------------------


def _status(ask: Ask) -> Came:
    case = ask.case
    assert case is not None  # checked by do
    to = ask.does["to"]
    try:
        if to == MoveTo.WAITING:
            cases.wait(case=case, by=None, waiting_for=ask.does["waiting_for"], now=ask.now)
        elif to == MoveTo.OPEN:
            cases.resume(case=case, by=None, now=ask.now)
        else:
            rows = CaseStatus.objects.of(ask.workspace)
            status = rows.filter(public_id=ask.does["status"], retired_at__isnull=True).first()
            if status is None:
                return Came(because=NotDone.NOT_POSSIBLE)
            statuses.put(case=case, status=status, by=None, now=ask.now)
    except CaseError:
        return Came(because=NotDone.NOT_POSSIBLE)
    return DONE


def _tag(ask: Ask) -> Came:
    """Tags that are there already, or were removed since, are left alone."""
    case = ask.case
    assert case is not None  # checked by do
    names = dict(Tag.objects.of(ask.workspace).filter(pk__in=ask.does["tags"]).values_list("pk", "name"))
    had = set(CaseTag.objects.of(ask.workspace).filter(case=case).values_list("tag", flat=True))
    new = [pk for pk in names if pk not in had]
    if new:
        CaseTag.objects.of(ask.workspace).bulk_create(
            [CaseTag(workspace=ask.workspace, case=case, tag_id=pk) for pk in new], ignore_conflicts=True
        )
        timeline.write(
            case=case, kind=EventKind.TAGGED, now=ask.now, note=ask.name, added=[names[pk] for pk in new], removed=[]
        )  # fmt: skip
        save(case, now=ask.now)
    return DONE


_DO: dict[StepKind, Callable[[Ask], Came]] = {
    StepKind.MAIL: _mail,
    StepKind.SMS: _text,
    StepKind.TASK: _task,
    StepKind.STATUS: _status,
    StepKind.TAG: _tag,
    StepKind.ASSIGN: _assign,
}
