"""Mail that came in: what a person has to sort, what was filed and what is in its case."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.downloads import attachment
from core.numbers import whole
from detractors.queries import pages
from followups import reading
from followups.enums import ReceivedState, SortedAs
from followups.models import ReceivedMail
from followups.queries import inbound as queries
from followups.services import receiving, sorting

VIEWS = (("tray", "inbox"), ("placed", "circle-check"), ("filed", "archive"))
HEADERS_SHOWN = ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "auto-submitted", "precedence")  # fmt: skip


class TrayView(WorkspaceView):
    permission = Permission.VIEW_CASES
    post_permission = Permission.WORK_CASES

    def found(self, public_id: str) -> ReceivedMail:
        """The mail, or 404; who sees only some cases meets only what belongs to one of them."""
        row = queries.one(workspace=self.workspace, public_id=public_id, sight=self.sight)
        if row is None:
            raise Http404
        return row

    def tray_url(self) -> str:
        return reverse("followups:tray", kwargs={"slug": self.workspace.slug})


class Tray(TrayView):
    """The list, the newest first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        view = request.GET.get("view", "tray")
        view = view if view in dict(VIEWS) else "tray"
        before = whole(request.GET.get("before", ""))
        rows = queries.received(
            workspace=self.workspace,
            view=view,
            before=before,
            sight=self.sight,
        )
        shown = rows[: queries.PAGE]
        counts = queries.counts(workspace=self.workspace, sight=self.sight)
        labels = {"tray": _("To sort"), "placed": _("In cases"), "filed": _("Filed")}
        context = {
            "title": _("Incoming mail"),
            "rows": shown,
            "view": view,
            "is_tray": view == "tray",
            "label": _("What became of it"),
            "tabs": [
                {
                    "label": labels[name],
                    "url": f"{self.tray_url()}?view={name}",
                    "active": name == view,
                    "icon": icon,
                    "count": counts[name] if name == "tray" else None,
                }
                for name, icon in VIEWS
            ],
            "older_url": f"?view={view}&before={shown[-1].pk}" if len(rows) > queries.PAGE else "",
            "newer_url": f"?view={view}" if before is not None else "",
            "may_set_up": self.may(Permission.MANAGE_SETTINGS),
        }
        return render(request, "followups/tray.html", context)


class ReceivedPage(TrayView):
    """One mail, whole, and what can be done with it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show(self.found(public_id))

    def show(self, row: ReceivedMail, *, error: str = "", status: int = 200) -> HttpResponse:
        read = reading.read(receiving.raw_of(row), envelope_from=row.envelope_from or None)
        wanted = self.request.GET.get("find", "").replace("\x00", "").strip()[:100]
        context: dict[str, Any] = {
            "title": row.subject or _("Mail without a subject"),
            "crumbs": [
                {"label": _("Incoming mail"), "url": self.tray_url()},
                {"label": row.from_address or "?"},
            ],
            "row": row,
            "read": read,
            "is_kept": row.forgotten_at is None,
            "headers": [(name, read.headers[name]) for name in HEADERS_SHOWN if name in read.headers],
            "files": [{"name": part.name, "size": len(part.content)} for part in read.parts[:50]],
            "may_sort": self.may(Permission.WORK_CASES)
            and row.state in sorting.FROM
            and row.mail_id is None
            and row.forgotten_at is None,
            "may_undo": self.may(Permission.WORK_CASES)
            and (
                row.state == ReceivedState.SORTING
                or (row.state == ReceivedState.FILED and bool(row.sorted_as))
            ),
            "find": wanted,
            "found": queries.cases_like(workspace=self.workspace, words=wanted, sight=self.sight)
            if wanted
            else [],
            "error": error,
            "seconds": int(sorting.UNDO_FOR.total_seconds()),
        }
        return render(self.request, "followups/received.html", context, status=status)


class SortMail(ReceivedPage):
    """Into a case, a case of its own, spam, automatic."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = self.found(public_id)
        to = request.POST.get("to", "")
        if to not in SortedAs.values:
            return self.show(row, error=_("Please say where it belongs."), status=422)
        number = whole(request.POST.get("number", "").strip().removeprefix("#"), digits=9)
        case = (
            pages.case(workspace=self.workspace, number=number, sight=self.sight)
            if number is not None
            else None
        )
        try:
            sorting.sort(row=row, to=to, by=self.request.user, now=timezone.now(), case=case)
        except sorting.CannotSort as error:
            return self.show(self.found(public_id), error=error.sentence, status=409)
        if to in (SortedAs.CASE, SortedAs.COMPLAINT):
            seconds = int(sorting.UNDO_FOR.total_seconds())
            messages.success(request, _("It goes there in %(seconds)s seconds.") % {"seconds": seconds})
            return redirect("followups:received", slug=slug, public_id=public_id)
        messages.success(request, _("Filed. You find it under “Filed”, and can take it back there."))
        return redirect("followups:tray", slug=slug)


class UndoSorting(TrayView):
    """Back into the tray."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        try:
            sorting.undo(row=self.found(public_id))
        except sorting.CannotSort as error:
            messages.warning(request, error.sentence)
        else:
            messages.success(request, _("It waits to be sorted again."))
        return redirect("followups:received", slug=slug, public_id=public_id)


class Original(TrayView):
    """The mail as it came, as a file."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> Any:
        raw = receiving.raw_of(self.found(public_id))
        if not raw:
            raise Http404
        return attachment(
            file=io.BytesIO(raw), name=f"mail-{public_id}.eml", content_type="application/octet-stream"
        )
