"""The agent's list."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.models import User
from accounts.rules.permissions import Permission
from detractors import filters
from detractors.enums import Category, Priority
from detractors.models import QueuePreference, SavedView
from detractors.queries import alike as names
from detractors.queries import choices as offers
from detractors.queries import pages, queue, views
from detractors.rules import queue_layout as layout
from detractors.services import cases
from detractors.services.errors import CaseError
from detractors.views import desk_undo, grouping, presenting, saved_views
from detractors.views import queue_words as words


class Queue(WorkspaceView):
    """The list; with `since=<version>` 204 while nothing on it has changed, else the live part alone."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        address = filters.read(request.GET, membership=self.request.membership, now=now)
        asked: dict[str, Any] = {
            "workspace": self.workspace,
            "user": self.request.user,
            "wanted": self.known(address.wanted),
            "place": address.place,
            "sight": self.sight,
        }
        since = request.GET.get("since")
        if since is not None and since == queue.standing(**asked).version:
            return HttpResponse(status=204)
        page = queue.page(**asked, columns=self.columns)
        context = self.live(address, page, queue.standing(**asked, shown=page), now)
        if since is not None:
            return render(request, "detractors/_queue_live.html", context)
        return render(request, "detractors/queue.html", {**context, **self.filtering(address)})

    def live(
        self, address: filters.QueueAddress, page: queue.Page, standing: queue.Standing, now: Any
    ) -> dict[str, Any]:
        """All that changes while somebody looks."""
        viewer = {
            "slug": self.workspace.slug,
            "viewer": self.request.user,
            "role": self.request.membership.role,
            "now": now,
        }
        icon, empty_title, empty_text = words.NOTHING_HERE[address.view]
        waiting = standing.counts[queue.UNASSIGNED]
        return {
            "address": address,
            "now": now,
            "version": standing.version,
            "is_unwatched": standing.is_unwatched(now),
            "tabs": [
                {
                    "label": words.TAB_WORDS[tab],
                    "url": f"?view={tab}",
                    "active": tab == address.view,
                    "count": capped(count),
                }
                for tab, count in standing.counts.items()
            ],
            "rows": grouping.rows(
                presenting.rows(page.cases, columns=self.columns, **viewer),
                group=address.wanted.group if address.wanted.is_work else "",
            ),
            "headings": [{"code": code, "word": words.COLUMN_WORDS[code]} for code in self.columns],
            "width": len(self.columns) + 3,
            "can_work": self.may(Permission.WORK_CASES),
            "is_compact": self.preference.density == layout.COMPACT,
            "newer_url": address.neighbour(page.first),
            "older_url": address.neighbour(page.last),
            "empty": {"icon": icon, "title": empty_title, "text": empty_text},
            "empty_url": f"?view={address.view}" if address.view != queue.ALL else "?",
            "alike": self.alike(address, page),
            "everywhere_url": address.url(view=queue.ALL)
            if address.values.get("q") and address.view != queue.ALL
            else "",
            "unassigned_waiting": capped(waiting) if waiting and address.view == queue.MINE else "",
        }

    def filtering(self, address: filters.QueueAddress) -> dict[str, Any]:
        """The filters with their choices, the chips of those that are on, the saved views."""
        choices = self.choices
        fields = words.fields(address, choices)
        owners = tuple(choice for choice in choices if choice.kind == "owner" and choice.can_own)
        chips = words.chips(address, fields)
        saved = saved_views.listed(self, self.desk[1], address)
        current = next((row for row in saved if row.is_current), None)
        return {
            "title": current.name if current else _("Cases"),
            "fields": fields,
            "chips": chips,
            "owners": owners,
            "sorts": [
                {"word": word, "url": address.url(sort=code if code != layout.RANK else None),
                 "active": (address.wanted.sort or layout.RANK) == code}
                for code, word in words.SORT_WORDS.items()
            ],
            "groups": [
                {"word": word, "url": address.url(group=code), "active": address.wanted.group == code}
                for code, word in words.GROUP_WORDS.items()
            ],
            "no_group_url": address.url(group=None) if address.wanted.group else "",
            "columns": tuple(
                words.Column(code, str(word), code in self.columns) for code, word in words.COLUMN_WORDS.items()
            ),
            "is_compact": self.preference.density == layout.COMPACT,
            "saved_views": saved,
            "current_view": current,
            "is_changed_view": current is not None and current.query != address.kept,
            "can_save": bool(address.values or address.layout) and (current is None or current.query != address.kept),
            "is_work": address.wanted.is_work,
            "can_export": self.may(Permission.EXPORT),
            "may_assign": self.may(Permission.ASSIGN_CASES),
            "causes": tuple(choice for choice in choices if choice.kind == "cause"),
            "tags": tuple(choice for choice in choices if choice.kind == "tag"),
            "priorities": tuple((code, str(word)) for code, word in Priority.choices),
            "waiting_statuses": words.own_statuses(choices, Category.WAITING),
            "resolved_statuses": words.own_statuses(choices, Category.RESOLVED),
            "query": address.url().removeprefix("?"),
            "undo": desk_undo.take(self.request, self.workspace),
        }  # fmt: skip

    def alike(self, address: filters.QueueAddress, page: queue.Page) -> list[dict[str, str]]:
        """For a search that found nothing: names spelled nearly like it."""
        text = address.values.get("q", "")
        if page.cases or not text or address.place is not None:
            return []
        found = names.names(workspace=self.workspace, text=text, sight=self.sight)
        return [{"word": name, "url": address.url(q=name)} for name in found]

    def known(self, wanted: queue.Wanted) -> queue.Wanted:
        """A list of an own status, with the status: the page asks for the choices anyway."""
        if not wanted.own_status:
            return wanted
        of_it = (
            choice.status for choice in self.choices if choice.value == wanted.own_status and choice.status
        )
        return replace(wanted, own=next(of_it, None))

    @cached_property
    def choices(self) -> list[offers.Choice]:
        return offers.choices(workspace=self.workspace, sight=self.sight)

    @cached_property
    def desk(self) -> tuple[QueuePreference, list[SavedView]]:
        return views.desk(membership=self.request.membership)

    @property
    def preference(self) -> QueuePreference:
        return self.desk[0]

    @cached_property
    def columns(self) -> list[str]:
        return layout.columns_of(self.preference.columns)


