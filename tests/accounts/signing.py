"""What the tests of signing in share: a browser from a network of its own, and the steps people take."""

import itertools
import re
import time
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.models import User
from outbox.models import OutboundMessage

PASSWORDS = {
    "olivia": "pw-olivia-2026",
    "alice": "pw-alice-2026",
    "bob": "pw-bob-2026",
    "charlie": "pw-charlie-2026",
}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
_numbers = itertools.count(int(time.time() * 1000) % 60_000)


def network() -> str:
    """An address nobody else in this test run (or in one a minute ago) comes from."""
    return f"2001:db8:{int(time.time()) % 0xFFFF:x}:{next(_numbers) % 0xFFFF:x}::1"


def address() -> str:
    """The address of an account that nobody tried before: budgets outlive a test."""
    return f"a{uuid4().hex[:12]}@nowhere.example"


def browser(address: str = "") -> Client:
    """A fresh browser, by default in a network of its own."""
    return Client(REMOTE_ADDR=address or network(), HTTP_USER_AGENT=FIREFOX)


def password_of(user: User) -> str:
    return PASSWORDS[user.email.split("@")[0]]


def type_password(client: Client, user: User, password: str = "", **more: Any) -> Any:
    """Send the sign-in form."""
    return client.post(
        "/accounts/login/", {"login": user.email, "password": password or password_of(user), **more}
    )


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def with_app(user: User) -> str:
    """Give `user` an authenticator app and recovery codes; the secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def app_code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or `steps` times 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_codes(user: User) -> list[str]:
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return row.wrap().get_unused_codes()


def mails_to(user: User) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.across_workspaces().filter(to=user.email).order_by("id"))


def same_but_secrets(content: bytes, *typed: str) -> bytes:
    """A page without what differs each time: form tokens, and the address that was typed."""
    page = re.sub(rb'(name="csrfmiddlewaretoken" value=)"[^"]*"', rb'\1""', content)
    for word in typed:
        page = page.replace(word.encode(), b"(typed)")
    return page
