"""Sending: every message leaves at most once, however many workers run and wherever one is killed.

A sweep reserves a batch (`lease_until` lies beyond the time the batch may take), and then, message by message: mark it
SENDING and commit; hand it over; record what happened and commit, in the same statement that marks the next one. The mark
is a compare-and-set that asks the suppression list and the clock once more, so nothing leaves after an unsubscribe. A
worker that dies leaves the rest of its batch untouched (it was surely not sent, and is reserved again later) and at most
one message SENDING, of which nobody can know: what follows depends on its kind (rules.next_step).
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from core.announce import announce
from core.prepared import Prepared
from core.privacy import address_hashes
from core.queue import enqueue_on_commit
from outbox import queries, rules
from outbox.channels.chat import Chats
from outbox.channels.email import Channel, connect
from outbox.channels.sms import Texts
from outbox.enums import Channel as Way
from outbox.enums import Kind, State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage
from outbox.rules import Outcome, Pace, Verdict
from outbox.services import chat_outcomes, text_limits
from outbox.services.suppressions import suppress
from outbox.signals import message_decided, message_doubtful, message_undeliverable
from outbox.words import Writer

log = structlog.get_logger(__name__)

BATCH = 50
RESERVED_FOR = timedelta(
    seconds=105
)  # with a sweep every 5 s, a killed worker's work goes on within 2 minutes
BATCH_BUDGET = timedelta(
    seconds=30
)  # then the rest is given back: what is marked has 75 s left, five socket time-outs
SWEEP_BUDGET = timedelta(seconds=50)  # a sweep ends before the next worker would wonder about it
BACKLOG = 200  # as many due: ask other workers to join in
RETRYABLE = (State.UNKNOWN, State.FAILED, State.DEAD)

_RESERVE = """
UPDATE outbox_outboundmessage SET lease_until = %(until)s
WHERE id = ANY(ARRAY(
    SELECT id FROM outbox_outboundmessage
    WHERE next_at <= %(now)s AND state = 'QUEUED' AND (lease_until IS NULL OR lease_until <= %(now)s) AND {which}
    ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)) AND state = 'QUEUED' RETURNING *
"""
_FIRST = "kind <> 'SURVEY' AND channel = '{way}'"
_ONE = "id = %(id)s AND workspace_id IS NOT DISTINCT FROM %(workspace_id)s"
_THEN = "kind = 'SURVEY' AND channel = '{way}'"

# The one round trip between two messages: the one that was accepted is recorded, the next one is marked (either may be
# null). Run again by a new connection it changes nothing that was done. Secret words go once they have left; what is
# kept here is delivered by that, nobody else has it, and it stays until it expires (forgetting.forget_account_words).
# Words that were rendered for the departure are frozen with it.
_RECORD_AND_MARK = Prepared(
    "outbox_record_and_mark",
    """
WITH recorded AS (
    UPDATE outbox_outboundmessage SET
        state = 'SENT', sent_at = %(sent_at)s, next_at = NULL, lease_until = NULL, last_error = '',
        provider_id = %(provider_id)s,
        delivered_at = CASE WHEN %(is_delivered)s THEN %(sent_at)s ELSE delivered_at END,
        text = CASE WHEN is_secret AND NOT %(is_delivered)s THEN '' ELSE coalesce(%(text)s, text) END,
        html = CASE WHEN is_secret AND NOT %(is_delivered)s THEN '' ELSE coalesce(%(html)s, html) END,
        facts = NULL
    WHERE id = %(recorded)s AND attempts = %(attempts)s AND state IN ('SENDING', 'UNKNOWN', 'QUEUED')
)
UPDATE outbox_outboundmessage AS m SET state = 'SENDING', attempts = m.attempts + 1
WHERE m.id = %(marked)s AND m.state = 'QUEUED' AND (m.expires_at IS NULL OR m.expires_at > %(now)s)
AND NOT EXISTS (
    SELECT 1 FROM outbox_suppression AS s
    WHERE s.workspace_id = m.workspace_id AND s.address = lower(m."to") AND s.lifted_at IS NULL
    AND (m.kind = 'SURVEY' OR (m.kind = 'CUSTOMER' AND s.scope = 'ALL'))
) AND NOT EXISTS (
    SELECT 1 FROM outbox_suppression AS e
    WHERE e.workspace_id = m.workspace_id AND e.address_hash = ANY(%(hashes)s) AND e.address_hash <> ''
    AND e.lifted_at IS NULL AND m.kind IN ('SURVEY', 'CUSTOMER')
)
RETURNING m.attempts
""",
    {
        "recorded": "bigint", "attempts": "integer", "sent_at": "timestamptz", "provider_id": "text",
        "is_delivered": "boolean", "text": "text", "html": "text", "marked": "bigint", "now": "timestamptz", "hashes": "text[]",
    },
)  # fmt: skip


class DeliveryError(Exception):
    """The message cannot be sent like this."""


class NotRetryable(DeliveryError):
    """Only a message that was refused, given up or of unknown fate can be tried again, and only with its words."""


class NotDoubtful(DeliveryError):
    """Nobody wonders any more whether the message arrived."""


class _Clock:
    """The moment a service was given, moving on with real time: a batch takes seconds, and leases must know."""

    def __init__(self, now: datetime) -> None:
        self._now, self._started = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._started)


def sweep(*, now: datetime) -> int:
    """Settle what a killed worker left, then send everything that is due; returns how many messages were handled.

    Mail only: texts have a sweep of their own (`sweep_texts`), so that a slow provider of theirs holds up no mail. Safe to
    run in any number of processes at once.
    """
    return _sweep(Way.EMAIL, "outbox.sweep", now=now)


def sweep_texts(*, now: datetime) -> int:
    """The same for text messages, within the limits of each workspace's day."""
    return _sweep(Way.SMS, "outbox.sweep_texts", now=now)