def capped(count: int) -> str:
    """The count in words: 12, 1,000+."""
    return f"{queue.COUNTED:,}+" if count > queue.COUNTED else f"{count:,}"


class Claim(WorkspaceView):
    """Take a case nobody has: from the list (the row comes back) or from its page. Exactly one of many wins."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        now = timezone.now()
        case = pages.case(workspace=self.workspace, number=number, sight=self.sight)
        if case is None:
            raise Http404
        viewer: User = self.request.user
        try:
            cases.claim(case=case, by=viewer, now=now)
            said = _("Case #%(number)s is yours.") % {"number": number}
        except CaseError as error:
            said = _("Case #%(number)s: %(why)s") % {"number": number, "why": error.sentence}
        if request.headers.get("HX-Request"):
            fresh = pages.row(workspace=self.workspace, number=number, sight=self.sight)
            if fresh is None:  # erased, or given to somebody out of sight, in the meantime
                raise Http404
            chosen = views.preference(membership=self.request.membership).columns
            rows = presenting.rows(
                [fresh], columns=layout.columns_of(chosen), slug=slug, viewer=viewer,
                role=self.request.membership.role, now=now,
            )  # fmt: skip
            return render(
                request,
                "detractors/_claimed.html",
                {"rows": rows, "now": now, "said": said, "can_work": True},
            )
        messages.info(request, said)
        back = request.POST.get("next", "")
        if back.startswith(f"/w/{slug}/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return redirect(back)
        return redirect("detractors:case", slug=slug, number=number)
