"""The page of a link in an alert: take the case, hand it over, put it off, note a call-back, without opening the product.

Whatever opens the address changes nothing. Mail security follows links and presses what it finds there, so a press counts
only from the page itself, a moment after it was shown, and from no program that says what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.rules.permissions import Permission
from core import limiter
from core.client import network_of
from core.views import too_many_requests
from detractors.act_forms import CallBackForm, HandOverForm
from detractors.queries import acting as queries
from detractors.rules import transitions
from detractors.services import acting
from detractors.services.acting import Acting
from detractors.services.errors import AlreadyClaimed, CaseError
from detractors.views.presenting import moves_of
from surveys.rules import trust
from surveys.services import visits

RATE = "60/hour"  # presses through the links of one person for one case
GUESSES = "60/minute"  # links that lead nowhere, from one network
TAKE, HAND_OVER, TOMORROW, CALL_BACK = "take", "hand-over", "tomorrow", "call-back"
ACTS = (TAKE, HAND_OVER, TOMORROW, CALL_BACK)


@method_decorator(never_cache, name="dispatch")
class Act(View):
    """GET shows the case in a few words and what can be done; POST does it, as the person the link was sent to."""

    def get(self, request: HttpRequest, token: str, what: str = TAKE) -> HttpResponse:
        return self.with_link(token, lambda found: self.show(found, token, what))

    def post(self, request: HttpRequest, token: str, what: str = TAKE) -> HttpResponse:
        return self.with_link(token, lambda found: self.act(found, token, what))

    def with_link(self, token: str, then: Callable[[Acting], HttpResponse]) -> HttpResponse:
        """`then` with the proven link in its reader's language and zone; a page that says why there is none."""
        try:
            found = acting.find(token=token, now=timezone.now())
        except acting.Unknown:
            if wait := limiter.hit(rate=GUESSES, key=f"guess:{network_of(self.request)}"):
                return too_many_requests(self.request, wait)
            return self.closed(
                _("This link opens nothing"),
                _(
                    "It is not complete, or you made the links in your alerts worthless. The case is in the queue."
                ),
                404,
            )
        except acting.Closed as error:
            said = {
                "ENDED": (
                    _("This link is too old"), _("Links in alerts work for three days. The case is in the queue."),
                ),
                "NOT_YOURS": (
                    _("This case is not open to you any more"), _("Somebody of your team can say more."),
                ),
            }  # fmt: skip
            return self.closed(*said[error.state], 410)
        if found.needs_sign_in and self.request.user != found.user:
            login = f"{reverse('account_login')}?{urlencode({'next': self.request.path})}"
            if self.request.user.is_authenticated:
                return self.closed(
                    _("This link was sent to somebody else"),
                    _("Sign in as the person it was sent to."),
                    403,
                )
            return redirect(login)
        with translation.override(found.case.workspace.language), timezone.override(found.zone):
            return then(found)

    def act(self, found: Acting, token: str, what: str) -> HttpResponse:
        now = timezone.now()
        if what not in ACTS:
            return self.show(found, token, TAKE, status=404)
        if wait := limiter.hit(rate=RATE, key=f"act:{found.case.pk}:{found.user.pk}"):
            return too_many_requests(self.request, wait)
        if not self.is_pressed_by_a_person(now):
            return self.show(found, token, what, again=True)
        try:
            return self.do(found, token, what, now)
        except AlreadyClaimed as error:
            return self.show(found, token, what, trouble=str(error), status=409)
        except CaseError as error:
            return self.show(found, token, what, trouble=str(error), status=422)

    def do(self, found: Acting, token: str, what: str, now: datetime) -> HttpResponse:
        number = {"number": found.case.number}
        if what == HAND_OVER:
            form = self.hand_over_form(found, self.request.POST)
            if not form.is_valid():
                return self.show(found, token, what, hand_over=form, status=422)
            owner = form.cleaned_data["owner"]
            acting.hand_over(acting=found, owner=owner, now=now)
            return self.done(
                found, _("Case %(number)s went to %(name)s.") % {**number, "name": owner.display_name}
            )
        if what == CALL_BACK:
            call = CallBackForm(self.request.POST)
            if not call.is_valid():
                return self.show(found, token, what, call_back=call, status=422)
            acting.call_back(acting=found, now=now, **call.words)
            return self.done(found, _("The call-back for case %(number)s is noted.") % number)
        if what == TOMORROW:
            acting.until_tomorrow(acting=found, now=now)
            return self.done(found, _("Case %(number)s is out of sight until tomorrow morning.") % number)
        acting.take(acting=found, now=now)
        return self.done(found, _("Case %(number)s is yours.") % number)

    def is_pressed_by_a_person(self, now: datetime) -> bool:
        """A press that comes from the page, not faster than a hand, from nothing that calls itself a scanner."""
        age = visits.page_age(self.request.POST.get("page"), now)
        agent = trust.family(self.request.headers.get("user-agent", ""))
        return age is not None and age >= trust.INSTANT and agent not in (trust.SCANNER, trust.TOOL)

    def hand_over_form(self, found: Acting, data: Any = None) -> HandOverForm:
        people = queries.colleagues(case=found.case, but=found.user, now=timezone.now())
        return HandOverForm(data, people=people)

    def show(
        self,
        found: Acting,
        token: str,
        what: str,
        *,
        again: bool = False,
        trouble: str = "",
        hand_over: HandOverForm | None = None,
        call_back: CallBackForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        case, now = found.case, timezone.now()
        may = moves_of(case, role=found.membership.role, viewer_id=found.user.pk)
        owner = case.owner.display_name if case.owner else ""
        urls = {one: reverse("detractors:act_what", kwargs={"token": token, "what": one}) for one in ACTS}
        context = {
            "case": case,
            "person": found.user,
            "customer": case.contact.display_name if case.contact else _("An anonymous customer"),
            "owner": owner,
            "is_mine": case.owner_id == found.user.pk,
            "is_over": not case.is_open,
            "can_take": case.owner_id is None and transitions.CLAIM in may,
            "can_hand_over": transitions.ASSIGN in may,
            "can_work": case.is_open and found.may(Permission.WORK_CASES),
            "hand_over": hand_over or self.hand_over_form(found),
            "call_back": call_back or CallBackForm(),
            "tomorrow": acting.tomorrow(found, now),
            "urls": {one.replace("-", "_"): url for one, url in urls.items()},
            "first": what.replace("-", "_"),
            "page": visits.page_stamp(now),
            "again": again,
            "trouble": trouble,
            "zone": found.zone,
            "case_url": self.case_url(found),
        }
        return self.page("detractors/act.html", context, status=status)

    def done(self, found: Acting, text: str) -> HttpResponse:
        context = {"heading": _("Done"), "text": text, "case_url": self.case_url(found)}
        return self.page("detractors/act_done.html", context)

    def closed(self, heading: str, text: str, status: int) -> HttpResponse:
        return self.page("detractors/act_done.html", {"heading": heading, "text": text}, status=status)

    def case_url(self, found: Acting) -> str:
        place = {"slug": found.case.workspace.slug, "number": found.case.number}
        return reverse("detractors:case", kwargs=place)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        response = render(self.request, template, context, status=status)
        response["Referrer-Policy"] = "no-referrer"  # the address is the key
        response["X-Robots-Tag"] = "noindex"
        return response
