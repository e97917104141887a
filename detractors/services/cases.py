"""Every move of a case: one transaction, one author, one line in the timeline.

The case's row is locked first, the table in rules.transitions is asked whether the move exists from there, then the
timers follow. A double click finds the case moved already and is told so kindly.
"""

from collections.abc import Collection
from datetime import datetime
from math import ceil
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.queries import active, case_takers
from accounts.rules.permissions import Permission, can
from core.announce import announce
from detractors.enums import CallOutcome, Category, EventKind, Outcome, TimerKind
from detractors.models import Case, CaseEvent, CaseStatus, RootCause
from detractors.notifications import Notices
from detractors.queries.cases import contacts, failed_contacts, is_unheard_since_end, open_case_of, state_of
from detractors.rules import transitions
from detractors.services import closing, handovers, sla, statuses, timeline
from detractors.services.errors import AlreadyClaimed, Incomplete, MoveNotAllowed, NotAMember, OtherCaseOpen
from detractors.services.locking import lock as _lock
from detractors.services.locking import save as _save
from detractors.services.promising import stood
from detractors.signals import case_contacted, case_reopened, case_resolved, case_waiting
from surveys.models import Response

TEXT_LENGTH = 10_000  # characters of a note, a resolution, an issue


def _check(case: Case, move: str, given: Collection[str] = ()) -> transitions.State:
    """The state `move` leads to; raises MoveNotAllowed or Incomplete with a sentence."""
    try:
        return transitions.target(state_of(case), move, given)
    except transitions.NotAllowed as error:
        raise MoveNotAllowed(error.sentence.say(_)) from None
    except transitions.Incomplete as error:
        raise Incomplete(error.sentence.say(_), field=error.missing[0]) from None


def _text(text: str, field: str, sentence: str) -> str:
    """`text` without surrounding space; raises Incomplete when it is empty or too long."""
    text = text.strip()
    if not text:
        raise Incomplete(sentence, field=field)
    if len(text) > TEXT_LENGTH:
        raise Incomplete(
            _("Please keep it under %(most)s characters.") % {"most": f"{TEXT_LENGTH:,}"}, field=field
        )
    return text


def _worker(case: Case, user: User) -> Membership:
    """The membership of someone who may work on cases here; raises NotAMember."""
    membership = _membership(case, user)
    if membership is None:
        raise NotAMember(_("%(name)s cannot own cases in this workspace.") % {"name": user.display_name})
    return membership


def _membership(case: Case, user: User) -> Membership | None:
    membership: Membership | None = (
        active(workspace=case.workspace_id).select_related("user", "team").filter(user=user).first()
    )
    return membership if membership is not None and can(membership.role, Permission.WORK_CASES) else None


# --- Who ------------------------------------------------------------------------------------------------------


@transaction.atomic
def claim(*, case: Case, by: User, now: datetime) -> Case:
    """`by` becomes the owner if nobody is, or keeps it if it is theirs already.

    Raises AlreadyClaimed naming the owner when somebody else has it, MoveNotAllowed when the case is over.
    """
    case = _lock(case)
    _check(case, transitions.CLAIM)
    if case.owner_id == by.pk:
        return case
    if case.owner is not None:
        name = case.owner.display_name
        raise AlreadyClaimed(_("%(name)s already has this case.") % {"name": name}, owner_name=name)
    membership = _worker(case, by)
    before = case.team_id
    case.owner, case.team, case.assigned_because = by, membership.team, _("Claimed.")
    timeline.write(case=case, kind=EventKind.CLAIMED, by=by, now=now)
    sla.follow_team(case=case, before=before, now=now)
    _save(case, now=now)
    return case


