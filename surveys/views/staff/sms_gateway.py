"""Text messages in the settings: the gateway, a test, the secret of what comes in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.links import absolute_url
from surveys.enums import SmsProvider
from surveys.services import sms_gateways
from surveys.sms_forms import GatewayForm, GatewayTestForm


class GatewayView(SettingsView):
    permission = Permission.MANAGE_SETTINGS
    url_name = "surveys:sms_gateway"

    def show(
        self,
        status: int = 200,
        form: GatewayForm | None = None,
        test: GatewayTestForm | None = None,
        made: str = "",
    ) -> HttpResponse:
        state = sms_gateways.state(workspace=self.workspace, now=timezone.now())
        row = state.row
        context: dict[str, Any] = {
            "title": _("Text messages"),
            "form": form or GatewayForm(row=row),
            "test_form": test or GatewayTestForm(),
            "state": state,
            "row": row,
            "is_console": row is not None and row.provider == SmsProvider.CONSOLE,
            "hook": absolute_url("surveys:sms_hook", public_id=row.public_id) if row else "",
            "made": made,
        }
        return self.page("surveys/sms_gateway.html", status, **context)


class SmsGatewayPage(GatewayView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = GatewayForm(request.POST, row=sms_gateways.row_of(workspace=self.workspace))
        if form.is_valid():
            try:
                sms_gateways.save(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except sms_gateways.BadGateway as error:
                for name, text in error.errors.items():
                    form.add_error(name, text)
            else:
                return self.saved(_("The gateway is saved."))
        return self.show(422, form=form)


class SmsGatewayTest(GatewayView):
    """A text to oneself, by the way every other text takes."""

    http_method_names = ["post"]
    rates = {"POST": "20/hour"}

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = GatewayTestForm(request.POST)
        if not form.is_valid():
            return self.show(422, test=form)
        try:
            message = sms_gateways.try_out(
                workspace=self.workspace, to=form.cleaned_data["to"], by=self.request.user, now=timezone.now()
            )
        except sms_gateways.NoTest as error:
            form.add_error("to", str(error))
            return self.show(422, test=form)
        messages.success(request, _("The test text is on its way; this page says what became of it."))
        return redirect("outbox:message", slug=slug, public_id=message.public_id)


class SmsGatewaySecret(GatewayView):
    """A fresh secret, shown this one time."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            made = sms_gateways.make_secret(workspace=self.workspace, now=timezone.now())
        except sms_gateways.BadGateway as error:
            messages.error(request, str(error))
            return self.show(422)
        return self.show(made=made)
