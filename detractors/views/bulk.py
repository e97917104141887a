"""Acts on many cases at once, and the next case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.views import forbidden
from detractors import filters
from detractors.enums import BulkAct
from detractors.models import BulkAction
from detractors.queries import bulk_rows
from detractors.queries.ordering import numbers_in
from detractors.services import bulk, bulk_moves, bulk_runs, taking
from detractors.services.errors import CaseError
from detractors.views import bulk_words, desk_undo


class AtTheList(WorkspaceView):
    """Something that leads back to the list it was done from."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def address(self, now: datetime) -> filters.QueueAddress:
        """The list in `query`."""
        asked = dict(parse_qsl(self.request.POST.get("query", "")))
        return filters.read(asked, membership=self.request.membership, now=now)

    def back(self) -> HttpResponse:
        """To that list."""
        url = self.address(timezone.now()).url()
        return redirect(reverse("detractors:queue", kwargs={"slug": self.workspace.slug}) + url)


class Bulk(AtTheList):
    """Do `act` to the cases in `number`, or with `all` to every case that fits the list in `query`.

    Asked by script it answers with figures, and may come in parts: `action` is the id the first part came back with, `last`
    says that no more follow. An act on all answers with the address of its page.
    """

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act, now = request.POST.get("act", ""), timezone.now()
        given, why = bulk_words.given(self, act)
        if given is None:
            return self.told(why, status=422)
        if not bulk_moves.may(membership=self.request.membership, act=act, given=given):
            return forbidden(request, _("Your role in this workspace does not do this to many cases."))
        if request.POST.get("all"):
            return self.to_all(act, given, now)
        numbers = set(numbers_in(request.POST.getlist("number")))
        if not numbers:
            return self.told(_("Choose some cases first."), status=422)
        action = bulk_rows.going_on(
            workspace=self.workspace, public_id=request.POST.get("action", ""), act=act, by=self.request.user
        )
        result = bulk.act(
            workspace=self.workspace, by=self.request.user, sight=self.sight, numbers=numbers, act=act,
            given=given, now=now, action=action,
        )  # fmt: skip
        is_script = request.headers.get("HX-Request") is not None
        if not is_script or request.POST.get("last"):
            self.offer(result.action)
        if is_script:
            return JsonResponse(
                {"action": result.action.public_id, "done": result.done, "left": len(result.left)}
            )
        return self.back()

    def to_all(self, act: str, given: dict[str, Any], now: datetime) -> HttpResponse:
        """Every case that fits: in the background, told on a page of its own."""
        action = bulk_runs.start(
            workspace=self.workspace, wanted=self.address(now).wanted, act=act, given=given,
            by=self.request.user, now=now,
        )  # fmt: skip
        url = reverse(
            "detractors:bulk_page", kwargs={"slug": self.workspace.slug, "public_id": action.public_id}
        )
        if self.request.headers.get("HX-Request"):
            return JsonResponse({"action": action.public_id, "url": url})
        return redirect(url)

    def offer(self, action: BulkAction) -> None:
        """Say what was done, and offer the way back, on the next page."""
        place = {"slug": self.workspace.slug, "public_id": action.public_id}
        total = action.rows_changed
        text = ngettext("%(n)d case: %(what)s.", "%(n)d cases: %(what)s.", total) % {
            "n": total, "what": str(BulkAct(action.act).label).lower(),
        }  # fmt: skip
        left = [bulk.Left(**one) for one in bulk_rows.left_of(action=action, most=200)]
        if left:
            text = f"{text} {_('Left as they were:')} {bulk.said(left)}"
        if total:
            url, page = (
                reverse("detractors:bulk_undo", kwargs=place),
                reverse("detractors:bulk_page", kwargs=place),
            )
            desk_undo.offer(
                self.request, self.workspace, text=text, url=url, page=page if len(left) > 3 else ""
            )
        else:
            messages.info(self.request, text)

    def told(self, text: str, *, status: int) -> HttpResponse:
        if self.request.headers.get("HX-Request"):
            return JsonResponse({"said": text}, status=status)
        messages.error(self.request, text)
        return self.back()


class BulkCount(WorkspaceView):
    """How many cases fit the list in the address: what an act on all would mean."""

    permission = Permission.WORK_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        address = filters.read(request.GET, membership=self.request.membership, now=timezone.now())
        count = bulk_rows.count(
            workspace=self.workspace, user=self.request.user, wanted=address.wanted, sight=self.sight
        )
        more = count > bulk_rows.COUNTED
        shown = f"{bulk_rows.COUNTED:,}+" if more else f"{count:,}"
        said = ngettext("The one case that fits", "All %(n)s that fit", count) % {"n": shown}
        return JsonResponse({"count": count, "said": said})


class BulkPage(WorkspaceView):
    """What became of an act on many: how far it is, who was left and why, the way back. Asked by script: the live part."""

    permission = Permission.WORK_CASES

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        action = bulk_rows.action_with(workspace=self.workspace, public_id=public_id)
        if action is None:
            raise Http404
        context = bulk_words.page(action, viewer=self.request.user, sight=self.sight, now=timezone.now())
        is_part = request.headers.get("HX-Request") is not None
        context["is_part"] = is_part
        if is_part and request.GET.get("said") == context["step"]:
            context["news"] = ""  # said already: nothing is read aloud twice
        name = "_bulk_run.html" if is_part else "bulk.html"
        return render(request, f"detractors/{name}", context)


class BulkStop(WorkspaceView):
    """Move no further case."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        action = bulk_rows.action_with(workspace=self.workspace, public_id=public_id)
        if action is None:
            raise Http404
        try:
            bulk_runs.stop(action=action, by=self.request.user, now=timezone.now())
        except CaseError as error:
            messages.error(request, error.sentence)
        return redirect("detractors:bulk_page", slug=slug, public_id=public_id)


class BulkUndo(AtTheList):
    """Put back what nobody has touched since; an act in the background is taken back there, on its page."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        action = bulk_rows.action_with(workspace=self.workspace, public_id=public_id)
        if action is None:
            raise Http404
        now = timezone.now()
        try:
            if action.newest_case:
                bulk_runs.undo(action=action, by=self.request.user, now=now)
                return redirect("detractors:bulk_page", slug=slug, public_id=public_id)
            result = bulk.undo(action=action, by=self.request.user, sight=self.sight, now=now)
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
