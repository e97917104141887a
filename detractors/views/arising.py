"""Where the work arises: by touchpoint, cell and team, each figure one click from its cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from detractors.queries import arising, origins
from detractors.views import sections

DAYS = (7, 30, 90, 365)


class Arising(WorkspaceView):
    """Volume, backlog, missed promises and recovery of the last days."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        asked = request.GET.get("days", "")
        days = int(asked) if asked in {str(one) for one in DAYS} else 30
        now = timezone.now()
        since = now - timedelta(days=days)
        found = arising.figures(workspace=self.workspace, since=since, sight=self.sight)
        names = origins.names(workspace=self.workspace)
        here = reverse("detractors:arising", args=[slug])
        parts = [
            (_("Touchpoints"), "touchpoint", arising.summed(found, lambda key: key[0]), _("Without a touchpoint")),
            (_("Cells of the matrix"), "cell", arising.summed(found, lambda key: key[1]), _("Unmapped")),
            (_("Teams"), "team", arising.summed(found, lambda key: key[2]), _("Without a team")),
        ]  # fmt: skip
        context = {
            "title": _("Where the work arises"),
            "crumbs": sections.crumbs(workspace=self.workspace),
            "sections": sections.tabs(workspace=self.workspace, active="arising", sight=self.sight),
            "tabs": [
                {
                    "label": _("%(n)s days") % {"n": one} if one < 365 else _("A year"),
                    "url": f"{here}?days={one}",
                    "active": one == days,
                }
                for one in DAYS
            ],
            "parts": [
                {"title": title, "rows": self.rows(sums, names[kind], kind, nothing)}
                for title, kind, sums, nothing in parts
            ],
            "may_assign": self.may(Permission.ASSIGN_CASES),
            "has_cases": bool(found),
            "since": since,
            "until": now,
        }
        return render(request, "detractors/arising.html", context)

    def rows(
        self, sums: dict[int | None, arising.Figures], names: dict[int, Any], kind: str, nothing: str
    ) -> list[dict[str, Any]]:
        """The lines of one table; the widest bar is the largest volume."""
        most = max((figure.volume for figure in sums.values()), default=0)
        queue = reverse("detractors:queue", args=[self.workspace.slug])
        lines = []
        for key, figure in sums.items():
            known = names.get(key) if key is not None else None
            value = known.value if known else "none"
            lines.append(
                {
                    "name": known.name if known else nothing,
                    "figures": figure,
                    "share": round(100 * figure.volume / most) if most else 0,
                    "url": f"{queue}?{urlencode({'view': 'open', kind: value})}" if known else "",
                }
            )
        return lines
