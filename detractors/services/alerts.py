"""Alerts that waited, mails of the day, and how people and workspaces want to be alerted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from heapq import nsmallest
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Workspace
from accounts.queries import active
from core import moments
from core.links import absolute_url
from core.tokens import new_nonce
from detractors import pacing
from detractors.enums import AlertKind, RemedyState
from detractors.models import AlertChoice, AlertRules, HeldAlert, Remedy, SlaTimer
from detractors.notice_words import DUE_PATTERN, LINES, Note
from detractors.notifications import ALERT_KINDS, PACED, REMEDY_ASKED, Gathered, Notices
from detractors.pacing import Wishes
from detractors.queries import alerts as queries
from detractors.queries.alerts import Held, Receiver
from detractors.queries.due import DueCase
from detractors.queries.sight import Onlookers
from detractors.rules import quiet
from detractors.services.remedy_asking import asked_key
from outbox.enums import TargetEvent
from outbox.models import ChatTarget
from outbox.rendering import one_line
from outbox.rules import next_daily
from outbox.services.chats import ChatRequest, queue_chats
from outbox.services.notices import Notice, queue_notices

BATCH = 200  # receivers, or people, a sweep writes to
MOST_AT_ONCE, LONGEST_WITHIN = 50, 1440


class AlertError(ValueError):
    """The choice stays as it was; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


# --- What waited --------------------------------------------------------------------------------------------------


def tell_held(*, now: datetime) -> int:
    """Tell every receiver what they were to hear by now: a few things one by one, more as one; returns how many heard.

    What is no longer so (the case is closed, the promise kept, somebody wants to hear no more of it) is left out.
    """
    heard = 0
    for receiver in queries.receivers_due(now=now, limit=BATCH):
        with transaction.atomic():
            ids, rows = queries.due_of(receiver=receiver, now=now)
            if ids:
                heard += _tell(receiver, rows, now=now)
                HeldAlert.objects.of(receiver.workspace_id).filter(pk__in=ids).delete()
    return heard


def _tell(receiver: Receiver, rows: Sequence[Held], *, now: datetime) -> int:
    person, target = _who(receiver)
    rows = _still_asked(receiver, rows)
    if not rows or (person is None and target is None):
        return 0
    if person is not None:
        choice = Wishes(now=now).choice(receiver.workspace_id, person.pk)
        rows = [row for row in rows if ALERT_KINDS[row.mail] not in choice.no_mail]
    counted = [row for row in rows if row.mail in PACED]
    count = len({row.case_id for row in counted})
    is_together = False
    if counted:
        rules = {receiver.workspace_id: pacing.rules_of(receiver.workspace_id)}
        turns = pacing.take({receiver: count}, rules=rules, now=now, may_wait=False)
        is_together = turns[receiver].is_together and count > 1
    gathered = Gathered(
        count,
        frozenset(row.mail for row in counted),
        frozenset(row.level for row in counted),
        frozenset(row.owner_id for row in counted),
    )
    shown = _most_urgent(counted) if is_together else counted
    singly = [row for row in rows if row.mail not in PACED]
    notes = _notes(receiver, [*singly, *shown], person=person, target=target)
    notices = Notices(now=now)
    paced = [note for note in notes if note.mail in PACED]
    notices.deliver([note for note in notes if note.mail not in PACED], is_together=False, counts={})
    if paced:
        notices.deliver(paced, is_together=is_together, counts={receiver: gathered})
    return int(bool(notes))


def _still_asked(receiver: Receiver, rows: Sequence[Held]) -> list[Held]:
    """Without those about a remedy that nobody has to agree to any more."""
    if not any(row.mail == REMEDY_ASKED for row in rows):
        return list(rows)
    waiting = Remedy.objects.of(receiver.workspace_id).filter(
        case__in={row.case_id for row in rows}, state=RemedyState.WAITING
    )
    keys = {asked_key(pk) for pk in waiting.values_list("pk", flat=True)}
    return [row for row in rows if row.mail != REMEDY_ASKED or row.key in keys]