@transaction.atomic
def assign(*, case: Case, owner: User | None, by: User | None, now: datetime, because: str = "") -> Case:
    """Hand the case to `owner`, or to nobody with None; the new owner gets a mail unless they did it themselves.

    Raises NotAMember, MoveNotAllowed.
    """
    case = _lock(case)
    _check(case, transitions.ASSIGN, {transitions.OWNER_GIVEN})
    if case.owner_id == (owner.pk if owner else None):
        return case
    before, team = case.owner.display_name if case.owner else "", case.team_id
    case.owner = owner
    case.assigned_because = because
    facts: dict[str, Any] = {"before": before}
    if owner is not None:
        case.team = _worker(case, owner).team
        facts |= {"to": owner.display_name, "to_id": owner.pk}
    timeline.write(case=case, kind=EventKind.ASSIGNED, by=by, now=now, note=because, **facts)
    sla.follow_team(case=case, before=team, now=now)
    _save(case, now=now)
    if owner is not None and owner != by:
        notices = Notices(now=now)
        notices.assigned(case=case, owner=owner, because=because)
        notices.queue()
    return case


@transaction.atomic
def give_back(*, case: Case, owner: User | None, team_id: int | None, by: User, now: datetime) -> Case:
    """An assignment is taken back: the former owner and team again, and no mail, since for them nothing has happened.

    Raises NotAMember when the former owner can no longer own cases.
    """
    case = _lock(case)
    if owner is not None:
        _worker(case, owner)
    before = case.team_id
    facts: dict[str, Any] = {"before": case.owner.display_name if case.owner else ""}
    if owner is not None:
        facts |= {"to": owner.display_name, "to_id": owner.pk}
    case.owner, case.team_id, case.assigned_because = owner, team_id, _("Taken back.")
    timeline.write(case=case, kind=EventKind.ASSIGNED, by=by, now=now, note=_("Taken back."), **facts)
    sla.follow_team(case=case, before=before, now=now)
    _save(case, now=now)
    return case


# --- Words ----------------------------------------------------------------------------------------------------


@transaction.atomic
def note(*, case: Case, by: User, text: str, now: datetime) -> CaseEvent:
    """An internal note, which the customer never sees. Raises Incomplete when empty."""
    case = _lock(case)
    _check(case, transitions.NOTE, {transitions.NOTE_GIVEN})
    text = _text(text, "text", _("Please write the note."))
    event = timeline.write(case=case, kind=EventKind.NOTE, by=by, now=now, note=text)
    _save(case, now=now)
    return event


@transaction.atomic
def note_issue(*, case: Case, by: User, stated_complaint: str, underlying_issue: str, now: datetime) -> Case:
    """What the customer says is wrong, and what is wrong underneath (D1). Nothing changed, nothing written."""
    case = _lock(case)
    if _note_issue(case, by, stated_complaint, underlying_issue, now):
        _save(case, now=now)
    return case


def _note_issue(case: Case, by: User, stated: str, underlying: str, now: datetime) -> bool:
    stated, underlying = stated.strip()[:TEXT_LENGTH], underlying.strip()[:TEXT_LENGTH]
    if (stated, underlying) == (case.stated_complaint, case.underlying_issue):
        return False
    case.stated_complaint, case.underlying_issue = stated, underlying
    timeline.write(
        case=case, kind=EventKind.ISSUE_NOTED, by=by, now=now, note=underlying, stated_complaint=stated
    )
    return True


@transaction.atomic
def note_automatic(*, case: Case, what: str, now: datetime, **facts: Any) -> CaseEvent:
    """A line about something the product did by itself; it meets no promise."""
    case = _lock(case)
    event = timeline.write(case=case, kind=EventKind.AUTO_MAIL, now=now, note=what, **facts)
    _save(case, now=now)
    return event


@transaction.atomic
def note_resurveyed(*, case: Case, now: datetime) -> CaseEvent:
    """A line: the customer was asked again."""
    case = _lock(case)
    event = timeline.write(case=case, kind=EventKind.RESURVEYED, now=now)
    _save(case, now=now)
    return event


# --- Contact --------------------------------------------------------------------------------------------------


