"""Merging a case with a duplicate, and splitting an answer off: each shows first what would happen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from detractors.filters import WORDS_LENGTH
from detractors.models import Case
from detractors.queries import merged
from detractors.queries.ordering import numbers_in
from detractors.services import duplicates, splitting
from detractors.services.errors import CaseError
from detractors.views.cases import CaseView
from detractors.views.wording import timer_word


class PreviewedAct(CaseView):
    """A page that shows what would happen, and the press that does it."""

    permission = Permission.WORK_CASES

    def crumbs(self, case: Case) -> list[dict[str, Any]]:
        slug = self.workspace.slug
        return [
            {"label": _("Cases"), "url": reverse("detractors:queue", kwargs={"slug": slug})},
            {"label": f"#{case.number}", "url": self.act_url(case, "case")},
        ]


class Merge(PreviewedAct):
    """Choose the duplicate, see what moves, and merge it into this case."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        return self.show(self.found(number), request.GET.get("with", ""))

    def show(self, case: Case, chosen: str, *, error: str = "", status: int = 200) -> HttpResponse:
        words = self.request.GET.get("q", "").replace("\x00", "")[:WORDS_LENGTH]
        other = self.other(chosen)
        preview, now = None, timezone.now()
        if other is not None:
            try:
                preview = duplicates.preview(keep=case, other=other, now=now)
            except CaseError as refused:
                error = error or refused.sentence
        context = {
            "title": _("Merge a duplicate into #%(number)s") % {"number": case.number},
            "crumbs": self.crumbs(case),
            "case": case,
            "q": words,
            "error": error,
            "preview": preview,
            "sooner": [
                {"word": timer_word(kind), "was": was, "due": due, "is_late": due < now}
                for kind, was, due in (preview.sooner if preview else ())
            ],
            "case_url": self.act_url(case, "case"),
            "here": self.act_url(case, "merge"),
            "candidates": merged.candidates(case=case, words=words, sight=self.sight),
        }
        return render(self.request, "detractors/merge.html", context, status=status)

    def other(self, chosen: str) -> Case | None:
        for number in numbers_in([chosen]):
            return merged.open_case(workspace=self.workspace, number=number, sight=self.sight)
        return None

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case, chosen = self.found(number), request.POST.get("with", "")
        other = self.other(chosen)
        if other is None:
            return self.show(case, "", error=_("There is no such open case."), status=422)
        try:
            duplicates.merge(keep=case, other=other, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except CaseError as refused:
            return self.show(self.found(number), chosen, error=refused.sentence, status=409)
        messages.success(
            request,
            _("#%(number)s is part of this case now. It can be undone for a day.") % {"number": other.number},
        )
        return redirect("detractors:case", slug=slug, number=number)


class MergeUndo(CaseView):
    """The latest merge into this case is taken back."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        rows = merged.of_case(case=case)
        chosen = request.POST.get("with", "")
        row = next((row for row in rows if str(row.other.number) == chosen), None)
        if row is None:
            messages.error(request, _("There is no such merge to undo."))
            return redirect("detractors:case", slug=slug, number=number)
        try:
            other = duplicates.undo(merge=row, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except CaseError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("#%(number)s is a case of its own again.") % {"number": other.number})
        return redirect("detractors:case", slug=slug, number=number)


class Split(PreviewedAct):
    """An answer that joined gets a case of its own."""

    def get(self, request: HttpRequest, slug: str, number: int, answer_id: str) -> HttpResponse:
        case = self.found(number)
        answer = merged.joined_answer(case=case, public_id=answer_id)
        if answer is None:
            raise Http404
        context = {
            "title": _("Split an answer off"),
            "crumbs": self.crumbs(case),
            "case": case,
            "answer": answer,
            "case_url": self.act_url(case, "case"),
        }
        return render(request, "detractors/split.html", context)

    def post(self, request: HttpRequest, slug: str, number: int, answer_id: str) -> HttpResponse:
        case = self.found(number)
        answer = merged.joined_answer(case=case, public_id=answer_id)
        if answer is None:
            raise Http404
        try:
            made = splitting.split(case=case, response=answer, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except CaseError as refused:
            messages.error(request, refused.sentence)
            return redirect("detractors:case", slug=slug, number=number)
        messages.success(request, _("The answer has a case of its own now: this one."))
        return redirect("detractors:case", slug=slug, number=made.number)