def _most_urgent(rows: Sequence[Held]) -> list[Held]:
    """The alerts of those cases a digest names."""
    urgent = nsmallest(LINES, {(row.rank_at, row.number, row.case_id) for row in rows})
    named = {case for _rank, _number, case in urgent}
    return [row for row in rows if row.case_id in named]


def _who(receiver: Receiver) -> tuple[User | None, ChatTarget | None]:
    """The receiver, if they still are one."""
    if receiver.target_id is not None:
        rows = ChatTarget.objects.of(receiver.workspace_id)
        return None, rows.filter(pk=receiver.target_id, is_active=True).first()
    member = (
        active(workspace=receiver.workspace_id).select_related("user").filter(user=receiver.user_id).first()
    )
    return (member.user if member else None), None


def _notes(
    receiver: Receiver, rows: Sequence[Held], *, person: User | None, target: ChatTarget | None
) -> list[Note]:
    """The alerts as notes about the cases as they are now; those about cases somebody may no longer see are left out."""
    cases = queries.cases_with(workspace=receiver.workspace_id, ids=[row.case_id for row in rows])
    timers: dict[int, Any] = SlaTimer.objects.of(receiver.workspace_id).in_bulk(
        [row.timer_id for row in rows if row.timer_id]
    )
    onlookers = Onlookers()

    def is_seen(case: DueCase) -> bool:
        return person is None or bool(onlookers.of(case, [person]))

    return [
        Note(
            row.mail, row.key, cases[row.case_id], person, target, timers.get(row.timer_id), row.level,
            row.because,
        )
        for row in rows
        if row.case_id in cases and is_seen(cases[row.case_id])
    ]  # fmt: skip


# --- Once a day ---------------------------------------------------------------------------------------------------


def tell_daily(*, now: datetime) -> int:
    """Their own open cases to those whose hour it is, and how the work stands to chat targets; returns how many messages.

    The next one comes on the next day, however late this one is.
    """
    told = 0
    with transaction.atomic():
        for choice in queries.dailies_due(now=now, limit=BATCH):
            told += _mail_own_cases(choice, now=now)
    with transaction.atomic():
        for target in queries.targets_due(now=now, limit=BATCH):
            told += _overview(target, now=now)
    return told


def _mail_own_cases(choice: AlertChoice, *, now: datetime) -> int:
    workspace, user = choice.workspace, choice.user
    zone = user.time_zone or workspace.time_zone
    day = moments.zone_of(zone)
    assert choice.daily_at is not None
    choice.daily_next_at = next_daily(choice.daily_at, zone=zone, after=now)
    choice.save(update_fields=["daily_next_at"])
    if not active(workspace=workspace).filter(user=user).exists():
        return 0
    count, cases = queries.own_cases(workspace=workspace, user=user)
    if not count:
        return 0
    with translation.override(workspace.language):
        lines = [
            {
                "number": case.number,
                "customer": one_line(
                    case.contact.display_name if case.contact else _("An anonymous customer"), 200
                ),
                "score": case.score,
                "promise": _("due %(due_at)s")
                % {"due_at": moments.in_words(case.next_due_at, zone, DUE_PATTERN)}
                if case.next_due_at
                else "",
                "url": absolute_url("detractors:case", slug=workspace.slug, number=case.number),
            }
            for case in cases
        ]
    facts = {
        "count": count,
        "lines": lines,
        "more": count - len(cases),
        "url": absolute_url("detractors:queue", slug=workspace.slug) + "?owner=me",
    }
    notice = Notice(
        mail="cases_of_today",
        to=user.email,
        to_name=user.display_name,
        workspace=workspace,
        about="",
        dedupe_key=f"daily:{workspace.pk}:{user.pk}:{now.astimezone(day):%Y-%m-%d}",
        facts=facts,
    )
    return queue_notices([notice], now=now)