@transaction.atomic
def record_contact(
    *,
    case: Case,
    by: User,
    channel: str,
    note: str,
    now: datetime,
    outcome: str = CallOutcome.REACHED,
    facts: dict[str, Any] | None = None,
) -> CaseEvent:
    """A person wrote (`channel` "REPLY") or called ("CALL" with an `outcome` of CallOutcome).

    A reply, or a call that reached the customer, is the first response and meets that timer; attempts are only logged.
    Contacting a waiting case does not end the wait. Raises MoveNotAllowed.
    """
    case = _lock(case)
    event = _record_contact(
        case, by=by, channel=channel, note=note, now=now, outcome=outcome, facts=facts or {}
    )
    _save(case, now=now)
    return event


def _record_contact(
    case: Case, *, by: User, channel: str, note: str, now: datetime, outcome: str, facts: dict[str, Any]
) -> CaseEvent:
    is_call = channel == "CALL"
    given = {transitions.CHANNEL_GIVEN, transitions.BODY_GIVEN}
    _check(case, transitions.CONTACT if is_call else transitions.REPLY, given)
    if is_call:
        if outcome not in CallOutcome.values:
            raise Incomplete(_("Please say how the call went."), field="outcome")
        facts = {**facts, "outcome": outcome}
    kind = EventKind.CALLED if is_call else EventKind.REPLIED
    event = timeline.write(case=case, kind=kind, by=by, now=now, note=note.strip()[:TEXT_LENGTH], **facts)
    if not is_call or outcome == CallOutcome.REACHED:
        _contacted(case, now)
        announce(case_contacted, sender=Case, case=case, now=now)
    return event


def _contacted(case: Case, at: datetime) -> None:
    if case.contacted_at is None:
        case.contacted_at = at
    if case.first_responded_at is None:
        _set_first_response(case, at)
        sla.meet(case=case, kind=TimerKind.FIRST_RESPONSE, now=at)
    sla.meet(case=case, kind=TimerKind.NEXT_RESPONSE, now=at)


def _set_first_response(case: Case, at: datetime) -> None:
    case.first_responded_at = at
    case.first_response_minutes = sla.working_minutes(case=case, start=case.opened_at, end=at)
    case.first_response_minutes_calendar = ceil(max((at - case.opened_at).total_seconds(), 0) / 60)


def _forget_contact(case: Case) -> None:
    case.contacted_at = case.first_responded_at = None
    case.first_response_minutes = case.first_response_minutes_calendar = None


@transaction.atomic
def undo_contact(*, case: Case, event_id: int, reason: str, now: datetime) -> Case:
    """A reply did not arrive: it no longer counts. Without any other contact the first-response clock runs again.

    `event_id` is the CaseEvent that record_contact returned; done twice, it changes once.
    """
    case = _lock(case)
    failed = set(failed_contacts(case))
    if event_id in failed:
        return case
    timeline.write(case=case, kind=EventKind.REPLY_FAILED, now=now, note=reason, event=event_id)
    every = contacts(case)
    left = [event for event in every if event.pk not in failed | {event_id}]
    gone = next((event.at for event in every if event.pk == event_id), None)
    if left:
        case.contacted_at = left[0].at
        if case.first_responded_at != left[0].at:
            _set_first_response(case, left[0].at)
            sla.answered_later(case=case, kind=TimerKind.FIRST_RESPONSE, before=gone, at=left[0].at)
    elif case.is_open:
        _forget_contact(case)
        sla.reopen(case=case, kind=TimerKind.FIRST_RESPONSE)
    if case.is_open and gone is not None:
        later = next((event.at for event in left if event.at >= gone), None)
        sla.answered_later(case=case, kind=TimerKind.NEXT_RESPONSE, before=gone, at=later)
        sla.as_its_lines_say(
            case=case, now=now
        )  # edits, ends and merges since then did nothing to what was kept
    _save(case, now=now)
    return case


# --- Waiting --------------------------------------------------------------------------------------------------


