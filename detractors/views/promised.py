"""What customers were promised: looked for while somebody writes, and the list of all promises."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.enums import Role
from accounts.rules.permissions import Permission
from detractors import promise_chips
from detractors.queries import promised as queries
from detractors.services import promise_keeping
from detractors.views import presenting, work
from detractors.views.cases import CaseView

TEXT = 10_000
WORDS: dict[str, Any] = {
    queries.OVERDUE: (
        gettext_lazy("Overdue"),
        gettext_lazy("No promise is overdue"),
        gettext_lazy("What was promised to a customer and is not done in time stands here."),
    ),
    queries.DUE: (
        gettext_lazy("Due"),
        gettext_lazy("Nothing is promised"),
        gettext_lazy("A time named in a reply or a call note becomes a promise when it is kept as a task."),
    ),
    queries.KEPT: (
        gettext_lazy("Done lately"),
        gettext_lazy("Nothing was done in the last 30 days"),
        gettext_lazy("Promises that are done stand here for a while."),
    ),
    queries.BROKEN: (
        gettext_lazy("Not kept"),
        gettext_lazy("No promise was given up"),
        gettext_lazy("What somebody said would not be kept, and why, stands here for a while."),
    ),
}


class FindPromises(CaseView):
    """The chips for words that are being written; nothing is stored."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        found = promise_keeping.read(
            case=case,
            text=request.POST.get("note", "")[:TEXT],
            zone=get_current_timezone_name(),
            now=timezone.now(),
        )
        context = {"promises": promise_chips.chips(found, request.POST)}
        return render(request, "detractors/_promise_chips.html", context)


class Promised(WorkspaceView):
    """Promises to customers: mine, or everybody's as far as they may be seen; overdue, due, done lately."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        everybody = request.GET.get("whose") or ("mine" if self.membership_is_agent else "all")
        user = request.user if everybody == "mine" else None
        asked: dict[str, Any] = {"workspace": self.workspace, "sight": self.sight, "user": user}
        figures = queries.figures(now=now, **asked)
        state = request.GET.get("state", "")
        if state not in queries.STATES:
            state = queries.OVERDUE if figures.overdue else queries.DUE
        rows = [
            work.task_row(task, slug=slug, number=task.case.number, now=now)
            for task in queries.page(state=state, now=now, **asked)
        ]
        counts = {
            queries.OVERDUE: figures.overdue,
            queries.DUE: figures.due,
            queries.KEPT: figures.kept,
            queries.BROKEN: figures.broken,
        }
        here = reverse("detractors:promised", args=[slug])
        word, none_title, none_text = WORDS[state]
        context = {
            "title": _("Promised to customers"),
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", args=[slug])},
                {"label": _("Promised to customers"), "url": ""},
            ],
            "whose": [
                {
                    "label": label,
                    "url": f"{here}?whose={code}",
                    "active": (user is not None) == (code == "mine"),
                }
                for code, label in (("mine", _("Mine")), ("all", _("Everybody's")))
            ],
            "tabs": [
                {
                    "label": WORDS[code][0],
                    "url": f"{here}?whose={everybody}&state={code}",
                    "active": code == state,
                    "count": counts[code],
                }
                for code in queries.STATES
            ],
            "figures": figures,
            "rows": rows,
            "is_cut": len(rows) == queries.SHOWN,
            "shown": queries.SHOWN,
            "heading": word,
            "none_title": none_title,
            "none_text": none_text,
            "may_work": self.may(Permission.WORK_CASES),
            "zone": presenting.zone_name(),
        }
        return render(request, "detractors/promised.html", context)

    @property
    def membership_is_agent(self) -> bool:
        """Whether the viewer works on cases rather than looks after them."""
        return bool(self.request.membership.role == Role.AGENT)
