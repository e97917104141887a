"""Letting people in by mail: an invitation is a link to one address, open for seven days, used once.

Accepting needs the link and the address it was mailed to: whoever is signed in with that address, or makes an account
for it on the page of the link (having the link proves the address). The mail is queued in the same transaction.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import dateformat
from django.utils.translation import gettext as _

from accounts import queries
from accounts.enums import Act, Role
from accounts.models import MemberInvite, Membership, Team, User, Workspace
from accounts.rules.permissions import may_grant
from accounts.services import audit
from accounts.signals import account_mail
from core import limiter
from core.links import absolute_url
from core.tokens import BadToken, match_token, new_nonce

LIFE = timedelta(days=7)
PER_ADDRESS = "5/day"  # mails to one address from one workspace: enough for every honest second try
MAIL = "member_invitation"


class InviteError(ValueError):
    """The invitation cannot be made, sent or accepted; the text says why."""


class AlreadyMember(InviteError):
    """The person is in the workspace already."""


class AlreadyInvited(InviteError):
    """The address has an open invitation to this workspace."""


class AboveYou(InviteError):
    """The role is above the one of the person who invites, or they may not invite at all."""


class TooMany(InviteError):
    """The address got as many invitations as it may in a day."""


class Unknown(InviteError):
    """No invitation has this link: it is wrong, or a newer one was sent since."""


class Closed(InviteError):
    """The invitation is no longer open; `state` is EXPIRED, ACCEPTED or REVOKED."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


class WrongPerson(InviteError):
    """Somebody else's invitation."""


class Deactivated(InviteError):
    """The person was in the workspace and was deactivated: an admin lets them in again, not a link."""


class AccountExists(InviteError):
    """The address has an account: its owner signs in and accepts then."""


@transaction.atomic
def invite(
    *,
    workspace: Workspace,
    by: User,
    email: str,
    role: str,
    now: datetime,
    name: str = "",
    team: Team | None = None,
    takes_cases: bool = True,
) -> MemberInvite:
    """Invite the person with this address as `role` and mail them the link.

    Raises AboveYou, AlreadyMember, AlreadyInvited, TooMany.
    """
    email = email.strip().lower()
    _refuse_above(workspace, by, role)
    known = Membership.objects.of(workspace).filter(user__email__iexact=email).first()
    if known is not None:
        raise AlreadyMember(
            _("%(email)s is in this workspace already.") % {"email": email}
            if known.deactivated_at is None
            else _("%(email)s is deactivated here: let them in again on their page.") % {"email": email}
        )
    # An invitation that ran out makes room for the new one.
    queries.open_invites(workspace=workspace).filter(email__iexact=email, expires_at__lte=now).update(
        revoked_at=now
    )
    invitation = MemberInvite(
        workspace=workspace,
        email=email,
        name=name,
        role=role,
        team=team,
        takes_cases=takes_cases,
        invited_by=by,
        created_at=now,
        sent_at=now,
        expires_at=now + LIFE,
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:
        raise AlreadyInvited(
            _("%(email)s has an open invitation: send it again below, or take it back.") % {"email": email}
        ) from None
    _mail(invitation, by, now)
    _record(Act.INVITED, invitation, by, now)
    return invitation


@transaction.atomic
def resend(*, invitation: MemberInvite, by: User, now: datetime) -> MemberInvite:
    """Mail a fresh link, good for seven days from now; the link mailed before stops working.

    Raises AboveYou, TooMany, Closed when it was accepted or taken back meanwhile.
    """
    invitation = _lock(invitation)
    if (state := invitation.state_at(now)) not in ("OPEN", "EXPIRED"):
        raise Closed(state)
    _refuse_above(invitation.workspace, by, invitation.role)
    invitation.nonce, invitation.sent_at, invitation.expires_at = new_nonce(), now, now + LIFE
    invitation.save(update_fields=["nonce", "sent_at", "expires_at"])
    _mail(invitation, by, now)
    _record(Act.INVITE_RESENT, invitation, by, now)
    return invitation


@transaction.atomic
def revoke(*, invitation: MemberInvite, by: User, now: datetime) -> MemberInvite:
    """The link stops working. Twice is once. Raises AboveYou, Closed when it was accepted meanwhile."""
    invitation = _lock(invitation)
    _refuse_above(invitation.workspace, by, invitation.role)
    if invitation.accepted_at is not None:
        raise Closed("ACCEPTED")
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        _record(Act.INVITE_REVOKED, invitation, by, now)
    return invitation


def find(*, token: str, now: datetime) -> MemberInvite:
    """The open invitation of a link. Raises Unknown, Closed."""
    found = any_with(token=token)
    if (state := found.state_at(now)) != "OPEN":
        raise Closed(state)
    return found


def any_with(*, token: str) -> MemberInvite:
    """The invitation of a link, whatever became of it. Raises Unknown."""
    try:
        found = queries.invite_with(nonce=match_token("invite", token))
    except BadToken:
        found = None
    if found is None:
        raise Unknown("")
    return found


@transaction.atomic
def accept(*, invitation: MemberInvite, user: User, now: datetime) -> Membership:
    """`user`, who holds the invited address, joins. Who is in already stays as they are; twice is once.

    Raises WrongPerson, Closed, Deactivated.
    """
    nonce = invitation.nonce
    invitation = _lock(invitation)
    if user.email.lower() != invitation.email.lower():
        raise WrongPerson(_("This invitation is for %(email)s.") % {"email": invitation.email})
    if invitation.nonce != nonce:
        raise Unknown("")  # a new link was mailed in this moment
    known: Membership | None = Membership.objects.of(invitation.workspace).filter(user=user).first()
    if known is not None and known.deactivated_at is not None:
        raise Deactivated(_("You were deactivated here. An admin of the workspace can let you in again."))
    state = invitation.state_at(now)
    if state == "ACCEPTED" and known is not None:
        return known  # the second of two clicks
    if state != "OPEN":
        raise Closed(state)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    if known is not None:
        return known
    member = Membership(
        workspace=invitation.workspace,
        user=user,
        role=invitation.role,
        team=invitation.team,
        takes_cases=invitation.takes_cases and invitation.role != Role.ANALYST,
        created_at=now,
    )
    member.save()
    audit.record(
        act=Act.JOINED,
        by=user,
        now=now,
        workspace=invitation.workspace,
        subject_kind="member",
        subject_id=member.pk,
        detail={"user": user.pk, "role": member.role, "invite": invitation.public_id},
    )
    return member


@transaction.atomic
def accept_anew(*, invitation: MemberInvite, name: str, password: str, now: datetime) -> Membership:
    """Make the account of the invited address, which the link proves, and join.

    The password has passed the validators. Raises AccountExists, Closed.
    """
    if queries.user_with(email=invitation.email) is not None:
        raise AccountExists(invitation.email)
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name.strip(), joined_at=now)
    except IntegrityError:
        raise AccountExists(invitation.email) from None
    return accept(invitation=invitation, user=user, now=now)


