"""The REST API, version 1: its addresses, its document and the page that shows it; and /metrics."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2

from accounts.api import hours
from core import metrics as core_metrics
from core.api import UnknownAddress
from dashboards import api as dashboards
from dashboards.queries import operation
from detractors.api import (
    cases,
    clock,
    clock_promises,
    escalations,
    executives,
    forecast,
    lessons,
    mentions,
    plan,
    promised,
    responses,
    retention,
    spikes,
    waits,
    work,
)
from detractors.api.trust import ResponseJudge
from followups import api as followups
from followups import api_templates, gathering_api, playbook_api
from surveys import api as surveys
from surveys import api_audiences
from surveys import api_links as link_api
from surveys import api_questions as question_api
from surveys.api_events import Events
from surveys.widget_api import WidgetAnswers


@lru_cache(maxsize=1)
def document() -> bytes:
    """The OpenAPI document of the whole API; it changes with the code only."""
    return bytes(OpenApiJsonRenderer2().render(SchemaGenerator().get_schema(request=None, public=True)))


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """/api/v1/openapi.json"""
    return HttpResponse(document(), content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page in which every operation can be tried."""
    return render(request, "core/api_docs.html")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """/metrics, Prometheus text."""
    sources = (operation.readings, core_metrics.sweeps, core_metrics.queue)
    return core_metrics.answer(request, sources=sources, now=timezone.now())


