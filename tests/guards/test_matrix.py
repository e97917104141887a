"""The matrix: every page of the staff and every operation of the API, met by everybody there is.

The tables below say who gets what; they are written by hand and owe nothing to the code they judge. A new route fails
here until it has its row.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import (
    ApiKey,
    BusinessCalendar,
    Holiday,
    IdentityProvider,
    Membership,
    Team,
    User,
    Workspace,
)
from accounts.services import api_keys, members
from config import api as the_api
from core.sealing import seal
from core.tokens import new_public_id
from detractors.models import Case, SlaPolicy
from detractors.services import retention, statuses, tags, tasks
from surveys.models import Audience, Contact, Mention, Response, Survey
from surveys.services import invitations
from tests.conftest import MONDAY_9AM, signed_in
from tests.guards import test_downloads
from tests.guards.test_routes import STAFF_ROUTES, Route, address, ask, furnish

pytestmark = pytest.mark.django_db

GROUPS: dict[str, tuple[str, ...]] = {
    "everybody": ("OWNER", "ADMIN", "MANAGER", "AGENT", "ANALYST"),
    "workers": ("OWNER", "ADMIN", "MANAGER", "AGENT"),
    "readers": ("OWNER", "ADMIN", "MANAGER", "ANALYST"),
    "managers": ("OWNER", "ADMIN", "MANAGER"),
    "admins": ("OWNER", "ADMIN"),
    "owners": ("OWNER",),
    "-": (),
}

# route: who may look (GET), who may act (POST); "about": of one case or person, unknown to a member limited to others.
PAGES = """
accounts:audit                   admins     -
accounts:audit_export            -          admins
accounts:checklist_hide          -          admins
accounts:closure_add             -          admins
accounts:holiday_add             -          admins
accounts:holiday_remove          -          admins
accounts:hours                   admins     admins
accounts:hours_add               -          admins
accounts:hours_remove            -          admins
accounts:hours_teams             -          admins
accounts:invite_resend           -          admins
accounts:invite_revoke           -          admins
accounts:key_adopt               -          admins
accounts:key_cancel              -          admins
accounts:key_finish              -          admins
accounts:key_revoke              -          admins
accounts:key_rotate              admins     admins
accounts:keys                    admins     admins
accounts:leave                   everybody  everybody
accounts:member                  admins     admins
accounts:member_back             -          admins
accounts:member_go               admins     admins
accounts:people                  admins     admins
accounts:privacy                 admins     admins
accounts:profile                 everybody  everybody
accounts:provider                admins     admins
accounts:provider_add            admins     admins
accounts:provider_remove         -          admins
accounts:provider_switch         -          admins
accounts:provider_test           -          admins
accounts:public_holidays_add     -          admins
accounts:settings                everybody  -
accounts:sign_in_settings        admins     admins
accounts:step_confirm            -          admins
accounts:team                    admins     admins
accounts:team_dissolve           -          admins
accounts:teams                   admins     admins
accounts:workspace               everybody  -
accounts:workspace_settings      admins     admins
accounts:workspace_settings_undo -          admins
dashboards:answers               everybody  -
dashboards:answers_csv           readers    -
dashboards:breakdown             everybody  -
dashboards:breakdown_csv         readers    -
dashboards:cases                 everybody  -
dashboards:channels              everybody  -
dashboards:dashboard             everybody  -
dashboards:distribution_csv      readers    -
dashboards:figures_settings      admins     admins
dashboards:funnel                everybody  -
dashboards:home                  everybody  -
dashboards:six                   everybody  -
dashboards:silence               everybody  -
dashboards:survey_questions      everybody  -
dashboards:survey_report         everybody  -
dashboards:survey_report_csv     readers    -
dashboards:trend_csv             readers    -
detractors:alerts                everybody  everybody
detractors:alert_links_revoke    -          everybody
detractors:alert_rules           -          admins
detractors:arising               everybody  -
detractors:assign                -          managers   about
detractors:bulk                  -          workers
detractors:bulk_count            workers    -
detractors:bulk_page             workers    -
detractors:bulk_stop             -          workers
detractors:bulk_undo             -          workers
detractors:call                  -          workers    about
detractors:case                  everybody  -          about
detractors:cases_of_company      everybody  -          about
detractors:cases_of_contact      everybody  -          about
detractors:bell                  everybody  -
detractors:call_back             -          workers    about
detractors:call_file             everybody  -          about
detractors:call_plan             -          workers    about
detractors:causes                managers   managers
detractors:changes               everybody  -          about
detractors:claim                 -          workers    about
detractors:clock                 everybody  -
detractors:dismiss               -          managers   about
detractors:doubtful              everybody  -
detractors:closing               admins     admins
detractors:escalation            admins     admins
detractors:escalations           admins     -
detractors:escalation_undo       -          admins
detractors:executives            everybody  admins
detractors:failure               admins     admins
detractors:failure_add           admins     admins
detractors:file                  everybody  -          about
detractors:file_add              -          workers    about
detractors:file_remove           -          workers    about
detractors:held_open             -          admins
detractors:here                  -          everybody  about
detractors:issue                 -          workers    about
detractors:journey               admins     admins
detractors:judge                 -          managers
detractors:judgement_undo        -          managers
detractors:lesson                everybody  managers
detractors:lesson_propose        -          managers   about
detractors:library               everybody  -
detractors:list_here             everybody  -
detractors:improvement           everybody  workers
detractors:improvement_add       managers   managers
detractors:improvement_edit      managers   managers
detractors:improvements          everybody  -
detractors:improvements_of_case  everybody  workers    about
detractors:remedies              everybody  -
detractors:remedies_of_case      everybody  workers    about
detractors:remedy                -          workers    about
detractors:remedy_limits         admins     admins
detractors:retention             everybody  -
detractors:retention_csv         readers    -
detractors:retention_of_case     -          workers    about
detractors:loss_reasons          managers   managers
detractors:help_links            managers   -
detractors:help_link             managers   managers
detractors:matrix                everybody  -
detractors:matrix_cell           everybody  admins
detractors:mention               everybody  -          about
detractors:mention_add           workers    workers
detractors:mention_list          everybody  -
detractors:mention_upload        managers   managers
detractors:merge                 workers    workers    about
detractors:merge_undo            -          workers    about
detractors:my_work               everybody  -
detractors:promised              everybody  -
detractors:find_promises         -          workers    about
detractors:my_work_brief         everybody  -
detractors:next                  -          workers
detractors:note                  -          workers    about
detractors:notification_open     -          everybody
detractors:notifications         everybody  everybody
detractors:palette               everybody  -
detractors:prioritise            -          managers   about
detractors:place                 -          workers    about
detractors:promise               admins     admins
detractors:promise_add           admins     admins
detractors:promises              admins     admins
detractors:preference            -          everybody
detractors:queue                 everybody  -
detractors:queue_csv             readers    -
detractors:ranking               admins     admins
detractors:forecast              managers   managers
detractors:forecast_card         managers   -
detractors:rehearsal             admins     admins
detractors:rehearsal_csv         admins     -
detractors:rehearsals            admins     -
detractors:reopen                -          workers    about
detractors:resolve               -          workers    about
detractors:resume                -          workers    about
detractors:rule                  admins     admins
detractors:rule_act              -          admins
detractors:rule_add              admins     admins
detractors:rules                 admins     -
detractors:scenario              admins     admins
detractors:scenario_add          admins     admins
detractors:snooze                -          workers    about
detractors:spike                 everybody  -          about
detractors:spike_dismiss         -          managers   about
detractors:spike_queue           -          managers   about
detractors:spike_queue_undo      -          managers   about
detractors:spikes                everybody  -
detractors:sponsor               -          managers   about
detractors:split                 workers    workers    about
detractors:status                -          workers    about
detractors:statuses              admins     admins
detractors:tag                   -          workers    about
detractors:tags                  managers   managers
detractors:task                  -          workers    about
detractors:task_add              -          workers    about
detractors:view_change           -          everybody
detractors:view_counts           everybody  -
detractors:view_remove           -          everybody
detractors:view_restore          -          everybody
detractors:views                 everybody  everybody
detractors:wait                  -          workers    about
detractors:wait_cases            everybody  -
detractors:waits                 everybody  -
detractors:waits_csv             readers    -
detractors:wake                  -          workers    about
detractors:watch                 -          everybody  about
followups:announcement           managers   managers
followups:call_scripts           everybody  -          about
followups:conversation           everybody  -          about
followups:gatherings             managers   -
followups:gathering_new          -          managers
followups:gathering              managers   managers
followups:gathering_csv          readers    -
followups:customer_page          -          workers    about
followups:customer_pages         managers   managers
followups:doubt_decide           -          workers    about
followups:doubts                 everybody  -
followups:doubts_brief           everybody  -
followups:draft                  -          workers    about
followups:formatted              everybody  -          about
followups:intake                 admins     admins
followups:intake_check           -          admins
followups:original               everybody  -          about
followups:received               everybody  -          about
followups:sort                   -          workers    about
followups:sort_undo              -          workers    about
followups:tray                   everybody  -
followups:playbook               everybody  -
followups:playbook_act           -          managers
followups:playbook_add           managers   managers
followups:playbook_edit          managers   managers
followups:playbook_run_act       -          workers    about
followups:playbook_try           everybody  -
followups:playbooks              everybody  -
followups:reply                  -          workers    about
followups:reply_templates        managers   managers
followups:switch_off             -          workers    about
followups:planned_steps          everybody  -          about
followups:planned_step           -          workers    about
followups:start_playbook         workers    workers    about
followups:stop_playbook          -          workers    about
followups:undo_reply             -          workers    about
followups:my_replies             workers    workers
followups:ready_templates        everybody  managers
followups:template               everybody  managers
followups:template_new           managers   managers
followups:template_preview       -          everybody
followups:template_version       everybody  managers
followups:template_versions      everybody  -
followups:templates              everybody  -
outbox:chat_target               admins     admins
outbox:chat_target_act           -          admins
outbox:chat_target_add           admins     admins
outbox:chat_targets              admins     -
outbox:lift_suppression          -          managers
outbox:mailbox                   managers   -
outbox:message                   managers   -
outbox:message_html              managers   -
outbox:retry                     -          managers
outbox:suppressions              managers   managers
outbox:sender                    admins     admins
outbox:check_sender              -          admins
surveys:answer_enter             workers    workers
surveys:attribute                managers   managers
surveys:attributes               managers   -
surveys:audience                 everybody  managers
surveys:audience_add             managers   managers
surveys:audience_delete          -          managers
surveys:audience_list            everybody  -
surveys:bulk_edit                managers   -
surveys:bulk_edit_list           managers   -
surveys:bulk_edit_new            managers   managers
surveys:bulk_edit_progress       managers   -
surveys:bulk_edit_stop           -          managers
surveys:bulk_edit_undo           -          managers
surveys:campaign                 everybody  -
surveys:campaign_add             managers   managers
surveys:campaign_discard         -          managers
surveys:campaign_edit            managers   managers
surveys:campaign_pause           -          managers
surveys:contact_ask              -          managers   about
surveys:campaign_figures         everybody  -
surveys:campaign_list            everybody  -
surveys:campaign_mail            everybody  -
surveys:campaign_people          everybody  -
surveys:campaign_start           -          managers
surveys:campaign_stop            -          managers
surveys:campaign_test            -          managers
surveys:campaign_text_test       managers   managers
surveys:company                  everybody  managers   about
surveys:company_list             everybody  -
surveys:contact                  everybody  -          about
surveys:contact_add              managers   managers
surveys:contact_edit             managers   managers   about
surveys:contact_erase            admins     admins     about
surveys:contact_export           -          admins     about
surveys:contact_archive          admins     -          about
surveys:contact_archive_file     -          admins     about
surveys:contact_hour             -          managers   about
surveys:contact_list             everybody  -
surveys:contact_history          everybody  -          about
surveys:contact_merge            managers   managers   about
surveys:contacts_csv             readers    -
surveys:contact_policy           admins     admins
surveys:contact_policy_undo      -          admins
surveys:contact_watch            -          managers   about
surveys:contact_opt_out          -          managers   about
surveys:import                   managers   managers
surveys:import_bad_rows          managers   -
surveys:import_cancel            -          managers
surveys:import_columns           -          managers
surveys:import_list              managers   -
surveys:import_new               managers   managers
surveys:import_progress          managers   -
surveys:import_start             -          managers
surveys:link                     everybody  -
surveys:link_add                 managers   managers
surveys:link_archive             -          managers
surveys:link_list                everybody  -
surveys:link_png                 everybody  -
surveys:link_restore             -          managers
surveys:link_sheet               everybody  -
surveys:link_snippet             everybody  -
surveys:link_svg                 everybody  -
surveys:sms_gateway              admins     admins
surveys:sms_gateway_secret       -          admins
surveys:sms_gateway_test         -          admins
surveys:text_sort                -          managers
surveys:text_tray                managers   -
surveys:source                   managers   managers
surveys:source_archive           -          managers
surveys:source_secret            -          managers
surveys:source_try               -          managers
surveys:sources                  managers   managers
surveys:survey                   everybody  -
surveys:survey_activate          -          managers
surveys:survey_add               managers   managers
surveys:survey_archive           -          managers
surveys:survey_close             -          managers
surveys:survey_edit              managers   managers
surveys:survey_language          managers   managers
surveys:survey_language_remove   -          managers
surveys:survey_languages         everybody  managers
surveys:survey_list              everybody  -
surveys:survey_preview           everybody  managers
surveys:survey_question          managers   managers
surveys:survey_question_archive  -          managers
surveys:survey_question_move     -          managers
surveys:survey_question_restore  -          managers
surveys:survey_questions         everybody  managers
surveys:survey_test              -          managers
surveys:survey_text_test         managers   managers
surveys:survey_unarchive         -          managers
surveys:survey_version           everybody  -
surveys:widget_key               admins     admins
surveys:widget_key_preview       admins     -
surveys:widget_key_preview_config admins     -
surveys:widget_key_revoke        -          admins
surveys:widget_keys              admins     admins
"""

# operation: what a key needs; "about" as above, "id" for whatever else belongs to one workspace, "whole" for what only
# somebody without limits may do. "-": no API key opens it.
OPERATIONS = """
GET    contacts/                     contacts:read
POST   contacts/                     contacts:write     whole
GET    contacts/{id}/                contacts:read      about
PATCH  contacts/{id}/                contacts:write     about
DELETE contacts/{id}/                contacts:write     about
GET    contacts/{id}/export/         exports:read       about
GET    audiences/                    contacts:read
POST   audiences/                    contacts:write     whole
GET    audiences/{id}/               contacts:read      id
PATCH  audiences/{id}/               contacts:write     id+whole
DELETE audiences/{id}/               contacts:write     id+whole
GET    surveys/                      surveys:read
POST   surveys/                      surveys:write
GET    surveys/{id}/                 surveys:read       id
PATCH  surveys/{id}/                 surveys:write      id
GET    surveys/{id}/questions/       surveys:read       id
POST   surveys/{id}/questions/       surveys:write      id
GET    surveys/{id}/questions/{question}/ surveys:read  id
PATCH  surveys/{id}/questions/{question}/ surveys:write id
GET    surveys/{id}/wordings/        surveys:read       id
POST   surveys/{id}/wordings/        surveys:write      id
GET    surveys/{id}/wordings/{language}/ surveys:read   id
PATCH  surveys/{id}/wordings/{language}/ surveys:write  id
DELETE surveys/{id}/wordings/{language}/ surveys:write  id
GET    surveys/{id}/links/           surveys:read       id
POST   surveys/{id}/links/           surveys:write      id
GET    surveys/{id}/links/{link}/    surveys:read       id
PATCH  surveys/{id}/links/{link}/    surveys:write      id
GET    invitations/                  invitations:read
POST   events/                       invitations:write
POST   invitations/                  invitations:write
GET    invitations/{id}/             invitations:read   about
GET    responses/                    responses:read
POST   responses/                    responses:write
GET    responses/{id}/               responses:read     about
POST   responses/{id}/judge/         responses:write    about
GET    forecast/                     cases:read
GET    cases/                        cases:read
GET    cases/{number}/               cases:read         about
GET    cases/{number}/events/        cases:read         about
POST   cases/{number}/assign/        cases:write        about
POST   cases/{number}/call/          cases:write        about
POST   cases/{number}/claim/         cases:write        about
POST   cases/{number}/dismiss/       cases:write        about
POST   cases/{number}/note/          cases:write        about
POST   cases/{number}/reopen/        cases:write        about
POST   cases/{number}/reply/         cases:write        about
POST   cases/{number}/resolve/       cases:write        about
POST   cases/{number}/resume/        cases:write        about
POST   cases/{number}/status/        cases:write        about
POST   cases/{number}/wait/          cases:write        about
POST   cases/{number}/snooze/        cases:write        about
POST   cases/{number}/wake/          cases:write        about
POST   cases/{number}/tags/          cases:write        about
POST   cases/{number}/priority/      cases:write        about
GET    cases/{number}/tasks/         cases:read         about
POST   cases/{number}/tasks/         cases:write        about
GET    cases/{number}/tasks/{task}/  cases:read         about
PATCH  cases/{number}/tasks/{task}/  cases:write        about
DELETE cases/{number}/tasks/{task}/  cases:write        about
POST   cases/{number}/tasks/{task}/link/ cases:write    about
DELETE cases/{number}/tasks/{task}/link/ cases:write    about
GET    cases/{number}/call-backs/    cases:read         about
POST   cases/{number}/call-backs/    cases:write        about
GET    cases/{number}/call-backs/{call}/ cases:read     about
POST   cases/{number}/call-backs/{call}/ cases:write    about
DELETE cases/{number}/call-backs/{call}/ cases:write    about
GET    cases/{number}/planned-steps/ cases:read         about
GET    cases/{number}/playbooks/     cases:read         about
POST   cases/{number}/playbooks/     cases:write        about
POST   cases/{number}/planned-steps/{step}/skip/ cases:write about
DELETE cases/{number}/planned-steps/{step}/skip/ cases:write about
GET    cases/{number}/notes/         cases:read         about
POST   cases/{number}/notes/         cases:write        about
GET    cases/{number}/watchers/      cases:read         about
POST   cases/{number}/watchers/      cases:write        about
DELETE cases/{number}/watchers/      cases:write        about
GET    tasks/                        cases:read
GET    call-backs/                   cases:read
GET    notifications/                cases:read
POST   notifications/                cases:write
GET    tags/                         cases:read
POST   tags/                         cases:write
PATCH  tags/{id}/                    cases:write        id
DELETE tags/{id}/                    cases:write        id
GET    case-statuses/                cases:read
POST   case-statuses/                cases:write
PATCH  case-statuses/{id}/           cases:write        id
GET    templates/                    templates:read
POST   templates/                    templates:write
GET    templates/{id}/               templates:read     id
PATCH  templates/{id}/               templates:write    id
GET    cases/{number}/retention/     cases:read         about
POST   cases/{number}/retention/     cases:write        about
DELETE cases/{number}/retention/     cases:write        about
GET    promises/                     cases:read
GET    cases/{number}/promises/      cases:read         about
POST   cases/{number}/promises/      cases:write        about
GET    cases/{number}/promises/{promise}/ cases:read    about
POST   cases/{number}/promises/{promise}/keep/ cases:write about
POST   cases/{number}/promises/{promise}/move/ cases:write about
POST   cases/{number}/promises/{promise}/break/ cases:write about
GET    loss-reasons/                 cases:read
POST   loss-reasons/                 cases:write
PATCH  loss-reasons/{id}/            cases:write        id
POST   widget/answers/               -
GET    mentions/                     mentions:read
POST   mentions/                     mentions:write
GET    mentions/{id}/                mentions:read      about
POST   complaints/                   mentions:write
GET    matrix/                       rules:read
GET    rules/                        rules:read
GET    ranking/                      rules:read
GET    escalations/                  rules:read
GET    escalations/{id}/             rules:read         id
PATCH  escalations/{id}/             rules:write        id
GET    calendars/                    clock:read
POST   calendars/                    clock:write
GET    calendars/{id}/               clock:read         id
PATCH  calendars/{id}/               clock:write        id
DELETE calendars/{id}/               clock:write        id
POST   calendars/{id}/preview/       clock:write        id+whole
GET    calendars/{id}/holidays/      clock:read         id
POST   calendars/{id}/holidays/      clock:write        id
PATCH  calendars/{id}/holidays/{day}/ clock:write       id
DELETE calendars/{id}/holidays/{day}/ clock:write       id
GET    clock/                        clock:read
GET    cases/{number}/clocks/        cases:read         about
GET    sla-policies/                 clock:read
POST   sla-policies/                 clock:write
POST   sla-policies/preview/         clock:write        whole
GET    sla-policies/{id}/            clock:read         id
PATCH  sla-policies/{id}/            clock:write        id
POST   sla-policies/{id}/preview/    clock:write        id+whole
GET    spikes/                       cases:read
GET    spikes/{id}/                  cases:read         about
POST   spikes/{id}/dismiss/          cases:write        about
DELETE spikes/{id}/dismiss/          cases:write        about
POST   spikes/{id}/queue/            cases:write        about
DELETE spikes/{id}/queue/            cases:write        about
GET    executives/                   cases:read
GET    cases/{number}/stages/        cases:read         about
POST   cases/{number}/sponsor/       cases:write        about
GET    gatherings/                   gatherings:read
POST   gatherings/                   gatherings:write
GET    gatherings/{id}/              gatherings:read    id
POST   gatherings/{id}/start/        gatherings:write   id
DELETE gatherings/{id}/start/        gatherings:write   id
GET    gatherings/{id}/guests/       gatherings:read    id
GET    lessons/                      lessons:read
GET    lessons/{id}/                 lessons:read       id
GET    metrics/waits/                metrics:read
GET    playbooks/                    rules:read
GET    metrics/nps/                  metrics:read
GET    metrics/loop/                 metrics:read
GET    metrics/at-stake/             metrics:read
"""

# What is posted where an empty form names nothing.
FORMS = {
    "detractors:call_back": {"act": "drop"}, "detractors:causes": {"act": "add"}, "detractors:loss_reasons": {"act": "add"}, "detractors:statuses": {"act": "add"},
    "detractors:rule_act": {"act": "on"}, "outbox:chat_target_act": {"act": "off"}, "detractors:tags": {"act": "add"}, "detractors:task": {"act": "done"}, "followups:reply_templates": {"act": "add"},
    "detractors:lesson": {"act": "retract", "note": "Guessed"},
    "followups:ready_templates": {"key": "promoter"}, "followups:template": {"act": "discard"},
    "followups:template_preview": {"kind": "MAIL", "body": "Hello"},
    "followups:customer_page": {"act": "close"}, "followups:announcement": {"act": "stop"}, "followups:gathering": {"act": "stop"},
    "followups:doubt_decide": {"what": "arrived"}, "followups:planned_step": {"act": "skip"},
    "followups:start_playbook": {"playbook": "By hand"},
    "detractors:remedy": {"act": "given"}, "followups:playbook_act": {"act": "on"}, "followups:playbook_run_act": {"act": "skip"},
    "detractors:improvement": {"act": "comment", "text": "The carrier agrees."},
    "followups:my_replies": {"act": "add"}, "detractors:spike_dismiss": {"note": "Ours"},
}  # fmt: skip
SEEN = {200, 204, 302}
NEVER = {401, 403, 404, 405, 429} | set(range(500, 600))  # none of these answers somebody who may act
MEMBERS = ("OWNER", "ADMIN", "MANAGER", "AGENT", "ANALYST")
PEOPLE = ("ANONYMOUS", "STRANGER", "GONE", *MEMBERS, "LIMITED")
KEYS = ("none", "unknown", "expired", "revoked", "read", "write", "other", "foreign", "limited", "full")
UNKNOWN = {"number": 999_999, "pk": 999_999, "member_id": 999_999, "team_id": 999_999, "holiday_id": 999_999,
           "version_number": 999_999, "policy_id": 999_999, "prefix": "A" * 8}  # fmt: skip

Row = tuple[tuple[str, ...], tuple[str, ...], bool]


def pages() -> dict[str, Row]:
    found = {}
    for line in PAGES.strip().splitlines():
        name, look, act, *about = line.split()
        found[name] = (GROUPS[look], GROUPS[act], about == ["about"])
    return found


def operations() -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for line in OPERATIONS.strip().splitlines():
        method, path, scope, *about = line.split()
        found[method, path] = (scope, about[0] if about else "")
    return found


def walked() -> list[Route]:
    return [route for route in STAFF_ROUTES if route.name != "components"]  # of a development server only


def test_every_page_has_its_row_and_no_row_is_left_over() -> None:
    assert {route.name for route in walked()} == set(pages())


def test_every_operation_has_its_row_and_no_row_is_left_over() -> None:
    import json

    document = json.loads(the_api.document())
    found = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, item in document["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert found == set(operations())


# --- Pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def furniture(acme: Workspace, owner: User) -> dict[str, dict[str, Any]]:
    """One of everything; the case is another team's, the member met is a plain agent."""
    found = furnish(acme, owner)
    other = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    other.save()
    Case.objects.of(acme).update(team=other, owner=owner)
    found["accounts:"]["member_id"] = member(acme, "spare", Role.AGENT).pk
    provider = IdentityProvider(
        workspace=acme, name="Ours", issuer="https://127.0.0.1", client_id="amends", sealed_secret=seal("x"),
        created_at=MONDAY_9AM,
    )  # fmt: skip
    provider.save()
    found["accounts:provider"] = {"public_id": provider.public_id}
    return found


