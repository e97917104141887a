"""What a session may do that began at a provider: work in the provider's workspace, and nothing else.

The provider belongs to one workspace, and its admins decide what it says. If it could open the person's other workspaces,
or choose a password for them, then whoever runs a provider would own every account it names. So such a session opens one
workspace, and the keys of the account (password, second factors, passkeys, connections) are changed in a session that the
person opened themselves. A reset by mail always leads there.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import Membership, Workspace
from core.views import forbidden

KEY = "sso"  # in the session: {"provider": public id, "workspace": id, "has_second_step": bool}
OPEN = {  # pages about the account that change none of its keys
    "account_inactive", "account_login", "account_logout", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "accounts:device_forget",
    "accounts:invite", "accounts:security", "accounts:session_end", "accounts:sessions_end_others",
    "accounts:sign_out_everywhere", "accounts:sso", "accounts:sso_callback", "accounts:sso_start",
}  # fmt: skip


def begin(session: MutableMapping[str, Any], facts: dict[str, Any] | None) -> None:
    """The session of a sign-in that is complete: `facts` of the provider, None for every other way in."""
    if facts is None:
        session.pop(KEY, None)
    else:
        session[KEY] = facts


def limits(request: HttpRequest) -> dict[str, Any] | None:
    """The facts of the provider through which this session came, None for every other session."""
    found: dict[str, Any] | None = request.session.get(KEY) if request.user.is_authenticated else None
    return found


def had_second_step(request: HttpRequest, workspace: Workspace) -> bool:
    """Whether the provider of this very workspace has asked for a second factor at this sign-in."""
    facts = limits(request)
    return facts is not None and facts["workspace"] == workspace.pk and facts["has_second_step"] is True


def refuse_workspace(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    """An answer instead of the page, when this session does not open the workspace of `membership`."""
    facts = limits(request)
    if facts is None:
        return None
    if not queries.provider_is_open(public_id=facts["provider"]):
        logout(request)
        messages.info(
            request, _("The sign-in through your company was switched off, so your session has ended.")
        )
        return redirect("account_login")
    if facts["workspace"] != membership.workspace_id:
        return forbidden(
            request,
            _(
                "You signed in through your company, which opens its own workspace only. "
                "Sign out, and sign in with your password to get in here."
            ),
        )
    return None


def refuse_account(request: HttpRequest) -> HttpResponse | None:
    """An answer instead of a page that changes the keys of the account."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if not request.path_info.startswith("/accounts/") or name in OPEN or limits(request) is None:
        return None
    return forbidden(
        request,
        _(
            "You signed in through your company. To change how your account is kept safe, sign out and sign in with "
            "your own password; if you have none, “Forgot your password?” mails you a link to choose one."
        ),
    )
