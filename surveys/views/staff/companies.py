"""Companies: the list, and one with its people, their scores over time and its cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from surveys import pictures
from surveys.models import Company
from surveys.queries import companies as queries
from surveys.queries import lists
from surveys.services import companies
from surveys.views.staff import base

SORT_LABELS = {
    queries.NAME: gettext_lazy("By name"),
    queries.VALUE: gettext_lazy("Highest value first"),
    queries.NEWEST: gettext_lazy("Newest first"),
}


class CompanyList(WorkspaceView):
    """All companies, by name or as chosen; search and order are in the address."""

    permission = Permission.VIEW_CONTACTS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        search = request.GET.get("search", "").strip()
        found = queries.listed(workspace=self.workspace, search=search, sight=self.sight)
        sort = request.GET.get("sort", "")
        sort = sort if sort in queries.SORTS else queries.NAME
        cursor = base.cursor(request)
        page = queries.page_of(companies=found, sort=sort, **cursor)
        standings = queries.standings(workspace=self.workspace, companies=page.rows, sight=self.sight)
        context = {
            "title": _("Companies"),
            "crumbs": base.crumbs((_("Contacts"), reverse("surveys:contact_list", args=[slug]))),
            "rows": [
                {"company": row, "standing": standings.get(row.pk, queries.NOBODY)} for row in page.rows
            ],
            "page": page,
            "search": search,
            "sorts": base.options(list(SORT_LABELS.items()), sort),
            "shown": base.counted(lists.shown_count(found, page, is_first=not any(cursor.values()))),
            **base.paging(request, page),
        }
        return render(request, "surveys/company_list.html", context)


class CompanyPage(WorkspaceView):
    permission = Permission.VIEW_CONTACTS
    post_permission = Permission.MANAGE_CONTACTS

    def _company(self, public_id: str) -> Company:
        seen = queries.listed(workspace=self.workspace, sight=self.sight)
        found: Company = get_object_or_404(seen, public_id=public_id)
        return found

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        company = self._company(public_id)
        typed = {"name": company.name, "external_id": company.external_id, "value": company.value}
        return self._show(company, typed, {})

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        company = self._company(public_id)
        typed = {name: request.POST.get(name, "") for name in ("name", "external_id", "value")}
        try:
            companies.change(company=company, now=timezone.now(), **typed)
        except ValidationError as error:
            return self._show(
                company, typed, {key: " ".join(said) for key, said in error.message_dict.items()}
            )
        messages.success(request, _("Saved."))
        return redirect("surveys:company", slug=slug, public_id=public_id)

    def _show(self, company: Company, typed: dict[str, Any], errors: dict[str, str]) -> HttpResponse:
        slug = self.workspace.slug
        answers = queries.answers_of(company=company, sight=self.sight)
        standing = queries.standings(workspace=self.workspace, companies=[company], sight=self.sight)
        context = {
            "title": company.name,
            "company": company,
            "crumbs": base.crumbs(
                (_("Contacts"), reverse("surveys:contact_list", args=[slug])),
                (_("Companies"), reverse("surveys:company_list", args=[slug])),
            ),
            "standing": standing.get(company.pk, queries.NOBODY),
            "people": queries.people_of(company=company, sight=self.sight),
            "answers": answers[:20],
            "history": pictures.history([(row.responded_at, row.score, row.segment) for row in answers]),
            "cases_url": self._cases_url(company),
            "typed": typed,
            "errors": errors,
            "may_manage": self.may(Permission.MANAGE_CONTACTS),
        }
        return render(self.request, "surveys/company.html", context, status=422 if errors else 200)

    def _cases_url(self, company: Company) -> str:
        """The fragment with the cases of its people; it belongs to an app above, known by its name only."""
        try:
            return reverse(
                "detractors:cases_of_company",
                kwargs={"slug": self.workspace.slug, "public_id": company.public_id},
            )
        except NoReverseMatch:
            return ""
