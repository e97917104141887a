"""Cases under the care of executives: the page of all, and the choice on the case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission, can
from core.numbers import wholes
from core.views import forbidden
from detractors.enums import EventKind
from detractors.models import Case
from detractors.queries import pages
from detractors.queries import sponsors as queries
from detractors.services import sponsoring
from detractors.services.errors import CaseError
from detractors.views import sections


class Executives(WorkspaceView):
    """A card for each executive; admins say who they are."""

    permission = Permission.VIEW_CASES
    post_permission = Permission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        cards = queries.cards(workspace=self.workspace, sight=self.sight)
        queue = reverse("detractors:queue", args=[slug])
        chosen = {card.user.pk for card in cards if card.is_executive}
        may_appoint = self.may(Permission.MANAGE_PEOPLE)
        context = {
            "title": _("Executives"),
            "crumbs": sections.crumbs(workspace=self.workspace, title=_("Executives")),
            "sections": sections.tabs(workspace=self.workspace, active="executives", sight=self.sight),
            "cards": [
                {
                    "card": card,
                    "rows": [self.row(case, card) for case in card.cases],
                    "queue_url": f"{queue}?view=open&executive={card.user.pk}",
                }
                for card in cards
            ],
            "people": [
                {"user": row.user, "role": row.get_role_display(), "is_chosen": row.user_id in chosen}
                for row in (queries.could_be(workspace=self.workspace) if may_appoint else ())
            ],
            "may_appoint": may_appoint,
        }
        return render(request, "detractors/executives.html", context)

    def row(self, case: Any, card: queries.Card) -> dict[str, Any]:
        kind = case.last_kind
        return {
            "case": case,
            "is_owner": case.owner_id == card.user.pk,
            "last": EventKind(kind).label if kind in EventKind.values else "",
        }

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        ids = wholes(request.POST.getlist("executive"))
        sponsoring.appoint(workspace=self.workspace, users=ids, by=self.request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("detractors:executives", slug=slug)


class GiveSponsor(WorkspaceView):
    """Put a case under the care of an executive; a manager does, or the executive themselves."""

    permission = Permission.VIEW_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        people = {str(user.pk): user for user in queries.executives(workspace=self.workspace)}
        may_give = can(self.request.membership.role, Permission.ASSIGN_CASES)
        if not may_give and self.request.user not in people.values():
            return self.refused()
        case = pages.case(workspace=self.workspace, number=number, sight=self.sight)
        if case is None:
            raise Http404
        asked = request.POST.get("executive", "")
        to = people.get(asked)
        sponsor = queries.of_case(case=case)
        is_own = self.request.user in ((to,) if to else (sponsor.user,) if sponsor else ())
        if not may_give and not is_own:
            return self.refused()
        if asked and to is None:
            messages.error(request, _("Choose an executive."))
        else:
            try:
                sponsoring.give(case=case, to=to, by=self.request.user, now=timezone.now())
            except CaseError as error:
                messages.error(request, error.sentence)
        return redirect("detractors:case", slug=slug, number=number)

    def refused(self) -> HttpResponse:
        return forbidden(self.request, _("Your role in this workspace does not give cases to others."))


def facts(case: Case, *, viewer: Any, role: str) -> dict[str, Any]:
    """The context of templates/detractors/_sponsor.html."""
    people = queries.executives(workspace=case.workspace)
    may_give = not case.is_closed and (can(role, Permission.ASSIGN_CASES) or viewer in people)
    return {
        "sponsor": {
            "row": queries.of_case(case=case),
            "people": (people if can(role, Permission.ASSIGN_CASES) else [viewer])
            if may_give and people
            else [],
            "url": reverse("detractors:sponsor", args=[case.workspace.slug, case.number]),
        }
    }
