"""The agent's list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.models import User
from accounts.rules.permissions import Permission
from core.looks import look
from detractors import filters
from detractors.enums import Priority
from detractors.queries import pages, queue
from detractors.services import cases
from detractors.services.errors import CaseError
from detractors.views import presenting

TAB_WORDS: dict[str, Any] = {
    queue.MINE: gettext_lazy("Mine"),
    queue.UNASSIGNED: gettext_lazy("Unassigned"),
    queue.DUE_SOON: gettext_lazy("Due soon"),
    queue.BREACHED: gettext_lazy("Breached"),
    queue.OPEN: gettext_lazy("All open"),
    queue.SNOOZED: gettext_lazy("Snoozed"),
    queue.DONE: gettext_lazy("Resolved and closed"),
}
NOTHING_HERE: dict[str, tuple[str, Any, Any]] = {  # icon, title, what it means and what to do
    queue.MINE: (
        "circle-check",
        gettext_lazy("Nothing is waiting for you"),
        gettext_lazy("Cases that are given to you or that you claim appear here, the most pressing first."),
    ),
    queue.UNASSIGNED: (
        "users",
        gettext_lazy("Every open case has an owner"),
        gettext_lazy("A case lands here when nobody is free to take it. Whoever claims it first has it."),
    ),
    queue.DUE_SOON: (
        "clock",
        gettext_lazy("No promise is running out"),
        gettext_lazy(
            "When three quarters of a promised time are used up, or what your promises say, the case appears here."
        ),
    ),
    queue.BREACHED: (
        "shield-check",
        gettext_lazy("No promise is broken"),
        gettext_lazy(
            "A case whose promised time passed without an answer or a solution stays here until it is resolved."
        ),
    ),
    queue.OPEN: (
        "inbox",
        gettext_lazy("No open cases"),
        gettext_lazy(
            "When a customer answers 0 to 6, a case appears here with an owner and a promised time."
        ),
    ),
    queue.SNOOZED: (
        "moon",
        gettext_lazy("Nothing is snoozed"),
        gettext_lazy(
            "A case that is put aside until a day, or until the customer answers, waits here. Its promises run on."
        ),
    ),
    queue.DONE: (
        "archive",
        gettext_lazy("Nothing resolved yet"),
        gettext_lazy(
            "Resolved cases wait here for the customer's second answer; closed ones stay, and can be opened again."
        ),
    ),
    queue.ALL: (
        "search",
        gettext_lazy("Nothing found"),
        gettext_lazy("Try a part of a name, a company, a word of the comment, or a number such as #12."),
    ),
}


class Queue(WorkspaceView):
    """The list; with `since=<version>` 204 while nothing on it has changed, else the live part alone."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        address = filters.read(request.GET, membership=self.request.membership)
        asked: dict[str, Any] = {
            "workspace": self.workspace,
            "user": self.request.user,
            "wanted": address.wanted,
            "place": address.place,
            "sight": self.sight,
        }
        standing = queue.standing(**asked)
        since = request.GET.get("since")
        if since is not None and since == standing.version:
            return HttpResponse(status=204)
        context = self.live(address, queue.page(**asked), standing, now)
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
        icon, empty_title, empty_text = NOTHING_HERE[address.view]
        waiting = standing.counts[queue.UNASSIGNED]
        return {
            "address": address,
            "now": now,
            "version": standing.version,
            "is_unwatched": standing.is_unwatched(now),
            "tabs": [
                {
                    "label": TAB_WORDS[tab],
                    "url": f"?view={tab}",
                    "active": tab == address.view,
                    "count": capped(count),
                }
                for tab, count in standing.counts.items()
            ],
            "rows": [presenting.row(case, **viewer) for case in page.cases],
            "is_done": address.view == queue.DONE,
            "newer_url": address.neighbour(page.first),
            "older_url": address.neighbour(page.last),
            "empty": {"icon": icon, "title": empty_title, "text": empty_text},
            "empty_url": f"?view={address.view}" if address.view != queue.ALL else "?",
            "unassigned_waiting": capped(waiting) if waiting and address.view == queue.MINE else "",
        }

    def filtering(self, address: filters.QueueAddress) -> dict[str, Any]:
        """The filters with their choices, and the chips of those that are on."""
        choices = queue.choices(workspace=self.workspace, sight=self.sight)
        states: tuple[str, ...] = (
            ("RESOLVED", "CLOSED") if address.view == queue.DONE else ("NEW", "CONTACTED", "WAITING")
        )
        states = queue.STATES if address.view == queue.ALL else states
        people = [(choice.value, choice.name) for choice in choices if choice.kind == "owner"]
        fields = [
            ("status", _("Status"), [(code, str(look("status", code).word)) for code in states]),
            ("own", _("Own status"), [(c.value, c.name) for c in choices if c.kind == "own"]),
            (
                "priority",
                _("Priority"),
                [(code, str(look("priority", code).word)) for code in Priority.values],
            ),
            ("owner", _("Owner"), [("me", _("Me")), ("none", _("Nobody")), *people]),
            ("survey", _("Survey"), [(c.value, c.name) for c in choices if c.kind == "survey"]),
            ("touchpoint", _("Touchpoint"), [(c.value, c.name) for c in choices if c.kind == "touchpoint"]),
            ("tag", _("Tag"), [(c.value, c.name) for c in choices if c.kind == "tag"]),
            ("score", _("Score"), [(str(score), str(score)) for score in range(11)]),
            ("cell", _("Cell of the matrix"), [(c.value, c.name) for c in choices if c.kind == "cell"]),
            ("team", _("Team"), [(c.value, c.name) for c in choices if c.kind == "team"]),
            ("standing", _("One-off or long-standing"), [("chronic", _("Long-standing"))]),
        ]
        chips = [
            {
                "label": label,
                "value": dict(options).get(address.values[name], address.values[name]),
                "remove_url": address.url(**{name: None}),
            }
            for name, label, options in fields
            if name in address.values
        ]
        if "q" in address.values:
            chips.insert(
                0, {"label": _("Search"), "value": address.values["q"], "remove_url": address.url(q=None)}
            )
        return {
            "title": _("Cases"),
            "fields": [
                {"name": name, "label": label, "options": options, "value": address.values.get(name, "")}
                for name, label, options in fields
                if options
            ],
            "chips": chips,
        }


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
            row = presenting.row(fresh, slug=slug, viewer=viewer, role=self.request.membership.role, now=now)
            return render(request, "detractors/_claimed.html", {"row": row, "now": now, "said": said})
        messages.info(request, said)
        back = request.POST.get("next", "")
        if back.startswith(f"/w/{slug}/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return redirect(back)
        return redirect("detractors:case", slug=slug, number=number)
