"""Answers a machine may have given: the evidence in words, and one click to say who it was."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.numbers import whole
from detractors.queries import doubtful, rows
from surveys import trust_words
from surveys.models import Response
from surveys.services import trusting

CUSTOMER, MACHINE = "customer", "machine"


class Doubtful(WorkspaceView):
    """The held answers, or those that people have judged."""

    permission = Permission.VIEW_DASHBOARD

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        is_judged = request.GET.get("view") == "judged"
        find = doubtful.judged if is_judged else doubtful.held
        before = whole(request.GET.get("before", ""))
        found, older = doubtful.page(
            workspace=self.workspace,
            found=find(workspace=self.workspace, sight=self.sight),
            before=before,
            sight=self.sight,
        )
        here = reverse("detractors:doubtful", args=[slug])
        waiting = doubtful.count(workspace=self.workspace, sight=self.sight)
        context = {
            "title": _("Doubtful answers"),
            "crumbs": [
                {"label": _("Dashboard"), "url": reverse("dashboards:dashboard", args=[slug])},
                {"label": _("Doubtful answers"), "url": ""},
            ],
            "tabs": [
                {"label": _("To look at"), "url": here, "active": not is_judged, "count": f"{waiting:,}"},
                {"label": _("Judged by people"), "url": f"{here}?view=judged", "active": is_judged},
            ],
            "rows": [_row(answer) for answer in found],
            "is_judged": is_judged,
            "older_url": f"{here}?{'view=judged&' if is_judged else ''}before={older}" if older else "",
            "newer_url": (f"{here}?view=judged" if is_judged else here) if before else "",
            "may_judge": self.may(Permission.JUDGE_TRUST),
        }
        return render(request, "detractors/doubtful.html", context)


def _row(answer: Any) -> dict[str, Any]:
    decision, judgement = answer.decision, answer.judgement
    return {
        "answer": answer,
        "decision": decision,
        "decide_at": decision.decide_at if decision else None,
        "signs": trust_words.signs(answer.evidence.get("signs", ())),
        "facts": trust_words.evidence(answer.evidence),
        "judgement": judgement if judgement and judgement.by_id else None,
    }


class Judging(WorkspaceView):
    """What both buttons share: the answer, and the way back."""

    permission = Permission.JUDGE_TRUST
    http_method_names = ["post"]

    def answer(self, public_id: str) -> Response:
        found = rows.response(workspace=self.workspace, public_id=public_id, sight=self.sight)
        if found is None:
            raise Http404
        return found

    def back(self) -> HttpResponse:
        page = redirect("detractors:doubtful", slug=self.workspace.slug)
        if self.request.POST.get("view") == "judged":
            page["Location"] += "?view=judged"
        return page


class Judge(Judging):
    """It was the customer, or it was a machine."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        answer = self.answer(public_id)
        verdict = request.POST.get("who", "")
        if verdict not in (CUSTOMER, MACHINE):
            messages.error(request, _("Say whether it was the customer or a machine."))
            return self.back()
        trusting.judge(
            response=answer,
            is_customer=verdict == CUSTOMER,
            by=self.request.user,
            note=request.POST.get("note", ""),
            now=timezone.now(),
        )
        said = (
            _("It counts as the customer's answer. If it is an unhappy one, its case opens now.")
            if verdict == CUSTOMER
            else _("It counts as a machine's and is left out of the figures.")
        )
        messages.success(request, said)
        return self.back()


class UndoJudgement(Judging):
    """Take the latest judgement back."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        answer = self.answer(public_id)
        try:
            trusting.undo(response=answer, by=self.request.user, now=timezone.now())
            messages.success(request, _("The judgement is taken back."))
        except trusting.NothingToUndo:
            messages.info(request, _("There is no judgement to take back."))
        return self.back()
