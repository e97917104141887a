"""What a person is told about their own account, by mail: whatever a thief would rather keep quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules.sign_in import browser_words
from accounts.signals import account_mail
from core.links import absolute_url
from core.moments import in_words
from core.tokens import new_token

# What happened -> headline and sentence. Facts in them: `name` of the factor, `left` codes.
WORDS: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "NEW_DEVICE": lambda facts: (
        _("New sign-in to your account"),
        _("Somebody, most likely you, signed in from a browser that was not used before."),
    ),
    "PASSWORD_CHANGED": lambda facts: (
        _("Your password was changed"),
        _("Sessions in other browsers have ended; sign in there with the new password."),
    ),
    "FACTOR_ADDED": lambda facts: (
        _("A second factor was added to your account"),
        _("From now on “%(name)s” can be used to sign in.") % facts,
    ),
    "FACTOR_REMOVED": lambda facts: (
        _("A second factor was removed from your account"),
        _("“%(name)s” can no longer be used to sign in.") % facts,
    ),
    "PROVIDER_CONNECTED": lambda facts: (
        _("A company sign-in was connected to your account"),
        _("From now on “%(name)s” can be used to sign in to %(workspace)s.") % facts,
    ),
    "PROVIDER_DISCONNECTED": lambda facts: (
        _("A company sign-in was disconnected from your account"),
        _("“%(name)s” can no longer be used to sign in.") % facts,
    ),
    "CODES_MADE": lambda facts: (
        _("New recovery codes were made for your account"),
        _("The codes you had before no longer work."),
    ),
    "CODE_USED": lambda facts: (
        _("A recovery code was used to sign in"),
        _("Each code works once. You have %(left)d left; make new ones before they run out.") % facts,
    ),
}


def tell(*, user: User, what: str, now: datetime, address: str, user_agent: str, **facts: Any) -> None:
    """Queue the notice `what` (a key of WORDS) to the person's own address, inside the caller's transaction."""
    headline, says = WORDS[what](facts)
    browser, system = browser_words(user_agent)
    account_mail.send(
        sender=User,
        mail="account_notice",
        to=user.email,
        user=user,
        context={
            "name": user.first_name,
            "headline": headline,
            "says": says,
            "when": in_words(now, user.time_zone or "UTC"),
            "browser": _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
            if browser and system
            else browser or system or _("an unknown browser"),
            "address": address or _("unknown"),
            "security_url": absolute_url("accounts:security"),
        },
        dedupe_key=f"account:notice:{new_token()}",
        is_secret=False,
        now=now,
    )
