"""One gate for both doors: pages under /w/<slug>/ and the API."""

from functools import cache, cached_property
from typing import Any, ClassVar

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views import View
from rest_framework.permissions import BasePermission

from accounts.models import Membership, User, Workspace
from accounts.rules import sight as rule
from accounts.rules.permissions import Permission, can
from accounts.rules.sight import Sight
from accounts.sight_queries import names_of, sight_of
from core import limiter
from core.views import forbidden, too_many_requests


class StaffRequest(HttpRequest):
    """A request inside a workspace: the middleware has opened it."""

    workspace: Workspace
    membership: Membership
    user: User


NUL = "\x00"  # PostgreSQL keeps none; a form says so beside its field, what is read without a form is refused here


def _holds_nul(request: HttpRequest) -> bool:
    """Whether something that was sent holds a NUL character, by itself or behind another escape (a query within a field)."""
    sent = (text for given in (request.GET, request.POST) for _name, texts in given.lists() for text in texts)
    return any(NUL in text or "%00" in text for text in sent)


EXPORTS = "60/hour"  # files with people's data, of one kind, by one member


class WorkspaceView(View):
    """Every view under /w/<slug>/. `permission` is needed to see it, `post_permission` (default: the same) to act.

    Strangers never get here: the middleware answers 404. A member without the permission gets a page that says
    who can help.
    """

    permission: Permission
    post_permission: Permission | None = None
    rates: ClassVar[dict[str, str]] = {}  # how often one member may do it, by method: {"POST": "30/hour"}
    request: StaffRequest

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        needed = self.permission
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            needed = self.post_permission or self.permission
        if not can(request.membership.role, needed):
            return forbidden(
                request,
                _("Your role in this workspace does not allow this. An owner or admin can change it."),
            )
        if rate := self.rates.get(request.method):
            key = f"page:{type(self).__name__}:{request.workspace.public_id}:{request.membership.pk}"
            if wait := limiter.hit(rate=rate, key=key):
                return too_many_requests(request, wait)
        # Templates call it: nothing is asked for a page that does not say it.
        request.sight_words = cache(self._sight_words)
        if any(NUL in part for part in kwargs.values() if isinstance(part, str)):
            raise Http404  # nothing has such an address
        try:
            return super().dispatch(request, *args, **kwargs)
        except (ValueError, DataError) as error:
            if _holds_nul(request):
                raise BadRequest("a NUL character") from error
            raise

    @property
    def workspace(self) -> Workspace:
        return self.request.workspace

    def may(self, permission: Permission) -> bool:
        """Whether the viewer's role has `permission`: templates draw only what can be pressed."""
        return can(self.request.membership.role, permission)

    @cached_property
    def sight(self) -> Sight:
        """What the viewer may see; every page that shows cases, answers or contacts asks its queries with it."""
        return sight_of(self.request.membership)

    def _sight_words(self) -> str:
        """The viewer's limits in a sentence, empty without any."""
        if self.sight.is_everything:
            return ""
        teams, touchpoints = names_of(self.sight, workspace=self.workspace)
        parts = [part.say(_) for part in rule.words(self.sight, teams=teams, touchpoints=touchpoints)]
        return _("You see: %(limits)s %(own)s.") % {"limits": "; ".join(parts[:-1]), "own": parts[-1]}


class HasWorkspace(BasePermission):
    """The API key opened a workspace."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return getattr(request, "workspace", None) is not None