def member(workspace: Workspace, name: str, role: str, **limits: Any) -> Membership:
    user = members.ensure_user(
        email=f"{name}@people.example", name=name.title(), password="pw-of-nobody-2026", now=MONDAY_9AM
    )
    team = Team.objects.of(workspace).earliest("pk")
    members.add(workspace=workspace, user=user, role=Role(role), team=team, takes_cases=False, now=MONDAY_9AM)
    Membership.objects.of(workspace).filter(user=user).update(**limits)
    return Membership.objects.of(workspace).get(user=user)


def visitor(person: str, acme: Workspace, charlie: User) -> Client:
    if person == "ANONYMOUS":
        return Client()
    if person == "STRANGER":
        return signed_in(charlie)
    limits = {"LIMITED": {"only_own_teams": True}, "GONE": {"deactivated_at": MONDAY_9AM}}.get(person, {})
    role = "AGENT" if person in ("LIMITED", "GONE") else person
    return signed_in(member(acme, person.lower(), role, **limits).user)


def verdict(person: str, status: int, allowed: tuple[str, ...], *, looks: bool, about: bool) -> bool:
    """Whether this answer is what the table says."""
    if person == "ANONYMOUS":
        return status == 302
    if person in ("STRANGER", "GONE"):
        return status == 404
    role = "AGENT" if person == "LIMITED" else person
    if not allowed:
        return status in (403, 405)
    if role not in allowed:
        return status == 403
    if person == "LIMITED" and about:
        return status == 404
    return status in SEEN if looks else status not in NEVER


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_answers_everybody_as_the_table_says(
    person: str, acme: Workspace, charlie: User, furniture: dict[str, dict[str, Any]]
) -> None:
    client, table, wrong = visitor(person, acme, charlie), pages(), {}
    given: dict[str, str] = {}
    for route in walked():
        look, act, about = table.get(route.name, ((), (), False))
        path = address(route, "acme", furniture)
        for method, allowed in (("get", look), ("post", act)):
            answer = ask(client, method, path, FORMS.get(route.name) if method == "post" else None)
            if not verdict(person, answer.status_code, allowed, looks=method == "get", about=about):
                wrong[f"{method} {route.name}"] = answer.status_code
            if person == "ANONYMOUS" and not answer.headers["Location"].startswith("/accounts/login/"):
                wrong[f"{method} {route.name}"] = answer.headers["Location"]
            if test_downloads.gives_a_file(answer):
                given[route.name] = method
        if (
            person == "OWNER"
            and route.name in FORMS
            and test_downloads.gives_a_file(ask(client, "post", path))
        ):
            given[route.name] = "post"
    assert wrong == {}
    if person == "OWNER":
        test_downloads.check_files(given)


