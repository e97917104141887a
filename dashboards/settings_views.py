"""The settings of figures: whose answers the NPS of the pages leaves out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from dashboards.queries.counts import LEAVABLE
from dashboards.services import figures
from surveys.enums import RespondentType


class FiguresSettings(SettingsView):
    permission = Permission.MANAGE_SETTINGS
    url_name = "dashboards:figures_settings"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            figures.leave_out(workspace=self.workspace, respondents=request.POST.getlist("respondents"))
        except figures.CannotLeaveOut:
            return self._show(_("Choose among those that are offered: customers always count."), 422)
        return self.saved(_("Saved. Dashboard and reports count like this at once."))

    def _show(self, error: str = "", status: int = 200) -> HttpResponse:
        left_out = set(self.workspace.left_out_of_nps)
        return self.page(
            "dashboards/figures_settings.html",
            status,
            title=_("Figures"),
            error=error,
            respondents=[
                {"code": code, "label": label, "is_left_out": code in left_out}
                for code, label in RespondentType.choices
                if code in LEAVABLE
            ],
        )
