"""allauth's mails become a signal inside the transaction: the outbox, which stands above, inserts a row."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.signals import account_mail
from core.tokens import new_token

# allauth's template prefix -> our folder in templates/emails/
MAILS = {
    "account/email/password_reset_key": "password_reset",
    "account/email/unknown_account": "password_reset_unknown",
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: people are invited or created by `create_workspace`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the mail to whoever listens to `account_mail`; unknown kinds are a programming error (KeyError)."""
        facts = {key: value for key, value in context.items() if isinstance(value, str | int | float | bool)}
        user = context.get("user")
        with transaction.atomic():
            account_mail.send(
                sender=type(self),
                mail=MAILS[template_prefix],
                to=email,
                user=user,
                context={**facts, "name": user.first_name if user else ""},
                dedupe_key=f"account:{template_prefix.rsplit('/', 1)[-1]}:{new_token()}",
                now=timezone.now(),
            )