def sweep_chats(*, now: datetime) -> int:
    """The same for messages to chat targets."""
    return _sweep(Way.CHAT, "outbox.sweep_chats", now=now)


def _sweep(way: Way, task: str, *, now: datetime) -> int:
    clock, handled, writer = _Clock(now), settle_expired(now=now), Writer()
    channel = _connect(way)
    try:
        while clock() < now + SWEEP_BUDGET:
            messages = _reserve(clock(), limit=BATCH, way=way)
            if not messages:
                return handled
            if len(messages) == BATCH and handled == 0:
                _call_for_help(way, task, clock())
            done, is_reachable = _send_batch(messages, channel, writer, clock)
            handled += done
            if not is_reachable:
                return handled
        enqueue_on_commit(task)
        return handled
    finally:
        channel.close()


def _connect(way: str) -> Channel:
    if way == Way.CHAT:
        return Chats()
    return Texts() if way == Way.SMS else connect()


def deliver(*, message_id: int, workspace_id: int | None, now: datetime) -> bool:
    """Send one message of this workspace (None: about an account) now if it is due.

    False when it is not due, not this workspace's, or when the mail server cannot be reached.
    """
    clock = _Clock(now)
    messages = _reserve(now, limit=1, message_id=message_id, workspace_id=workspace_id)
    if not messages:
        return False
    channel = _connect(messages[0].channel)
    try:
        return bool(_send_batch(messages, channel, Writer(), clock)[0])
    finally:
        channel.close()


def settle_expired(*, now: datetime) -> int:
    """Decide about messages whose sender disappeared while sending; returns how many."""
    with transaction.atomic():
        stuck = list(
            OutboundMessage.objects.across_workspaces()
            .select_for_update(skip_locked=True)
            .filter(state=State.SENDING, next_at__lte=now, lease_until__lte=now)
            .order_by("next_at")[:BATCH]
        )
        lost = Verdict(Outcome.UNKNOWN, "the sender stopped while the message was on its way")
        for message in stuck:
            _apply(message, lost, now=now)
    return len(stuck)


@transaction.atomic
def retry(*, message: OutboundMessage, by: Any, now: datetime) -> OutboundMessage:
    """Queue a refused, given up or doubtful message again, because a person says so. Raises NotRetryable."""
    message_decided.send(sender=OutboundMessage, message=message, by=by, has_arrived=False, now=now)
    updated = (
        OutboundMessage.objects.across_workspaces()
        .filter(pk=message.pk, state__in=RETRYABLE, forgotten_at__isnull=True, is_secret=False)
        .update(
            state=State.QUEUED, next_at=now, attempts=0, lease_until=None, bounced_at=None,
            expires_at=rules.expires(kind=message.kind, leaves_at=now, given=None),
        )
    )  # fmt: skip
    if not updated:
        raise NotRetryable(message.public_id)
    log.info("message_retried", message=message.public_id, by=by.pk if by else None)
    enqueue_on_commit("outbox.deliver", message_id=message.pk, workspace_id=message.workspace_id)
    message.refresh_from_db()
    return message


