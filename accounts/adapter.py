"""How allauth meets this house: its mails become a signal inside the transaction, its limits are counted exactly."""

import time
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT  # type: ignore[attr-defined]
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.doors import spend
from accounts.rules.sign_in import Purpose
from accounts.services import sessions, tries
from accounts.signals import account_mail
from core.client import address_of
from core.sealing import seal, unseal
from core.tokens import new_token

# allauth's template prefix -> our folder in templates/emails/
MAILS = {
    "account/email/password_reset_key": "password_reset",
    "account/email/unknown_account": "password_reset_unknown",
    "account/email/login_code": "login_code",
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: people are invited or created by `create_workspace`."""

    _spent: tries.Spent | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or sessions.NOWHERE

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before a password is looked at, the try is counted, whether there is such an account or not."""
        self._spent = spend(
            request, purpose=Purpose.PASSWORD, account=str(credentials.get("email", "")), now=timezone.now()
        )

    def _rollback_login_failed_rl_usage(self) -> None:
        """The password was right: what allauth calls here counts nowhere."""
        tries.give_back(self._spent)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of signing in: every step of it has just been taken."""
        request = self.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:security")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the mail to whoever listens to `account_mail`; unknown kinds are a programming error (KeyError)."""
        facts = {key: value for key, value in context.items() if isinstance(value, str | int | float | bool)}
        user = context.get("user")
        now = timezone.now()
        with transaction.atomic():
            account_mail.send(
                sender=type(self),
                mail=MAILS[template_prefix],
                to=email,
                user=user,
                context={**facts, "name": user.first_name if user else ""},
                dedupe_key=f"account:{template_prefix.rsplit('/', 1)[-1]}:{new_token()}",
                expires_at=now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
                if "code" in facts
                else None,
                now=now,
            )


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed before they are stored; passkeys are called passkeys."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Amends"}
