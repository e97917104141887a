"""Kept or lost: said on the case, counted on a page of its own, its reasons in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from accounts.views.settings import SettingsView
from core.exports import csv_response
from detractors.enums import Retained
from detractors.models import Case, Retention
from detractors.queries import remedies as money
from detractors.queries import retention as queries
from detractors.retention_forms import ReasonForm, RetentionForm
from detractors.services import retention
from detractors.services.errors import CaseError
from detractors.services.retention import ReasonError
from detractors.views import retained, sections
from detractors.views.cases import CaseView

MONTHS = (3, 12, 36)
USUAL = 12
HEADER = [
    "case",
    "customer",
    "state",
    "since",
    "reason",
    "note",
    "value",
    "root_cause",
    "outcome",
    "said_by",
    "said_at",
]


class RetentionOfCase(CaseView):
    """Say it, correct it, take it back."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case, now = self.found(number), timezone.now()
        if request.POST.get("act") == "unsay":
            retention.unsay(case=case, by=self.request.user, now=now)
            messages.success(request, _("Taken back. The timeline keeps what was said."))
            return redirect("detractors:case", slug=slug, number=number)
        form = RetentionForm(request.POST, reasons=retained.offered(case, queries.of_case(case=case)))
        if not form.is_valid():
            return self.typed(case, form, status=422)
        try:
            row = retention.say(case=case, by=self.request.user, now=now, **form.said)
        except CaseError as error:
            form.add_error(error.field if error.field in form.fields else None, error.sentence)
            return self.typed(case, form, status=422)
        messages.success(
            request,
            _("Kept, since %(day)s.") % {"day": _day(row.on_date)}
            if row.state == Retained.KEPT
            else _("Lost, since %(day)s.") % {"day": _day(row.on_date)},
        )
        return redirect("detractors:case", slug=slug, number=number)

    def typed(self, case: Case, form: RetentionForm, *, status: int) -> HttpResponse:
        """The case with what was typed, and why it was not taken."""
        self.retention_form = form
        return self.page(case, status=status)


def _day(day: date) -> str:
    return dateformat.format(day, "j M Y")


# --- The report ---------------------------------------------------------------------------------------------------


class OfTime(WorkspaceView):
    """The last `months` of the address."""

    permission = Permission.VIEW_CASES

    @cached_property
    def months(self) -> int:
        asked = self.request.GET.get("months", "")
        return int(asked) if asked in [str(n) for n in MONTHS] else USUAL

    @cached_property
    def span(self) -> tuple[date, date]:
        """From the first of a month to today, on the workspace's clock."""
        today = timezone.localdate()
        first = today.replace(day=1)
        for _n in range(self.months - 1):
            first = (first - timedelta(days=1)).replace(day=1)
        return first, today

    def url(self, name: str = "retention", **values: Any) -> str:
        return f"{reverse(f'detractors:{name}', args=[self.workspace.slug])}?{urlencode({'months': self.months, **values})}"


