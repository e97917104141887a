"""What is asked about telling customers back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from accounts.models import BusinessCalendar, Membership, User, Workspace
from accounts.queries import calendar
from accounts.rules.business_time import Calendar
from detractors.enums import Category, EventKind
from detractors.models import Case, CaseEvent
from followups.enums import Direction, FollowUpStatus, FollowUpStep, ResurveyStatus
from followups.models import (
    Conversation,
    FollowUp,
    Mail,
    MailFile,
    PendingReply,
    Playbook,
    ReplyTemplate,
    Resurvey,
)
from followups.models.playbook import BUILT_IN
from followups.rules import sending
from outbox import queries as outbox
from outbox.enums import State, SuppressionScope
from surveys.enums import Purpose, Trust
from surveys.models import Contact, Response

LINK_LIVES = timedelta(days=366)  # no link is open longer, so no later answer can come
EDITS_FOR = timedelta(days=35)  # changes of an answer that were missed are looked for this long
TOLD_WITHIN = timedelta(
    days=1
)  # a closing mail that has not left by then no longer holds the second question
BOUNCES_FOR = timedelta(days=14)  # no server gives up on a mail later
_KEY_OF = {
    step: key for key, step in BUILT_IN.items()
}  # of the ready-made playbook that is an automatic mail
_MANY = 5_000  # rows one turn of a sweep looks at; the next turn goes on
_DID_NOT_ARRIVE = Q(message__state__in=[State.FAILED, State.DEAD, State.SKIPPED]) | Q(
    message__bounced_at__isnull=False
)


# --- A case's page --------------------------------------------------------------------------------------------


def conversation(*, case: Case) -> Conversation | None:
    """The thread of the case, None before its first mail."""
    found: Conversation | None = Conversation.objects.of(case.workspace_id).filter(case=case).first()
    return found


def mails(*, case: Case) -> list[Mail]:
    """The mails of the case with author and departure, oldest first, and the files they carried."""
    return list(
        Mail.objects.of(case.workspace_id)
        .filter(conversation__case=case)
        .select_related("by", "message")
        .defer("message__text", "message__html", "message__headers")
        .prefetch_related(
            Prefetch(
                "files",
                MailFile.objects.of(case.workspace_id).select_related("attachment__case").order_by("pk"),
            )
        )
        .order_by("at", "id")
    )


def planned_mails(*, case: Case) -> list[FollowUp]:
    """The automatic mails of the case that wait or were not sent, the next one first."""
    return list(
        FollowUp.objects.of(case.workspace_id)
        .filter(case=case)
        .exclude(status=FollowUpStatus.SENT)
        .order_by("status", "due_at", "id")
    )


def follow_up(*, case: Case, pk: int) -> FollowUp | None:
    """One automatic mail of the case."""
    found: FollowUp | None = FollowUp.objects.of(case.workspace_id).filter(case=case, pk=pk).first()
    return found


def resurvey(*, case: Case) -> Resurvey | None:
    """The latest second question of the case, with its invitation and answer."""
    found: Resurvey | None = (
        Resurvey.objects.of(case.workspace_id)
        .filter(case=case)
        .select_related("invitation", "response")
        .order_by("-episode")
        .first()
    )
    return found


def pending_replies(*, case: Case) -> list[PendingReply]:
    """Replies that have not left: those that wait, and those that could not leave since the last one that did."""
    rows = PendingReply.objects.of(case.workspace_id).filter(
        case=case, sent_at__isnull=True, undone_at__isnull=True
    )
    return list(rows.select_related("by").order_by("-id")[:10])


def pending_reply(*, case: Case, public_id: str) -> PendingReply | None:
    """One reply of the case that waits or waited."""
    found: PendingReply | None = (
        PendingReply.objects.of(case.workspace_id).filter(case=case, public_id=public_id).first()
        if public_id
        else None
    )
    return found


def templates(*, workspace: Workspace, user: User) -> list[ReplyTemplate]:
    """The kept replies `user` can use: everybody's, their team's and their own, by name."""
    return list(_templates(workspace, user).select_related("team").order_by("name", "id"))


def kept_replies(*, workspace: Workspace, user: User) -> list[ReplyTemplate]:
    """The kept replies somebody may write who writes for all: everybody's, every team's and their own."""
    rows = ReplyTemplate.objects.of(workspace).filter(Q(owner__isnull=True) | Q(owner=user))
    return list(rows.select_related("team").order_by("name", "id"))


def template(*, workspace: Workspace, user: User, pk: int) -> ReplyTemplate | None:
    """One of them."""
    found: ReplyTemplate | None = _templates(workspace, user).filter(pk=pk).first()
    return found


def _templates(workspace: Workspace, user: User) -> Any:
    teams = Membership.objects.of(workspace).filter(user=user).values("team")
    return ReplyTemplate.objects.of(workspace).filter(
        Q(owner__isnull=True, team__isnull=True) | Q(owner=user) | Q(team__in=teams)
    )


# --- Facts ----------------------------------------------------------------------------------------------------


def refuses_all_mail(*, contact: Contact) -> bool:
    """Whether not even a personal mail may go to this contact's address."""
    address = contact.email.lower()
    return address in refusing_all_mail(workspace=contact.workspace_id, addresses=[address])


