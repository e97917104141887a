"""Single sign-on of a workspace: who may come in through a provider, and how its settings change.

A person is known by provider and subject, never by an e-mail address: the address only helps somebody new in, when the
provider has verified it, its domain is one the workspace named, and nobody here has it yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import queries
from accounts.enums import Act, Role
from accounts.models import IdentityProvider, MemberInvite, Membership, User, Workspace
from accounts.services import audit, invites, notices
from accounts.sso import protocol
from accounts.sso.protocol import Claims, Client
from core.links import absolute_url
from core.sealing import CannotUnseal, seal, unseal


class NameTaken(ValueError):
    """Another provider of the workspace has this name."""


class ClientTaken(ValueError):
    """The workspace has this client of this issuer already."""


class NotLetIn(ValueError):
    """The provider says who it is, and they do not get in. `code` is for the audit log, the text tells what to do."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code = code


@dataclass(frozen=True)
class Connection:
    """One provider as a person sees it on their security page; `account_id` is None while it is not connected."""

    provider: IdentityProvider
    account_id: int | None


# --- settings -------------------------------------------------------------------------------------------------


@transaction.atomic
def add(
    *,
    workspace: Workspace,
    by: User,
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    domains: list[str],
    adds_members: bool,
    new_role: str,
    now: datetime,
) -> IdentityProvider:
    """A new provider, in use at once. Raises NameTaken, ClientTaken."""
    provider = IdentityProvider(
        workspace=workspace, name=name, issuer=issuer, client_id=client_id, sealed_secret=seal(secret),
        domains=domains, adds_members=adds_members, new_role=new_role, created_at=now,
    )  # fmt: skip
    if queries.providers(workspace=workspace).filter(issuer=issuer, client_id=client_id).exists():
        raise ClientTaken(client_id)
    _save(provider)
    _record(Act.PROVIDER_ADDED, provider, by, now)
    return provider


@transaction.atomic
def change(
    *,
    provider: IdentityProvider,
    name: str,
    secret: str,
    domains: list[str],
    adds_members: bool,
    new_role: str,
) -> IdentityProvider:
    """New settings; an empty `secret` keeps the one that is set. Raises NameTaken.

    Issuer and client stay: people are known by what this very issuer calls them. Another issuer is another provider.
    """
    provider.name, provider.domains = name, domains
    provider.adds_members, provider.new_role = adds_members, new_role
    if secret:
        provider.sealed_secret = seal(secret)
    _save(provider)
    return provider


@transaction.atomic
def switch(*, provider: IdentityProvider, on: bool) -> IdentityProvider:
    """Take it into use or out of use; out of use, nobody comes in and the sessions it opened end at their next page."""
    provider.is_active = on
    provider.save(update_fields=["is_active"])
    return provider


@transaction.atomic
def remove(*, provider: IdentityProvider, by: User, now: datetime) -> int:
    """The provider and what connects people with it are gone; returns how many people were connected."""
    gone: int = SocialAccount.objects.filter(provider=provider.public_id).delete()[0]
    _record(Act.PROVIDER_REMOVED, provider, by, now, count=gone)
    provider.delete()
    return gone


def client_of(provider: IdentityProvider) -> Client:
    """What we are for this provider. Raises protocol.Trouble when its secret can no longer be read."""
    try:
        secret = unseal(provider.sealed_secret)
    except CannotUnseal:
        raise protocol.Trouble(
            "NO_SECRET",
            _("The client secret can no longer be read. An admin types it again in the settings."),
        ) from None
    return Client(provider.issuer, provider.client_id, secret, callback_of(provider))


def callback_of(provider: IdentityProvider) -> str:
    """The address to register at the provider."""
    return absolute_url("accounts:sso_callback", public_id=provider.public_id)


def check(*, provider: IdentityProvider) -> None:
    """Ask the provider for all that can be asked without a person. Raises protocol.Trouble with what is wrong."""
    client_of(provider)
    protocol.signing_keys(protocol.discover(provider.issuer))


