"""How somebody is alerted, and how the workspace alerts its people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors import pacing
from detractors.alert_forms import AlertForm, RulesForm
from detractors.queries import alerts as queries
from detractors.services import alerts


class AlertsView(SettingsView):
    """What the pages of alerts share."""

    permission = Permission.VIEW_CASES
    url_name = "detractors:alerts"

    def show(
        self, form: AlertForm | None = None, rules: RulesForm | None = None, status: int = 200
    ) -> HttpResponse:
        row = queries.choice_of(workspace=self.workspace, user=self.request.user)
        has_rules = self.may(Permission.MANAGE_SLA)
        return self.page(
            "detractors/alerts.html",
            status,
            title=_("Alerts"),
            form=form or AlertForm(row=row),
            zone=self.request.user.time_zone or self.workspace.time_zone,
            rules=(rules or RulesForm(rules=pacing.rules_of(self.workspace))) if has_rules else None,
        )


class Alerts(AlertsView):
    """One's own alerts: of what, how, and when not."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = AlertForm(request.POST)
        if form.is_valid():
            try:
                alerts.choose(
                    workspace=self.workspace, user=self.request.user, now=timezone.now(), **form.wanted
                )
            except alerts.AlertError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.saved(_("Saved. This is how you hear from now on."))
        return self.show(form, status=422)


class RevokeLinks(AlertsView):
    """The links in every alert one got until now open nothing any more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        alerts.revoke_links(workspace=self.workspace, user=self.request.user)
        messages.success(request, _("The links in your earlier alerts open nothing any more."))
        return redirect(self.url_name, slug=slug)


class Rules(AlertsView):
    """How many alerts come one by one, and whether their links ask for a sign-in."""

    permission = Permission.MANAGE_SLA
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = RulesForm(request.POST, rules=pacing.rules_of(self.workspace))
        if form.is_valid():
            alerts.set_rules(workspace=self.workspace, **form.cleaned_data)
            return self.saved(_("Saved. It holds for the next alert."))
        return self.show(rules=form, status=422)