urlpatterns = [
    path("openapi.json", openapi, name="api_document"),
    path("docs/", docs, name="api_docs"),
    path("contacts/", surveys.Contacts.as_view()),
    path("contacts/<slug:id>/", surveys.ContactDetail.as_view()),
    path("contacts/<slug:id>/export/", surveys.ContactExport.as_view()),
    path("audiences/", api_audiences.Audiences.as_view()),
    path("audiences/<slug:id>/", api_audiences.AudienceDetail.as_view()),
    path("surveys/", surveys.Surveys.as_view()),
    path("surveys/<slug:id>/", surveys.SurveyDetail.as_view()),
    path("surveys/<slug:id>/links/", link_api.SurveyLinks.as_view()),
    path("surveys/<slug:id>/links/<slug:link>/", link_api.SurveyLinkDetail.as_view()),
    path("surveys/<slug:id>/questions/", question_api.SurveyQuestions.as_view()),
    path("surveys/<slug:id>/questions/<slug:question>/", question_api.SurveyQuestionDetail.as_view()),
    path("surveys/<slug:id>/wordings/", question_api.SurveyWordings.as_view()),
    path("surveys/<slug:id>/wordings/<slug:language>/", question_api.SurveyWordingDetail.as_view()),
    path("invitations/", surveys.Invitations.as_view()),
    path("invitations/<slug:id>/", surveys.InvitationDetail.as_view()),
    path("events/", Events.as_view()),
    path("responses/", responses.Responses.as_view()),
    path("responses/<slug:id>/", responses.ResponseDetail.as_view()),
    path("responses/<slug:id>/judge/", ResponseJudge.as_view()),
    path("cases/", cases.Cases.as_view()),
    path("cases/<int:number>/", cases.CaseDetail.as_view()),
    path("cases/<int:number>/events/", cases.CaseEvents.as_view()),
    path("cases/<int:number>/clocks/", clock.CaseClocks.as_view()),
    path("cases/<int:number>/stages/", waits.CaseStages.as_view()),
    path("cases/<int:number>/reply/", followups.CaseReply.as_view()),
    path("cases/<int:number>/playbooks/", playbook_api.CasePlaybooks.as_view()),
    path("cases/<int:number>/planned-steps/", playbook_api.CasePlannedSteps.as_view()),
    path("cases/<int:number>/planned-steps/<slug:step>/skip/", playbook_api.CasePlannedStepSkip.as_view()),
    *(path(f"cases/<int:number>/{name}/", view.as_view()) for name, view in cases.MOVES.items()),
    path("cases/<int:number>/tasks/", work.CaseTasks.as_view()),
    path("cases/<int:number>/tasks/<slug:task>/", work.CaseTask.as_view()),
    path("cases/<int:number>/tasks/<slug:task>/link/", work.CaseTaskLink.as_view()),
    path("cases/<int:number>/call-backs/", work.CaseCallBacks.as_view()),
    path("cases/<int:number>/call-backs/<slug:call>/", work.CaseCallBack.as_view()),
    path("cases/<int:number>/notes/", work.CaseNotes.as_view()),
    path("cases/<int:number>/watchers/", work.CaseWatchers.as_view()),
    path("cases/<int:number>/retention/", retention.CaseRetention.as_view()),
    path("cases/<int:number>/promises/", promised.CasePromises.as_view()),
    path("cases/<int:number>/promises/<slug:promise>/", promised.CasePromise.as_view()),
    path("cases/<int:number>/promises/<slug:promise>/keep/", promised.CasePromiseKeep.as_view()),
    path("cases/<int:number>/promises/<slug:promise>/move/", promised.CasePromiseMove.as_view()),
    path("cases/<int:number>/promises/<slug:promise>/break/", promised.CasePromiseBreak.as_view()),
    path("promises/", promised.Promises.as_view()),
    path("loss-reasons/", retention.LossReasons.as_view()),
    path("loss-reasons/<slug:id>/", retention.LossReasonDetail.as_view()),
    path("tasks/", work.Tasks.as_view()),
    path("call-backs/", work.CallBacks.as_view()),
    path("notifications/", work.Notifications.as_view()),
    path("tags/", work.Tags.as_view()),
    path("tags/<slug:id>/", work.TagDetail.as_view()),
    path("case-statuses/", work.CaseStatuses.as_view()),
    path("case-statuses/<slug:id>/", work.CaseStatusDetail.as_view()),
    path("mentions/", mentions.Mentions.as_view()),
    path("mentions/<slug:id>/", mentions.MentionDetail.as_view()),
    path("complaints/", mentions.Complaints.as_view()),
    path("gatherings/", gathering_api.Gatherings.as_view()),
    path("gatherings/<slug:id>/", gathering_api.GatheringDetail.as_view()),
    path("gatherings/<slug:id>/start/", gathering_api.GatheringStart.as_view()),
    path("gatherings/<slug:id>/guests/", gathering_api.GatheringGuests.as_view()),
    path("templates/", api_templates.Templates.as_view()),
    path("templates/<slug:id>/", api_templates.TemplateDetail.as_view()),
    path("calendars/", hours.Calendars.as_view()),
    path("calendars/<slug:id>/", hours.CalendarDetail.as_view()),
    path("calendars/<slug:id>/preview/", hours.CalendarPreview.as_view()),
    path("calendars/<slug:id>/holidays/", hours.CalendarHolidays.as_view()),
    path("calendars/<slug:id>/holidays/<slug:day>/", hours.CalendarHoliday.as_view()),
    path("clock/", clock.AskClock.as_view()),
    path("sla-policies/", clock_promises.Policies.as_view()),
    path("sla-policies/preview/", clock_promises.PolicyPreview.as_view()),
    path("sla-policies/<slug:id>/", clock_promises.PolicyDetail.as_view()),
    path("sla-policies/<slug:id>/preview/", clock_promises.PolicyChangePreview.as_view()),
    path("forecast/", forecast.Forecast.as_view()),
    path("matrix/", plan.Matrix.as_view()),
    path("rules/", plan.Rules.as_view()),
    path("playbooks/", playbook_api.Playbooks.as_view()),
    path("ranking/", plan.Ranking.as_view()),
    path("escalations/", escalations.Escalations.as_view()),
    path("escalations/<slug:id>/", escalations.EscalationDetail.as_view()),
    path("spikes/", spikes.Spikes.as_view()),
    path("spikes/<slug:id>/", spikes.SpikeDetail.as_view()),
    path("spikes/<slug:id>/dismiss/", spikes.SpikeDismiss.as_view()),
    path("spikes/<slug:id>/queue/", spikes.SpikeQueue.as_view()),
    path("executives/", executives.Executives.as_view()),
    path("lessons/", lessons.Lessons.as_view()),
    path("lessons/<slug:id>/", lessons.LessonDetail.as_view()),
    path("metrics/waits/", waits.Waits.as_view()),
    path("metrics/nps/", dashboards.Nps.as_view()),
    path("metrics/loop/", dashboards.Loop.as_view()),
    path("metrics/at-stake/", dashboards.AtStake.as_view()),
    path("widget/answers/", WidgetAnswers.as_view()),
    re_path(r"", UnknownAddress.as_view()),
]
