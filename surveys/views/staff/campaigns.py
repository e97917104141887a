"""Campaigns: whom to ask, the real mail before it leaves, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from accounts.rules.sight import Sight
from outbox.rendering import Rendered
from outbox.rendering import render as render_mail
from surveys.enums import CampaignStatus, NotSentBecause
from surveys.forms import CampaignForm
from surveys.models import Campaign, Contact
from surveys.queries import audiences, lists
from surveys.queries import sight as sights
from surveys.services import campaigns
from surveys.views.staff import base

NO_COUNTS = {"people": None, "sent": None, "not_sent": None, "answered": None}  # of a draft


class CampaignView(WorkspaceView):
    permission = Permission.VIEW_SURVEYS
    post_permission = Permission.SEND_CAMPAIGNS

    def one(self, public_id: str) -> Campaign:
        """The workspace's campaign with this id, or 404."""
        rows = lists.campaigns(workspace=self.workspace).select_related("workspace", "survey__workspace")
        found: Campaign = get_object_or_404(rows, public_id=public_id)
        return found

    def crumbs(self, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        return base.crumbs(
            (_("Campaigns"), reverse("surveys:campaign_list", args=[self.workspace.slug])), *more
        )

    def back(self, public_id: str) -> HttpResponse:
        return redirect("surveys:campaign", slug=self.workspace.slug, public_id=public_id)


class CampaignList(CampaignView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = lists.keyset(lists.campaigns(workspace=self.workspace), **base.cursor(request))
        seen = sights.invitations(workspace=self.workspace, sight=self.sight)
        counts = lists.counts_of(campaigns=page.rows, seen=seen)
        context = {
            "title": _("Campaigns"),
            "page": page,
            "rows": [(campaign, counts.get(campaign.pk, NO_COUNTS)) for campaign in page.rows],
            "may_send": self.may(Permission.SEND_CAMPAIGNS),
            **base.paging(request, page),
        }
        return render(request, "surveys/campaign_list.html", context)


class CampaignAdd(CampaignView):
    """Survey, people, moment. `?contacts=1&contacts=2` are people ticked in the list."""

    permission = Permission.SEND_CAMPAIGNS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = [int(pk) for pk in request.GET.getlist("contacts") if pk.isdigit()]
        start = {
            name: request.GET[name] for name in ("search", "attribute", "value") if request.GET.get(name)
        }
        initial = {**start, "audience": "filter"} if start and not chosen else start
        return self._show(self._form(chosen=chosen, initial=initial))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form, 422)
        campaign = campaigns.create(
            workspace=self.workspace,
            name=form.cleaned_data["name"],
            survey=form.cleaned_data["survey"],
            audience=form.audience_spec(),
            touchpoint=form.cleaned_data["touchpoint"],
            by=self.request.user,
            now=timezone.now(),
        )
        return self.back(campaign.public_id)

    def _form(self, data: Any = None, **more: Any) -> CampaignForm:
        return CampaignForm(
            data,
            surveys=lists.active_surveys(workspace=self.workspace),
            attributes=lists.attributes(workspace=self.workspace),
            **more,
        )

    def _show(self, form: CampaignForm, status: int = 200) -> HttpResponse:
        chosen = form["contacts"].value() or ""
        survey_field: Any = form.fields["survey"]
        context = {
            "title": _("New campaign"),
            "crumbs": self.crumbs(),
            "form": form,
            "has_survey": survey_field.queryset.exists(),
            "touchpoints": [row.name for row in lists.touchpoints(workspace=self.workspace)],
            "chosen_count": len(chosen) if isinstance(chosen, list) else len(str(chosen).split()),
        }
        return render(self.request, "surveys/campaign_new.html", context, status=status)


class CampaignPage(CampaignView):
    """A draft with its preview, or a running or finished campaign with its figures."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign = self.one(public_id)
        if campaign.is_draft:
            return self._draft(campaign)
        return self._figures(request, campaign)

    def _draft(self, campaign: Campaign) -> HttpResponse:
        now = timezone.now()
        preview = audiences.preview(campaign=campaign, now=now, sight=self.sight)
        sample = sample_contact(campaign, now, self.sight)
        mail = sample_mail(campaign, sample)
        context = {
            "title": campaign.name,
            "crumbs": self.crumbs(),
            "campaign": campaign,
            "preview": preview,
            "left_out": [(code, NotSentBecause(code).label, n) for code, n in preview.left_out.items()],
            "left_out_count": preview.people - preview.asked,
            "sample": sample,
            "mail": mail,
            "audience": audience_in_words(campaign),
            "quiet_days": max(self.workspace.quiet_days, campaign.survey.quiet_days),
            "may_send": self.may(Permission.SEND_CAMPAIGNS),
        }
        return render(self.request, "surveys/campaign_draft.html", context)

    def _figures(self, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        chosen = {"status": request.GET.get("status", ""), "reason": request.GET.get("reason", "")}
        page = lists.keyset(
            lists.people_of(campaign=campaign, sight=self.sight, **chosen), **base.cursor(request)
        )
        context = {
            "title": campaign.name,
            "crumbs": self.crumbs(),
            "campaign": campaign,
            "audience": audience_in_words(campaign),
            "page": page,
            "chosen": chosen,
            "chosen_reason": dict(NotSentBecause.choices).get(chosen["reason"], ""),
            "may_send": self.may(Permission.SEND_CAMPAIGNS),
            **figures_context(campaign, self.sight),
            **base.paging(request, page),
        }
        return render(request, "surveys/campaign.html", context)


class CampaignFigures(CampaignView):
    """The part of the page that changes while mails leave; asked for again and again."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign = self.one(public_id)
        context = {"campaign": campaign, **figures_context(campaign, self.sight)}
        return render(request, "surveys/_campaign_figures.html", context)


class CampaignPeople(CampaignView):
    """People of a draft who would be asked, or are left out for one reason, with the day they may be asked."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign = self.one(public_id)
        if not campaign.is_draft:
            return self.back(public_id)
        reason = request.GET.get("reason", "")
        people = audiences.judged_audience(campaign=campaign, now=timezone.now(), sight=self.sight)
        rows = people.filter(because=reason)
        page = lists.keyset(rows, **base.cursor(request))
        label = dict(NotSentBecause.choices).get(reason)
        context = {
            "title": _("Left out: %(reason)s") % {"reason": label} if label else _("Who is asked"),
            "crumbs": self.crumbs((campaign.name, reverse("surveys:campaign", args=[slug, public_id]))),
            "page": page,
            "is_left_out": bool(label),
            **base.paging(request, page),
        }
        return render(request, "surveys/campaign_people.html", context)


class CampaignMail(CampaignView):
    """The mail itself, for the frame of the preview."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign = self.one(public_id)
        sample = sample_contact(campaign, timezone.now(), self.sight)
        return base.framed(sample_mail(campaign, sample).html)


class CampaignTest(CampaignView):
    """The same mail to oneself."""

    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign, now = self.one(public_id), timezone.now()
        campaigns.send_test(
            campaign=campaign,
            contact=sample_contact(campaign, now, self.sight),
            to=self.request.user,
            now=now,
        )
        messages.success(
            request, _("A test is on its way to %(email)s.") % {"email": self.request.user.email}
        )
        return self.back(public_id)


class CampaignStart(CampaignView):
    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        try:
            campaigns.start(campaign=self.one(public_id), by=self.request.user, now=timezone.now())
        except campaigns.CampaignError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The campaign has started."))
        return self.back(public_id)


class CampaignStop(CampaignView):
    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        stopped = campaigns.stop(campaign=self.one(public_id), now=timezone.now())
        words = ngettext(
            "Stopped: %(n)s person is not asked.", "Stopped: %(n)s people are not asked.", stopped
        )
        messages.success(request, words % {"n": f"{stopped:,}"})
        return self.back(public_id)


class CampaignDiscard(CampaignView):
    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        try:
            campaigns.discard(campaign=self.one(public_id))
        except campaigns.CampaignError as error:
            messages.error(request, str(error))
            return self.back(public_id)
        messages.success(request, _("The draft is thrown away."))
        return redirect("surveys:campaign_list", slug=slug)


def sample_contact(campaign: Campaign, now: Any, sight: Sight) -> Contact | None:
    """Somebody of the audience, at best one who will be asked: the mail is shown as this person gets it."""
    people = audiences.judged_audience(campaign=campaign, now=now, sight=sight)
    return people.filter(because="").order_by("pk").first() or people.order_by("pk").first()


def sample_mail(campaign: Campaign, contact: Contact | None) -> Rendered:
    """The real mail to `contact`, with links that lead nowhere."""
    subject, context = campaigns.sample(campaign=campaign, contact=contact, link="#")
    return render_mail(
        mail="survey_invitation",
        context={**context, "unsubscribe_url": "#"},
        workspace=campaign.workspace,
        subject=subject,
    )


def audience_in_words(campaign: Campaign) -> str:
    """Whom the campaign means, as a sentence."""
    audience = campaign.audience
    if "contacts" in audience:
        count = len(audience["contacts"])
        return ngettext("%(n)s chosen contact", "%(n)s chosen contacts", count) % {"n": f"{count:,}"}
    parts = []
    if audience.get("search"):
        parts.append(_("contacts matching “%(text)s”") % {"text": audience["search"]})
    if audience.get("attribute"):
        parts.append(f"{audience['attribute']} = {audience.get('value') or '*'}")
    return ", ".join(parts) or _("all contacts")


def figures_context(campaign: Campaign, sight: Sight) -> dict[str, Any]:
    """The funnel and the reasons; shares are of the step before."""
    funnel = lists.funnel(campaign=campaign, sight=sight)
    steps = [
        (_("Sent"), funnel.sent, funnel.people),
        (_("Delivered"), funnel.delivered, funnel.sent),
        (_("Answered"), funnel.answered, funnel.delivered),
        (_("With words"), funnel.commented, funnel.answered),
    ]
    return {
        "funnel": funnel,
        "steps": [
            {"label": label, "n": n, "of": of, "share": f"{100 * n / of:.0f} %" if of else ""}
            for label, n, of in steps
        ],
        "reasons": [(code, NotSentBecause(code).label, n) for code, n in funnel.reasons.items()],
        "is_preparing": campaign.status == CampaignStatus.PREPARING,
        "is_sending": campaign.status == CampaignStatus.SENDING,
        "is_finished": campaign.status == CampaignStatus.FINISHED,
        "is_stopped": campaign.status == CampaignStatus.STOPPED,
    }
