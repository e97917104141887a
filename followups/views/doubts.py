"""Mails that may not have arrived: the list of those somebody decides about, and the decision itself."""

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
from detractors.views.cases import CaseView
from followups.models import Mail
from followups.queries import doubts as queries
from followups.queries import inbound
from followups.services import doubts
from followups.services.errors import ReplyError

ARRIVED, AGAIN = "arrived", "again"


class Mine(WorkspaceView):
    """What both drawings of the list share."""

    permission = Permission.VIEW_CASES

    def mails(self) -> list[Mail]:
        return queries.to_decide(
            workspace=self.workspace,
            user=self.request.user,
            sight=self.sight,
            nobodys=self.may(Permission.VIEW_MAILBOX),
        )

    def facts(self) -> dict[str, Any]:
        return {
            "mails": [{"mail": mail, "case": mail.conversation.case} for mail in self.mails()],
            "may_work": self.may(Permission.WORK_CASES),
            "here": reverse("followups:doubts", kwargs={"slug": self.workspace.slug}),
        }


class Doubts(Mine):
    """The mails that wait for this person's word."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        crumbs = [
            {"label": _("My work"), "url": reverse("detractors:my_work", kwargs={"slug": slug})},
            {"label": _("Mails in doubt"), "url": ""},
        ]
        context = {"title": _("Mails in doubt"), "crumbs": crumbs, **self.facts()}
        return render(request, "followups/doubts.html", context)


class DoubtsBrief(Mine):
    """How many there are: a fragment for the pages people begin at, empty when there is none."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "followups/_doubts_brief.html", {"mails": self.mails()})


class Decide(CaseView):
    """It arrived, or it is sent again."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int, public_id: str) -> HttpResponse:
        case = self.found(number)
        mail = inbound.mail_of_case(case=case, public_id=public_id)
        what = request.POST.get("what", "")
        if mail is None or what not in (ARRIVED, AGAIN):
            raise Http404
        try:
            if what == ARRIVED:
                doubts.arrived(mail=mail, by=self.request.user, now=timezone.now())
                messages.success(request, _("Kept: the mail arrived."))
            else:
                doubts.send_again(mail=mail, by=self.request.user, now=timezone.now())
                messages.success(request, _("The mail is sent again."))
        except doubts.Decided:
            messages.info(request, _("Somebody decided about this mail already."))
        except ReplyError as error:
            messages.error(request, error.sentence)
        if request.POST.get("from") == "list":
            return redirect("followups:doubts", slug=slug)
        return redirect("followups:conversation", slug=slug, number=number)
