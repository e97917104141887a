"""Chat targets of a workspace: where it hears of its cases beside the mailboxes of its people. Addresses are sealed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.sealing import seal
from core.signatures import new_secret
from core.tokens import new_token
from outbox.channels import chat
from outbox.enums import TargetEvent, TargetKind
from outbox.models import ChatTarget, OutboundMessage
from outbox.rules import next_daily
from outbox.services.chat_outcomes import TEST
from outbox.services.chats import ChatRequest, queue_chats

MOST = 20  # of a workspace
WORDS = {
    chat.NOT_READABLE: lambda: _(
        "Copy the whole address of the webhook from your chat: it begins with https://."
    ),
    chat.NOT_OURS: lambda: _("This is the address of another chat. Choose its kind, or copy the right one."),
    chat.NOT_SAFE: lambda: _("Only addresses that begin with https:// are written to."),
}
# Where the address comes from, in words.
HELP = {
    TargetKind.SLACK: lambda: _(
        "In Slack: an app with “Incoming Webhooks”. https://hooks.slack.com/services/…"
    ),
    TargetKind.TEAMS: lambda: _(
        "In Teams: the workflow “Post to a channel when a webhook request is received”."
    ),
    TargetKind.MATTERMOST: lambda: _(
        "In Mattermost: Integrations, Incoming Webhooks. https://chat.example.com/hooks/…"
    ),
    TargetKind.DISCORD: lambda: _("In Discord: the channel’s settings, Integrations, Webhooks."),
    TargetKind.WEBHOOK: lambda: _("A program of yours: it gets JSON, signed as Standard Webhooks says."),
}


class BadTarget(ValueError):
    """The target stays as it was; `errors` says by field what to put right."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


def listed(*, workspace: Workspace) -> list[ChatTarget]:
    """All targets, by name."""
    return sorted(ChatTarget.objects.of(workspace), key=lambda target: target.name.casefold())


def one(*, workspace: Workspace, public_id: str) -> ChatTarget | None:
    """The target of this public id."""
    found: ChatTarget | None = ChatTarget.objects.of(workspace).filter(public_id=public_id).first()
    return found


@transaction.atomic
def save(
    *,
    workspace: Workspace,
    target: ChatTarget | None,
    name: str,
    kind: str,
    address: str,
    events: Collection[str],
    digest_at: time | None,
    now: datetime,
) -> tuple[ChatTarget, str]:
    """Make or change a target; an empty `address` leaves the sealed one as it is. With it, the secret a new webhook signs
    with, given back this one time. Raises BadTarget.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    rows = ChatTarget.objects.of(workspace)
    if target is None and rows.count() >= MOST:
        raise BadTarget({"name": _("%(most)s targets are enough.") % {"most": MOST}})
    row = target or ChatTarget(workspace=workspace, created_at=now)
    errors: dict[str, str] = {}
    name, address = " ".join(name.split()), address.strip()
    if not name:
        errors["name"] = _("Please give it a name.")
    elif rows.exclude(pk=row.pk).filter(name__iexact=name).exists():
        errors["name"] = _("There is a target of this name already.")
    if kind not in TargetKind.values:
        errors["kind"] = _("Choose what it is.")
    elif address:
        try:
            chat.check(kind, address)
        except chat.BadAddress as error:
            errors["address"] = WORDS[error.code]()
    if not address and (not row.address or kind != row.kind):
        errors.setdefault("address", _("Where is it? Copy the address of the webhook."))
    wanted = [event for event in TargetEvent.values if event in set(events)]
    if TargetEvent.DIGEST in wanted and digest_at is None:
        errors["digest_at"] = _("At which time of the day?")
    if errors:
        raise BadTarget(errors)
    row.name, row.kind, row.events, row.updated_at = name, kind, wanted, now
    row.digest_at = digest_at if TargetEvent.DIGEST in wanted else None
    row.digest_next_at = (
        next_daily(row.digest_at, zone=workspace.time_zone, after=now) if row.digest_at else None
    )
    if address:
        row.address, row.failures, row.last_error = seal(address), 0, ""
    secret = ""
    if kind == TargetKind.WEBHOOK and not row.secret:
        secret = new_secret()
        row.secret = seal(secret)
    if kind != TargetKind.WEBHOOK:
        row.secret = ""
    row.save()
    return row, secret


def renew_secret(*, target: ChatTarget, now: datetime) -> str:
    """A fresh secret for a webhook, given back this one time; the former one signs nothing any more."""
    made = new_secret()
    ChatTarget.objects.of(target.workspace_id).filter(pk=target.pk).update(secret=seal(made), updated_at=now)
    return made


def switch(*, target: ChatTarget, on: bool, now: datetime) -> None:
    """Use a target, or leave it alone; switched on, what failed before is forgotten."""
    target.is_active, target.disabled_because, target.updated_at = on, "", now
    if on:
        target.failures, target.last_error = 0, ""
    target.save(update_fields=["is_active", "disabled_because", "failures", "last_error", "updated_at"])


def remove(*, target: ChatTarget) -> None:
    """The target is gone; what was sent to it stays in the outbox."""
    target.delete()


def send_test(*, target: ChatTarget, by: User, now: datetime) -> OutboundMessage:
    """Queue a message that says that it works; it leaves also to a target that is switched off."""
    name = {"name": by.display_name, "company": target.workspace.name}
    request = ChatRequest(
        target=target,
        type="test",
        title=_("It works"),
        text=_("%(name)s of %(company)s tries whether messages arrive here.") % name,
        dedupe_key=f"chat:test:{target.pk}:{new_token(8)}",
        mail=TEST,
    )
    return queue_chats([request], now=now)[0]
