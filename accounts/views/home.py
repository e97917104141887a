"""The front door: which workspace? And the first page of a workspace."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.queries import memberships_of
from accounts.rules.permissions import Permission
from accounts.services import checklist, setup


def home(request: HttpRequest) -> HttpResponse:
    """One workspace: straight in. Several: choose. None: say whom to ask. None at all: say how to begin."""
    memberships = list(memberships_of(user=request.user)) if request.user.is_authenticated else []
    if not memberships and setup.is_wanted():
        return render(request, "accounts/setup_wanted.html")
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if len(memberships) == 1:
        return redirect("accounts:workspace", slug=memberships[0].workspace.slug)
    return render(request, "accounts/home.html", {"memberships": memberships, "title": _("Your workspaces")})


class WorkspaceHome(WorkspaceView):
    """The first page of a workspace is the home; for those who set it up, the first steps until they are done."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if self.may(Permission.MANAGE_SETTINGS) and self.workspace.checklist_hidden_at is None:
            found = checklist.of(workspace=self.workspace)
            if found.is_open:
                return render(request, "accounts/first_steps.html", steps_context(self, found))
        return redirect("dashboards:home", slug=slug)


class StepConfirm(WorkspaceView):
    """It is right as it is."""

    permission = Permission.MANAGE_SETTINGS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        code = request.POST.get("step", "")
        if code not in checklist.CONFIRMABLE:
            messages.error(request, _("There is no such step."))
        else:
            checklist.confirm(workspace=self.workspace, code=code, by=request.user, now=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("Noted."))
        return redirect("accounts:workspace", slug=slug)


class ChecklistHide(WorkspaceView):
    """Out of the way, and back: `undo` brings it back."""

    permission = Permission.MANAGE_SETTINGS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.POST.get("undo"):
            checklist.show(workspace=self.workspace)
            return redirect("accounts:workspace", slug=slug)
        checklist.hide(workspace=self.workspace, now=timezone.now())
        return redirect("accounts:settings", slug=slug)


def steps_context(view: WorkspaceView, found: checklist.Checklist) -> dict[str, Any]:
    """What the page of first steps shows; a step whose app has no such page is shown without its link."""
    steps: list[dict[str, Any]] = []
    for step in found.steps:
        links = []
        for link in step.links:
            try:
                url = reverse(link.url_name, kwargs={"slug": view.workspace.slug, **link.parts})
            except NoReverseMatch:
                continue
            links.append({"url": url, "label": link.label, "is_post": link.is_post})
        steps.append({"step": step, "links": links})
    now_at = next((one["step"].code for one in steps if not one["step"].is_done), "")
    return {
        "title": _("First steps"),
        "steps": steps,
        "checklist": found,
        "next_code": now_at,
        "said": _("%(done)s of %(total)s done") % {"done": found.done, "total": found.total},
    }