class RetentionPage(OfTime):
    """How many stayed and left by month, cause and reason, and what they are worth."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        since, until = self.span
        found = queries.report(workspace=self.workspace, since=since, until=until, sight=self.sight)
        queue = reverse("detractors:queue", args=[slug])
        names = [dateformat.format(one.key, "M Y") for one in found.months]
        context = {
            "title": _("Kept and lost"),
            "crumbs": sections.crumbs(workspace=self.workspace, title=_("Kept and lost")),
            "sections": sections.tabs(workspace=self.workspace, active="retention", sight=self.sight),
            "times": [
                {"label": _("%(n)s months") % {"n": n} if n < 36 else _("3 years"), "url": self.url(months=n), "active": n == self.months}
                for n in MONTHS
            ],
            "whole": found.whole,
            "since": since,
            "until": until,
            "months": list(zip(names, found.months, strict=True)),
            "causes": [(one.key or _("No cause yet"), one) for one in found.causes],
            "reasons": [(one.key or _("Not known"), one) for one in found.reasons],
            "currency": money.settings_of(workspace=self.workspace).currency,
            "waiting": found.waiting,
            "waiting_url": f"{queue}?view=done&stayed=SUGGESTED",
            "kept_url": f"{queue}?view=done&stayed=KEPT",
            "lost_url": f"{queue}?view=done&stayed=LOST",
            "csv_url": self.url("retention_csv"),
            "may_export": self.may(Permission.EXPORT),
            "may_set_up": self.may(Permission.MANAGE_IMPROVEMENTS),
            "chart": {
                "labels": names, "names": names, "n": [one.n for one in found.months],
                "few": [False for _one in found.months], "unit": "", "whole": True,
                "series": [
                    {"name": _("Kept"), "values": [one.kept for one in found.months], "said": [str(one.kept) for one in found.months]},
                    {"name": _("Lost"), "values": [one.lost for one in found.months], "said": [str(one.lost) for one in found.months]},
                ],
                "words": {"title": _("Kept and lost by month"), "counted": _("customers"), "few": ""},
            },
        }  # fmt: skip
        return render(request, "detractors/retention.html", context)


class RetentionCsv(OfTime):
    """Everything that was said in this time, line by line."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        since, until = self.span
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=timezone.now(), workspace=self.workspace,
            subject_kind="retention", subject_id="", detail={"filters": [str(self.months)]},
        )  # fmt: skip
        rows = queries.listed(workspace=self.workspace, since=since, until=until, sight=self.sight)
        name = f"{self.workspace.slug}-kept-and-lost-{timezone.localdate()}.csv"
        response = csv_response(name=name, header=HEADER, rows=_lines(rows.iterator(chunk_size=1_000)))
        response["Cache-Control"] = "no-store"
        return response


def _lines(rows: Iterator[Retention]) -> Iterator[list[Any]]:
    for row in rows:
        case = row.case
        yield [
            case.number, case.contact.display_name if case.contact else "", row.state, row.on_date,
            row.reason.name if row.reason else "", row.note, row.value, case.root_cause.name if case.root_cause else "",
            case.outcome, row.set_by.display_name, row.set_at,
        ]  # fmt: skip


# --- Reasons ------------------------------------------------------------------------------------------------------


class LossReasons(SettingsView):
    """Why customers leave, in the workspace's own names."""

    permission = Permission.MANAGE_IMPROVEMENTS
    url_name = "detractors:loss_reasons"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act, now = request.POST.get("act", ""), timezone.now()
        if act == "add":
            return self.add()
        row = queries.any_reason(workspace=self.workspace, public_id=request.POST.get("reason", ""))
        if row is None or act not in ("rename", "retire", "bring-back"):
            raise Http404
        if act != "rename":
            retention.retire_reason(reason=row, now=now if act == "retire" else None)
            return self.saved(_("Saved."))
        try:
            row = retention.rename_reason(reason=row, name=request.POST.get("name", ""))
        except ReasonError as error:
            return self.show(error=error, at=row.public_id, status=422)
        return self.saved(_("It is called “%(name)s” now.") % {"name": row.name})

    def add(self) -> HttpResponse:
        form = ReasonForm(self.request.POST)
        if form.is_valid():
            try:
                row = retention.add_reason(
                    workspace=self.workspace, name=form.cleaned_data["name"], now=timezone.now()
                )
            except ReasonError as error:
                form.add_error("name", error.sentence)
            else:
                return self.saved(_("“%(name)s” can be chosen now.") % {"name": row.name})
        return self.show(form=form, status=422)

    def show(
        self,
        *,
        form: ReasonForm | None = None,
        error: ReasonError | None = None,
        at: str = "",
        status: int = 200,
    ) -> HttpResponse:
        rows = [
            {
                "reason": row,
                "error": error.sentence if error is not None and row.public_id == at else "",
                "typed": self.request.POST.get("name", row.name) if row.public_id == at else row.name,
            }
            for row in queries.reasons(workspace=self.workspace, with_retired=True)
        ]
        context = {
            "title": _("Reasons for loss"),
            "form": form or ReasonForm(),
            "kept": [one for one in rows if one["reason"].retired_at is None],  # type: ignore[attr-defined]
            "retired": [one for one in rows if one["reason"].retired_at is not None],  # type: ignore[attr-defined]
        }
        return self.page("detractors/loss_reasons.html", status, **context)
