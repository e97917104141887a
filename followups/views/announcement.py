"""You said, we did: writing, looking at and sending the announcement of an improvement that is done."""

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
from detractors.models import Improvement
from detractors.queries import improvements
from followups.enums import AnnouncementState
from followups.queries import announcements as queries
from followups.services import announcements
from followups.services.announcements import AnnouncementError

TONES = {"DRAFT": "neutral", "SENDING": "info", "DONE": "good", "STOPPED": "warning"}


class AnnouncementPage(WorkspaceView):
    """Draft, preview, start, stop; what was sent is told with what its readers said next."""

    permission = Permission.EDIT_PLAYBOOKS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show(self.improvement(public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        improvement, act, now = self.improvement(public_id), request.POST.get("act", ""), timezone.now()
        if act not in ("keep", "start", "stop"):
            return self.show(improvement, status=400)
        try:
            if act == "stop":
                said = self.stop(improvement)
            else:
                row = announcements.keep(
                    improvement=improvement,
                    subject=request.POST.get("subject", ""),
                    body=request.POST.get("body", ""),
                    now=now,
                )
                said = _("Kept. Nothing was sent.")
                if act == "start":
                    n = announcements.start(announcement=row, by=self.request.user, now=now)
                    said = ngettext("It goes to %(n)s person.", "It goes to %(n)s people.", n) % {"n": n}
        except AnnouncementError as error:
            return self.show(improvement, error=error, status=422)
        messages.success(request, said)
        return redirect("followups:announcement", slug=slug, public_id=public_id)

    def stop(self, improvement: Improvement) -> str:
        row = queries.of(improvement=improvement)
        n = announcements.stop(announcement=row, now=timezone.now()) if row else 0
        return ngettext("Stopped: %(n)s mail stays here.", "Stopped: %(n)s mails stay here.", n) % {"n": n}

    def improvement(self, public_id: str) -> Improvement:
        found = improvements.one(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found

    def show(
        self, improvement: Improvement, *, error: AnnouncementError | None = None, status: int = 200
    ) -> HttpResponse:
        now, slug = timezone.now(), self.workspace.slug
        row = announcements.draft(improvement=improvement, now=now)
        is_draft = row.state == AnnouncementState.DRAFT
        typed = {name: self.request.POST.get(name, getattr(row, name)) for name in ("subject", "body")}
        context: dict[str, Any] = {
            "title": _("You said, we did"),
            "crumbs": [
                {"label": _("Improvements"), "url": reverse("detractors:improvements", args=[slug])},
                {"label": improvement.title,
                 "url": reverse("detractors:improvement", args=[slug, improvement.public_id])},
                {"label": _("You said, we did"), "url": ""},
            ],
            "improvement": improvement,
            "row": row,
            "tone": TONES[row.state],
            "is_draft": is_draft,
            "is_sending": row.state == AnnouncementState.SENDING,
            "typed": typed,
            "error": error,
            "fields": announcements.field_words(),
            "preview": announcements.preview(announcement=row, now=now) if is_draft else None,
            "reach": None if is_draft else queries.reach(announcement=row),
            "effect": None if is_draft else queries.effect(announcement=row),
        }  # fmt: skip
        return render(self.request, "followups/announcement.html", context, status=status)