def refusing_all_mail(*, workspace: Workspace | int, addresses: Iterable[str]) -> frozenset[str]:
    """Which of these addresses (in small letters) must not even get a personal mail."""
    found = outbox.suppressed(workspace=workspace, addresses=addresses)
    return frozenset(address for address, scope in found.items() if scope == SuppressionScope.ALL)


def automatic_lately(*, workspace: Workspace, cases: Iterable[Case], now: datetime) -> dict[int, int]:
    """Case (its id) -> automatic mails within the last 24 hours, where there are any."""
    rows = Mail.objects.of(workspace).filter(
        conversation__case__in=[case.pk for case in cases],
        by__isnull=True,
        direction=Direction.OUT,
        at__gt=now - sending.A_DAY,
    )
    counts = rows.order_by().values("conversation__case").annotate(n=Count("pk"))
    return dict(counts.values_list("conversation__case", "n"))


def office_hours(*, workspace: Workspace) -> Calendar | None:
    """The workspace's own calendar, for the rules."""
    row = BusinessCalendar.objects.of(workspace).prefetch_related("holidays").filter(is_default=True).first()
    return calendar(row=row) if row else None


# --- What sweeps look for -------------------------------------------------------------------------------------


def due_mails(*, now: datetime) -> list[int]:
    """Ids of planned mails that are due, the oldest first."""
    return list(
        FollowUp.objects.across_workspaces()
        .filter(status=FollowUpStatus.PLANNED, due_at__lte=now)
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
        .order_by("due_at", "pk")
        .values_list("pk", flat=True)[:_MANY]
    )


@dataclass(frozen=True)
class Switch:
    """Since when the ready-made playbook of an automatic mail is on; one that nothing switches always is."""

    is_active: bool = True
    since: datetime | None = None
    created_at: datetime | None = None

    def was_on(self, at: datetime) -> bool:
        """Whether it was on at this moment of a case."""
        if not self.is_active or self.since is None or self.created_at is None:
            return self.is_active
        return self.since <= self.created_at or at >= self.since


def switch_of(*, workspace: int, step: str) -> Switch:
    """The switch of this automatic mail."""
    row = (
        Playbook.objects.of(workspace)
        .filter(key=_KEY_OF.get(step, "-"))
        .values_list("is_active", "active_since", "created_at")
        .first()
    )
    return Switch(*row) if row else Switch()


def _switched_off(step: str, moment: str) -> Any:
    """The ready-made playbook of this mail, where it was not on at that moment of the case."""
    again = Q(active_since__gt=F("created_at")) & Q(active_since__gt=OuterRef(moment))
    return Exists(
        Playbook.objects.across_workspaces().filter(
            Q(is_active=False) | again, workspace=OuterRef("workspace"), key=_KEY_OF[step]
        )
    )


def unplanned(*, step: str) -> list[Case]:
    """Cases that stand where `step` should have been planned and was not."""
    plans = FollowUp.objects.across_workspaces().filter(case=OuterRef("pk"), step=step)
    cases = Case.objects.across_workspaces()
    if step == FollowUpStep.ACKNOWLEDGE:
        wanted = cases.filter(
            ~_switched_off(step, "created_at"),
            category__in=[Category.OPEN, Category.WAITING],
            reopened_count=0,
            contacted_at__isnull=True,
        )
    elif step == FollowUpStep.WAITING:
        # A plan made before this wait began is of an earlier wait.
        plans = plans.filter(created_at__gte=OuterRef("waiting_since"))
        wanted = cases.filter(~_switched_off(step, "waiting_since"), category=Category.WAITING)
    else:
        plans = plans.filter(episode=OuterRef("reopened_count"))
        wanted = cases.filter(category=Category.RESOLVED)
    return list(wanted.filter(~Exists(plans)).order_by("pk")[:_MANY])


def unplanned_resurveys() -> list[Case]:
    """Resolved cases whose second question was not planned."""
    plans = Resurvey.objects.across_workspaces().filter(
        case=OuterRef("pk"), episode=OuterRef("reopened_count")
    )
    return list(
        Case.objects.across_workspaces()
        .filter(~Exists(plans), category=Category.RESOLVED)
        .select_related("workspace", "survey")
        .order_by("pk")[:_MANY]
    )


