"""Coming in through a company's own sign-in: finding it, going there, coming back; and connecting it to an account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.internal import statekit
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts import queries
from accounts.enums import Act
from accounts.models import IdentityProvider, User
from accounts.provider_forms import FindForm
from accounts.services import audit, providers, tries
from accounts.sso import protocol
from core import limiter
from core.client import address_of, network_of

FINDS, DEPARTURES, ARRIVALS = "30/minute", "30/minute", "30/minute"  # per network
SIGN_IN, CONNECT = "sign_in", "connect"  # what a way to the provider is for


def _spend(request: HttpRequest, what: str, rate: str) -> None:
    """Count one use from this network. Raises TooManyTries, which the middleware answers."""
    wait = limiter.hit(rate=rate, key=f"sso:{what}:{network_of(request)}", or_locally=True)
    if wait is not None:
        raise tries.TooManyTries(wait=wait, now=timezone.now())


def _provider(public_id: str) -> IdentityProvider:
    found = queries.open_provider(public_id=public_id)
    if found is None:
        raise Http404
    return found


@method_decorator(never_cache, name="dispatch")
class Find(View):
    """Which sign-in is yours? The same page for every domain and workspace that has none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(FindForm(), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        _spend(request, "find", FINDS)
        form = FindForm(request.POST)
        if not form.is_valid():
            return self._show(form, None, status=422)
        return self._show(FindForm(), queries.providers_for(typed=form.cleaned_data["company"]))

    def _show(self, form: FindForm, found: list[IdentityProvider] | None, status: int = 200) -> HttpResponse:
        goes_to = get_next_redirect_url(self.request) or ""
        context = {"form": form, "found": found, "next": goes_to}
        return render(self.request, "accounts/sso.html", context, status=status)


class _Departure(View):
    """Leads to the provider. A page with a refresh instead of a redirect: `form-action` of the page one comes from names
    no other site, and browsers hold a redirect after a form against it."""

    def depart(self, request: HttpRequest, provider: IdentityProvider, **state: Any) -> HttpResponse:
        _spend(request, "depart", DEPARTURES)
        try:
            client = providers.client_of(provider)
            way = protocol.depart(protocol.discover(provider.issuer), client)
        except protocol.Trouble as error:
            return failed(request, provider, error)
        statekit.stash_state(
            request,
            provider_id=provider.public_id,
            state_id=way.state,
            state={"nonce": way.nonce, "verifier": way.verifier, **state},
        )
        return render(request, "accounts/sso_go.html", {"provider": provider, "url": way.url})


@method_decorator(never_cache, name="dispatch")
class Start(_Departure):
    """The address a company may link to: GET shows the button, POST goes."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        provider = _provider(public_id)
        return render(
            request,
            "accounts/sso_start.html",
            {"provider": provider, "next": get_next_redirect_url(request) or ""},
        )

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        return self.depart(
            request, _provider(public_id), process=SIGN_IN, next=get_next_redirect_url(request) or ""
        )


@method_decorator(never_cache, name="dispatch")
class Callback(View):
    """Back from the provider. What the address carries is used once: the state is taken out of the session first."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        _spend(request, "arrive", ARRIVALS)
        provider = _provider(public_id)
        state = statekit.unstash_state(
            request, provider_id=provider.public_id, state_id=request.GET.get("state", "")
        )
        try:
            if state is None:
                raise protocol.Trouble(
                    "STATE", _("This sign-in was begun in another browser, too long ago, or used already.")
                )
            claims = protocol.arrive(
                providers.client_of(provider), answer=request.GET.dict(), nonce=state["nonce"],
                verifier=state["verifier"],
            )  # fmt: skip
            if state["process"] == CONNECT:
                return self._connect(request, provider, claims, state)
            user = providers.enter(provider=provider, claims=claims, now=timezone.now())
        except (protocol.Trouble, providers.NotLetIn) as error:
            return failed(request, provider, error)
        return self._sign_in(request, provider, user, claims, state)

    def _sign_in(
        self, request: HttpRequest, provider: IdentityProvider, user: User, claims: protocol.Claims,
        state: dict[str, Any],
    ) -> HttpResponse:  # fmt: skip
        if request.user.is_authenticated:
            get_adapter(request).logout(request)
        record_authentication(request, user, "socialaccount", provider=provider.public_id)
        home = reverse("accounts:workspace", kwargs={"slug": provider.workspace.slug})
        facts = {
            "provider": provider.public_id, "workspace": provider.workspace_id,
            "has_second_step": claims.has_second_step,
        }  # fmt: skip
        login = Login(
            user=user,
            redirect_url=state["next"] if str(state["next"]).startswith(home) else home,
            signal_kwargs={"sso": facts},
        )
        if claims.has_second_step:  # the provider asked for it; ours would be the third
            LoginStageController(request, login).set_handled(AuthenticateStage.key)
        return perform_login(request, login)

    def _connect(
        self, request: HttpRequest, provider: IdentityProvider, claims: protocol.Claims, state: dict[str, Any]
    ) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.pk != state["user"]:
            raise protocol.Trouble(
                "OTHER_PERSON", _("You were signed out meanwhile. Sign in and connect again.")
            )
        is_new = providers.connect(
            provider=provider, user=user, claims=claims, now=timezone.now(), address=address_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        )  # fmt: skip
        said = (
            _("“%(name)s” is connected: you can sign in with it.")
            if is_new
            else _("“%(name)s” was connected already.")
        )
        messages.success(request, said % {"name": provider.name})
        return redirect("accounts:security")


@method_decorator(reauthentication_required, name="post")
class Connect(LoginRequiredMixin, _Departure):
    """From the security page to the provider, to know the two belong together."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        provider, user = _provider(public_id), request.user
        if not isinstance(user, User) or not queries.membership_of(user=user, slug=provider.workspace.slug):
            raise Http404
        return self.depart(request, provider, process=CONNECT, user=user.pk, next="")


@method_decorator(reauthentication_required, name="post")
class Disconnect(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, account_id: int) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not providers.disconnect(
            user=user, account_id=account_id, now=timezone.now(), address=address_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        ):  # fmt: skip
            raise Http404
        messages.success(request, _("That company sign-in opens your account no longer."))
        return redirect("accounts:security")


def failed(
    request: HttpRequest, provider: IdentityProvider, error: protocol.Trouble | providers.NotLetIn
) -> HttpResponse:
    """Why nobody came in, and what to do; it goes into the audit log of the workspace."""
    audit.record(
        act=Act.SIGN_IN_FAILED, by=None, now=timezone.now(), workspace=provider.workspace,
        subject_kind="identity_provider", subject_id=provider.pk, detail={"step": "sso", "why": error.code},
    )  # fmt: skip
    status = 403 if isinstance(error, providers.NotLetIn) else 502 if error.code == "UNREACHABLE" else 400
    says = str(error)
    if error.code == "UNREACHABLE":  # what exactly, is for those who can test it in the settings
        says = _("Your company's sign-in does not answer. Try again in a moment; if it stays, tell an admin.")
    context = {"provider": provider, "why": says, "is_known": error.code == "ACCOUNT_EXISTS"}
    return render(request, "accounts/sso_failed.html", context, status=status)
