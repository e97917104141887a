"""How long the workspace keeps what, what the next run would remove, and what the last ones did."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.privacy_forms import RetentionForm
from accounts.rules.permissions import Permission
from accounts.services import retention as service
from accounts.views.settings import SettingsView
from core import retention


class Privacy(SettingsView):
    permission = Permission.MANAGE_SETTINGS
    url_name = "accounts:privacy"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(RetentionForm(days=service.days_of(workspace=self.workspace)))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = RetentionForm(request.POST, days=service.days_of(workspace=self.workspace))
        if not form.is_valid():
            return self._show(form, status=422)
        changed = service.change(workspace=self.workspace, days=form.days(), now=timezone.now())
        if not changed:
            return self.saved(_("Nothing was changed."))
        return self.saved(
            ngettext(
                "%(count)d period is changed. It holds from tomorrow on; until then you can change it back.",
                "%(count)d periods are changed. They hold from tomorrow on; until then you can change them back.",
                len(changed),
            )
            % {"count": len(changed)}
        )

    def _show(self, form: RetentionForm, status: int = 200) -> HttpResponse:
        counts = service.preview(workspace=self.workspace, now=timezone.now())
        labels = {kind.code: kind.label for kind in retention.kinds()}
        rows: list[dict[str, Any]] = [
            {
                "code": kind.code,
                "label": kind.label,
                "says": kind.says,
                "field": form[f"days_{kind.code}"],
                "least": kind.least,
                "goes": _said(counts[kind.code]),
            }
            for kind in retention.kinds()
        ]
        runs = [
            {"label": labels.get(run.kind, run.kind), "removed": run.removed, "day": run.ran_on}
            for run in service.last_runs(workspace=self.workspace)
        ]
        return self.page("accounts/privacy.html", status, title=_("Privacy"), form=form, rows=rows, runs=runs)


def _said(count: int) -> str:
    return f"{retention.COUNTED_TO:,}+" if count > retention.COUNTED_TO else f"{count:,}"