def due_resurveys(*, now: datetime) -> list[int]:
    """Ids of second questions to be asked now, the oldest first; first the customer is told what was done.

    One waits for its case's closing mail as long as that can still leave (a quiet hour, a minute of grace): TOLD_WITHIN.
    """
    to_be_told = FollowUp.objects.across_workspaces().filter(
        case=OuterRef("case"),
        episode=OuterRef("episode"),
        step=FollowUpStep.CLOSING,
        status=FollowUpStatus.PLANNED,
        due_at__gt=now - TOLD_WITHIN,
    )
    return list(
        Resurvey.objects.across_workspaces()
        .filter(~Exists(to_be_told), status=ResurveyStatus.PLANNED, due_at__lte=now)
        .order_by("due_at", "pk")
        .values_list("pk", flat=True)[:_MANY]
    )


def ended_resurveys(*, now: datetime) -> list[int]:
    """Ids of second questions whose time for an answer is over."""
    return list(
        Resurvey.objects.across_workspaces()
        .filter(
            status__in=[ResurveyStatus.ASKED, ResurveyStatus.NOT_ASKED],
            settled_at__isnull=True,
            closes_at__lte=now,
        )
        .order_by("closes_at", "pk")
        .values_list("pk", flat=True)[:_MANY]
    )


def unheard_answers(*, now: datetime) -> list[int]:
    """Ids of second answers that have had no effect yet, or were changed since."""
    answers = (
        Response.objects.across_workspaces()
        .filter(invitation=OuterRef("invitation"), purpose=Purpose.RESURVEY)
        .exclude(trust=Trust.LIKELY_SCANNER)
    )
    rows = Resurvey.objects.across_workspaces().annotate(answer=Subquery(answers.values("pk")[:1]))
    waiting = Q(status=ResurveyStatus.ASKED) | (
        Q(closes_at__gt=now - LINK_LIVES, invitation__isnull=False)
        & Q(status__in=[ResurveyStatus.UNANSWERED, ResurveyStatus.NOT_ASKED, ResurveyStatus.CANCELLED])
    )
    new = rows.filter(waiting, answer__isnull=False).values_list("answer", flat=True)
    changed = (
        Resurvey.objects.across_workspaces()
        .filter(status=ResurveyStatus.ANSWERED, settled_at__gt=now - EDITS_FOR)
        .exclude(response__score=F("score_after"))
        .exclude(response__trust=Trust.LIKELY_SCANNER)
        .values_list("response", flat=True)
    )
    return [*new[:_MANY], *changed[:_MANY]]


def unnoticed_failures(*, now: datetime) -> list[Mail]:
    """Mails that did not arrive and of which the case does not know yet."""
    lost = list(
        Mail.objects.across_workspaces()
        .filter(_DID_NOT_ARRIVE, direction=Direction.OUT, at__gt=now - BOUNCES_FOR)
        .select_related("message", "conversation")
        .order_by("pk")[:_MANY]
    )
    known = _known_as_lost(lost) if lost else set()
    return [mail for mail in lost if mail.public_id not in known]


def _known_as_lost(mails: list[Mail]) -> set[str]:
    """Public ids of those mails whose failure stands in their case's timeline."""
    threads = Conversation.objects.across_workspaces().filter(pk__in={mail.conversation_id for mail in mails})
    events = list(
        CaseEvent.objects.across_workspaces()
        .filter(
            case__in=threads.values("case"),
            kind__in=[EventKind.REPLIED, EventKind.REPLY_FAILED, EventKind.AUTO_MAIL],
        )
        .values_list("pk", "kind", "facts")
    )
    undone = {facts.get("event") for _pk, kind, facts in events if kind == EventKind.REPLY_FAILED}
    replies = {
        facts["mail"]
        for pk, kind, facts in events
        if kind == EventKind.REPLIED and pk in undone and "mail" in facts
    }
    return replies | {
        facts["lost"] for _pk, kind, facts in events if kind == EventKind.AUTO_MAIL and "lost" in facts
    }


def reply_event(*, mail: Mail, case: Case) -> CaseEvent | None:
    """The timeline entry a reply wrote when it was sent."""
    found: CaseEvent | None = (
        CaseEvent.objects.of(case.workspace_id)
        .filter(case=case, kind=EventKind.REPLIED, facts__mail=mail.public_id)
        .first()
    )
    return found


def is_known_as_lost(*, mail: Mail) -> bool:
    """Whether the case knows already that `mail` did not arrive."""
    return mail.public_id in _known_as_lost([mail])
