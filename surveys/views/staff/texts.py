"""Texts that customers sent: the tray of those nobody could place, and what became of the others."""

from __future__ import annotations

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
from core.numbers import whole
from surveys.models import InboundText
from surveys.queries import texts
from surveys.rules import metrics
from surveys.services import inbound_texts

PLACED = "placed"
ACTS = {"complain": inbound_texts.complain, "aside": inbound_texts.set_aside}


class TextView(WorkspaceView):
    permission = Permission.VIEW_MAILBOX

    def one(self, public_id: str) -> InboundText:
        """The text with this id, as far as the viewer sees it, or 404."""
        found = texts.one(workspace=self.workspace, sight=self.sight, public_id=public_id[:22])
        if found is None:
            raise Http404
        return found


class TextTray(TextView):
    """What waits for somebody; `?view=placed` is what was placed."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        is_placed = request.GET.get("view") == PLACED
        read = texts.placed if is_placed else texts.tray
        older_than = whole(request.GET.get("older", ""))
        rows = read(workspace=self.workspace, sight=self.sight, older_than=older_than)
        page, here = rows[: texts.PAGE], reverse("surveys:text_tray", kwargs={"slug": slug})
        view = f"view={PLACED}&" if is_placed else ""
        waiting = texts.waiting(workspace=self.workspace, sight=self.sight)
        context = {
            "title": _("Texts from customers"),
            "rows": [{"text": row, "scores": _scores(row)} for row in page],
            "is_placed": is_placed,
            "chips": [
                {"label": _("To be sorted (%(n)s)") % {"n": waiting}, "url": here, "active": not is_placed, "icon": "inbox"},
                {"label": _("Placed"), "url": f"{here}?view={PLACED}", "active": is_placed, "icon": "check"},
            ],
            "newer_url": f"{here}?{view}".rstrip("?&") if older_than is not None else "",
            "older_url": f"{here}?{view}older={page[-1].pk}" if len(rows) > texts.PAGE else "",
        }  # fmt: skip
        return render(request, "surveys/text_tray.html", context)


class TextSort(TextView):
    """One text is made an answer, words, a complaint, or set aside (`act`)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        text, now = self.one(public_id), timezone.now()
        act = request.POST.get("act", "")
        try:
            if act in ACTS:
                ACTS[act](text=text, by=self.request.user, now=now)
            else:
                inbound_texts.place(
                    text=text,
                    score=whole(request.POST.get("score", ""), digits=2),
                    comment=request.POST.get("comment", "")[:2_000],
                    by=self.request.user,
                    now=now,
                )
        except inbound_texts.NotPlaced as error:
            messages.error(request, str(error))
        else:
            left = texts.waiting(workspace=self.workspace, sight=self.sight)
            said = ngettext("Sorted. %(n)s more waits.", "Sorted. %(n)s more wait.", left) % {"n": left}
            messages.success(request, said if left else _("Sorted. Nothing else waits."))
        return redirect("surveys:text_tray", slug=slug)


def _scores(row: InboundText) -> list[dict[str, Any]]:
    """The scale of the question the text came after; the number it begins with is not chosen: a person chooses."""
    if row.invitation is None:
        return []
    low, high = metrics.bounds(row.invitation.survey.metric)
    return [{"value": value} for value in range(low, high + 1)]
