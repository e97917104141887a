"""/w/<slug>/... -> request.workspace and request.membership; a stranger gets 404, as for an unknown slug."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.queries import membership_of, memberships_of


class WorkspaceMiddleware:
    """Opens the workspace of the URL for its members, and the viewer's time zone with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        if not request.path_info.startswith("/w/"):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = membership_of(user=request.user, slug=str(kwargs.get("slug", "")))
        if membership is None:
            raise Http404
        request.membership = membership  # type: ignore[attr-defined]  # see accounts.access.StaffRequest
        request.workspace = membership.workspace  # type: ignore[attr-defined]
        request.memberships = lambda: memberships_of(user=request.user)  # type: ignore[attr-defined]
        timezone.activate(request.user.time_zone or membership.workspace.time_zone)
        return None
