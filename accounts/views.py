"""The front door and the workspace's settings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import WorkspaceView
from accounts.queries import memberships_of
from accounts.rules.permissions import Permission


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """One workspace: straight in. Several: choose. None: say whom to ask."""
    memberships = list(memberships_of(user=request.user))
    if len(memberships) == 1:
        return redirect("accounts:workspace", slug=memberships[0].workspace.slug)
    return render(request, "accounts/home.html", {"memberships": memberships})


class WorkspaceHome(WorkspaceView):
    """The first page of a workspace is the queue."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return redirect("detractors:queue", slug=slug)


class Settings(WorkspaceView):
    permission = Permission.MANAGE_SETTINGS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "accounts/settings.html", {})