@transaction.atomic
def wait(
    *, case: Case, by: User | None, waiting_for: str, now: datetime, status: CaseStatus | None = None
) -> Case:
    """The customer has to act: the resolution clock stops. `status` is one of the workspace's own for waiting cases.

    Raises MoveNotAllowed, Incomplete without `waiting_for`.
    """
    case = _lock(case)
    _check(case, transitions.WAIT)
    waiting_for = _text(waiting_for, "waiting_for", _("Please say what we are waiting for."))[:300]
    own = statuses.fitting(status=status, workspace=case.workspace_id, category=Category.WAITING)
    case.category, case.waiting_since, case.waiting_for = Category.WAITING, now, waiting_for
    case.status = own
    named = {"status": own.name} if own else {}
    timeline.write(case=case, kind=EventKind.WAITING, by=by, now=now, note=waiting_for, **named)
    sla.pause(case=case, now=now)
    _save(case, now=now)
    announce(case_waiting, sender=Case, case=case, now=now)
    return case


@transaction.atomic
def resume(*, case: Case, by: User | None, now: datetime) -> Case:
    """Go on: the resolution clock runs again with what was left. Raises MoveNotAllowed."""
    case = _lock(case)
    _check(case, transitions.RESUME)
    _end_wait(case)
    sla.resume(case=case, now=now)
    timeline.write(case=case, kind=EventKind.RESUMED, by=by, now=now)
    _save(case, now=now)
    return case


def _end_wait(case: Case) -> None:
    case.category, case.waiting_since, case.waiting_for = Category.OPEN, None, ""


# --- The end, and not the end -----------------------------------------------------------------------------------


@transaction.atomic
def resolve(
    *,
    case: Case,
    by: User,
    root_cause: RootCause | None,
    resolution: str,
    now: datetime,
    contact: dict[str, Any] | None = None,
    note: str = "",
    underlying_issue: str = "",
    status: CaseStatus | None = None,
) -> Case:
    """Put right: why it happened and what was done, in words the customer will read.

    A customer who was never contacted must be in the same act: `contact` is {"channel": "CALL", "note": ...,
    "outcome": "REACHED"}. What else the workspace asks for (services.closing) can be given in the same act, too: an
    internal `note`, the `underlying_issue`. `status` is one of the workspace's own for resolved cases.
    Raises MoveNotAllowed, and Incomplete naming what is missing.
    """
    case = _lock(case)
    given = {transitions.ROOT_CAUSE_GIVEN} if root_cause is not None else set()
    given |= {transitions.RESOLUTION_GIVEN} if resolution.strip() else set()
    given |= {transitions.CONTACT_GIVEN} if contact else set()
    _check(case, transitions.RESOLVE, given)
    resolution = _text(resolution, "resolution", _("Please write what was done."))
    if root_cause is None or root_cause.workspace_id != case.workspace_id:
        raise Incomplete(_("Please choose why it happened."), field="root_cause")
    closing.check(case=case, note=note, underlying_issue=underlying_issue)
    if note.strip():
        text = _text(note, "note", _("Please write the note."))
        timeline.write(case=case, kind=EventKind.NOTE, by=by, now=now, note=text)
    if underlying_issue.strip():
        _note_issue(case, by, case.stated_complaint, underlying_issue, now)
    if contact:
        _record_contact(
            case,
            by=by,
            channel=contact.get("channel", "CALL"),
            note=contact.get("note", ""),
            now=now,
            outcome=contact.get("outcome", CallOutcome.REACHED),
            facts={},
        )
    if case.contacted_at is None:
        raise Incomplete(
            _("Resolving needs a contact with the customer: write, or log a call that reached them."),
            field="contact",
        )
    own = statuses.fitting(status=status, workspace=case.workspace_id, category=Category.RESOLVED)
    if case.is_waiting:
        sla.resume(case=case, now=now)
    _end_wait(case)
    case.status = own
    named = {"status": own.name} if own else {}
    case.category, case.root_cause, case.resolution = Category.RESOLVED, root_cause, resolution
    case.resolved_at, case.resolved_by, case.outcome = now, by, ""
    sla.meet(case=case, kind=TimerKind.RESOLUTION, now=now)
    sla.cancel(case=case, kind=TimerKind.NEXT_RESPONSE, now=now)  # what was done is told in the closing mail
    timeline.write(
        case=case,
        kind=EventKind.RESOLVED,
        by=by,
        now=now,
        note=resolution,
        root_cause=root_cause.name,
        **named,
    )
    _save(case, now=now)
    announce(case_resolved, sender=Case, case=case, now=now)
    return case