def test_foreign_ids_are_answered_byte_by_byte_like_unknown_ones(
    acme: Workspace, globex: Workspace, charlie: User, furniture: dict[str, dict[str, Any]]
) -> None:
    """Charlie, who owns Globex, asks there for Acme's things and for things that never were."""
    client, wrong, compared = signed_in(charlie), {}, 0
    unknown = {
        prefix: {part: UNKNOWN.get(part, new_public_id()) for part in values if part != "table"}
        for prefix, values in furniture.items()
    }
    for route in walked():
        if not set(route.parts) - {"slug", "table"}:
            continue
        for method in ("get", "post"):
            foreign = ask(client, method, address(route, "globex", furniture))
            never = ask(client, method, address(route, "globex", unknown))
            compared += 1
            if told(foreign) != told(never) or foreign.status_code not in (404, 405):
                wrong[f"{method} {route.name}"] = (foreign.status_code, never.status_code)
    assert wrong == {}
    assert compared > 60


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """All an answer tells but what is new each time: the id of the request, the nonce of the page."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("X-Request-ID", "Content-Security-Policy", "Set-Cookie")
    }
    return answer.status_code, answer.content, headers


# --- The API ------------------------------------------------------------------------------------------------


@pytest.fixture
def rows(acme: Workspace, owner: User, furniture: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What stands for the id in each path."""
    survey, contact = Survey.objects.of(acme).get(), Contact.objects.of(acme).get()
    invitation = invitations.invite(
        workspace=acme, survey=survey, contact=contact, now=MONDAY_9AM, send=False
    )
    [tag] = tags.ensure(workspace=acme, names=["Carrier"], now=MONDAY_9AM)
    case = Case.objects.of(acme).get()
    promise = tasks.add(
        case=case,
        title="Call again",
        by=owner,
        due_at=MONDAY_9AM + timedelta(days=1),
        is_promise=True,
        now=MONDAY_9AM,
    )
    return {
        "contacts": contact.public_id,
        "audiences": Audience.objects.of(acme).get().public_id,
        "surveys": survey.public_id,
        "mentions": Mention.objects.of(acme).get().public_id,
        "links": str(furniture["surveys:link"]["link_id"]),
        "questions": str(furniture["surveys:survey"]["question_id"]),
        "languages": str(furniture["surveys:survey"]["language"]),
        "invitations": invitation.public_id,
        "responses": Response.objects.of(acme).earliest("pk").public_id,
        "cases": str(case.number),
        "tasks": str(furniture["detractors:"]["task_id"]),
        "promises": promise.public_id,
        "calls": str(furniture["detractors:"]["call_id"]),
        "steps": str(furniture["followups:planned_step"]["public_id"]),
        "tags": tag.public_id,
        "templates": str(furniture["followups:template"]["public_id"]),
        "escalations": str(SlaPolicy.objects.of(acme).get(is_default=True).pk),
        "sla-policies": str(SlaPolicy.objects.of(acme).get(is_default=True).pk),
        "calendars": str(BusinessCalendar.objects.of(acme).get(is_default=True).pk),
        "days": Holiday.objects.of(acme).earliest("pk").holiday_on.isoformat(),
        "gatherings": str(furniture["followups:gathering"]["public_id"]),
        "spikes": str(furniture["detractors:spike"]["public_id"]),
        "lessons": str(furniture["detractors:lesson"]["public_id"]),
        "loss-reasons": retention.add_reason(workspace=acme, name="Price", now=MONDAY_9AM).public_id,
        "case-statuses": statuses.add(
            workspace=acme, name="Asked", category="WAITING", now=MONDAY_9AM
        ).public_id,
    }


