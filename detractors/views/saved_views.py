"""Saved views of the queue, and how the list looks to one member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from detractors import filters
from detractors.enums import ViewScope
from detractors.models import SavedView
from detractors.queries import choices as offers
from detractors.queries import views
from detractors.services import saved_views
from detractors.views import desk_undo
from detractors.views import queue_words as words


@dataclass(frozen=True)
class Shown:
    """One saved view as the lists draw it."""

    public_id: str
    name: str
    url: str
    scope: str
    scope_word: str
    made_by: str
    is_current: bool
    may_change: bool
    query: dict[str, str]
    count: str = ""


def url_of(view: SavedView, slug: str) -> str:
    """The list a view shows."""
    query = {**view.query, filters.SAVED: view.public_id}
    return f"{reverse('detractors:queue', kwargs={'slug': slug})}?{urlencode(query)}"


def shown(page: WorkspaceView, view: SavedView, *, current: str = "", count: int | None = None) -> Shown:
    """A view in the eyes of the member who asks."""
    membership = page.request.membership
    text = "" if count is None else f"{views.COUNTED}+" if count > views.COUNTED else str(count)
    return Shown(
        public_id=view.public_id,
        name=view.name,
        url=url_of(view, page.workspace.slug),
        scope=view.scope,
        scope_word=str(ViewScope(view.scope).label),
        made_by="" if view.made_by_id == membership.user_id else view.made_by.display_name,
        is_current=view.public_id == current,
        may_change=saved_views.may_change(view, membership),
        query=view.query,
        count=text,
    )


def listed(page: WorkspaceView, rows: Sequence[SavedView], address: filters.QueueAddress) -> list[Shown]:
    """Views as the side draws them before their counts are there."""
    return [shown(page, row, current=address.saved) for row in rows]


def counted(page: WorkspaceView, *, current: str = "") -> list[Shown]:
    """The views a member sees with their counts: two queries."""
    membership, now = page.request.membership, timezone.now()
    rows = views.saved(membership=membership)
    wanted = {row.pk: filters.read(row.query, membership=membership, now=now).wanted for row in rows}
    counts = views.counts(wanted=wanted, membership=membership, sight=page.sight)
    return [shown(page, row, current=current, count=counts.get(row.pk)) for row in rows]


class SavedViews(WorkspaceView):
    """The page of views; a POST keeps the list in `query` as a view of one's own."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page()

    def page(self, *, status: int = 200, error: str = "", about: str = "") -> HttpResponse:
        """The views by who sees them; `error` stands beside the view it is about."""
        found = counted(self)
        context = {
            "title": _("Views"),
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", kwargs={"slug": self.workspace.slug})},
                {"label": _("Views")},
            ],
            "blocks": [
                {"word": scope.label, "rows": [row for row in found if row.scope == scope]}
                for scope in ViewScope
            ],
            "is_empty": not found,
            "scopes": [{"code": scope.value, "word": scope.label} for scope in ViewScope],
            "may_share": self.may(Permission.SHARE_VIEWS),
            "error": error,
            "about": about,
            "undo": desk_undo.take(self.request, self.workspace),
        }  # fmt: skip
        return render(self.request, "detractors/saved_views.html", context, status=status)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        asked = dict(parse_qsl(request.POST.get("query", "")))
        address = filters.read(asked, membership=self.request.membership, now=now)
        choices = offers.choices(workspace=self.workspace, sight=self.sight)
        chips = words.chips(address, words.fields(address, choices))
        name = request.POST.get("name", "").strip() or words.name_of(address, chips) or _("My view")
        try:
            view = saved_views.create(
                membership=self.request.membership, name=name, query=address.kept, now=now
            )
        except ValidationError as error:
            return self.page(status=422, error=" ".join(error.messages))
        messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
        return redirect(url_of(view, slug))


class ViewCounts(WorkspaceView):
    """The list of views with their counts: what the side shows, asked for after the page is there."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        found = counted(self, current=request.GET.get(filters.SAVED, ""))
        return render(request, "detractors/_view_list.html", {"saved_views": found})


class OneView(WorkspaceView):
    """What is done to one view; unknown, foreign and hidden ones are 404 alike."""

    permission = Permission.VIEW_CASES
    http_method_names = ["post"]

    def view(self, public_id: str, *, or_removed: bool = False) -> SavedView:
        found = views.view_with(
            membership=self.request.membership, public_id=public_id, or_removed=or_removed
        )
        if found is None:
            raise Http404
        return found

    def back(self, *, error: str = "") -> HttpResponse:
        if error:
            messages.error(self.request, error)
        return redirect("detractors:views", slug=self.workspace.slug)


class ChangeView(OneView):
    """`act`: rename, share, up, down, or keep (the view shows the list in `query` from now on)."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        view, membership, now = self.view(public_id), self.request.membership, timezone.now()
        act = request.POST.get("act", "")
        asked: dict[str, Any] = {"view": view, "membership": membership, "now": now}
        try:
            if act == "rename":
                saved_views.rename(name=request.POST.get("name", ""), **asked)
            elif act == "share":
                saved_views.share(scope=request.POST.get("scope", ""), **asked)
            elif act in ("up", "down"):
                saved_views.move(up=act == "up", **asked)
            elif act == "keep":
                query = dict(parse_qsl(request.POST.get("query", "")))
                address = filters.read(query, membership=membership, now=now)
                kept = saved_views.keep(query=address.kept, **asked)
                return redirect(url_of(kept, slug))
        except ValidationError as error:
            return self.back(error=" ".join(error.messages))
        return self.back()


class RemoveView(OneView):
    """Out of the lists, with a way back."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        view = self.view(public_id)
        try:
            saved_views.remove(view=view, membership=self.request.membership, now=timezone.now())
        except ValidationError as error:
            return self.back(error=" ".join(error.messages))
        desk_undo.offer(
            request,
            self.workspace,
            text=_("“%(name)s” is removed.") % {"name": view.name},
            url=reverse("detractors:view_restore", kwargs={"slug": slug, "public_id": public_id}),
        )
        return self.back()


class RestoreView(OneView):
    """The view is back where it was."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        view = self.view(public_id, or_removed=True)
        try:
            saved_views.restore(view=view, membership=self.request.membership)
        except ValidationError as error:
            return self.back(error=" ".join(error.messages))
        return self.back()


class Preference(WorkspaceView):
    """Columns and density of one's own; back to the list it came from."""

    permission = Permission.VIEW_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        given = request.POST
        saved_views.prefer(
            workspace=self.workspace,
            user=self.request.user,
            columns=given.getlist("column") if "columns" in given else None,
            density=given.get("density"),
        )
        query = filters.read(
            dict(parse_qsl(given.get("query", ""))), membership=self.request.membership, now=timezone.now()
        )
        place = reverse("detractors:queue", kwargs={"slug": slug})
        return redirect(place + query.url())
