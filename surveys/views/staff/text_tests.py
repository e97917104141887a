"""A survey's text message to one's own telephone, of a survey or of a campaign, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from outbox import text_rules
from outbox.channels.sms import gateway_of
from outbox.conditions import REASONS, condition
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.models import Campaign, Contact, Survey
from surveys.services import sms_gateways, trying_texts
from surveys.sms_forms import GatewayTestForm
from surveys.views.staff.campaigns import CampaignView, sample_contact
from surveys.views.staff.surveys import SurveyView

GOING = (State.QUEUED, State.SENDING)


class _TextTest(WorkspaceView):
    """The text as it will be read, where it goes, and the last one that was tried."""

    rates = {"POST": "20/hour"}

    def show(
        self,
        *,
        survey: Survey,
        crumbs: list[dict[str, Any]],
        form: GatewayTestForm | None = None,
        campaign: Campaign | None = None,
        contact: Contact | None = None,
        status: int = 200,
    ) -> HttpResponse:
        user, now = self.request.user, timezone.now()
        text = trying_texts.said(survey=survey, campaign=campaign, contact=contact)
        last = trying_texts.latest(workspace=self.workspace, by=user, now=now)
        context = {
            "title": _("Test to my phone"),
            "crumbs": crumbs,
            "text": text,
            "size": text_rules.size(text),
            "form": form or GatewayTestForm(initial={"to": user.phone}),
            "is_off": gateway_of(self.workspace.pk) is None,
            "may_set_up": self.may(Permission.MANAGE_SETTINGS),
            "last": last,
            "last_state": condition(last) if last else "",
            "last_reason": _reason(last) if last else "",
            "is_going": last is not None and last.state in GOING,
        }
        return render(self.request, "surveys/text_test.html", context, status=status)

    def try_it(
        self,
        *,
        survey: Survey,
        crumbs: list[dict[str, Any]],
        campaign: Campaign | None = None,
        contact: Contact | None = None,
    ) -> HttpResponse:
        form = GatewayTestForm(self.request.POST)
        shown: dict[str, Any] = {"survey": survey, "crumbs": crumbs, "campaign": campaign, "contact": contact}
        if not form.is_valid():
            return self.show(form=form, status=422, **shown)
        try:
            trying_texts.send(
                survey=survey,
                to=form.cleaned_data["to"],
                by=self.request.user,
                now=timezone.now(),
                campaign=campaign,
                contact=contact,
            )
        except sms_gateways.NoTest as error:
            form.add_error("to", str(error))
            return self.show(form=form, status=422, **shown)
        messages.success(self.request, _("The test is on its way; this page says what becomes of it."))
        return redirect(self.request.path)


class CampaignTextTest(_TextTest, CampaignView):
    permission = Permission.SEND_CAMPAIGNS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show(**self._what(public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.try_it(**self._what(public_id))

    def _what(self, public_id: str) -> dict[str, Any]:
        campaign = self.one(public_id)
        page = reverse("surveys:campaign", args=[self.workspace.slug, public_id])
        return {
            "survey": campaign.survey,
            "campaign": campaign,
            "contact": sample_contact(campaign, timezone.now(), self.sight),
            "crumbs": self.crumbs((campaign.name, page)),
        }


class SurveyTextTest(_TextTest, SurveyView):
    permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show(**self._what(public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.try_it(**self._what(public_id))

    def _what(self, public_id: str) -> dict[str, Any]:
        survey = self.one(public_id)
        page = reverse("surveys:survey", args=[self.workspace.slug, public_id])
        return {"survey": survey, "crumbs": self.crumbs((survey.name, page))}


def _reason(message: OutboundMessage) -> str:
    """In words, what keeps the test from arriving; "" while nothing does."""
    if message.state == State.SKIPPED:
        return str(REASONS.get(message.skipped_because, ""))
    if message.state == State.UNKNOWN:
        return _("The line went dead while it was on its way: it may arrive all the same.")
    if message.state in (State.FAILED, State.DEAD):
        return _("It was refused: %(why)s. Nothing else is held up by it; mend the number or the gateway and try again.") % {
            "why": message.last_error or _("the provider gave no reason")
        }  # fmt: skip
    if message.last_error:
        return _("Not yet: %(why)s. It is tried again by itself.") % {"why": message.last_error}
    return ""
