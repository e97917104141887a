"""Remedies: on the case, in the ledger, and their limits, budget and codes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.moments import zone_of
from detractors.enums import RemedyKind, RemedyState
from detractors.models import Case, Remedy
from detractors.queries import pages
from detractors.queries import remedies as queries
from detractors.remedy_forms import ROLES, PoolForm, RemedyForm, RemedySettingsForm
from detractors.remedy_words import WHY
from detractors.services import remedies
from detractors.services.errors import CaseError
from detractors.services.remedies import RemedyError
from detractors.views.cases import CaseView

TONES = {"WAITING": "warning", "GRANTED": "info", "GIVEN": "good", "REFUSED": "bad", "TAKEN_BACK": "neutral"}


def shown(row: Remedy, *, may_agree: bool) -> dict[str, Any]:
    """One remedy as it is drawn."""
    return {
        "row": row,
        "tone": TONES[row.state],
        "why": [str(WHY[code]) for code in row.why_asked if code in WHY],
        "codes": [code.code for code in row.codes.all()],
        "may_agree": may_agree and row.is_waiting,
    }


class RemediesOfCase(CaseView):
    """What was given in this case, and the form to give something."""

    permission = Permission.VIEW_CASES
    post_permission = Permission.WORK_CASES

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        return self.show(self.found(number))

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        form = self.remedy_form(request.POST)
        if not form.is_valid():
            return self.show(case, form, status=422)
        try:
            row = remedies.give(case=case, by=self.request.user, now=timezone.now(), **form.said)
        except RemedyError as error:
            form.add_error(error.field if error.field in form.fields else None, error.sentence)
            return self.show(case, form, status=422)
        except CaseError as error:
            form.add_error(None, error.sentence)
            return self.show(case, form, status=409)
        if row.is_waiting:
            messages.info(request, _("It waits for somebody's word: it is more than you may give alone."))
        else:
            messages.success(request, _("Granted: %(what)s") % {"what": row.what})
        return redirect("detractors:case", slug=slug, number=number)

    def remedy_form(self, data: Any = None) -> RemedyForm:
        return RemedyForm(
            data,
            pools=queries.pools(workspace=self.workspace),
            owners=pages.owners(workspace=self.workspace),
        )

    def show(self, case: Case, form: RemedyForm | None = None, *, status: int = 200) -> HttpResponse:
        may_work = self.may(Permission.WORK_CASES)
        context = {
            "title": _("Remedies of case #%(number)s") % {"number": case.number},
            "crumbs": [
                {"label": f"#{case.number}",
                 "url": reverse("detractors:case", args=[self.workspace.slug, case.number])},
                {"label": _("Remedies"), "url": ""},
            ],
            "case": case,
            "remedies": [
                shown(row, may_agree=self.may(Permission.ASSIGN_CASES)) for row in queries.of_case(case=case)
            ],
            "may_work": may_work,
            "currency": queries.settings_of(workspace=self.workspace).currency,
            "form": (form or self.remedy_form()) if may_work and not case.is_closed else None,
        }  # fmt: skip
        is_part = bool(self.request.headers.get("HX-Request"))
        template = "detractors/_remedies.html" if is_part else "detractors/remedies_of_case.html"
        return render(self.request, template, context, status=status)


class DecideRemedy(WorkspaceView):
    """Agree, refuse, hand over, or take back one remedy."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = queries.one(workspace=self.workspace, public_id=public_id)
        if (
            row is None
            or not queries.listed(workspace=self.workspace, sight=self.sight).filter(pk=row.pk).exists()
        ):
            raise Http404
        act, now, by = request.POST.get("act", ""), timezone.now(), self.request.user
        note = request.POST.get("note", "")
        try:
            if act == "agree":
                remedies.agree(remedy=row, by=by, now=now, note=note)
                said = _("Agreed: %(what)s") % {"what": row.what}
            elif act == "refuse":
                remedies.check_agreer(remedy=row, by=by, now=now)
                remedies.refuse(remedy=row, by=by, now=now, note=note)
                said = _("Refused; whoever asked is told why.")
            elif act == "given":
                remedies.given(remedy=row, by=by, now=now)
                said = _("The customer has it.")
            elif act == "take-back":
                remedies.take_back(remedy=row, by=by, now=now)
                said = _("Taken back: it is no longer in the ledger.")
            else:
                raise Http404
        except RemedyError as error:
            messages.warning(request, error.sentence)
        else:
            messages.success(request, said)
        back = request.POST.get("back", "")
        if back == "ledger":
            return redirect("detractors:remedies", slug=slug)
        return redirect("detractors:case", slug=slug, number=row.case.number)


