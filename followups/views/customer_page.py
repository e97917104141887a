"""For the team: the customers' pages of the workspace, and the page of one case, which can be closed and opened again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors.views.cases import CaseView
from followups.forms import CustomerPagesForm
from followups.queries import customer_page
from followups.services import customer_pages


class CustomerPages(SettingsView):
    """Whether customers see their case, how long, and whether they choose a call."""

    permission = Permission.EDIT_PLAYBOOKS
    url_name = "followups:customer_pages"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = CustomerPagesForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        customer_pages.change_settings(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
        return self.saved(_("Saved. Every page follows at once."))

    def show(self, form: Any = None, *, status: int = 200) -> HttpResponse:
        if form is None:
            row = customer_page.settings_of(workspace=self.workspace)
            form = CustomerPagesForm(
                initial={name: getattr(row, name) for name in CustomerPagesForm.base_fields}
            )
        return self.page("followups/customer_pages.html", status, title=_("Customers' pages"), form=form)


class CustomerPageOfCase(CaseView):
    """Close the page of one case, or open it again under a new address."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        act = request.POST.get("act", "")
        if act == "close":
            customer_pages.revoke(case=case, by=self.request.user, now=timezone.now())
            messages.success(request, _("The customer's page is closed: links mailed so far open nothing."))
        elif act == "open":
            customer_pages.renew(case=case, by=self.request.user, now=timezone.now())
            messages.success(
                request, _("The customer's page is open again. The next mail carries its new address.")
            )
        else:
            raise Http404
        return redirect("detractors:case", slug=slug, number=number)