def secret(kind: str, scope: str, acme: Workspace, owner: User, charlie: User) -> str | None:
    """The secret of a key of this kind, for an operation that needs `scope`."""
    if kind == "none":
        return None
    if kind == "unknown":
        return "AbCdEfGh." + "x" * 32
    workspace, by = (Workspace.objects.get(slug="globex"), charlie) if kind == "foreign" else (acme, owner)
    if kind == "limited":
        by = Membership.objects.of(acme).get(user__email="limited@people.example").user
    scopes = {
        "read": ["read"],
        "write": ["write"],
        "other": ["surveys:read" if scope != "surveys:read" else "contacts:write"],
    }
    key, text = api_keys.issue(workspace=workspace, name=kind, by=by, now=timezone.now())
    changed = {
        "scopes": scopes.get(kind, ["read", "write"]),
        "revoked": kind == "revoked",
        "expiry_date": timezone.now() - timedelta(seconds=1) if kind == "expired" else None,
    }
    ApiKey.objects.filter(pk=key.pk).update(**changed)
    return text


def call(method: str, path: str, text: str | None) -> Any:
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    with transaction.atomic():
        body = {} if method in ("GET", "DELETE") else {"data": {}, "content_type": "application/json"}
        answer = getattr(Client(), method.lower())(f"/api/v1/{path}", headers=headers, **body)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def filled(path: str, rows: dict[str, str]) -> str:
    kind = path.partition("/")[0]
    link = rows.get("links", "")
    return (
        path.replace("{id}", rows.get(kind, ""))
        .replace("{number}", rows.get(kind, ""))
        .replace("{link}", link)
        .replace("{question}", rows.get("questions", ""))
        .replace("{step}", rows.get("steps", ""))
        .replace("{language}", rows.get("languages", ""))
        .replace("{task}", rows.get("tasks", ""))
        .replace("{call}", rows.get("calls", ""))
        .replace("{promise}", rows.get("promises", ""))
        .replace("{day}", rows.get("days", ""))
    )


