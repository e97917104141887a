"""Inviting customers of chosen cases to an event: the list of events, each with its words, its guests and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from core.exports import csv_response
from core.numbers import whole
from detractors import filters
from detractors.queries.ordering import numbers_in
from followups.enums import AnnouncementState, Coming
from followups.gathering_forms import GatheringForm
from followups.models import Gathering, Guest
from followups.queries import gatherings as queries
from followups.services import gatherings
from followups.services.gatherings import GatheringError
from followups.views.announcement import TONES

ANSWER_TONES = {Coming.YES.value: "good", Coming.MAYBE.value: "warning", Coming.NO.value: "neutral"}
TYPED = (
    "title", "place", "starts_at", "ends_at", "reply_by", "capacity", "most_companions", "subject", "body",
)  # fmt: skip
HEADER = [
    "case",
    "customer",
    "email",
    "state",
    "not_sent_because",
    "answer",
    "companions",
    "note",
    "answered_at",
]


class Gatherings(WorkspaceView):
    """All events, the latest first."""

    permission = Permission.EDIT_PLAYBOOKS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        context = {
            "title": _("Invitations to events"),
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", args=[slug])},
                {"label": _("Invitations to events"), "url": ""},
            ],
            "rows": [
                {"row": row, "tone": TONES[row.state], "url": _url(slug, row)}
                for row in queries.listed(workspace=self.workspace)
            ],
        }
        return render(request, "followups/gatherings.html", context)


def _url(slug: str, row: Gathering) -> str:
    return reverse("followups:gathering", args=[slug, row.public_id])


class GatheringNew(WorkspaceView):
    """A draft for the chosen cases of the queue (`numbers`), or with `all` for every case that fits the list in `query`."""

    permission = Permission.EDIT_PLAYBOOKS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        if request.POST.get("all"):
            asked = dict(parse_qsl(request.POST.get("query", "")))
            address = filters.read(asked, membership=self.request.membership, now=now)
            cases = queries.fitting(
                workspace=self.workspace, user=self.request.user, wanted=address.wanted, sight=self.sight
            )
        else:
            typed = request.POST.getlist("number") or request.POST.get("numbers", "").split(",")
            numbers = set(numbers_in(typed))
            cases = queries.chosen(workspace=self.workspace, numbers=numbers, sight=self.sight)
        row = gatherings.draft(workspace=self.workspace, by=self.request.user, cases=cases, now=now)
        return redirect(_url(slug, row))


class GatheringPage(WorkspaceView):
    """Draft, preview, start, stop; then who comes."""

    permission = Permission.EDIT_PLAYBOOKS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show(self.gathering(public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row, act, now = self.gathering(public_id), request.POST.get("act", ""), timezone.now()
        form = None
        try:
            if act == "stop":
                n = gatherings.stop(gathering=row, now=now)
                said = ngettext("Stopped: %(n)s mail stays here.", "Stopped: %(n)s mails stay here.", n) % {
                    "n": n
                }
            elif act == "uninvite":
                guest = whole(request.POST.get("guest", ""))
                if guest is None:
                    raise Http404
                gatherings.uninvite(gathering=row, guest=guest)
                said = _("Taken off the list.")
            elif act == "discard":
                gatherings.discard(gathering=row)
                messages.success(request, _("The draft is gone."))
                return redirect("followups:gatherings", slug=slug)
            elif act in ("keep", "start"):
                form = GatheringForm(request.POST)
                if not form.is_valid():
                    return self.show(row, form=form, status=422)
                row = gatherings.keep(gathering=row, now=now, **form.cleaned_data)
                said = _("Kept. Nothing was sent.")
                if act == "start":
                    n = gatherings.start(gathering=row, by=self.request.user, now=now)
                    said = ngettext("It goes to %(n)s person.", "It goes to %(n)s people.", n) % {"n": n}
            else:
                return self.show(row, status=400)
        except GatheringError as error:
            if form is not None:
                form.add_error(error.field if error.field in form.fields else None, error.sentence)
                return self.show(row, form=form, status=422)
            messages.warning(request, error.sentence)
        else:
            messages.success(request, said)
        return redirect(_url(slug, row))

    def gathering(self, public_id: str) -> Gathering:
        found = queries.one(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found

    def show(self, row: Gathering, *, form: GatheringForm | None = None, status: int = 200) -> HttpResponse:
        slug = self.workspace.slug
        is_draft = row.state == AnnouncementState.DRAFT
        guests = queries.guests(gathering=row, sight=self.sight)
        context = {
            "title": row.title,
            "crumbs": [
                {"label": _("Invitations to events"), "url": reverse("followups:gatherings", args=[slug])},
                {"label": row.title, "url": ""},
            ],
            "row": row,
            "tone": TONES[row.state],
            "is_draft": is_draft,
            "is_sending": row.state == AnnouncementState.SENDING,
            "form": (form or GatheringForm(initial={name: getattr(row, name) for name in TYPED}))
            if is_draft
            else None,
            "fields": gatherings.field_words(),
            "preview": gatherings.preview(gathering=row, now=timezone.now()) if is_draft else None,
            "reach": queries.reach(gathering=row),
            "guests": [self.guest(one) for one in guests[: queries.SHOWN]],
            "shown": queries.SHOWN,
            "csv_url": reverse("followups:gathering_csv", args=[slug, row.public_id]),
            "may_export": self.may(Permission.EXPORT),
        }
        return render(self.request, "followups/gathering.html", context, status=status)

    def guest(self, row: Guest) -> dict[str, Any]:
        return {
            "row": row,
            "answer": row.get_answer_display(),
            "tone": ANSWER_TONES.get(row.answer, "neutral"),
            "why": row.get_skipped_because_display() if row.skipped_because else "",
        }


class GatheringCsv(WorkspaceView):
    """Who is invited and what they answered, as a file."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
        row = queries.one(workspace=self.workspace, public_id=public_id)
        if row is None:
            raise Http404
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=timezone.now(), workspace=self.workspace,
            subject_kind="gathering", subject_id=row.public_id, detail={},
        )  # fmt: skip
        guests = queries.guests(gathering=row, sight=self.sight)
        name = f"{self.workspace.slug}-guests-{timezone.localdate()}.csv"
        response = csv_response(name=name, header=HEADER, rows=_lines(guests.iterator(chunk_size=1_000)))
        response["Cache-Control"] = "no-store"
        return response


def _lines(guests: Iterator[Guest]) -> Iterator[list[Any]]:
    for row in guests:
        yield [
            row.case.number, row.contact.display_name, row.contact.email, row.status, row.skipped_because, row.answer,
            row.companions, row.note, row.answered_at,
        ]  # fmt: skip