@transaction.atomic
def reopen(*, case: Case, by: User | None, reason: str, now: datetime, score: int | None = None) -> Case:
    """Not solved after all: open again, with a new resolution promise from now (and a first response if none was).

    What was resolved or dismissed and is opened again by ourselves, without a word of the customer since, goes on with
    what was left of its promises: ending a case and opening it again wins no time.

    An owner who is no longer here does not get it back: it goes to whose turn it is, as a new case would, or to nobody.
    Raises MoveNotAllowed; OtherCaseOpen when the customer meanwhile has another open case.
    """
    case = _lock(case)
    target = _check(case, transitions.REOPEN)
    if case.merged_into is not None:
        raise MoveNotAllowed(
            _("This case was merged with #%(number)s: go on there.") % {"number": case.merged_into.number}
        )
    other = (
        open_case_of(workspace=case.workspace, contact_id=case.contact_id, or_split=False)
        if case.contact_id and case.split_from_id is None
        else None
    )
    if other is not None:
        sentence = _("The customer has another open case, #%(number)s: go on there.") % {
            "number": other.number
        }
        raise OtherCaseOpen(sentence, case=other)
    goes_on = by is not None and score is None and is_unheard_since_end(case)
    case.category = target.category
    case.resolved_at = case.resolved_by = case.closed_at = None
    case.outcome = ""
    case.reopened_count += 1
    if score is not None:
        case.latest_score = score
    reopened = timeline.line(case=case, kind=EventKind.REOPENED, by=by, now=now, note=reason, score=score)
    reopened.save(force_insert=True)  # before the line of a new owner
    is_ownerless = _let_go_of_gone_owner(case, now) and case.owner is None
    _promise_again(case, reopened, now, goes_on=goes_on)
    _save(case, now=now)
    if by is None or is_ownerless or (case.owner is not None and case.owner != by):
        notices = Notices(now=now)
        if case.owner is not None:
            notices.assigned(
                case=case,
                owner=case.owner,
                because=_("The customer is not satisfied: the case is open again."),
            )
        else:
            notices.unassigned(case=case)
        notices.queue()
    announce(case_reopened, sender=Case, case=case, now=now)
    return case


def _promise_again(case: Case, reopened: CaseEvent, now: datetime, *, goes_on: bool) -> None:
    """A promise by what holds for the case now, new or what was left; its line says which."""
    failed = set(failed_contacts(case))
    was_unanswered = bool(failed) and all(event.pk in failed for event in contacts(case))
    if was_unanswered:  # the reply bounced when the case was over: its first response is still owed
        _forget_contact(case)
    given = sla.promise(case=case, now=now)
    if given is not None:
        terms, hours = given
        reopened.facts |= {"promise": terms.to_json(), "stood": stood(case)}
        if goes_on:
            reopened.facts["goes_on"] = True
        reopened.save(update_fields=["facts"])
        if goes_on or was_unanswered:
            sla.as_its_lines_say(case=case, now=now)
        sla.start(case=case, kind=TimerKind.RESOLUTION, terms=terms, hours=hours, now=now)
        if case.contacted_at is None:
            sla.start(case=case, kind=TimerKind.FIRST_RESPONSE, terms=terms, hours=hours, now=now)
    sla.refresh(case=case)


def _let_go_of_gone_owner(case: Case, now: datetime) -> bool:
    """Take an open case from an owner who can no longer work on it; whether that was so. The case is not saved."""
    gone = case.owner
    if gone is None or _membership(case, gone) is not None:
        return False
    takers = case_takers(workspace=case.workspace, now=now)
    taker = handovers.by_turns(takers=takers, now=now)(case)
    case.owner = taker.user if taker else None
    case.assigned_because = _("Opened again; %(name)s is no longer here.") % {"name": gone.display_name}
    facts: dict[str, Any] = {"before": gone.display_name}
    if taker is not None:
        case.team = taker.team
        taker.save(update_fields=["last_assigned_at"])
        facts |= {"to": taker.user.display_name, "to_id": taker.user_id}
    timeline.write(case=case, kind=EventKind.ASSIGNED, now=now, note=case.assigned_because, **facts)
    return True


