"""Acting on a case straight from an alert: whose link it is is proven, and they act with the rights they have now.

A link opens one case for one person until it ends. It is worthless once they made their links anew, are no longer a member,
or may no longer see the case; what it allows is asked when it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.queries import active
from accounts.rules.permissions import Permission, can
from accounts.sight_queries import sight_of
from core.tokens import BadToken
from detractors import pacing
from detractors.models import Case, Remedy
from detractors.queries import acting as queries
from detractors.queries.sight import cases as visible
from detractors.rules import act_link
from detractors.rules.handing_over import may_hand_over
from detractors.services import appointments, cases, remedies, snoozing
from detractors.services.errors import CaseError

MORNING = time(9)


class Unknown(Exception):
    """No such link, or not any more."""


class Closed(Exception):
    """The link was good; `state` says why it opens nothing: ENDED or NOT_YOURS."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


class NotAllowed(CaseError):
    """Their role does not allow this now."""


@dataclass(frozen=True)
class Acting:
    """A proven link: who acts on which case, as what, and whether they must be signed in for it."""

    case: Case
    membership: Membership
    needs_sign_in: bool

    @property
    def user(self) -> User:
        """Who acts."""
        return self.membership.user

    @property
    def zone(self) -> str:
        """The time zone they read in."""
        return self.user.time_zone or self.case.workspace.time_zone

    def may(self, permission: Permission) -> bool:
        """Whether their role allows it at this moment."""
        return can(self.membership.role, permission)


def find(*, token: str, now: datetime) -> Acting:
    """Whose link this is, and for what. Raises Unknown and Closed."""
    try:
        claim = act_link.claim_in(token)
        case = queries.case_of_link(case_id=claim.case_id)
        if case is None:
            raise Unknown
        salt = pacing.choice_in(queries.choice(workspace=case.workspace_id, user=claim.user_id)).links_nonce
        act_link.prove(token, salt=salt)
    except BadToken:
        raise Unknown from None
    if claim.ends_at <= now:
        raise Closed("ENDED")
    member = active(workspace=case.workspace_id).select_related("user", "team", "workspace").filter(
        user=claim.user_id
    ).first()  # fmt: skip
    if member is None:
        raise Closed("NOT_YOURS")
    rows = Case.objects.of(case.workspace_id).filter(pk=case.pk)
    if not rows.filter(visible(workspace=case.workspace, sight=sight_of(member))).exists():
        raise Closed("NOT_YOURS")
    return Acting(case, member, pacing.rules_of(case.workspace_id).links_need_sign_in)


def _check(acting: Acting, permission: Permission) -> None:
    _allow(is_allowed=acting.may(permission))


def _allow(*, is_allowed: bool) -> None:
    if not is_allowed:
        raise NotAllowed(_("Your role in this workspace does not allow this any more."))


def take(*, acting: Acting, now: datetime) -> Case:
    """The case becomes theirs. Raises AlreadyClaimed naming who has it, and the errors of `cases.claim`."""
    _check(acting, Permission.WORK_CASES)
    return cases.claim(case=acting.case, by=acting.user, now=now)


def hand_over(*, acting: Acting, owner: User, now: datetime) -> Case:
    """The case goes to a colleague: any case by who assigns them, else their own. Raises the errors of `cases.assign`."""
    is_owner = acting.case.owner_id == acting.user.pk
    _allow(is_allowed=may_hand_over(role=acting.membership.role, is_owner=is_owner))
    return cases.assign(
        case=acting.case, owner=owner, by=acting.user, now=now, because=_("Handed over from an alert.")
    )


def until_tomorrow(*, acting: Acting, now: datetime) -> Case:
    """Out of the usual views until tomorrow morning on their own clock. Raises the errors of `snoozing.snooze`."""
    _check(acting, Permission.WORK_CASES)
    return snoozing.snooze(case=acting.case, until=tomorrow(acting, now), by=acting.user, now=now)


def call_back(*, acting: Acting, at: datetime, note: str, now: datetime) -> None:
    """A call-back they agreed on with the customer. Raises the errors of `appointments.plan`."""
    _check(acting, Permission.WORK_CASES)
    appointments.plan(case=acting.case, at=at, by=acting.user, note=note, now=now)


def decide_remedy(*, acting: Acting, remedy: Remedy, is_yes: bool, note: str, now: datetime) -> Remedy:
    """Their word on a remedy of this case. Raises RemedyError, and NotAllowed when their role decides no remedies now."""
    _check(acting, Permission.ASSIGN_CASES)
    if is_yes:
        return remedies.agree(remedy=remedy, by=acting.user, now=now, note=note)
    remedies.check_agreer(remedy=remedy, by=acting.user, now=now)
    return remedies.refuse(remedy=remedy, by=acting.user, now=now, note=note)


def tomorrow(acting: Acting, now: datetime) -> datetime:
    """Nine tomorrow morning where they are."""
    zone = ZoneInfo(acting.zone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
