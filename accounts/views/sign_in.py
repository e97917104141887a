"""How people of a workspace sign in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import queries
from accounts.rules.permissions import Permission
from accounts.services import factors
from accounts.sign_in_forms import RequireFactorForm
from accounts.views.settings import SettingsView


class SignIn(SettingsView):
    """Whether everybody needs a second factor; below it, single sign-on."""

    permission = Permission.MANAGE_SETTINGS
    url_name = "accounts:sign_in_settings"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self._form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = RequireFactorForm(request.POST)
        if form.is_valid():
            on = form.cleaned_data["requires_second_factor"]
            try:
                factors.require(workspace=self.workspace, on=on, by=self.request.user)
            except factors.NeedsOwnFactor as error:
                form.add_error("requires_second_factor", str(error))
            else:
                return self.saved(
                    _("From now on everybody needs a second factor here.")
                    if on
                    else _("A second factor is no longer needed here; who has one keeps using it.")
                )
        return self._show(form, status=422)

    def _form(self) -> RequireFactorForm:
        return RequireFactorForm(initial={"requires_second_factor": self.workspace.requires_second_factor})

    def _show(self, form: RequireFactorForm, status: int = 200, **more: Any) -> HttpResponse:
        return self.page(
            "accounts/sign_in_settings.html",
            status,
            title=_("Sign-in"),
            form=form,
            without_factor=factors.without_one(workspace=self.workspace),
            has_own=factors.has_one(user=self.request.user),
            providers=list(queries.providers(workspace=self.workspace)),
            **more,
        )
