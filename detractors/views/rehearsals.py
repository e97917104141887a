"""Rehearsals in the browser: what a draft would have done to the cases of 90 days, and switching it on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import EXPORTS
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from accounts.views.settings import SettingsView
from core.exports import csv_response
from core.numbers import whole
from core.views import forbidden
from detractors import draft_words
from detractors import rehearsal_words as words
from detractors.models import Rehearsal, RehearsedCase
from detractors.queries import rehearsals as queries
from detractors.rules import rehearsing as rules
from detractors.services import drafts, rehearsing

HEADER = ["case", "customer", "differs", "part", "was", "would_be"]


class RehearsalView(SettingsView):
    """What the pages of rehearsals share."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:rehearsals"

    def one(self, public_id: str) -> Rehearsal:
        found = queries.one(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found


def begin(view: SettingsView | Any, draft: drafts.Draft) -> HttpResponse:
    """Rehearse a draft from its edit page, and show how far it is."""
    row = rehearsing.ask(workspace=view.workspace, draft=draft, by=view.request.user, now=timezone.now())
    return redirect("detractors:rehearsal", slug=view.workspace.slug, rehearsal_id=row.public_id)


class Rehearsals(RehearsalView):
    """All that are kept."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = queries.latest(workspace=self.workspace)
        return self.page("detractors/rehearsals.html", title=_("Rehearsals"), rows=rows, days=rehearsing.DAYS)


class RehearsalPage(RehearsalView):
    """Figures both ways, and the very cases that differ."""

    def get(self, request: HttpRequest, slug: str, rehearsal_id: str) -> HttpResponse:
        row = self.one(rehearsal_id)
        if request.headers.get("HX-Request") and "progress" in request.GET:
            answer = render(request, "detractors/_rehearsal_progress.html", {"rehearsal": row})
            if not row.is_running:
                answer["HX-Refresh"] = "true"
            return answer
        part = request.GET.get("part", "")
        part = part if part in rules.PARTS else ""
        before = whole(request.GET.get("before", ""))
        rows, more = queries.page(rehearsal=row, sight=self.sight, part=part, before=before)
        figures = row.figures
        return self.page(
            "detractors/rehearsal.html",
            title=row.what,
            rehearsal=row,
            tried=draft_words.tried(workspace=self.workspace, draft=rehearsing.draft_of(row)),
            part=part,
            parts=words.differing(figures),
            figures=figures,
            same=figures.get("cases", 0) - figures.get("differ", 0),
            opens=words.Pair(_("Cases opened"), *figures.get("opens", (0, 0))),
            promises=words.promises(figures),
            tables=[
                (_("Promise"), words.pairs(figures, "policy")),
                (_("Priority"), words.pairs(figures, "priority")),
                (_("Cell of the matrix"), words.pairs(figures, "cell")),
                (_("Routing rule"), words.pairs(figures, "asked")),
            ],
            rows=[
                {"row": one, "customer": _customer(one), "lines": words.lines(one.was, one.would, one.parts)}
                for one in rows
            ],
            more=more,
        )

    def post(self, request: HttpRequest, slug: str, rehearsal_id: str) -> HttpResponse:
        row, act = self.one(rehearsal_id), request.POST.get("act", "")
        try:
            if act == "on" and row.is_done:
                rehearsing.switch_on(rehearsal=row, by=self.request.user, now=timezone.now())
                messages.success(request, _("“%(name)s” holds from now on.") % {"name": row.what})
            elif act == "undo" and row.is_on:
                rehearsing.undo(rehearsal=row, by=self.request.user, now=timezone.now())
                messages.success(request, _("Undone: what was before holds again."))
            elif act == "again" and row.is_failed:
                row = rehearsing.again(rehearsal=row, by=self.request.user, now=timezone.now())
            else:
                messages.info(request, _("Nothing was changed."))
        except (drafts.DraftError, *drafts.REFUSED) as error:
            messages.error(request, drafts.sentence_of(error))
        return redirect("detractors:rehearsal", slug=slug, rehearsal_id=row.public_id)


class RehearsalCsv(RehearsalView):
    """Every case that differs, a line for each part."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str, rehearsal_id: str) -> HttpResponseBase:
        if not self.may(Permission.MANAGE_SLA):
            return forbidden(
                request, _("Only who changes promises and rules reads what they would have done.")
            )
        row = self.one(rehearsal_id)
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=timezone.now(), workspace=self.workspace,
            subject_kind="rehearsal", subject_id=row.public_id, detail={},
        )  # fmt: skip
        name = f"{self.workspace.slug}-rehearsal-{timezone.localdate()}.csv"
        found = queries.every(rehearsal=row, sight=self.sight)
        response = csv_response(name=name, header=HEADER, rows=_csv(found))
        response["Cache-Control"] = "no-store"
        return response


def _csv(rows: Iterator[RehearsedCase]) -> Iterator[list[Any]]:
    for one in rows:
        for part, was, would in words.lines(one.was, one.would, one.parts):
            yield [one.case.number if one.case else "", _customer(one), " ".join(one.parts), part, was, would]


def _customer(row: RehearsedCase) -> str:
    thing = row.decision.response or row.decision.mention
    contact = row.case.contact if row.case else thing and thing.contact
    return contact.display_name if contact else _("Anonymous customer")
