"""Campaigns: whom to ask, the real mail before it leaves, and what became of it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from accounts.rules.sight import Sight
from core.moments import duration, in_words
from core.numbers import wholes
from outbox import text_rules
from outbox.channels.sms import gateway_of
from outbox.rendering import Rendered
from outbox.rendering import render as render_mail
from surveys.campaign_forms import CampaignPlanForm, initial_of
from surveys.enums import CampaignKind, CampaignStatus, NotSentBecause, ResponseChannel
from surveys.models import Campaign, Contact
from surveys.queries import audiences, lists
from surveys.queries import campaigns as campaign_queries
from surveys.queries import sight as sights
from surveys.rules.sending_hours import Window
from surveys.services import campaign_plans, campaigns
from surveys.views.staff import base

NO_COUNTS = {"people": None, "sent": None, "not_sent": None, "answered": None}  # of a draft


class CampaignView(WorkspaceView):
    permission = Permission.VIEW_SURVEYS
    post_permission = Permission.SEND_CAMPAIGNS

    def one(self, public_id: str) -> Campaign:
        """The workspace's campaign with this id, or 404."""
        rows = lists.campaigns(workspace=self.workspace).select_related(
            "workspace", "survey__workspace", "touchpoint", "saved_audience"
        )
        found: Campaign = get_object_or_404(rows, public_id=public_id)
        return found

    def crumbs(self, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        return base.crumbs(
            (_("Campaigns"), reverse("surveys:campaign_list", args=[self.workspace.slug])), *more
        )

    def which_mail(self, campaign: Campaign, asked: str) -> int:
        """The reminder somebody asked to see, 0 the first mail; 404 for one the campaign has not."""
        if not asked:
            return 0
        if (
            not asked.isdecimal()
            or len(asked) > 2
            or int(asked) > len(campaign_plans.reminders_of(campaign=campaign))
        ):
            raise Http404
        return int(asked)

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


class _CampaignForm(CampaignView):
    """The form of a new campaign or of a draft; what the service refuses is said beside its field."""

    permission = Permission.SEND_CAMPAIGNS

    def form(self, data: Any = None, **more: Any) -> CampaignPlanForm:
        """The form with the workspace's surveys, attributes and saved audiences."""
        return CampaignPlanForm(
            data,
            surveys=lists.active_surveys(workspace=self.workspace),
            attributes=lists.attributes(workspace=self.workspace),
            audiences=campaign_queries.audiences(workspace=self.workspace),
            by_text=gateway_of(self.workspace.pk) is not None,
            **more,
        )

    def chosen(self, form: CampaignPlanForm) -> dict[str, Any]:
        """What the services take of a valid form."""
        data = form.cleaned_data
        return {
            "name": data["name"],
            "survey": data["survey"],
            "audience": form.audience_spec(),
            "touchpoint": data["touchpoint"],
            "reminders": form.reminders(),
            **form.schedule(),
        }

    def refuse(self, form: CampaignPlanForm, error: campaigns.BadCampaign) -> None:
        """Put what the service refused beside its field."""
        for field, sentence in error.errors.items():
            form.add_error("reminder_1_days" if field == "reminders" else field, sentence)

    def show(self, form: CampaignPlanForm, title: str, status: int = 200, **more: Any) -> HttpResponse:
        """The page with the form; parts with something to put right are open."""
        contacts = form["contacts"].value() or ""
        survey_field: Any = form.fields["survey"]
        context = {
            "title": title,
            "form": form,
            "has_survey": survey_field.queryset.exists(),
            "touchpoints": [row.name for row in lists.touchpoints(workspace=self.workspace)],
            "chosen_count": len(contacts) if isinstance(contacts, list) else len(str(contacts).split()),
            "contact_policy": self.workspace.quiet_days,
            **more,
        }
        return render(self.request, "surveys/campaign_new.html", context, status=status)


class CampaignAdd(_CampaignForm):
    """Survey, people, moment. `?contacts=1&contacts=2` are people ticked in the list."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = wholes(request.GET.getlist("contacts"))
        start = {
            name: request.GET[name] for name in ("search", "attribute", "value") if request.GET.get(name)
        }
        initial = {**start, "audience": "filter"} if start and not chosen else start
        return self._show(self.form(chosen=chosen, initial=initial))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                campaign = campaigns.create(
                    workspace=self.workspace, by=self.request.user, now=timezone.now(), **self.chosen(form)
                )
            except campaigns.BadCampaign as error:
                self.refuse(form, error)
            else:
                return self.back(campaign.public_id)
        return self._show(form, 422)

    def _show(self, form: CampaignPlanForm, status: int = 200) -> HttpResponse:
        return self.show(form, _("New campaign"), status, crumbs=self.crumbs())


class CampaignEdit(_CampaignForm):
    """A draft, changed before anybody is asked."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign = self.one(public_id)
        if not campaign.is_draft:
            return self.back(public_id)
        people = campaign.audience.get("contacts", [])
        initial = initial_of(campaign, campaign_plans.reminders_of(campaign=campaign))
        return self._show(campaign, self.form(chosen=people, initial=initial))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign = self.one(public_id)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                campaigns.change(campaign=campaign, now=timezone.now(), **self.chosen(form))
            except campaigns.BadCampaign as error:
                self.refuse(form, error)
            except campaigns.CampaignError as error:
                messages.error(request, str(error))
                return self.back(public_id)
            else:
                messages.success(request, _("Saved. Nothing has left yet."))
                return self.back(public_id)
        return self._show(campaign, form, 422)

    def _show(self, campaign: Campaign, form: CampaignPlanForm, status: int = 200) -> HttpResponse:
        page = reverse("surveys:campaign", args=[self.workspace.slug, campaign.public_id])
        crumbs = self.crumbs((campaign.name, page))
        return self.show(
            form, _("Edit %(name)s") % {"name": campaign.name}, status, crumbs=crumbs, cancel_url=page
        )


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
        is_text = campaign.channel == ResponseChannel.SMS
        number = self.which_mail(campaign, self.request.GET.get("mail", ""))
        mail = sample_mail(campaign, sample, number)
        reminders = campaign_queries.reminders(campaign=campaign)
        said = campaigns.sample_text(campaign=campaign, contact=sample) if is_text else ""
        context = {
            "title": campaign.name,
            "crumbs": self.crumbs(),
            "campaign": campaign,
            "is_text": is_text,
            "text": said,
            "size": text_rules.size(said),
            "preview": preview,
            "left_out": [(code, NotSentBecause(code).label, n) for code, n in preview.left_out.items()],
            "left_out_count": preview.people - preview.asked,
            "sample": sample,
            "mail": mail,
            "number": number,
            "mails": _mails(len(reminders), number),
            "audience": audience_in_words(campaign),
            "expected": campaign_queries.expectation(campaign=campaign, people=preview.asked, now=now),
            "plan": schedule_in_words(campaign),
            "reminders": reminders,
            "asks_nobody_yet": campaign.kind == CampaignKind.ONCE and not preview.asked,
            "is_once": campaign.kind == CampaignKind.ONCE,
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
            "plan": schedule_in_words(campaign),
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
        answer = render(request, "surveys/_campaign_figures.html", context)
        if request.GET.get("seen", context["state"]) != context["state"]:
            answer["HX-Refresh"] = (
                "true"  # people, reasons and buttons of the page belong to the state before
            )
        return answer


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
        number = self.which_mail(campaign, request.GET.get("mail", ""))
        return base.framed(sample_mail(campaign, sample, number).html)


class CampaignTest(CampaignView):
    """The same mail to oneself."""

    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign, now = self.one(public_id), timezone.now()
        if campaign.channel == ResponseChannel.SMS:
            return redirect("surveys:campaign_text_test", slug=slug, public_id=public_id)
        number = self.which_mail(campaign, request.POST.get("mail", ""))
        campaigns.send_test(
            campaign=campaign,
            contact=sample_contact(campaign, now, self.sight),
            to=self.request.user,
            now=now,
            number=number,
        )
        messages.success(
            request, _("A test is on its way to %(email)s.") % {"email": self.request.user.email}
        )
        page = reverse("surveys:campaign", args=[slug, public_id])
        return redirect(f"{page}?mail={number}" if number else page)


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


class CampaignPause(CampaignView):
    """Hold everybody back who was not asked yet; pressed on a paused campaign it goes on."""

    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        campaign, now = self.one(public_id), timezone.now()
        if request.POST.get("undo"):
            campaigns.resume(campaign=campaign, by=self.request.user, now=now)
            messages.success(request, _("The campaign goes on where it was."))
            return self.back(public_id)
        waiting = campaigns.pause(campaign=campaign, by=self.request.user, now=now)
        words = ngettext("Paused: %(n)s person waits.", "Paused: %(n)s people wait.", waiting)
        messages.success(request, words % {"n": f"{waiting:,}"})
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


def _mails(reminders: int, chosen: int) -> list[dict[str, Any]]:
    """The mails of a campaign to choose from; none while there is but one."""
    labels = [_("First mail"), *(_("Reminder %(n)s") % {"n": number} for number in range(1, reminders + 1))]
    return [
        {"label": label, "url": f"?mail={number}" if number else "?", "active": number == chosen}
        for number, label in enumerate(labels)
        if reminders
    ]


def sample_mail(campaign: Campaign, contact: Contact | None, number: int = 0) -> Rendered:
    """The real mail to `contact`, the first or a reminder, with links that lead nowhere."""
    reminder = campaign_plans.reminder_of(campaign=campaign, number=number) if number else None
    subject, context = campaigns.sample(campaign=campaign, contact=contact, link="#", reminder=reminder)
    return render_mail(
        mail="survey_invitation",
        context={**context, "unsubscribe_url": "#"},
        workspace=campaign.workspace,
        subject=subject,
    )


def audience_in_words(campaign: Campaign) -> str:
    """Whom the campaign means, as a sentence."""
    if campaign.saved_audience is not None:
        return _("the audience “%(name)s”") % {"name": campaign.saved_audience.name}
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


def schedule_in_words(campaign: Campaign) -> list[tuple[str, str]]:
    """(what, in words) of everything that was chosen about when and how many."""
    found = [(_("When"), _kind_in_words(campaign))]
    if campaign.starts_at and not campaign.started_at:
        found.append((_("Start"), in_words(campaign.starts_at)))
    if campaign.ends_at:
        found.append((_("End"), in_words(campaign.ends_at)))
    if campaign.window:
        found.append((_("Hours"), _window_in_words(campaign)))
    if campaign.uses_send_hour:
        found.append((_("Hour"), _("at which each person usually answers")))
    if campaign.sample_percent < 100:
        found.append((_("Sample"), f"{campaign.sample_percent} %"))
    if campaign.daily_cap:
        found.append((_("At most a day"), f"{campaign.daily_cap:,}"))
    if campaign.spread_days:
        words = ngettext("over %(n)s day", "over %(n)s days", campaign.spread_days)
        found.append((_("Spread"), words % {"n": campaign.spread_days}))
    if campaign.keeps_capacity:
        found.append((_("Your team"), _("no more than it can answer")))
    return [(str(what), str(words)) for what, words in found]


def _kind_in_words(campaign: Campaign) -> str:
    if campaign.kind == CampaignKind.TRIGGERED:
        said = _("after %(event)s") % {"event": campaign.trigger}
        wait = duration(campaign.delay_seconds / 60)
        return (
            _("%(said)s, %(wait)s later") % {"said": said, "wait": wait} if campaign.delay_seconds else said
        )
    if campaign.kind == CampaignKind.RECURRING:
        parts = []
        if campaign.first_after_days is not None:
            parts.append(_("%(n)s days after a person was added") % {"n": campaign.first_after_days})
        if campaign.every_days is not None:
            parts.append(_("then every %(n)s days") % {"n": campaign.every_days})
        return ", ".join(parts)
    return str(campaign.get_kind_display())


def _window_in_words(campaign: Campaign) -> str:
    window = Window.from_json(campaign.window)
    days = ", ".join(str(date_format(date(2026, 3, 1 + day), "D")) for day in sorted(window.days))
    end = "24:00" if window.end == time(0) else f"{window.end:%H:%M}"
    clock = f"{window.start:%H:%M}–{end}"
    return _("%(days)s, %(clock)s where each person is") % {"days": days, "clock": clock}


def figures_context(campaign: Campaign, sight: Sight) -> dict[str, Any]:
    """The funnel and the reasons; shares are of those asked. Sent, waiting and left out add up to the people."""
    funnel = lists.funnel(campaign=campaign, sight=sight)
    found = campaign_queries.engagement(campaign=campaign, sight=sight)
    measures_opens = campaign_queries.measures_opens(opened=found["opened"])
    steps = [
        (_("Sent"), funnel.sent, funnel.people),
        (_("Delivered"), funnel.delivered, funnel.sent),
        (_("Opened"), found["opened"] if measures_opens else None, funnel.sent),
        (_("Clicked"), found["clicked"], funnel.sent),
        (_("Answered"), funnel.answered, funnel.sent),
        (_("With words"), funnel.commented, funnel.answered),
    ]
    waits = campaign_queries.waits(campaign=campaign, sight=sight)
    reminders = campaign_queries.by_reminder(campaign=campaign, sight=sight)
    return {
        "funnel": funnel,
        "state": f"{campaign.status}-{bool(funnel.planned):d}",  # the page is drawn anew when it changes
        "steps": [
            {
                "label": label,
                "n": n,
                "of": of,
                "share": f"{100 * n / of:.0f} %" if of and n is not None else "",
                "is_measured": n is not None,
            }
            for label, n, of in steps
        ],
        "unique_people": found["unique"],
        "measures_opens": measures_opens,
        "days": campaign_queries.by_day(campaign=campaign, sight=sight),
        "reminders": reminders,
        "waits": [
            (NotSentBecause(code).label if code else _("their turn has not come"), n)
            for code, n in waits.items()
        ],
        "reasons": [(code, NotSentBecause(code).label, n) for code, n in funnel.reasons.items()],
        "is_preparing": campaign.status == CampaignStatus.PREPARING,
        "is_sending": campaign.status == CampaignStatus.SENDING and bool(funnel.planned),
        "is_reminding": campaign.status == CampaignStatus.SENDING and not funnel.planned and bool(reminders),
        "is_scheduled": campaign.status == CampaignStatus.SCHEDULED,
        "is_finished": campaign.status == CampaignStatus.FINISHED,
        "is_stopped": campaign.status == CampaignStatus.STOPPED,
    }
