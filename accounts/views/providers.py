"""Single sign-on in the settings: add, change, test, switch off, remove."""

from functools import cached_property

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import queries
from accounts.models import IdentityProvider
from accounts.provider_forms import ProviderForm
from accounts.rules.permissions import Permission
from accounts.services import providers
from accounts.sso import protocol
from accounts.views.settings import SettingsView


class ProviderView(SettingsView):
    permission = Permission.MANAGE_SETTINGS
    url_name = "accounts:sign_in_settings"

    @cached_property
    def provider(self) -> IdentityProvider:
        rows = queries.providers(workspace=self.workspace).select_related("workspace")
        found: IdentityProvider = get_object_or_404(rows, public_id=self.kwargs["public_id"])
        return found

    def to_its_page(self, provider: IdentityProvider) -> HttpResponse:
        return redirect("accounts:provider", slug=self.workspace.slug, public_id=provider.public_id)

    def say_how_it_is(self, provider: IdentityProvider, said: str) -> None:
        """Ask the provider, and say `said` with what it answered."""
        try:
            providers.check(provider=provider)
        except protocol.Trouble as error:
            messages.error(self.request, f"{said} {_('But it does not work yet:')} {error}".strip())
        else:
            messages.success(self.request, f"{said} {_('The provider answers as it should.')}".strip())


class ProviderAdd(ProviderView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(ProviderForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = ProviderForm(request.POST)
        if form.is_valid():
            try:
                provider = providers.add(
                    workspace=self.workspace, by=self.request.user, now=timezone.now(), **form.cleaned_data
                )
            except providers.NameTaken:
                form.add_error("name", _("Another one has this name."))
            except providers.ClientTaken:
                form.add_error("client_id", _("This client of this issuer is here already."))
            else:
                self.say_how_it_is(provider, _("Added."))
                return self.to_its_page(provider)
        return self._show(form, status=422)

    def _show(self, form: ProviderForm, status: int = 200) -> HttpResponse:
        return self.page("accounts/provider_add.html", status, title=_("Add single sign-on"), form=form)


class Provider(ProviderView):
    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(ProviderForm(provider=self.provider))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        form = ProviderForm(request.POST, provider=self.provider)
        if form.is_valid():
            try:
                providers.change(provider=self.provider, **form.cleaned_data)
            except providers.NameTaken:
                form.add_error("name", _("Another one has this name."))
                self.provider.refresh_from_db()
            else:
                messages.success(request, _("Saved."))
                return self.to_its_page(self.provider)
        return self._show(form, status=422)

    def _show(self, form: ProviderForm, status: int = 200) -> HttpResponse:
        return self.page(
            "accounts/provider.html",
            status,
            title=self.provider.name,
            provider=self.provider,
            callback=providers.callback_of(self.provider),
            form=form,
        )


class ProviderTest(ProviderView):
    """Ask the provider what can be asked without a person."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        self.say_how_it_is(self.provider, "")
        return self.to_its_page(self.provider)


class ProviderSwitch(ProviderView):
    """In use, or not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        on = request.POST.get("on") == "1"
        providers.switch(provider=self.provider, on=on)
        messages.success(
            request,
            _("“%(name)s” is in use.") % {"name": self.provider.name}
            if on
            else _("“%(name)s” opens nothing any more; sessions that began there end.")
            % {"name": self.provider.name},
        )
        return self.to_its_page(self.provider)


class ProviderRemove(ProviderView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        name = self.provider.name
        count = providers.remove(provider=self.provider, by=self.request.user, now=timezone.now())
        return self.saved(
            ngettext(
                "“%(name)s” is removed; %(n)d person was connected and signs in another way now.",
                "“%(name)s” is removed; %(n)d people were connected and sign in another way now.",
                count,
            )
            % {"name": name, "n": count}
        )