@transaction.atomic
def dismiss(*, case: Case, by: User, reason: str, now: datetime) -> Case:
    """Close without contact, because there is nobody to help (a test, a duplicate). Raises MoveNotAllowed, Incomplete."""
    case = _lock(case)
    _check(case, transitions.DISMISS, {transitions.REASON_GIVEN})
    reason = _text(reason, "reason", _("Please say why the case needs no answer."))
    _end_wait(case)
    sla.cancel(case=case, now=now)
    case.category, case.closed_at, case.outcome = Category.CLOSED, now, Outcome.DISMISSED
    timeline.write(case=case, kind=EventKind.DISMISSED, by=by, now=now, note=reason)
    _save(case, now=now)
    return case


@transaction.atomic
def record_recovery(*, case: Case, outcome: str, score: int, now: datetime) -> Case:
    """The second answer says it is right again: RECOVERED or CONVERTED closes the case. Raises MoveNotAllowed."""
    case = _lock(case)
    _close(case, outcome=outcome, now=now)
    case.latest_score = score
    timeline.write(case=case, kind=EventKind.RECOVERED, now=now, score=score, outcome=outcome)
    _save(case, now=now)
    return case


@transaction.atomic
def close(*, case: Case, outcome: str, now: datetime) -> Case:
    """The time for a second answer is over: close with `outcome`. Raises MoveNotAllowed."""
    case = _lock(case)
    _close(case, outcome=outcome, now=now)
    timeline.write(case=case, kind=EventKind.CLOSED, now=now, outcome=outcome)
    _save(case, now=now)
    return case


def _close(case: Case, *, outcome: str, now: datetime) -> None:
    _check(case, transitions.CLOSE, {transitions.OUTCOME_GIVEN})
    case.category, case.closed_at, case.outcome = Category.CLOSED, now, Outcome(outcome)


@transaction.atomic
def mark_told_back(*, case: Case, now: datetime) -> None:
    """The customer was told what was done: the loop is closed on our side."""
    case = _lock(case)
    case.told_back_at = now
    _save(case, now=now)


@transaction.atomic
def mark_not_told_back(*, case: Case, now: datetime) -> None:
    """The closing mail did not arrive after all: the customer was not told."""
    case = _lock(case)
    if case.told_back_at is not None:
        case.told_back_at = None
        _save(case, now=now)


# --- The second answer ------------------------------------------------------------------------------------------


@transaction.atomic
def add_answer(*, case: Case, response: Response, now: datetime) -> Case:
    """The customer's second answer in the timeline, in their words; the same answer again adds nothing."""
    case = _lock(case)
    known = CaseEvent.objects.of(case.workspace_id).filter(
        case=case, kind__in=[EventKind.ANSWER_JOINED, EventKind.ANSWER_AMENDED], facts__response=response.pk
    )
    latest = known.order_by("-pk").first()
    if latest is not None and (latest.facts.get("score"), latest.note) == (response.score, response.comment):
        return case
    case.latest_score = response.score
    timeline.write(
        case=case,
        kind=EventKind.ANSWER_AMENDED if latest else EventKind.ANSWER_JOINED,
        now=now,
        note=response.comment,
        score=response.score,
        channel=response.channel,
        response=response.pk,
    )
    _save(case, now=now)
    return case


@transaction.atomic
def correct_outcome(*, case: Case, outcome: str, score: int, now: datetime) -> Case:
    """The second answer of a closed case came late or was changed: its outcome follows. Raises MoveNotAllowed."""
    case = _lock(case)
    if not case.is_closed or case.outcome == Outcome.DISMISSED:
        raise MoveNotAllowed(
            _("Only the outcome of a case that was resolved and closed can follow an answer.")
        )
    if case.outcome != outcome:
        case.outcome, case.latest_score = Outcome(outcome), score
        timeline.write(case=case, kind=EventKind.RECOVERED, now=now, score=score, outcome=outcome)
        _save(case, now=now)
    return case
