"""Who else is at a case: said by the case page, shown there and in the list."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from detractors.queries import people
from detractors.queries.ordering import numbers_in
from detractors.services import presence

MOST = 100  # cases asked about at once


class Presence(WorkspaceView):
    """Names of the others at some cases."""

    permission = Permission.VIEW_CASES

    def words(self, numbers: Collection[int]) -> dict[int, list[dict[str, object]]]:
        """Who else is at each case, as sentences."""
        found = presence.others(
            workspace=self.workspace, numbers=numbers, user=self.request.user, now=timezone.now()
        )
        ids = {one.user_id for visitors in found.values() for one in visitors}
        names = people.names(workspace=self.workspace, ids=ids)
        return {
            number: [
                {
                    "name": names[one.user_id],
                    "is_writing": one.is_writing,
                    "said": (_("%(name)s is writing") if one.is_writing else _("%(name)s is looking"))
                    % {"name": names[one.user_id]},
                }
                for one in visitors
                if one.user_id in names
            ]
            for number, visitors in found.items()
        }


class CaseHere(Presence):
    """A sign of life from a case page (`typing`, or `gone`); the others there come back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        if not people.may_see(workspace=self.workspace, numbers=[number], sight=self.sight):
            raise Http404
        user, now = self.request.user, timezone.now()
        if request.POST.get("gone"):
            presence.leave(workspace=self.workspace, number=number, user=user, now=now)
            return HttpResponse(status=204)
        presence.note(
            workspace=self.workspace,
            number=number,
            user=user,
            is_writing=request.POST.get("typing") == "1",
            now=now,
        )
        return render(request, "detractors/_here.html", {"others": self.words([number]).get(number, [])})


class ListHere(Presence):
    """The others at the cases in `n` ("3,14,15") that the viewer may see."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        parts = request.GET.get("n", "")[:1200].split(",")
        numbers = numbers_in(parts)[:MOST]
        seen = people.may_see(workspace=self.workspace, numbers=numbers, sight=self.sight)
        return JsonResponse({str(number): visitors for number, visitors in self.words(seen).items()})
