"""What is asked about mail that came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import Workspace
from accounts.rules.sight import Sight
from detractors.models import Case, CaseDecision
from detractors.queries import sight as seen
from followups.enums import Direction, MailKind, ReceivedState
from followups.models import Conversation, Mail, MailIntake, ReceivedMail
from outbox.models import OutboundMessage
from surveys.models import Contact

A_DAY = timedelta(days=1)
PAGE = 50
_SHOWN = ("raw",)  # never read for a list


# --- How a workspace receives mail --------------------------------------------------------------------------------


def intake(*, workspace: Workspace | int) -> MailIntake | None:
    """The workspace's rules for incoming mail, None while they are the usual ones."""
    found: MailIntake | None = MailIntake.objects.of(workspace).first()
    return found


def intake_of_addresses(addresses: Sequence[str]) -> MailIntake | None:
    """The one workspace whose mailbox one of these addresses is; None when it is none, or several."""
    if not addresses:
        return None
    plain = {f"{one.split('@')[0].split('+')[0]}@{one.split('@')[-1]}" for one in addresses}
    found = list(MailIntake.objects.across_workspaces().filter(address__in=plain)[:2])
    return found[0] if len(found) == 1 else None


def workspace_by_slug(slugs: Iterable[str]) -> Workspace | None:
    """The workspace one of these local parts names."""
    found: Workspace | None = Workspace.objects.filter(slug__in=list(slugs)).order_by("pk").first()
    return found


def only_workspace() -> Workspace | None:
    """The workspace of an installation that has just one."""
    found = list(Workspace.objects.order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


# --- Whose it is --------------------------------------------------------------------------------------------------


def thread_by_nonce(nonces: Sequence[str]) -> Conversation | None:
    """The thread of a genuine token, which names no workspace."""
    rows = Conversation.objects.across_workspaces().select_related("case__workspace")
    found: Conversation | None = rows.filter(reply_nonce__in=list(nonces)).order_by("pk").first()
    return found


def thread_by_answers(*, ids: Sequence[str], workspace_id: int | None) -> Conversation | None:
    """The thread one of whose mails has one of these ids, ours or the provider's; the nearest first."""
    if not ids:
        return None
    mails = Mail.objects.of(workspace_id) if workspace_id else Mail.objects.across_workspaces()
    bare = [one.strip("<>") for one in ids]
    local = [one.partition("@")[0] for one in bare]
    messages = OutboundMessage.objects.across_workspaces().filter(
        Q(message_id__in=list(ids)) | Q(provider_id__in=[*ids, *bare, *local])
    )
    found = (
        mails.filter(Q(message__in=messages.values("pk")) | Q(wire_id__in=list(ids)))
        .select_related("conversation__case__workspace")
        .order_by("-at")
        .first()
    )
    return found.conversation if found else None


def known_senders(*, case: Case) -> set[str]:
    """The addresses this case's customer is known by, in small letters."""
    known = {case.contact.email.lower()} if case.contact is not None and case.contact.email else set()
    mails = Mail.objects.of(case.workspace_id).filter(conversation__case=case)
    written_to = mails.filter(direction=Direction.OUT, message__isnull=False).values_list(
        "message__to", flat=True
    )
    accepted = mails.filter(direction=Direction.IN, kind=MailKind.HUMAN).values_list("sender", flat=True)
    return known | {one.lower() for one in [*written_to, *accepted] if one}


def contact_by_address(*, workspace: Workspace | int, address: str) -> Contact | None:
    """Who has this address and was not erased."""
    if not address:
        return None
    found: Contact | None = Contact.objects.of(workspace).present().filter(email__iexact=address).first()
    return found


def is_double(*, conversation: Conversation, wire_id: str, body: str) -> bool:
    """Whether this very mail is in the thread already: the same id and the same words."""
    if not wire_id:
        return False
    rows = Mail.objects.of(conversation.workspace_id).filter(
        conversation=conversation, wire_id=wire_id, body=body
    )
    return bool(rows.exists())


def complaints_today(*, workspace: Workspace | int, address: str, now: datetime) -> int:
    """How many mails from this address opened cases by themselves within a day."""
    rows = ReceivedMail.objects.of(workspace).filter(
        from_address__iexact=address, mention__isnull=False, sorted_as="", received_at__gt=now - A_DAY
    )
    return int(rows.count())


def case_of_mention(*, workspace: Workspace | int, mention_id: int) -> Case | None:
    """The case a complaint opened or joined, once that is decided."""
    decision = (
        CaseDecision.objects.of(workspace)
        .filter(mention=mention_id, case__isnull=False)
        .select_related("case__workspace", "case__contact", "case__owner")
        .first()
    )
    return decision.case if decision else None


# --- The tray -----------------------------------------------------------------------------------------------------

_VIEWS: dict[str, tuple[str, ...]] = {
    "tray": (ReceivedState.TRAY, ReceivedState.SORTING),
    "filed": (ReceivedState.FILED,),
    "placed": (ReceivedState.PLACED, ReceivedState.OPENING),
}


def received(
    *, workspace: Workspace, view: str, sight: Sight, before: int | None = None
) -> list[ReceivedMail]:
    """A page of what came in, the newest first; one row more than a page says that there are older ones."""
    rows = _visible(workspace, sight).filter(state__in=_VIEWS[view])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("case__contact", "sorted_by").defer(*_SHOWN).order_by("-pk")[: PAGE + 1])


def counts(*, workspace: Workspace, sight: Sight) -> dict[str, int]:
    """How many mails stand where: by view."""
    rows = _visible(workspace, sight).order_by().values_list("state").annotate(Count("pk"))
    by_state = dict(rows)
    return {view: sum(by_state.get(state, 0) for state in states) for view, states in _VIEWS.items()}


def _visible(workspace: Workspace, sight: Sight) -> Any:
    """Who sees only some cases sees only the mail that belongs to them."""
    rows = ReceivedMail.objects.of(workspace)
    if sight.is_everything:
        return rows
    return rows.filter(case__in=seen.visible_cases(workspace=workspace, sight=sight))


def to_sort(*, workspace: Workspace | int) -> int:
    """How many mails wait for a person."""
    return int(ReceivedMail.objects.of(workspace).filter(state=ReceivedState.TRAY).count())


def one(*, workspace: Workspace, public_id: str, sight: Sight) -> ReceivedMail | None:
    """One mail that came in, with its raw words."""
    found: ReceivedMail | None = (
        _visible(workspace, sight)
        .select_related("case__contact", "sorted_by", "workspace")
        .filter(public_id=public_id)
        .first()
    )
    return found


def cases_like(*, workspace: Workspace, words: str, sight: Sight) -> list[Case]:
    """Cases these words find, open ones first."""
    rows = Case.objects.of(workspace).filter(seen.cases(workspace=workspace, sight=sight)).matching(words)
    return list(rows.select_related("contact", "owner").order_by("closed_at", "-number")[:8])


def mail_of_case(*, case: Case, public_id: str) -> Mail | None:
    """One mail of a case's thread."""
    found: Mail | None = (
        Mail.objects.of(case.workspace_id).filter(conversation__case=case, public_id=public_id).first()
    )
    return found


def raw_of(*, mail: Mail) -> ReceivedMail | None:
    """The row in which a mail of a thread came in."""
    found: ReceivedMail | None = ReceivedMail.objects.of(mail.workspace_id).filter(mail=mail).first()
    return found


def unclaimed() -> Any:
    """Mails nobody can tell the workspace of."""
    return (
        ReceivedMail.objects.across_workspaces().filter(workspace__isnull=True).defer(*_SHOWN).order_by("pk")
    )
