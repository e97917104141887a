"""Keys of the REST API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.forms import ApiKeyForm
from accounts.models import ApiKey
from accounts.rules.permissions import Permission
from accounts.services import api_keys
from accounts.views.settings import SettingsView


class KeysView(SettingsView):
    permission = Permission.MANAGE_KEYS
    url_name = "accounts:keys"

    def keys(self) -> Any:
        """The workspace's keys that still open something, newest first."""
        return self.workspace.api_keys.filter(revoked=False).select_related("created_by").order_by("-created")


class Keys(KeysView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(ApiKeyForm(taken=set()))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The secret is in this answer and nowhere else: a redirect would have to store it on the way.

        Sending the same form again finds the name taken, so a reload makes no second key.
        """
        taken = {name.lower() for name in self.keys().values_list("name", flat=True)}
        form = ApiKeyForm(request.POST, taken=taken)
        if not form.is_valid():
            return self._show(form, status=422)
        key, secret = api_keys.issue(
            workspace=self.workspace, name=form.cleaned_data["name"], by=self.request.user
        )
        return self._show(ApiKeyForm(taken=set()), fresh=key, secret=secret)

    def _show(
        self, form: ApiKeyForm, status: int = 200, fresh: ApiKey | None = None, secret: str = ""
    ) -> HttpResponse:
        response = self.page(
            "accounts/keys.html",
            status,
            title=_("API keys"),
            keys=list(self.keys()),
            form=form,
            fresh=fresh,
            secret=secret,
            base_url=self.request.build_absolute_uri("/api/v1/"),
        )
        response["Cache-Control"] = "no-store"
        return response


class KeyRevoke(KeysView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, prefix: str) -> HttpResponse:
        key = get_object_or_404(self.keys(), prefix=prefix)
        api_keys.revoke(key=key)
        return self.saved(_("The key “%(name)s” opens nothing any more.") % {"name": key.name})
