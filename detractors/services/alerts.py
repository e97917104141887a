"""Alerts that waited, mails of the day, and how people and workspaces want to be alerted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

import structlog
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
from detractors.models import AlertChoice, AlertRules, HeldAlert, Remedy
from detractors.notice_words import DUE_PATTERN, LINES, Note
from detractors.notifications import ALERT_KINDS, PACED, REMEDY_ASKED, Gathered, Notices
from detractors.pacing import Wishes
from detractors.queries import alerts as queries
from detractors.queries import due
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

log = structlog.get_logger(__name__)

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
    receivers = queries.receivers_due(now=now, limit=BATCH)
    if not receivers:
        return 0
    try:
        return _tell_all(receivers, now=now)
    except Exception:  # one that fails must not keep the others from hearing
        if len(receivers) == 1:
            raise
        log.exception("tell_held_failed")
    heard = 0
    for receiver in receivers:
        try:
            heard += _tell_all([receiver], now=now)
        except Exception:
            log.exception("tell_held_failed", workspace=receiver.workspace_id)
    return heard


@transaction.atomic
def _tell_all(receivers: Sequence[Receiver], *, now: datetime) -> int:
    """One transaction, with a fixed number of statements for a workspace, however many receivers and alerts there are."""
    rows = queries.claim(receivers=receivers, now=now)
    if not rows:
        return 0
    hearers = _hearers({row.receiver for row in rows})
    wishes = Wishes(now=now)
    wishes.expect((one.workspace_id, one.user_id) for one in hearers if one.user_id is not None)
    wanted = [row for row in rows if row.receiver in hearers and _is_wanted(row, wishes)]
    paced = {row.pk: row for row in wanted if row.mail in PACED}
    others = [row for row in wanted if row.mail not in PACED]
    asked = (REMEDY_ASKED, _still_asked(paced.values()))
    counted = queries.still_true(rows=paced.values(), cases=MOST_AT_ONCE, only=asked) if paced else {}
    single = {one: found.alerts for one, found in (queries.still_true(rows=others) if others else {}).items()}
    together: dict[Receiver, list[Held]] = {}
    for receiver, is_together in _turns(counted, wishes, now).items():
        found = counted[receiver]
        if is_together:
            together[receiver] = [alert for alert in found.alerts if alert.nth <= LINES]
        else:
            single.setdefault(receiver, []).extend(found.alerts)
    make = _Maker(hearers, [*single.values(), *together.values()])
    singles = {receiver: make.notes(receiver, alerts) for receiver, alerts in single.items()}
    made = {receiver: make.notes(receiver, alerts) for receiver, alerts in together.items()}
    digests = {receiver: notes for receiver, notes in made.items() if notes}
    counts = {receiver: _gathered(counted[receiver], paced) for receiver in digests}
    Notices(now=now).deliver([note for notes in singles.values() for note in notes], digests, counts)
    HeldAlert.objects.across_workspaces().filter(pk__in=[row.pk for row in rows]).delete()
    return len(digests.keys() | {receiver for receiver, notes in singles.items() if notes})


def _still_asked(rows: Iterable[queries.Row]) -> list[str]:
    """The keys of remedies that still wait for somebody's word, where any of these rows is about one."""
    workspaces = {row.receiver.workspace_id for row in rows if row.mail == REMEDY_ASKED}
    if not workspaces:
        return []
    waiting = Remedy.objects.across_workspaces().filter(workspace__in=workspaces, state=RemedyState.WAITING)
    return [asked_key(pk) for pk in waiting.values_list("pk", flat=True)]


def _hearers(receivers: Collection[Receiver]) -> dict[Receiver, User | ChatTarget]:
    """Those who still are receivers."""
    found: dict[Receiver, User | ChatTarget] = {}
    for workspace in sorted({one.workspace_id for one in receivers}):
        here = [one for one in receivers if one.workspace_id == workspace]
        people = [one.user_id for one in here if one.user_id is not None]
        if people:
            members = active(workspace=workspace).select_related("user").filter(user__in=people)
            found |= {Receiver(workspace, member.user_id): member.user for member in members}
        rooms = [one.target_id for one in here if one.target_id is not None]
        if rooms:
            targets = ChatTarget.objects.of(workspace).filter(pk__in=rooms, is_active=True)
            found |= {Receiver(workspace, None, target.pk): target for target in targets}
    return found


def _is_wanted(row: queries.Row, wishes: Wishes) -> bool:
    user = row.receiver.user_id
    return user is None or ALERT_KINDS[row.mail] not in wishes.choice(row.receiver.workspace_id, user).no_mail


def _turns(
    counted: Mapping[Receiver, queries.StillTrue], wishes: Wishes, now: datetime
) -> dict[Receiver, bool]:
    """Which of them hear of their cases together."""
    if not counted:
        return {}
    asked = {receiver: found.cases for receiver, found in counted.items()}
    rules = {one.workspace_id: wishes.rules(one.workspace_id) for one in counted}
    turns = pacing.take(asked, rules=rules, now=now, may_wait=False)
    return {receiver: turn.is_together and asked[receiver] > 1 for receiver, turn in turns.items()}


def _gathered(found: queries.StillTrue, rows: Mapping[int, queries.Row]) -> Gathered:
    told = [rows[pk] for pk in found.rows]
    owner = "me" if found.are_readers else "none" if found.are_nobodys else ""
    return Gathered(
        found.cases, frozenset(row.mail for row in told), frozenset(row.level for row in told), owner
    )


class _Maker:
    """Makes notes of alerts, about the cases as they are now; those about cases somebody may no longer see are left out."""

    def __init__(
        self, hearers: Mapping[Receiver, User | ChatTarget], alerts: Iterable[Sequence[Held]]
    ) -> None:
        told = [alert for some in alerts for alert in some]
        self._hearers = hearers
        self._cases = due.cases_with({alert.case_id for alert in told})
        self._timers = due.promises_with({alert.timer_id for alert in told if alert.timer_id})
        self._onlookers = Onlookers()
        self._onlookers.prefetch(
            (one.workspace_id, one.user_id) for one in hearers if one.user_id is not None
        )

    def notes(self, receiver: Receiver, alerts: Sequence[Held]) -> list[Note]:
        """What is left to tell this receiver."""
        hearer = self._hearers[receiver]
        person, target = (hearer, None) if isinstance(hearer, User) else (None, hearer)
        return [
            Note(
                alert.mail, alert.key, self._cases[alert.case_id], person, target,
                self._timers.get(alert.timer_id), alert.level, alert.because,
            )
            for alert in alerts
            if alert.case_id in self._cases and self._is_seen(self._cases[alert.case_id], person)
        ]  # fmt: skip

    def _is_seen(self, case: DueCase, person: User | None) -> bool:
        return person is None or bool(self._onlookers.of(case, [person]))


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