def _lock(invitation: MemberInvite) -> MemberInvite:
    """The invitation as it is once nobody else is acting on it."""
    rows = MemberInvite.objects.of(invitation.workspace_id)
    rows.select_for_update().values_list("pk").get(pk=invitation.pk)
    locked: MemberInvite = rows.select_related("workspace", "team").get(pk=invitation.pk)
    return locked


def _refuse_above(workspace: Workspace, by: User, role: str) -> None:
    if not may_grant(queries.role_of(workspace=workspace, user=by), role):
        raise AboveYou(_("You cannot give a role above your own."))


def _mail(invitation: MemberInvite, by: User, now: datetime) -> None:
    workspace = invitation.workspace
    key = f"invite:{workspace.public_id}:{invitation.email.lower()}"
    if limiter.hit(rate=PER_ADDRESS, key=key) is not None:
        raise TooMany(
            _("%(email)s got as many invitations as it may in a day. Try again tomorrow.")
            % {"email": invitation.email}
        )
    expires = invitation.expires_at.astimezone(ZoneInfo(workspace.time_zone))
    account_mail.send(
        sender=MemberInvite,
        mail=MAIL,
        to=invitation.email,
        to_name=invitation.name,
        workspace=workspace,
        about=f"invite:{invitation.public_id}",
        context={
            "name": invitation.name.split(" ")[0],
            "inviter": by.display_name,
            "role": str(Role(invitation.role).label),
            "link": absolute_url("accounts:invite", token=invitation.token),
            "expires": dateformat.format(expires, "j M Y, H:i") + f" ({workspace.time_zone})",
        },
        dedupe_key=f"invite:{invitation.public_id}:{invitation.sent_at.timestamp():.6f}",
        expires_at=invitation.expires_at,
        now=now,
    )


def _record(act: Act, invitation: MemberInvite, by: User, now: datetime) -> None:
    audit.record(
        act=act,
        by=by,
        now=now,
        workspace=invitation.workspace,
        subject_kind="invite",
        subject_id=invitation.public_id,
        detail={"role": invitation.role},
    )
