"""The suppression list of a workspace: who must not be mailed, why, and how to take it back."""

from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.numbers import whole
from outbox import queries
from outbox.enums import SuppressionReason
from outbox.forms import LiftForm, SuppressForm
from outbox.services import suppressions


class Suppressions(SettingsView):
    """The list, a form to add to it, and per row a form to take it off."""

    permission = Permission.VIEW_MAILBOX
    post_permission = Permission.MANAGE_CONTACTS
    url_name = "outbox:suppressions"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(request, SuppressForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = SuppressForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        suppressions.suppress(
            workspace=self.workspace,
            reason=SuppressionReason.MANUAL,
            source="staff",
            by=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
        notes.success(request, _("%(address)s is on the list.") % {"address": form.cleaned_data["address"]})
        return redirect("outbox:suppressions", slug=slug)

    def _page(self, request: HttpRequest, form: SuppressForm, status: int = 200) -> HttpResponse:
        search = request.GET.get("search", "").strip()[:254].replace("\x00", "")
        before = whole(request.GET.get("older", ""))
        rows: list[Any] = queries.suppressions(workspace=self.workspace, search=search, before=before)
        shown = rows[: queries.PAGE]
        return self.page(
            "outbox/suppressions.html",
            status,
            title=_("Suppression list"),
            lead=_(
                "Addresses that get no surveys, or no mail at all. It is asked again at the moment of sending."
            ),
            form=form,
            rows=shown,
            search=search,
            lifted=queries.lifted(workspace=self.workspace),
            may_change=self.may(Permission.MANAGE_CONTACTS),
            older_url=f"?older={shown[-1].pk}" if len(rows) > queries.PAGE else "",
        )


class LiftSuppression(WorkspaceView):
    """Take an address off the list, with a note."""

    permission = Permission.MANAGE_CONTACTS

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = LiftForm(request.POST)
        if not form.is_valid():
            notes.error(request, _("Write why this address may be mailed again."))
            return redirect("outbox:suppressions", slug=slug)
        try:
            suppressions.unsuppress(
                workspace=self.workspace, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            notes.success(
                request, _("%(address)s may be mailed again.") % {"address": form.cleaned_data["address"]}
            )
        except suppressions.NotSuppressed:
            notes.info(request, _("This address is no longer on the list."))
        except suppressions.NoteMissing:
            notes.error(request, _("Write why this address may be mailed again."))
        return redirect("outbox:suppressions", slug=slug)