class Remedies(WorkspaceView):
    """The ledger: what waits for a word, what this month has cost, and what a recovery costs."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        state = request.GET.get("state", "")
        state = state if state in RemedyState.values else ""
        here = reverse("detractors:remedies", args=[slug])
        waiting = queries.waiting_count(workspace=self.workspace)
        spent = queries.spent(
            workspace=self.workspace, now=timezone.now(), zone=zone_of(self.workspace.time_zone)
        )
        may_agree = self.may(Permission.ASSIGN_CASES)
        rows = queries.listed(workspace=self.workspace, state=state, sight=self.sight).prefetch_related(
            "codes"
        )
        tabs = [("", _("All"), None), *(
            (code, label, waiting if code == RemedyState.WAITING else None) for code, label in RemedyState.choices
        )]  # fmt: skip
        context = {
            "title": _("Remedies"),
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", args=[slug])},
                {"label": _("Remedies"), "url": ""},
            ],
            "rows": [shown(row, may_agree=may_agree) for row in rows[: queries.SHOWN]],
            "spent": spent,
            "kinds": [(RemedyKind(kind).label, n, cost) for kind, n, cost in spent.kinds],
            "currency": queries.settings_of(workspace=self.workspace).currency,
            "tabs": [
                {
                    "label": label,
                    "count": n,
                    "url": f"{here}?state={code}" if code else here,
                    "active": code == state,
                }
                for code, label, n in tabs
            ],
            "may_set_up": self.may(Permission.MANAGE_SETTINGS),
            "is_filtered": bool(state),
        }
        return render(request, "detractors/remedies.html", context)


class RemedyLimits(SettingsView):
    """Currency, budget, limits of the roles, and codes to hand out."""

    permission = Permission.MANAGE_SETTINGS
    url_name = "detractors:remedy_limits"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act = request.POST.get("act", "limits")
        if act == "limits":
            return self.limits()
        if act == "pool":
            return self.add_pool()
        pool = queries.pool_with(workspace=self.workspace, public_id=request.POST.get("pool", ""))
        if pool is None or act not in ("codes", "retire", "bring-back"):
            raise Http404
        if act == "codes":
            return self.import_codes(pool)
        remedies.retire_pool(pool=pool, now=timezone.now() if act == "retire" else None)
        return self.saved(_("Saved."))

    def limits(self) -> HttpResponse:
        form = RemedySettingsForm(self.request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                remedies.change_settings(
                    workspace=self.workspace,
                    currency=data["currency"],
                    budget=data["budget"],
                    limits=form.limits,
                )
            except RemedyError as error:
                form.add_error(error.field or None, error.sentence)
            else:
                return self.saved(_("Saved."))
        return self.show(form=form, status=422)

    def add_pool(self) -> HttpResponse:
        form = PoolForm(self.request.POST)
        if form.is_valid():
            data = form.cleaned_data
            money = {name: data[name] or Decimal(0) for name in ("value", "cost")}
            try:
                remedies.add_pool(
                    workspace=self.workspace,
                    name=data["name"],
                    kind=data["kind"],
                    now=timezone.now(),
                    **money,
                )
            except RemedyError as error:
                form.add_error(error.field or None, error.sentence)
            else:
                return self.saved(_("Now put its codes in."))
        return self.show(pool_form=form, status=422)

    def import_codes(self, pool: Any) -> HttpResponse:
        upload = self.request.FILES.get("file")
        text = self.request.POST.get("codes", "")
        if upload is not None:
            text = upload.read(20 * 1024 * 1024).decode("utf-8-sig", errors="replace") + "\n" + text
        try:
            n, bad = remedies.import_codes(pool=pool, lines=text.splitlines())
        except RemedyError as error:
            return self.show(code_error=error, at=pool.public_id, status=422)
        if bad:
            return self.show(code_bad=bad, code_kept=n, at=pool.public_id)
        return self.saved(ngettext("%(n)s code is new.", "%(n)s codes are new.", n) % {"n": n})

    def show(
        self, *, form: Any = None, pool_form: Any = None, status: int = 200, **more: Any
    ) -> HttpResponse:
        settings, limits = (
            queries.settings_of(workspace=self.workspace),
            queries.limits(workspace=self.workspace),
        )
        initial: dict[str, Any] = {"currency": settings.currency, "budget": settings.budget}
        for role in ROLES:
            initial |= {f"{role}_once": limits[role].once, f"{role}_month": limits[role].month}
        context = {
            "title": _("Remedies"),
            "form": form or RemedySettingsForm(initial=initial),
            "pool_form": pool_form or PoolForm(),
            "pools": queries.pools(workspace=self.workspace, with_retired=True),
            **more,
        }
        return self.page("detractors/remedy_limits.html", status, **context)