def _overview(target: ChatTarget, *, now: datetime) -> int:
    workspace = target.workspace
    assert target.digest_at is not None
    target.digest_next_at = next_daily(target.digest_at, zone=workspace.time_zone, after=now)
    target.save(update_fields=["digest_next_at"])
    if not target.is_active or TargetEvent.DIGEST not in target.events:
        return 0
    found = queries.standing(workspace=workspace, now=now, until=now + timedelta(days=1))
    with translation.override(workspace.language):
        n = found["open"]
        title = ngettext("%(n)s open case", "%(n)s open cases", n) % {"n": n}
        lines = [
            _("Due within a day: %(n)s") % {"n": found["due"]},
            _("Past due: %(n)s") % {"n": found["late"]},
            _("Of nobody: %(n)s") % {"n": found["unassigned"]},
            absolute_url("detractors:queue", slug=workspace.slug),
        ]
    day = now.astimezone(moments.zone_of(workspace.time_zone))
    request = ChatRequest(
        target=target,
        type="overview",
        title=title,
        text="\n".join(lines),
        facts=found,
        dedupe_key=f"chat:overview:{target.pk}:{day:%Y-%m-%d}",
    )
    return len(queue_chats([request], now=now))


# --- What people and workspaces want ------------------------------------------------------------------------------


@transaction.atomic
def choose(
    *,
    workspace: Workspace,
    user: User,
    no_mail: Collection[str],
    no_bell: Collection[str],
    quiet_from: time | None,
    quiet_until: time | None,
    quiet_days: Collection[int],
    daily_at: time | None,
    now: datetime,
) -> AlertChoice:
    """How `user` wants to be alerted from now on. Raises AlertError."""
    if (quiet_from is None) != (quiet_until is None):
        raise AlertError(_("Quiet hours need a beginning and an end."), field="quiet_until")
    days = quiet.days_of(quiet_days)
    if len(days) == 7:
        raise AlertError(
            _("One day of the week must be left on which you can be written to."), field="quiet_days"
        )
    if quiet_from is not None and quiet_from == quiet_until:
        raise AlertError(_("Quiet hours end at another time than they begin."), field="quiet_until")
    zone = user.time_zone or workspace.time_zone
    row, _new = AlertChoice.objects.of(workspace).update_or_create(
        workspace=workspace,
        user=user,
        defaults={
            "no_mail": sorted(set(no_mail) & set(AlertKind.values)),
            "no_bell": sorted(set(no_bell) & set(AlertKind.values)),
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "quiet_days": sorted(days),
            "daily_at": daily_at,
            "daily_next_at": next_daily(daily_at, zone=zone, after=now) if daily_at else None,
        },
    )
    choice: AlertChoice = row
    if not pacing.choice_in(choice).quiet.is_any or _is_over(choice, zone, now):
        HeldAlert.objects.of(workspace).filter(user=user, tell_at__gt=now).update(tell_at=now)
    return choice


def _is_over(choice: AlertChoice, zone: str, now: datetime) -> bool:
    return quiet.ends_at(pacing.choice_in(choice).quiet, zone=zone, now=now) is None


def revoke_links(*, workspace: Workspace, user: User) -> None:
    """Every link in alerts `user` got until now is worthless."""
    AlertChoice.objects.of(workspace).update_or_create(
        workspace=workspace, user=user, defaults={"links_nonce": new_nonce()}
    )


@transaction.atomic
def set_rules(
    *, workspace: Workspace, most_at_once: int, within_minutes: int, links_need_sign_in: bool
) -> AlertRules:
    """How the workspace alerts its people from now on. Raises AlertError."""
    if not 1 <= most_at_once <= MOST_AT_ONCE:
        raise AlertError(
            _("Choose between 1 and %(most)s mails.") % {"most": MOST_AT_ONCE}, field="most_at_once"
        )
    if not 1 <= within_minutes <= LONGEST_WITHIN:
        raise AlertError(_("Choose between a minute and a day."), field="within_minutes")
    row, _new = AlertRules.objects.of(workspace).update_or_create(
        workspace=workspace,
        defaults={
            "most_at_once": most_at_once,
            "within_minutes": within_minutes,
            "links_need_sign_in": links_need_sign_in,
        },
    )
    rules: AlertRules = row
    return rules
