"""The register of improvements: the list, one of them, and tying a case to one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.moments import zone_of
from core.numbers import whole
from core.views import forbidden
from detractors.enums import ImprovementKind, ImprovementState
from detractors.improvement_forms import ImprovementForm
from detractors.models import Improvement
from detractors.queries import improvements as queries
from detractors.queries import pages
from detractors.services import improvements
from detractors.services.improvements import ImprovementError
from detractors.views.cases import CaseView

ALL = "all"
TONES = {"PLANNED": "neutral", "STARTED": "info", "DONE": "good", "DROPPED": "neutral"}


class ImprovementsView(WorkspaceView):
    """What all pages of the register share."""

    permission = Permission.VIEW_CASES

    def one(self, public_id: str) -> Improvement:
        found = queries.one(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found

    def form(self, data: Any = None, **kwargs: Any) -> ImprovementForm:
        return ImprovementForm(
            data,
            owners=pages.owners(workspace=self.workspace),
            causes=pages.root_causes(workspace=self.workspace),
            **kwargs,
        )

    def crumbs(self, label: str) -> list[dict[str, str]]:
        home = reverse("detractors:improvements", args=[self.workspace.slug])
        return [{"label": _("Improvements"), "url": home}, {"label": label, "url": ""}]

    def to(self, public_id: str) -> HttpResponse:
        return redirect("detractors:improvement", slug=self.workspace.slug, public_id=public_id)


class Improvements(ImprovementsView):
    """What is changed so that causes go away, the most urgent first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
        state = state if state in (*ImprovementState.values, ALL) else ""
        kind = kind if kind in ImprovementKind.values else ""
        here = reverse("detractors:improvements", args=[slug])
        counts = queries.counts_by_state(workspace=self.workspace)
        going = counts.get("PLANNED", 0) + counts.get("STARTED", 0)
        tabs = [("", _("Under way"), going), ("DONE", _("Done"), counts.get("DONE", 0)),
                ("DROPPED", _("Dropped"), counts.get("DROPPED", 0)), (ALL, _("All"), sum(counts.values()))]  # fmt: skip
        today = now.astimezone(zone_of(self.workspace.time_zone)).date()
        context = {
            "title": _("Improvements"),
            "rows": [
                {"row": row, "tone": TONES[row.improvement.state],
                 "is_overdue": not row.improvement.is_over and row.improvement.due_on is not None
                 and row.improvement.due_on < today}
                for row in queries.listed(
                    workspace=self.workspace, state=state, kind=kind, now=now, sight=self.sight
                )
            ],
            "tabs": [
                {"label": label, "count": n, "url": f"{here}?state={code}" if code else here, "active": code == state}
                for code, label, n in tabs
            ],
            "is_filtered": bool(state or kind),
            "may_manage": self.may(Permission.MANAGE_IMPROVEMENTS),
        }  # fmt: skip
        return render(request, "detractors/improvements.html", context)


class ImprovementAdd(ImprovementsView):
    """Write one down."""

    permission = Permission.MANAGE_IMPROVEMENTS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        given = {"owner": str(request.user.pk), "causes": request.GET.getlist("cause")}
        return self.show(self.form(initial=given))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                row = improvements.add(
                    workspace=self.workspace, by=self.request.user, now=timezone.now(), **form.said
                )
            except ImprovementError as error:
                form.add_error(error.field or None, error.sentence)
            else:
                messages.success(request, _("“%(title)s” is in the register.") % {"title": row.title})
                return self.to(row.public_id)
        return self.show(form, status=422)

    def show(self, form: ImprovementForm, *, status: int = 200) -> HttpResponse:
        context = {"title": _("New improvement"), "crumbs": self.crumbs(_("New")), "form": form}
        return render(self.request, "detractors/improvement_form.html", context, status=status)


class ImprovementEdit(ImprovementsView):
    """Other words, another owner, day or causes."""

    permission = Permission.MANAGE_IMPROVEMENTS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = self.one(public_id)
        given = {
            "title": row.title, "about": row.about, "kind": row.kind, "due_on": row.due_on,
            "owner": str(row.owner_id or ""), "causes": [link.cause.public_id for link in row.causes.all()],
        }  # fmt: skip
        return self.show(row, self.form(initial=given))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row, form = self.one(public_id), self.form(request.POST)
        if form.is_valid():
            try:
                improvements.change(improvement=row, now=timezone.now(), **form.said)
            except ImprovementError as error:
                form.add_error(error.field or None, error.sentence)
            else:
                messages.success(request, _("Saved."))
                return self.to(public_id)
        return self.show(row, form, status=422)

    def show(self, row: Improvement, form: ImprovementForm, *, status: int = 200) -> HttpResponse:
        context = {"title": row.title, "crumbs": self.crumbs(row.title), "form": form, "improvement": row}
        return render(self.request, "detractors/improvement_form.html", context, status=status)


