"""The front door: which workspace?"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.queries import memberships_of
from accounts.rules.permissions import Permission


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """One workspace: straight in. Several: choose. None: say whom to ask."""
    memberships = list(memberships_of(user=request.user))
    if len(memberships) == 1:
        return redirect("accounts:workspace", slug=memberships[0].workspace.slug)
    return render(request, "accounts/home.html", {"memberships": memberships, "title": _("Your workspaces")})


class WorkspaceHome(WorkspaceView):
    """The first page of a workspace is the queue."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return redirect("detractors:queue", slug=slug)
