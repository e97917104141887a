"""The first page after signing in: one's own work, and for whoever looks after others how the desk stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from dashboards import homes
from dashboards.views import FiguresView


class HomePage(FiguresView):
    """Both homes; with `since=<version>` 204 while nothing on them has changed, else the live part alone.

    Whoever works on cases sees what waits for them; whoever gives cases to others, or only looks, sees the desk.
    """

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        may_assign, may_work = self.may(Permission.ASSIGN_CASES), self.may(Permission.WORK_CASES)
        home = homes.Home(
            workspace=self.workspace, user=self.request.user, sight=self.sight, now=self.now,
            zone=get_current_timezone(), may_assign=may_assign,
        )  # fmt: skip
        mine = home.mine() if may_work else None
        desk = home.desk() if may_assign or not may_work else None
        version = homes.version_of(mine, desk)
        since = request.GET.get("since")
        if since is not None and since == version:
            return HttpResponse(status=204)
        context = {
            "title": _("Home"),
            "mine": mine,
            "desk": desk,
            "version": version,
            "now": self.now,
            "may_work": may_work,
        }
        template = "dashboards/home.html" if since is None else "dashboards/_home_live.html"
        return render(request, template, context)
