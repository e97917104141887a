"""The page of the link in a mail that asks for somebody's word on a remedy: agreed to or refused without opening the product."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import limiter
from core.views import too_many_requests
from detractors.enums import RemedyState
from detractors.models import Remedy
from detractors.queries import remedies as queries
from detractors.remedy_words import WHY
from detractors.services import acting, remedy_asking
from detractors.services.acting import Acting
from detractors.services.errors import CaseError
from detractors.services.remedies import RemedyError
from detractors.views.acting import RATE, Act
from surveys.services import visits

AGREE, REFUSE = "agree", "refuse"


class ActRemedy(Act):
    """GET shows what is asked for; POST says yes or no, as the person the link was sent to. A decision is made once."""

    def get(self, request: HttpRequest, token: str, public_id: str) -> HttpResponse:  # type: ignore[override]  # its own address
        return self.with_link(token, lambda found: self.asked(found, public_id))

    def post(self, request: HttpRequest, token: str, public_id: str) -> HttpResponse:  # type: ignore[override]  # its own address
        return self.with_link(token, lambda found: self.decide(found, public_id))

    def remedy(self, found: Acting, public_id: str) -> Remedy | None:
        """The remedy, if it is one of the case the link is for."""
        row = queries.one(workspace=found.case.workspace, public_id=public_id)
        return row if row is not None and row.case_id == found.case.pk else None

    def asked(self, found: Acting, public_id: str, **more: Any) -> HttpResponse:
        row = self.remedy(found, public_id)
        if row is None:
            return self.closed(
                _("This link opens nothing"), _("It is not complete. The case is in the queue."), 404
            )
        if not row.is_waiting:
            return self.decided(found, row)
        return self.question(found, row, **more)

    def decide(self, found: Acting, public_id: str) -> HttpResponse:
        row, now = self.remedy(found, public_id), timezone.now()
        if row is None or not row.is_waiting:
            return self.asked(found, public_id)
        if wait := limiter.hit(rate=RATE, key=f"act:{found.case.pk}:{found.user.pk}"):
            return too_many_requests(self.request, wait)
        if not self.is_pressed_by_a_person(now):
            return self.question(found, row, again=True)
        do, note = self.request.POST.get("do", ""), self.request.POST.get("note", "")
        if do not in (AGREE, REFUSE):
            return self.question(found, row, status=400)
        try:
            acting.decide_remedy(acting=found, remedy=row, is_yes=do == AGREE, note=note, now=now)
        except (RemedyError, CaseError) as error:
            row = self.remedy(found, public_id)
            if row is not None and not row.is_waiting:  # somebody else was quicker
                return self.decided(found, row)
            return self.asked(found, public_id, trouble=error.sentence, note=note, status=422)
        what = {"what": row.what}
        return self.done(
            found,
            _("Agreed: %(what)s. Whoever asked is told.") % what
            if do == AGREE
            else _("Refused: %(what)s. Whoever asked is told why.") % what,
        )

    def question(
        self,
        found: Acting,
        row: Remedy,
        *,
        again: bool = False,
        trouble: str = "",
        note: str = "",
        status: int = 200,
    ) -> HttpResponse:
        now: datetime = timezone.now()
        left = remedy_asking.left_of_budget(remedy=row, now=now)
        context = {
            "case": found.case,
            "customer": found.case.contact.display_name if found.case.contact else _("An anonymous customer"),
            "row": row,
            "asker": row.created_by.display_name,
            "why": [str(WHY[code]) for code in row.why_asked if code in WHY],
            "currency": queries.settings_of(workspace=found.case.workspace).currency,
            "left": left,
            "person": found.user,
            "zone": found.zone,
            "page": visits.page_stamp(now),
            "again": again,
            "trouble": trouble,
            "note": note,
            "case_url": self.case_url(found),
            "url": reverse("detractors:act_remedy", args=[self.kwargs["token"], row.public_id]),
        }
        return self.page("detractors/act_remedy.html", context, status=status)

    def decided(self, found: Acting, row: Remedy) -> HttpResponse:
        """It was decided before, by whoever and whichever way: that is said, and nothing can be pressed."""
        name = row.decided_by.display_name if row.decided_by else ""
        said = {
            RemedyState.GRANTED: _("%(name)s agreed to it."),
            RemedyState.GIVEN: _("%(name)s agreed to it, and the customer has it."),
            RemedyState.REFUSED: _("%(name)s refused it."),
        }
        text = (
            said[RemedyState(row.state)] % {"name": name}
            if name
            else _("It was taken back: nothing is asked any more.")
        )
        context = {"heading": _("This was decided already"), "text": text, "case_url": self.case_url(found)}
        return self.page("detractors/act_done.html", context, status=200)
