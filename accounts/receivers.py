"""What allauth and Django report about signing in: it goes into the audit log, and its owner is told."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_removed,
    authenticator_used,
)
from django.contrib.auth import signals as auth
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries
from accounts.doors import device_token
from accounts.enums import Act
from accounts.models import User
from accounts.services import audit, devices, notices, sessions, tries
from accounts.sso import gate
from core.client import address_of


@receiver(auth.user_logged_in, dispatch_uid="accounts.session_begins")
def begin_session(sender: Any, *, request: HttpRequest, **_kwargs: Any) -> None:
    """However somebody signed in: the session's clock starts, and nothing of the one before is left on it."""
    sessions.begin(session=request.session, now=timezone.now())
    gate.begin(request.session, None)


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
@transaction.atomic
def note_sign_in(
    sender: Any, *, request: HttpRequest, user: User, sso: dict[str, Any] | None = None, **_kwargs: Any
) -> None:
    """Signing in is complete, with all its steps; `sso` tells about the provider of one that came from there."""
    now = timezone.now()
    gate.begin(request.session, sso)
    device, token, is_new = devices.remember(
        user=user,
        token=device_token(request),
        user_agent=_agent(request),
        address=address_of(request),
        now=now,
    )
    request.device_cookie = token  # type: ignore[attr-defined]  # the middleware sets it on the answer
    is_first = not queries.has_signed_in(user=user)
    audit.record(
        act=Act.SIGNED_IN, by=user, now=now, subject_kind="user", subject_id=user.pk,
        detail={"methods": _methods(request), "device": device.pk, "new_device": is_new},
    )  # fmt: skip
    if is_new and not is_first:
        _tell(request, user, "NEW_DEVICE")


@receiver(auth.user_login_failed, dispatch_uid="accounts.sign_in_failed")
def note_failure(sender: Any, *, credentials: dict[str, Any], **_kwargs: Any) -> None:
    """A wrong password, for an account that exists or not; the address that was typed is not kept."""
    _failed(User.objects.filter(email__iexact=str(credentials.get("email", ""))).first(), step="password")


@receiver(authentication_failed, dispatch_uid="accounts.factor_failed")
def note_wrong_code(sender: Any, *, user: User, **_kwargs: Any) -> None:
    """A wrong code of an app, or a wrong recovery code."""
    _failed(user, step="factor")


@receiver(auth.user_logged_out, dispatch_uid="accounts.signed_out")
@transaction.atomic
def note_sign_out(sender: Any, *, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Somebody signed out by hand."""
    if user is None:
        return
    if request.session.session_key:
        sessions.drop(key=request.session.session_key)
    audit.record(act=Act.SIGNED_OUT, by=user, now=timezone.now(), subject_kind="user", subject_id=user.pk)


@receiver([password_changed, password_set], dispatch_uid="accounts.password_changed")
@transaction.atomic
def note_new_password(sender: Any, *, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Changed while signed in: every other session ends."""
    _give_back(request)
    _new_password(request, user, key=request.session.session_key, how="changed")


@receiver(password_reset, dispatch_uid="accounts.password_reset")
@transaction.atomic
def note_reset(sender: Any, *, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Chosen anew by the link: every session ends, and other browsers are strangers again."""
    devices.forget_others(user=user, token=device_token(request))
    _new_password(request, user, key=None, how="reset")


@receiver(post_save, sender=Authenticator, dispatch_uid="accounts.factor_added")
def note_factor(sender: Any, *, instance: Authenticator, created: bool, **_kwargs: Any) -> None:
    """A new factor; the recovery codes that come with the first one need no mail of their own.

    Told by the row, not by allauth's signals: those of an app and of codes come after the commit, when nothing can be
    undone any more. What is made outside of a request (a command, a test) is nobody's act.
    """
    request = context.request
    if not created or request is None:
        return
    user = User.objects.get(pk=instance.user_id)
    _record(Act.FACTOR_ADDED, user, instance)
    if instance.type != Authenticator.Type.RECOVERY_CODES:
        _give_back(request)
        _tell(request, user, "FACTOR_ADDED", name=_name(instance))
    elif request.resolver_match.view_name == "mfa_generate_recovery_codes":
        _tell(request, user, "CODES_MADE")


@receiver(authenticator_removed, dispatch_uid="accounts.factor_removed")
@transaction.atomic
def note_factor_removed(
    sender: Any, *, request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any
) -> None:
    """A factor that opens nothing any more."""
    _record(Act.FACTOR_REMOVED, user, authenticator)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _tell(request, user, "FACTOR_REMOVED", name=_name(authenticator))


@receiver(authenticator_used, dispatch_uid="accounts.factor_used")
@transaction.atomic
def note_use(
    sender: Any, *, request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any
) -> None:
    """The factor was right: the try counts nowhere; a recovery code that is gone is told."""
    _give_back(request)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.refresh_from_db()
        _tell(request, user, "CODE_USED", left=len(authenticator.wrap().get_unused_codes()))


def _new_password(request: HttpRequest, user: User, *, key: str | None, how: str) -> None:
    now = timezone.now()
    sessions.end_others(user=user, key=key, now=now)
    audit.record(
        act=Act.PASSWORD_CHANGED,
        by=user,
        now=now,
        subject_kind="user",
        subject_id=user.pk,
        detail={"how": how},
    )
    _tell(request, user, "PASSWORD_CHANGED")


def _failed(user: User | None, *, step: str) -> None:
    audit.record(
        act=Act.SIGN_IN_FAILED, by=None, now=timezone.now(), subject_kind="user",
        subject_id=user.pk if user else "", detail={"step": step},
    )  # fmt: skip


def _record(act: Act, user: User, authenticator: Authenticator) -> None:
    audit.record(
        act=act, by=user, now=timezone.now(), subject_kind="user", subject_id=user.pk,
        detail={"type": str(authenticator.type)},
    )  # fmt: skip


def _name(authenticator: Authenticator) -> str:
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        return str(authenticator.wrap().name)
    return _("Authenticator app")


def _methods(request: HttpRequest) -> list[str]:
    """The steps taken, as codes: ["password", "totp"]."""
    records = request.session.get("account_authentication_methods") or []
    return [str(record.get("type") or record.get("method")) for record in records]


def _tell(request: HttpRequest, user: User, what: str, **facts: Any) -> None:
    notices.tell(
        user=user,
        what=what,
        now=timezone.now(),
        address=address_of(request),
        user_agent=_agent(request),
        **facts,
    )


def _agent(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))


def _give_back(request: HttpRequest) -> None:
    tries.give_back(getattr(request, "sign_in_spent", None))
    request.sign_in_spent = None  # type: ignore[attr-defined]  # once: several factors can be made in one request
