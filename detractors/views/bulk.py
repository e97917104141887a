"""Acts on many cases at once, and the next case."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.models import User
from accounts.rules.permissions import Permission
from core.views import forbidden
from detractors import filters
from detractors.enums import BulkAct
from detractors.queries import bulk_rows, pages
from detractors.queries.ordering import LARGEST_NUMBER
from detractors.services import bulk, taking
from detractors.services.errors import CaseError
from detractors.views import desk_undo


class AtTheList(WorkspaceView):
    """Something that leads back to the list it was done from."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def back(self) -> HttpResponse:
        """The list in `query`."""
        asked = dict(parse_qsl(self.request.POST.get("query", "")))
        address = filters.read(asked, membership=self.request.membership, now=timezone.now())
        return redirect(reverse("detractors:queue", kwargs={"slug": self.workspace.slug}) + address.url())


class Bulk(AtTheList):
    """Do `act` to the cases in `number`. Asked by script it answers with figures, and may come in parts: `action` is the
    id the first part came back with, `last` says that no more follow."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act, now = request.POST.get("act", ""), timezone.now()
        numbers = {int(text) for text in request.POST.getlist("number") if _is_number(text)}
        given, why = self.given(act)
        if given is None:
            if why == "forbidden":
                return forbidden(request, _("Your role in this workspace does not give cases to others."))
            return self.told(why, status=422)
        if not numbers:
            return self.told(_("Choose some cases first."), status=422)
        action = bulk_rows.going_on(
            workspace=self.workspace, public_id=request.POST.get("action", ""), act=act, by=self.request.user
        )
        result = bulk.act(
            workspace=self.workspace, by=self.request.user, sight=self.sight, numbers=numbers, act=act,
            given=given, now=now, action=action,
        )  # fmt: skip
        total = len(result.action.changes)
        text = ngettext("%(n)d case: %(what)s.", "%(n)d cases: %(what)s.", total) % {
            "n": total, "what": str(BulkAct(act).label).lower(),
        }  # fmt: skip
        if result.left:
            text = f"{text} {_('Left as they were:')} {bulk.said(result.left)}"
        is_script = request.headers.get("HX-Request") is not None
        if not is_script or request.POST.get("last"):
            url = reverse("detractors:bulk_undo", kwargs={"slug": slug, "public_id": result.action.public_id})
            if total:
                desk_undo.offer(request, self.workspace, text=text, url=url)
            else:
                messages.info(request, text)
        if is_script:
            return JsonResponse(
                {"action": result.action.public_id, "done": result.done, "left": len(result.left)}
            )
        return self.back()

    def told(self, text: str, *, status: int) -> HttpResponse:
        if self.request.headers.get("HX-Request"):
            return JsonResponse({"said": text}, status=status)
        messages.error(self.request, text)
        return self.back()

    def given(self, act: str) -> tuple[dict[str, Any] | None, str]:
        """What the move needs, or None with what is missing ("forbidden": the role)."""
        post = self.request.POST
        if act == BulkAct.ASSIGN:
            return self._owner(post.get("owner", ""))
        if act == BulkAct.WAIT:
            text = post.get("waiting_for", "").strip()
            return ({"waiting_for": text}, "") if text else (None, _("Please say what we are waiting for."))
        if act == BulkAct.RESOLVE:
            causes = {cause.public_id: cause for cause in pages.root_causes(workspace=self.workspace)}
            cause = causes.get(post.get("root_cause", ""))
            resolution = post.get("resolution", "").strip()
            if cause is None:
                return None, _("Please choose why it happened.")
            if not resolution:
                return None, _("Please write what was done.")
            return {"root_cause": cause, "resolution": resolution}, ""
        return None, _("Choose what to do.")

    def _owner(self, text: str) -> tuple[dict[str, Any] | None, str]:
        me: User = self.request.user
        if text == "me":
            return {"owner": me}, ""
        if not self.may(Permission.ASSIGN_CASES):
            return None, "forbidden"
        if text == "none":
            return {"owner": None}, ""
        people = {str(user.pk): user for user in pages.owners(workspace=self.workspace)}
        return ({"owner": people[text]}, "") if text in people else (None, _("Choose a colleague."))


class BulkUndo(AtTheList):
    """Put back what nobody has touched since."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        action = bulk_rows.action_with(workspace=self.workspace, public_id=public_id)
        if action is None:
            raise Http404
        try:
            result = bulk.undo(action=action, by=self.request.user, sight=self.sight, now=timezone.now())
        except CaseError as error:
            messages.error(request, error.sentence)
            return self.back()
        text = ngettext("%(n)d case is as it was.", "%(n)d cases are as they were.", result.done) % {
            "n": result.done
        }
        if result.left:
            text = f"{text} {_('Not taken back:')} {bulk.said(result.left)}"
        messages.info(request, text)
        return self.back()


class TakeNext(AtTheList):
    """The most urgent case nobody has becomes the viewer's, and opens."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        case = taking.take_next(
            workspace=self.workspace, by=self.request.user, sight=self.sight, now=timezone.now()
        )
        if case is None:
            messages.info(request, _("No case without an owner is left for you to take."))
            return self.back()
        messages.success(request, _("Case #%(number)s is yours.") % {"number": case.number})
        return redirect("detractors:case", slug=slug, number=case.number)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_NUMBER