@transaction.atomic
def arrived(*, message: OutboundMessage, by: Any, now: datetime) -> OutboundMessage:
    """A doubtful message did arrive: a person says so, or (`by` None) its receiver's answer shows it. Raises NotDoubtful.

    Nobody knows the second in which it left: it counts as sent when it was queued.
    """
    message_decided.send(sender=OutboundMessage, message=message, by=by, has_arrived=True, now=now)
    updated = (
        OutboundMessage.objects.across_workspaces()
        .filter(pk=message.pk, state=State.UNKNOWN)
        .update(state=State.SENT, sent_at=F("created_at"), next_at=None, lease_until=None, last_error="")
    )
    if not updated:
        raise NotDoubtful(message.public_id)
    log.info("message_arrived", message=message.public_id, by=by.pk if by else None)
    message.refresh_from_db()
    return message


def _reserve(
    now: datetime,
    *,
    limit: int,
    way: Way = Way.EMAIL,
    message_id: int | None = None,
    workspace_id: int | None = None,
) -> list[OutboundMessage]:
    """Due messages, nobody else's for RESERVED_FOR; a campaign never goes before a case mail or an alert."""
    found: list[OutboundMessage] = []
    facts = {"now": now, "until": now + RESERVED_FOR, "id": message_id, "workspace_id": workspace_id}
    for which in [_ONE] if message_id is not None else [_FIRST, _THEN]:
        if len(found) < limit:
            # One of the three texts above and one of two codes of ours: no value is ever put in.
            sql = _RESERVE.format(which=which.format(way=way.value))
            rows = OutboundMessage.objects.across_workspaces().raw(
                sql, {**facts, "limit": limit - len(found)}
            )
            found += sorted(rows, key=lambda row: row.pk)
    return found


def _call_for_help(way: Way, task: str, now: datetime) -> None:
    """A long queue is worked off by as many workers as there are."""
    due = OutboundMessage.objects.across_workspaces().filter(next_at__lte=now, channel=way)
    if due[:BACKLOG].count() >= BACKLOG:
        for _ in range(3):
            enqueue_on_commit(task)


def _send_batch(
    messages: list[OutboundMessage], channel: Channel, writer: Writer, clock: _Clock
) -> tuple[int, bool]:
    """Send a reserved batch: how many were handled, and whether the mail server can be reached."""
    ends_at = clock() + BATCH_BUDGET
    accepted: tuple[OutboundMessage, Verdict, datetime] | None = None
    handled = 0
    try:
        for index, message in enumerate(messages):
            why = channel.open()
            if why or clock() > ends_at:
                _give_back(messages[index:], why=why, now=clock())
                return handled, not why
            recorded, accepted = accepted, None
            if _mark(recorded, message, channel, now=clock()):
                verdict = _hand_over(message, channel, writer)
                if verdict.outcome == Outcome.ACCEPTED:
                    chat_outcomes.settled(message=message, state=State.SENT, why="", now=clock())
                    accepted = (message, verdict, clock())
                else:
                    _settle(message, verdict, now=clock())
                    if verdict.outcome == Outcome.UNREACHABLE and channel.is_one_server:
                        _give_back(messages[index + 1 :], why=verdict.why, now=clock())
                        return handled, False
            else:
                _skip(message, now=clock())  # a text over its limit has its reason already
            handled += 1
        return handled, True
    finally:
        if accepted is not None:
            _record_and_mark(accepted, None, now=clock())


def _mark(
    recorded: tuple[OutboundMessage, Verdict, datetime] | None,
    message: OutboundMessage,
    channel: Channel,
    *,
    now: datetime,
) -> bool:
    """Record the one before, and mark `message`; a text only within its workspace's limits, which are counted under a lock."""
    if not isinstance(channel, Texts):
        return _record_and_mark(recorded, message, now=now)
    if recorded is not None:
        _record_and_mark(recorded, None, now=now)
    with transaction.atomic():
        because = text_limits.why_not(message=message, gateway=channel.gateway_of(message), now=now)
        if not because:
            return _record_and_mark(None, message, now=now)
    _skip(message, now=now, because=because)
    return False


def _hand_over(message: OutboundMessage, channel: Channel, writer: Writer) -> Verdict:
    """Send a marked message; one whose words cannot be rendered stands aside, and the others go on."""
    try:
        writer.write(message)
    except Exception as error:  # a template that was changed or taken away
        log.exception("message_not_rendered", message=message.public_id)
        return Verdict(
            Outcome.DEFERRED, f"it could not be rendered: {type(error).__name__}: {error}", Pace.SLOW
        )
    return channel.send(message)