def expected(kind: str, scope: str, about: str) -> set[int]:
    """The statuses a key of this kind may get from an operation."""
    if kind in ("none", "unknown", "expired", "revoked") or scope == "-":
        return {401}
    if kind == "other" or (kind in ("read", "write") and not scope.endswith(kind)):
        return {403}
    if kind == "limited" and about.endswith("whole"):
        return {403}
    if (kind == "foreign" and about in ("about", "id", "id+whole")) or (
        kind == "limited" and about == "about"
    ):
        return {404}
    return {int(status) for status in HTTPStatus} - NEVER


@pytest.mark.parametrize("kind", KEYS)
def test_every_operation_answers_every_key_as_the_table_says(
    kind: str, acme: Workspace, owner: User, charlie: User, globex: Workspace, rows: dict[str, str]
) -> None:
    if kind == "limited":
        member(acme, "limited", "AGENT", only_own_teams=True)
    secrets: dict[str, str | None] = {}
    wrong = {}
    for (method, path), (scope, about) in operations().items():
        if scope not in secrets:
            secrets[scope] = secret(kind, scope, acme, owner, charlie)
        answer = call(method, filled(path, rows), secrets[scope])
        if answer.status_code not in expected(kind, scope, about):
            wrong[f"{method} {path}"] = answer.status_code
    assert wrong == {}


