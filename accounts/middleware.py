"""/w/<slug>/... -> request.workspace and request.membership; a stranger gets 404, as for an unknown slug.

And the doors before it: sessions end when they should, nobody tries without being counted.
"""

from collections.abc import Callable
from functools import cache, partial
from math import ceil
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.doors import spend
from accounts.queries import membership_of, workspaces_of
from accounts.rules.sign_in import Ended, Purpose
from accounts.services import factors, sessions, tries
from accounts.sso import gate
from core.client import address_of, network_of


class WorkspaceMiddleware:
    """Opens the workspace of the URL for its members, and the viewer's time zone with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        if not request.path_info.startswith("/w/"):
            return None
        if not request.user.is_authenticated:
            return _lead(request, redirect_to_login(_page(request)))
        membership = membership_of(user=request.user, slug=str(kwargs.get("slug", "")))
        if membership is None:
            raise Http404
        if (refused := gate.refuse_workspace(request, membership)) is not None:
            return refused
        if membership.workspace.requires_second_factor and not (
            factors.has_one(user=request.user) or gate.had_second_step(request, membership.workspace)
        ):
            return _lead(request, _to_set_up(request, membership.workspace.slug))
        request.membership = membership  # type: ignore[attr-defined]  # see accounts.access.StaffRequest
        request.workspace = membership.workspace  # type: ignore[attr-defined]
        # Templates call it: nothing is asked for a page that does not list them.
        request.places = cache(partial(workspaces_of, user=request.user))  # type: ignore[attr-defined]
        timezone.activate(request.user.time_zone or membership.workspace.time_zone)
        return None


class SignInMiddleware:
    """What happens at the door: sessions end by themselves, tries are counted, answers carry the device cookie.

    It stands behind the middleware of sessions, people and messages. Pages under /accounts/ are never stored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._end_what_is_over(request)
        response = self.get_response(request)
        if token := getattr(request, "device_cookie", ""):
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME, token, max_age=settings.DEVICE_COOKIE_AGE, secure=settings.IS_HTTPS,
                httponly=True, samesite="Lax",
            )  # fmt: skip
        if request.path_info.startswith("/accounts/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if request.method == "POST" or _name(request) == "account_reset_password_from_key":
            try:
                request.sign_in_spent = _count(request)  # type: ignore[attr-defined]  # given back by the receivers
            except tries.TooManyTries as error:
                return too_many(request, error)
        if gate.KEY in _opened(request) and (refused := gate.refuse_account(request)) is not None:
            return refused
        if sessions.BEGAN in _opened(request) and request.user.is_authenticated and not _is_poll(request):
            sessions.touch(
                session=request.session, user=request.user, address=address_of(request),
                user_agent=request.META.get("HTTP_USER_AGENT", ""), now=timezone.now(),
            )  # fmt: skip
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return too_many(request, exception) if isinstance(exception, tries.TooManyTries) else None

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """A form that comes back with what is missing says so in its status, as everywhere in the house."""
        if (
            request.method == "POST"
            and response.status_code == 200
            and request.path_info.startswith("/accounts/")
        ):
            shown = response.context_data or {}
            if any(getattr(shown.get(name), "errors", None) for name in ("form", "webauthn_form")):
                response.status_code = 422
        return response

    def _end_what_is_over(self, request: HttpRequest) -> None:
        if SESSION_KEY not in request.session:
            return
        if not request.user.is_authenticated:  # switched off, or gone: nothing revives this session
            request.session.flush()
            return
        why = sessions.ended(session=request.session, now=timezone.now())
        if why is None:
            return
        if request.session.session_key:
            sessions.drop(key=request.session.session_key)
        request.session.flush()
        request.user = AnonymousUser()
        said = {
            Ended.IDLE: _("You were signed out because nothing happened here for a while."),
            Ended.OLD: _("Your session has reached its end. Please sign in again."),
        }
        messages.info(request, said[why])


def too_many(request: HttpRequest, error: tries.TooManyTries) -> HttpResponse:
    """429 with the moment when a try is possible again; the same for every address."""
    minutes = ceil(error.wait / 60)
    response = render(request, "errors/429.html", {"minutes": minutes, "until": error.until}, status=429)
    response["Retry-After"] = str(error.wait)
    return response


def _opened(request: HttpRequest) -> Any:
    """The session of a browser that sent its cookie; nothing is read for anybody else."""
    return request.session if settings.SESSION_COOKIE_NAME in request.COOKIES else {}


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _is_poll(request: HttpRequest) -> bool:
    """Asked by a page by itself: no sign of a person, so it keeps no session alive."""
    return "since" in request.GET or _name(request) in settings.SESSION_POLLS


def _count(request: HttpRequest) -> tries.Spent | None:
    """Count a try at what allauth's pages do not count themselves. Raises TooManyTries."""
    name, now = _name(request), timezone.now()
    if name == "account_request_login_code":
        return spend(request, purpose=Purpose.MAILED_CODE, account=request.POST.get("email", ""), now=now)
    if name == "account_reset_password":
        return spend(request, purpose=Purpose.RESET, account=request.POST.get("email", ""), now=now)
    if name == "account_confirm_login_code":
        return tries.spend_typed_code(window=request.session.session_key or network_of(request), now=now)
    if name == "mfa_authenticate":
        login = unstash_login(request, peek=True)
        account = login.user.email if login and login.user else ""
        return spend(request, purpose=Purpose.FACTOR, account=account, now=now)
    if name in ("mfa_reauthenticate", "mfa_activate_totp") and request.user.is_authenticated:
        return spend(request, purpose=Purpose.FACTOR, account=request.user.email, now=now)
    if name == "account_change_password" and request.user.is_authenticated:
        return spend(request, purpose=Purpose.PASSWORD, account=request.user.email, now=now)
    if name == "accounts:passkey_sign_in":
        return tries.spend_passkey(network=network_of(request), now=now)
    if name == "account_reset_password_from_key":
        return tries.spend_reset_link(network=network_of(request), now=now)
    return None


def _page(request: HttpRequest) -> str:
    """The address to come back to: of the page around a fragment, not of the fragment."""
    htmx = getattr(request, "htmx", None)
    return (htmx.current_url_abs_path if htmx else None) or request.get_full_path()


def _lead(request: HttpRequest, response: Any) -> HttpResponse:
    """A redirect of the whole page, also when a fragment asked."""
    if not getattr(request, "htmx", None):
        return response  # type: ignore[no-any-return]
    return HttpResponse(headers={"HX-Redirect": response.url})


def _to_set_up(request: HttpRequest, slug: str) -> Any:
    query = urlencode(
        {"workspace": slug, "next": _page(request) if request.method == "GET" else f"/w/{slug}/"}
    )
    return redirect(f"{reverse('accounts:second_factor')}?{query}")