def _save(provider: IdentityProvider) -> None:
    taken = queries.providers(workspace=provider.workspace).filter(name__iexact=provider.name)
    if taken.exclude(pk=provider.pk).exists():
        raise NameTaken(provider.name)
    try:
        with transaction.atomic():
            provider.save()
    except IntegrityError:  # made in this moment by somebody else
        raise NameTaken(provider.name) from None


# --- signing in -----------------------------------------------------------------------------------------------


@transaction.atomic
def enter(*, provider: IdentityProvider, claims: Claims, now: datetime) -> User:
    """Whom the provider means; somebody new joins its workspace, if they may. Raises NotLetIn."""
    known = _known(provider, claims)
    user = _let_back_in(provider, known, claims, now) if known else _let_in(provider, claims, now)
    IdentityProvider.objects.of(provider.workspace_id).filter(pk=provider.pk).update(last_used_at=now)
    return user


def _known(provider: IdentityProvider, claims: Claims) -> User | None:
    found = (
        SocialAccount.objects.select_related("user")
        .filter(provider=provider.public_id, uid=claims.subject)
        .first()
    )
    return found.user if found else None


def _let_back_in(provider: IdentityProvider, user: User, claims: Claims, now: datetime) -> User:
    if not user.is_active:
        raise NotLetIn("SWITCHED_OFF", _("This account is switched off. An admin can switch it on again."))
    member = Membership.objects.of(provider.workspace_id).filter(user=user).first()
    if member is not None and member.deactivated_at is None:
        return user
    invitation = _invitation(provider, user.email, now) if member is None else None
    if invitation and _speaks_for(provider, claims) and claims.email == user.email.lower():
        _accept(invitation, user, now)
        return user
    raise NotLetIn(
        "NOT_A_MEMBER",
        _("You are not in %(workspace)s any more. An admin there can let you in again.")
        % {"workspace": provider.workspace.name},
    )


def _let_in(provider: IdentityProvider, claims: Claims, now: datetime) -> User:
    _refuse_address(provider, claims)
    if queries.user_with(email=claims.email) is not None:
        raise _exists()
    invitation = _invitation(provider, claims.email, now)
    if invitation is None and not provider.adds_members:
        raise NotLetIn(
            "NOT_INVITED",
            _("You are not in %(workspace)s yet. Ask an admin there to invite %(email)s.")
            % {"workspace": provider.workspace.name, "email": claims.email},
        )
    name = claims.name or (invitation.name if invitation else "")
    try:
        with transaction.atomic():
            user = User.objects.create_user(claims.email, None, name=name, joined_at=now)
            SocialAccount.objects.create(user=user, provider=provider.public_id, uid=claims.subject)
    except IntegrityError:  # the second of two at the same moment
        if (known := _known(provider, claims)) is not None:
            return _let_back_in(provider, known, claims, now)
        raise _exists() from None
    if invitation is not None:
        _accept(invitation, user, now)
        return user
    member = Membership(
        workspace=provider.workspace, user=user, role=provider.new_role,
        takes_cases=provider.new_role != Role.ANALYST, created_at=now,
    )  # fmt: skip
    member.save()
    audit.record(
        act=Act.JOINED, by=user, now=now, workspace=provider.workspace, subject_kind="member", subject_id=member.pk,
        detail={"user": user.pk, "role": member.role, "provider": provider.public_id},
    )  # fmt: skip
    return user


def _refuse_address(provider: IdentityProvider, claims: Claims) -> None:
    """Raises NotLetIn unless the provider has verified an address of a domain it speaks for."""
    try:
        validate_email(claims.email)
    except ValidationError:
        raise NotLetIn(
            "NO_EMAIL", _("Your provider did not tell your e-mail address, so we cannot know you yet.")
        ) from None
    if not claims.is_verified:
        raise NotLetIn(
            "UNVERIFIED",
            _("Your provider has not verified %(email)s, so it cannot be used here.")
            % {"email": claims.email},
        )
    if not _speaks_for(provider, claims):
        raise NotLetIn(
            "OTHER_DOMAIN",
            _("%(email)s is not an address of a domain that comes in this way.") % {"email": claims.email},
        )