class ImprovementPage(ImprovementsView):
    """One improvement: what, who, by when, its cases week by week, and what is said about it."""

    post_permission = Permission.WORK_CASES

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show(self.one(public_id))

    def show(
        self, row: Improvement, *, error: ImprovementError | None = None, status: int = 200
    ) -> HttpResponse:
        now = timezone.now()
        cases = queries.cases(improvement=row, sight=self.sight)
        weeks = queries.weekly(improvement=row, now=now, zone=zone_of(self.workspace.time_zone))
        most = max((n for _week, n in weeks), default=0)
        ended = row.ended_at.date() if row.is_done and row.ended_at else None
        today = now.astimezone(zone_of(self.workspace.time_zone)).date()
        context = {
            "title": row.title,
            "crumbs": self.crumbs(row.title),
            "improvement": row,
            "tone": TONES[row.state],
            "causes": [link.cause for link in row.causes.all()],
            "cases": list(cases[: queries.CASES_SHOWN]),
            "case_count": cases.count(),
            "weeks": [
                {"monday": monday, "n": n, "share": round(100 * n / most) if most else 0,
                 "is_after": ended is not None and monday >= ended}
                for monday, n in weeks
            ],
            "before_after": self.before_after(weeks, ended),
            "comments": queries.comments(improvement=row),
            "is_overdue": not row.is_over and row.due_on is not None and row.due_on < today,
            "may_manage": self.may(Permission.MANAGE_IMPROVEMENTS),
            "may_comment": self.may(Permission.WORK_CASES),
            "error": error,
            "typed": self.request.POST,
            "announce_url": self.announce_url(row),
        }  # fmt: skip
        return render(self.request, "detractors/improvement.html", context, status=status)

    def before_after(self, weeks: list[Any], ended: Any) -> dict[str, float] | None:
        """New cases a week before and since it was done, over whole weeks; None without both."""
        if ended is None:
            return None
        before = [n for monday, n in weeks if monday < ended]
        after = [n for monday, n in weeks[:-1] if monday >= ended]
        if not before or not after:
            return None
        return {"before": sum(before) / len(before), "after": sum(after) / len(after), "weeks": len(after)}

    def announce_url(self, row: Improvement) -> str:
        """Where those who told us hear what was done, once it is."""
        if not row.is_done or not self.may(Permission.EDIT_PLAYBOOKS):
            return ""
        try:
            return reverse("followups:announcement", args=[self.workspace.slug, row.public_id])
        except NoReverseMatch:
            return ""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row, act = self.one(public_id), request.POST.get("act", "")
        needed = Permission.WORK_CASES if act in ("", "comment", "untie") else Permission.MANAGE_IMPROVEMENTS
        if not self.may(needed):
            return forbidden(request, _("Only who keeps the register of improvements may do this."))
        try:
            said = self.act(row, act)
        except ImprovementError as error:
            return self.show(row, error=error, status=422)
        if said:
            messages.success(request, said)
        return self.to(public_id)

    def act(self, row: Improvement, act: str) -> str:
        """One act; the sentence that says what happened."""
        now = timezone.now()
        if act == "start":
            improvements.start(improvement=row, now=now)
            return _("Work on it has begun.")
        if act == "finish":
            improvements.finish(improvement=row, outcome=self.request.POST.get("outcome", ""), now=now)
            return _("Done. Now tell those who told you.")
        if act == "drop":
            improvements.drop(improvement=row, now=now)
            return _("It will not be done. You can open it again.")
        if act == "open":
            improvements.open_again(improvement=row, now=now)
            return _("It is worked on again.")
        if act == "comment":
            text = self.request.POST.get("text", "")
            improvements.comment(improvement=row, by=self.request.user, text=text, now=now)
            return ""
        if act == "untie":
            number = whole(self.request.POST.get("number", ""), digits=10) or 0
            case = pages.case(workspace=self.workspace, number=number, sight=self.sight)
            if case is None:
                raise Http404
            improvements.untie(improvement=row, case=case)
            return _("Case #%(number)s is no longer tied to it.") % {"number": case.number}
        raise Http404


class ImprovementsOfCase(CaseView):
    """On the case: what is done about its cause for everyone, and tying it to an improvement."""

    permission = Permission.VIEW_CASES
    post_permission = Permission.WORK_CASES

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        context = {
            "case": case,
            "found": queries.of_case(case=case),
            "choices": queries.open_of(workspace=self.workspace) if self.may(Permission.WORK_CASES) else [],
            "may_manage": self.may(Permission.MANAGE_IMPROVEMENTS),
        }
        return render(request, "detractors/_improvements_of_case.html", context)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        row = queries.one(workspace=self.workspace, public_id=request.POST.get("improvement", ""))
        if row is None:
            messages.warning(request, _("Choose an improvement first."))
        else:
            improvements.tie(improvement=row, case=case, by=self.request.user, now=timezone.now())
            messages.success(request, _("The case belongs to “%(title)s”.") % {"title": row.title})
        return redirect("detractors:case", slug=slug, number=number)