def _record_and_mark(
    accepted: tuple[OutboundMessage, Verdict, datetime] | None,
    following: OutboundMessage | None,
    *,
    now: datetime,
) -> bool:
    """Record an accepted message and mark the following one SENDING, in one commit; whether it may leave."""
    done, verdict, sent_at = accepted or (None, Verdict(Outcome.ACCEPTED), None)
    marked = _RECORD_AND_MARK.row(
        {
            "recorded": done.pk if done else None,
            "attempts": done.attempts if done else None,
            "sent_at": sent_at,
            "provider_id": verdict.provider_id,
            "is_delivered": verdict.is_delivered,
            "text": done.text if done and done.facts is not None else None,
            "html": done.html if done and done.facts is not None else None,
            "marked": following.pk if following else None,
            "now": now,
            "hashes": _hashes(following),
        }
    )
    if marked and following:
        following.attempts = marked[0]
    return marked is not None


def _hashes(message: OutboundMessage | None) -> list[str]:
    """How the receiver stands on the list if they were erased."""
    return address_hashes(message.workspace_id, message.to) if message and message.workspace_id else []


def _settle(message: OutboundMessage, verdict: Verdict, *, now: datetime) -> None:
    """Record an attempt that was not accepted, unless somebody else has dealt with the message meanwhile."""
    with transaction.atomic():
        fresh = (
            OutboundMessage.objects.across_workspaces()
            .select_for_update()
            .filter(pk=message.pk, attempts=message.attempts, state__in=[State.SENDING, State.UNKNOWN])
            .first()
        )
        if fresh is not None:
            _apply(fresh, verdict, now=now)


def _apply(message: OutboundMessage, verdict: Verdict, *, now: datetime) -> None:
    """Write what follows from `verdict` to a locked row; tells the apps above when it will never arrive."""
    step = rules.next_step(kind=message.kind, verdict=verdict, attempts=message.attempts)
    message.state, message.lease_until = step.state, None
    message.next_at = None if step.after is None else now + step.after
    message.attempts -= 1 if step.gives_attempt_back else 0
    message.last_error = verdict.why[:500]
    message.save(update_fields=["state", "lease_until", "next_at", "attempts", "last_error"])
    chat_outcomes.settled(message=message, state=step.state, why=verdict.why, now=now)
    log.warning("message_not_accepted", message=message.public_id, state=step.state, outcome=verdict.outcome)
    if verdict.is_dead_address and message.workspace_id is not None:
        suppress(
            workspace=message.workspace_id, address=message.to, scope=SuppressionScope.ALL,
            reason=SuppressionReason.BOUNCED, source=f"message:{message.public_id}", now=now, note=verdict.why,
        )  # fmt: skip
    if step.state in (State.FAILED, State.DEAD):
        announce(message_undeliverable, sender=OutboundMessage, message=message, now=now)
    if step.state == State.UNKNOWN:
        announce(message_doubtful, sender=OutboundMessage, message=message, now=now)


def _skip(message: OutboundMessage, *, now: datetime, because: str = "") -> None:
    """Write why a message may no longer leave; nothing when another worker has it. What the lists say goes before `because`."""
    with transaction.atomic():
        fresh = (
            OutboundMessage.objects.across_workspaces()
            .select_for_update(skip_locked=True)
            .filter(pk=message.pk, state=State.QUEUED)
            .first()
        )
        if fresh is None:
            return
        found = (
            queries.suppressed(workspace=fresh.workspace_id, addresses=[fresh.to])
            if fresh.workspace_id
            else {}
        )
        listed = rules.why_not(
            kind=fresh.kind, scope=found.get(fresh.to.lower()), expires_at=fresh.expires_at, now=now
        )
        because = listed or because
        if not because:  # it may leave again: the next sweep takes it
            return
        fresh.state, fresh.skipped_because, fresh.next_at, fresh.lease_until = (
            State.SKIPPED,
            because,
            None,
            None,
        )
        fresh.save(update_fields=["state", "skipped_because", "next_at", "lease_until"])
        if fresh.kind == Kind.CUSTOMER:  # somebody was promised an answer
            announce(message_undeliverable, sender=OutboundMessage, message=fresh, now=now)


def _give_back(messages: list[OutboundMessage], *, why: str, now: datetime) -> None:
    """Undo the reservation of messages that were not touched: at once, or after a pause when the server is away."""
    rows = OutboundMessage.objects.across_workspaces().filter(
        pk__in=[message.pk for message in messages],
        state=State.QUEUED,
        next_at__in={m.next_at for m in messages},
    )
    if why:
        log.warning("mail_server_unreachable", error=why, waiting=len(messages))
        rows.update(lease_until=None, next_at=now + rules.UNREACHABLE_DELAY, last_error=why[:500])
    else:
        rows.update(lease_until=None)