def _speaks_for(provider: IdentityProvider, claims: Claims) -> bool:
    return claims.is_verified and claims.email.rpartition("@")[2] in provider.domains


def _exists() -> NotLetIn:
    return NotLetIn(
        "ACCOUNT_EXISTS",
        _(
            "This address has an account here already. Sign in with your password first, and connect your company's "
            "sign-in on the page “Sign-in and security”."
        ),
    )


def _invitation(provider: IdentityProvider, email: str, now: datetime) -> MemberInvite | None:
    """The open invitation of this address. One to become owner is accepted by its link only: owners are above those who
    run the provider."""
    found: MemberInvite | None = (
        queries.open_invites(workspace=provider.workspace)
        .filter(email__iexact=email, expires_at__gt=now)
        .exclude(role=Role.OWNER)
        .select_related("workspace")
        .first()
    )
    return found


def _accept(invitation: MemberInvite, user: User, now: datetime) -> None:
    try:
        invites.accept(invitation=invitation, user=user, now=now)
    except invites.InviteError:  # taken back in this moment
        raise NotLetIn("NOT_INVITED", _("Your invitation is no longer open. Ask for a new one.")) from None


# --- connecting an account that exists ------------------------------------------------------------------------


def connections_of(*, user: User) -> list[Connection]:
    """The providers of every workspace the person is in: connected ones, and those in use that could be."""
    accounts = dict(SocialAccount.objects.filter(user=user).values_list("provider", "pk"))
    return [
        Connection(provider, accounts.get(provider.public_id))
        for provider in queries.providers_of_person(user=user)
        if provider.is_active or provider.public_id in accounts
    ]


@transaction.atomic
def connect(
    *,
    provider: IdentityProvider,
    user: User,
    claims: Claims,
    now: datetime,
    address: str = "",
    user_agent: str = "",
) -> bool:
    """From now on this subject of the provider is `user`; False if it was before. Raises NotLetIn."""
    member = queries.membership_of(user=user, slug=provider.workspace.slug)
    if member is None:
        raise NotLetIn("NOT_A_MEMBER", _("Only who works there connects this sign-in."))
    known = _known(provider, claims)
    if known is not None and known.pk == user.pk:
        return False
    if known is not None:
        raise NotLetIn("TAKEN", _("This company sign-in is connected with another account already."))
    if SocialAccount.objects.filter(provider=provider.public_id, user=user).exists():
        raise NotLetIn(
            "ANOTHER_CONNECTED",
            _("Your account is connected with somebody else there. Disconnect that one first."),
        )
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=user, provider=provider.public_id, uid=claims.subject)
    except IntegrityError:
        raise NotLetIn(
            "TAKEN", _("This company sign-in is connected with another account already.")
        ) from None
    _record(Act.PROVIDER_CONNECTED, provider, user, now, user=user.pk)
    notices.tell(
        user=user, what="PROVIDER_CONNECTED", now=now, address=address, user_agent=user_agent, name=provider.name,
        workspace=provider.workspace.name,
    )  # fmt: skip
    return True


@transaction.atomic
def disconnect(
    *, user: User, account_id: int, now: datetime, address: str = "", user_agent: str = ""
) -> bool:
    """The provider opens this account no longer; False if it was none of theirs."""
    account = SocialAccount.objects.filter(user=user, pk=account_id).first()
    if account is None:
        return False
    provider = next(
        (one for one in queries.providers_of_person(user=user) if one.public_id == account.provider), None
    )
    account.delete()
    if provider is not None:
        _record(Act.PROVIDER_DISCONNECTED, provider, user, now, user=user.pk)
    notices.tell(
        user=user, what="PROVIDER_DISCONNECTED", now=now, address=address, user_agent=user_agent,
        name=provider.name if provider else _("single sign-on"),
    )  # fmt: skip
    return True


def _record(act: Act, provider: IdentityProvider, by: User, now: datetime, **detail: int) -> None:
    audit.record(
        act=act, by=by, now=now, workspace=provider.workspace, subject_kind="identity_provider",
        subject_id=provider.pk, detail=detail,
    )  # fmt: skip