def test_by_the_api_too_foreign_ids_are_answered_like_unknown_ones(
    acme: Workspace, owner: User, charlie: User, globex: Workspace, rows: dict[str, str]
) -> None:
    text = secret("foreign", "", acme, owner, charlie)
    never = {kind: "999999" if kind == "cases" else new_public_id() for kind in rows}
    wrong, compared = {}, 0
    for (method, path), (_scope, about) in operations().items():
        if about not in ("about", "id"):
            continue
        foreign, unknown = (told(call(method, filled(path, ids), text)) for ids in (rows, never))
        compared += 1
        if foreign != unknown or foreign[0] != 404:
            wrong[f"{method} {path}"] = (foreign[0], unknown[0])
    assert wrong == {}
    assert compared >= 20


def test_the_lists_of_a_foreign_key_hold_nothing_of_ours(
    acme: Workspace, owner: User, charlie: User, globex: Workspace, rows: dict[str, str]
) -> None:
    text = secret("foreign", "", acme, owner, charlie)
    survey = Survey.objects.of(globex).get().public_id
    for (method, path), (_scope, _about) in operations().items():
        if method == "GET" and "{" not in path:
            body = call(method, path, text).content.decode()
            ours = [
                kind
                for kind, one in rows.items()
                if kind not in ("cases", "languages", "escalations", "sla-policies", "calendars")
                and one in body
            ]
            assert (path, ours) == (path, [])
    assert survey in call("GET", "surveys/", text).content.decode()


def test_a_session_opens_no_door_of_the_api_and_a_key_none_of_the_pages(
    acme: Workspace, owner: User, rows: dict[str, str]
) -> None:
    assert settings.SESSION_COOKIE_NAME in signed_in(owner).cookies
    assert signed_in(owner).get("/api/v1/contacts/").status_code == 401
    _key, text = api_keys.issue(workspace=acme, name="full", by=owner, now=timezone.now())
    answer = Client().get("/w/acme/contacts/", headers={"Authorization": f"Bearer {text}"})
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")
