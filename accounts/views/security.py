"""One page for one person: password, second factors, sessions, known browsers."""

from typing import Any

from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from accounts import queries
from accounts.doors import device_token
from accounts.models import KnownDevice, User
from accounts.rules.sign_in import browser_words
from accounts.services import devices, factors, providers, sessions

AFTER = "after_set_up"  # key in the session: where somebody was going when they were led to set up a factor


class _Own(LoginRequiredMixin, View):
    """What follows is about the person who is signed in, whatever workspace they work in."""

    def person(self) -> User:
        found = self.request.user
        assert isinstance(found, User)
        return found


class Security(_Own):
    """How this account is kept safe."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person, now = self.person(), timezone.now()
        timezone.activate(person.time_zone or "UTC")
        held: dict[str, Any] = {"app": None, "passkeys": [], "codes": None}
        for row in Authenticator.objects.filter(user=person).order_by("created_at"):
            if row.type == Authenticator.Type.WEBAUTHN:
                held["passkeys"].append(row)
            else:
                held["app" if row.type == Authenticator.Type.TOTP else "codes"] = row
        codes = held["codes"]
        return render(
            request,
            "accounts/security.html",
            {
                "title": _("Sign-in and security"),
                **held,
                "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
                "has_factor": bool(held["app"] or held["passkeys"]),
                "connections": providers.connections_of(user=person),
                "sessions": sessions.of(user=person, key=request.session.session_key, now=now),
                "devices": self._devices(person, device_token(request)),
            },
        )

    def _devices(self, person: User, token: str) -> list[dict[str, Any]]:
        found = []
        for row in KnownDevice.objects.filter(user=person).order_by("-last_seen_at")[:50]:
            browser, system = browser_words(row.user_agent)
            found.append(
                {
                    "row": row,
                    "browser": browser,
                    "system": system,
                    "is_this": devices.holds(device=row, token=token),
                }
            )
        return found


class SessionEnd(_Own):
    """End one session; this one means signing out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, session_id: int) -> HttpResponse:
        if not sessions.end_one(user=self.person(), pk=session_id, now=timezone.now()):
            messages.info(request, _("That session was over already."))
        else:
            messages.success(request, _("That session has ended."))
        return redirect("accounts:security")


class SessionsEndOthers(_Own):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        count = sessions.end_others(user=self.person(), key=request.session.session_key, now=timezone.now())
        said = ngettext("%(n)d other session has ended.", "%(n)d other sessions have ended.", count) % {
            "n": count
        }
        messages.success(request, said if count else _("This is the only session you have."))
        return redirect("accounts:security")


class SignOutEverywhere(_Own):
    """Every session ends, this one too, and every browser is a stranger again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        person = self.person()
        devices.forget_others(user=person, token="")
        sessions.end_all(user=person, now=timezone.now())
        logout(request)
        messages.success(request, _("You are signed out everywhere."))
        return redirect("account_login")


class DeviceForget(_Own):
    """A browser becomes a stranger; its sessions are another matter."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, device_id: int) -> HttpResponse:
        if not devices.forget(user=self.person(), device_id=device_id):
            raise Http404
        messages.success(request, _("That browser is forgotten: signing in from it counts as new."))
        return redirect("accounts:security")


class SecondFactor(_Own):
    """Where somebody is led whose workspace asks for a second factor they do not have."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = self.person()
        asks = queries.membership_of(user=person, slug=request.GET.get("workspace", ""))
        goes_to = request.GET.get("next", "")
        if not goes_to.startswith("/") or not url_has_allowed_host_and_scheme(goes_to, allowed_hosts=None):
            goes_to = ""  # a word alone would be taken for the name of a page
        if factors.has_one(user=person):
            return redirect(goes_to or "accounts:security")
        request.session[AFTER] = goes_to
        return render(
            request,
            "accounts/second_factor.html",
            {"title": _("Set up a second factor"), "asks": asks.workspace if asks else None},
        )


class AfterSetUp(_Own):
    """On to where somebody was going before they set up a factor; else the security page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(request.session.pop(AFTER, "") or "accounts:security")


class PasskeySignIn(LoginWebAuthnView):
    """allauth's, which also goes on to the page somebody wanted."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        return flows.perform_passwordless_login(self.request, authenticator, login)
