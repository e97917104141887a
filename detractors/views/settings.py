"""Settings of this app: root causes (of promises, see views.promises)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors import settings_forms
from detractors.models import RootCause
from detractors.queries import pages
from detractors.services import root_causes


class Causes(SettingsView):
    """The tree people choose from when they resolve a case."""

    permission = Permission.MANAGE_IMPROVEMENTS
    url_name = "detractors:causes"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act = request.POST.get("act", "")
        try:
            if act == "add":
                return self.add()
            cause = pages.cause_with(workspace=self.workspace, public_id=request.POST.get("cause", ""))
            if cause is None:
                raise Http404
            said = self.change(cause, act)
        except root_causes.RootCauseError as error:
            return self.show(error=error, cause=request.POST.get("cause", ""), status=422)
        return self.saved(said)

    def add(self) -> HttpResponse:
        form = self.add_form(self.request.POST)
        if form.is_valid():
            try:
                added = root_causes.add(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except root_causes.RootCauseError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.saved(_("“%(name)s” can be chosen now.") % {"name": added.name})
        return self.show(form=form, status=422)

    def change(self, cause: RootCause, act: str) -> str:
        """Rename, retire or bring back; the sentence that says so."""
        if act == "rename":
            cause = root_causes.rename(cause=cause, name=self.request.POST.get("name", ""))
            return _("It is called “%(name)s” now.") % {"name": cause.name}
        if act == "retire":
            root_causes.retire(cause=cause, now=timezone.now())
            return _("“%(name)s” is no longer offered. Cases that carry it keep it.") % {"name": cause.name}
        if act == "merge":
            into = pages.cause_with(workspace=self.workspace, public_id=self.request.POST.get("into", ""))
            if into is None:
                raise root_causes.RootCauseError(_("Choose the cause they go to."), field="into")
            moved = root_causes.merge(cause=cause, into=into, now=timezone.now())
            return ngettext(
                "%(n)s case carries “%(into)s” now; “%(name)s” is retired.",
                "%(n)s cases carry “%(into)s” now; “%(name)s” is retired.",
                moved,
            ) % {"n": moved, "into": into.name, "name": cause.name}
        if act == "bring-back":
            root_causes.bring_back(cause=cause)
            return _("“%(name)s” can be chosen again.") % {"name": cause.name}
        raise Http404

    def add_form(self, data: Any = None) -> settings_forms.CauseForm:
        causes = pages.root_causes(workspace=self.workspace)
        return settings_forms.CauseForm(data, tops=[cause for cause in causes if cause.parent_id is None])

    def show(
        self,
        *,
        form: settings_forms.CauseForm | None = None,
        error: Any = None,
        cause: str = "",
        status: int = 200,
    ) -> HttpResponse:
        uses = pages.uses_of_causes(workspace=self.workspace)
        rows: list[dict[str, Any]] = [
            {
                "cause": row,
                "uses": uses.get(row.pk, 0),
                "error": error.sentence if error is not None and row.public_id == cause else "",
                "typed": self.request.POST.get("name", row.name) if row.public_id == cause else row.name,
            }
            for row in pages.root_causes(workspace=self.workspace, with_retired=True)
        ]
        context = {
            "title": _("Root causes"),
            "form": form or self.add_form(),
            "others": [row["cause"] for row in rows if row["cause"].retired_at is None],
            "kept": [row for row in rows if row["cause"].retired_at is None],
            "retired": [row for row in rows if row["cause"].retired_at is not None],
        }
        return self.page("detractors/causes.html", status, **context)
