"""Every route of a workspace, met by its owner, a colleague, a stranger and nobody.

A new route appears here by itself; if its address has a part this module cannot fill, the build fails until it can.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import BusinessCalendar, Holiday, Membership, Team, User, Workspace
from accounts.services import api_keys, invites, providers
from detractors.models import BulkAction, Case, Lesson, RootCause, Spike
from detractors.services import (
    appointments,
    attachments,
    decisions,
    drafts,
    improvements,
    planning,
    rehearsing,
    remedies,
    ruling,
    saved_views,
    tags,
    tasks,
)
from followups import reading
from followups.enums import FollowUpStep
from followups.models import FollowUp, Mail, PendingReply, PlannedStep
from followups.services import (
    conversations,
    gatherings,
    incoming,
    playbook_starting,
    playbooks,
    ready_templates,
    receiving,
)
from outbox.models import OutboundMessage
from outbox.services import chat_targets
from surveys.models import Attribute, Contact, ContactImport, InboundText, Survey
from surveys.rules.mentions import Heard
from surveys.services import (
    audiences,
    bulk_edits,
    campaigns,
    contacts,
    mentions,
    person_archives,
    public_links,
    questions,
    responses,
    sources,
    widget_keys,
    wordings,
)
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db

# Nobody may see a page that is not answered with one of these; anything else is a crash or a leak.
SEEN = {200, 204, 302}
REFUSED = {403, 405}


@dataclass(frozen=True)
class Route:
    name: str
    parts: tuple[str, ...]


def routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path, space + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern) and path.startswith("w/<slug:slug>/"):
            yield Route(space + str(entry.name), tuple(entry.pattern.converters) or ())


STAFF_ROUTES = sorted(set(routes()), key=lambda route: route.name)
APPS = sorted({route.name.partition(":")[0] for route in STAFF_ROUTES})


def furnish(workspace: Workspace, owner: User) -> dict[str, dict[str, Any]]:
    """One of everything in `workspace`, and what to put into each part of an address, by the prefix of the route's name."""
    survey = Survey.objects.of(workspace).get()
    contact, _made = contacts.upsert(
        workspace=workspace,
        email="ines@customer.example",
        name="Ines Iglesias",
        company="Iglesias SA",
        attributes={"region": "North"},
        now=MONDAY_9AM,
    )
    response = responses.record(
        workspace=workspace, survey=survey, contact=contact, score=2, comment="Late", now=MONDAY_9AM
    )
    decisions.decide_pending(now=MONDAY_9AM)
    case = Case.objects.of(workspace).get()
    campaign = campaigns.create(
        workspace=workspace, name="Spring", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM
    )
    upload = ContactImport(workspace=workspace, file_name="people.csv", created_at=MONDAY_9AM)
    upload.save()
    calendar = BusinessCalendar.objects.of(workspace).get()
    holiday = Holiday(
        workspace=workspace, calendar=calendar, holiday_on=MONDAY_9AM.date() + timedelta(days=9)
    )
    holiday.save()
    planned = FollowUp(
        workspace=workspace,
        case=case,
        step=FollowUpStep.WAITING,
        episode=7,
        due_at=MONDAY_9AM,
        created_at=MONDAY_9AM,
    )
    planned.save()
    pending = PendingReply(
        workspace=workspace,
        case=case,
        by=owner,
        body="Hello",
        leaves_at=MONDAY_9AM,
        created_at=MONDAY_9AM,
    )
    pending.save()
    key, _secret = api_keys.issue(workspace=workspace, name="shop", by=owner, now=MONDAY_9AM)
    invitation = invites.invite(
        workspace=workspace, by=owner, email="nina@acme.example", role="AGENT", now=MONDAY_9AM
    )
    widget_key = widget_keys.issue(
        workspace=workspace,
        survey=survey,
        name="shop",
        origins=["https://shop.example"],
        by=owner,
        now=MONDAY_9AM,
    )
    link = public_links.create(workspace=workspace, survey=survey, source="Poster", by=owner, now=MONDAY_9AM)
    provider = providers.add(
        workspace=workspace, by=owner, name="Acme account", issuer="https://login.example.com", client_id="amends",
        secret="a secret", domains=["acme.example"], adds_members=False, new_role="ANALYST", now=MONDAY_9AM,
    )  # fmt: skip
    audience = audiences.create(
        workspace=workspace, name="Everybody with an address", by=owner, now=MONDAY_9AM,
        filter=[{"field": "has_email", "op": "yes"}],
    )  # fmt: skip
    edit = bulk_edits.start(
        workspace=workspace,
        selection={"contacts": [contact.pk]},
        field="language",
        value="de",
        by=owner,
        now=MONDAY_9AM,
    )
    question = questions.add(
        survey=survey, kind="SINGLE", text="What was it?", options=["Price", "Speed"], now=MONDAY_9AM
    )
    wordings.write(survey=survey, language="de", texts={}, now=MONDAY_9AM)
    source = sources.add(
        workspace=workspace, kind="WEBHOOK", name="Reviews", channel="REVIEW", by=owner, now=MONDAY_9AM
    )
    heard = Heard(text="Never again", stars=1, published_at=MONDAY_9AM)
    [mention] = mentions.take(source=source, heard=[heard], now=MONDAY_9AM).new
    its_owner = Membership.objects.of(workspace).select_related("user", "workspace").get(user=owner)
    saved = saved_views.create(membership=its_owner, name="Urgent", query={"view": "open"}, now=MONDAY_9AM)
    saved_views.share(view=saved, membership=its_owner, scope="ALL", now=MONDAY_9AM)
    bulk = BulkAction(workspace=workspace, act="ASSIGN", done_at=MONDAY_9AM, done_by=owner)
    bulk.save()
    joined = responses.record(
        workspace=workspace, survey=survey, contact=contact, score=1, comment="Again", now=MONDAY_9AM
    )
    decisions.decide_pending(now=MONDAY_9AM)
    work = {
        "number": case.number,
        "task_id": tasks.add(case=case, title="Ask", by=owner, now=MONDAY_9AM).public_id,
        "call_id": appointments.plan(
            case=case, at=MONDAY_9AM + timedelta(hours=1), by=owner, now=MONDAY_9AM
        ).public_id,
        "file_id": attachments.attach(
            case=case, file=SimpleUploadedFile("depot.txt", b"At noon."), by=owner, now=MONDAY_9AM
        ).public_id,
        "answer_id": joined.public_id,
    }
    spike = Spike(
        workspace=workspace, kind="WORD", key="late", name="late", window_days=1, n=9, most=9, usual_n=1, usual_days=8,
        chance=1e-6, since=MONDAY_9AM, raised_at=MONDAY_9AM, looked_at=MONDAY_9AM,
    )  # fmt: skip
    spike.save()
    remedy = remedies.give(case=case, by=owner, kind="GIFT", what="Chocolate", now=MONDAY_9AM)
    lesson = Lesson(
        workspace=workspace, state="PUBLISHED", title="Late", created_at=MONDAY_9AM, updated_at=MONDAY_9AM,
        published_at=MONDAY_9AM, published_by=owner,
    )  # fmt: skip
    lesson.save()
    improvement = improvements.add(workspace=workspace, by=owner, title="A second depot", now=MONDAY_9AM)
    steps = [{"kind": "MAIL", "does": {"subject": "Sorry", "body": "Hello"}}]
    playbook = playbooks.create(
        workspace=workspace, name="A second look", event="CASE_OPENED", steps=steps, now=MONDAY_9AM
    )
    gathering = gatherings.draft(
        workspace=workspace, by=owner, cases=Case.objects.of(workspace), now=MONDAY_9AM
    )
    message = OutboundMessage.objects.of(workspace).first()
    target, _secret = chat_targets.save(
        workspace=workspace, target=None, name="Room", kind="SLACK", events=[], digest_at=None, now=MONDAY_9AM,
        address="https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
    )  # fmt: skip
    text = InboundText(
        workspace=workspace, provider_id="SM1", number="+4915112345678", text="thanks", outcome="UNPLACED",
        received_at=MONDAY_9AM,
    )  # fmt: skip
    text.save()
    archive = person_archives.start(contact=contact, by=owner, now=MONDAY_9AM)
    return {
        "surveys:attribute": {"pk": Attribute.objects.of(workspace).get().pk},
        "surveys:audience": {"public_id": audience.public_id},
        "surveys:bulk_edit": {"public_id": edit.public_id},
        "surveys:company": {"public_id": contact.account.public_id},
        "detractors:cases_of_company": {"public_id": contact.account.public_id},
        "surveys:contact": {"public_id": contact.public_id, "archive_id": archive.public_id},
        "surveys:import": {"public_id": upload.public_id},
        "surveys:survey": {
            "public_id": survey.public_id,
            "question_id": question.public_id,
            "language": "de",
            "version_number": 1,
        },
        "surveys:link": {"public_id": survey.public_id, "link_id": link.public_id},
        "dashboards:survey_": {"public_id": survey.public_id},
        "surveys:widget_key": {"public_id": widget_key.public_id},
        "surveys:text": {"public_id": text.public_id},
        "surveys:source": {"public_id": source.public_id},
        "detractors:mention": {"public_id": mention.public_id},
        "surveys:campaign": {"public_id": campaign.public_id},
        "detractors:judge": {"public_id": response.public_id},
        "detractors:cases_of_contact": {"public_id": contact.public_id},
        "detractors:view_": {"public_id": saved.public_id},
        "detractors:lesson": {"public_id": lesson.public_id},
        "detractors:lesson_propose": {"number": case.number},
        "detractors:spike": {"public_id": spike.public_id},
        "detractors:bulk_": {"public_id": bulk.public_id},
        **plan(workspace, survey),
        "detractors:remedy": {"public_id": remedy.public_id},
        "detractors:help_link": {"reason": help_reason(workspace)},
        "detractors:improvement": {"public_id": improvement.public_id, "number": case.number},
        "detractors:": {**work, "policy_id": case.policy_id},
        **letters(case),
        "followups:gathering": {"public_id": gathering.public_id},
        "followups:announcement": {"public_id": improvement.public_id},
        "followups:template": {
            "public_id": ready_templates.copy(
                workspace=workspace, key="promoter", by=owner, now=MONDAY_9AM
            ).public_id,
            "version_number": 1,
        },
        "followups:playbook": {"public_id": playbook.public_id},
        "followups:undo_reply": {"number": case.number, "public_id": pending.public_id},
        **playing(case, owner),
        "followups:": {"number": case.number, "pk": planned.pk},
        "outbox:": {"public_id": message.public_id},
        "outbox:chat_target": {"public_id": target.public_id},
        "accounts:invite": {"public_id": invitation.public_id},
        "accounts:provider": {"public_id": provider.public_id},
        "accounts:": {
            "member_id": Membership.objects.of(workspace).filter(user=owner).get().pk,
            "team_id": Team.objects.of(workspace).get().pk,
            "holiday_id": holiday.pk,
            "prefix": key.prefix,
        },
        "dashboards:": {"table": "trend"},
    }


def playing(case: Case, owner: User) -> dict[str, dict[str, Any]]:
    """A playbook at work for the case, with a step that waits."""
    later = {"kind": "TAG", "delay": {"amount": 9, "unit": "DAYS", "since": "EVENT"}, "does": {}}
    [tag] = tags.ensure(workspace=case.workspace, names=["Played"], now=MONDAY_9AM)
    later["does"] = {"tags": [tag.pk]}
    row = playbooks.create(
        workspace=case.workspace, name="By hand", event="CASE_OPENED", steps=[later], now=MONDAY_9AM
    )
    run = playbook_starting.start(playbook=row, case=case, by=owner, now=MONDAY_9AM)
    step = PlannedStep.objects.of(case.workspace_id).get(run=run)
    return {
        "followups:playbook_run_act": {"public_id": row.public_id, "run_id": run.public_id},
        "followups:planned_step": {"number": case.number, "public_id": step.public_id},
        "followups:planned_steps": {"number": case.number},
        "followups:start_playbook": {"number": case.number},
        "followups:stop_playbook": {"number": case.number, "public_id": run.public_id},
    }


def in_doubt(case: Case) -> Mail:
    """A mail of which nobody knows whether it arrived."""
    mail = conversations.post(
        case=case, by=case.owner, mail="case_reply", subject="Hello", text="I am sorry.", context={},
        dedupe_key="doubt", now=MONDAY_9AM,
    )  # fmt: skip
    rows = OutboundMessage.objects.of(case.workspace_id).filter(pk=mail.message_id)
    rows.update(state="UNKNOWN", next_at=None)
    return mail


def letters(case: Case) -> dict[str, dict[str, Any]]:
    """A mail of the customer in its case, and one from a stranger that waits to be sorted."""
    read = reading.Read(
        headers={}, sender="ann@customer.example", text="Still late", html="<p>Still late</p>"
    )
    mail = incoming.keep(case=case, read=read, kind="HUMAN", at=MONDAY_9AM, now=MONDAY_9AM)
    row = receiving.store(
        raw=b"From: x@stranger.example\r\n\r\nHello", came="IMAP", now=MONDAY_9AM, workspace=case.workspace
    )
    assert row is not None
    row.state, row.next_at, row.case, row.from_address = "TRAY", None, case, "x@stranger.example"
    row.save()
    here = {"public_id": row.public_id}
    return {
        "followups:formatted": {"number": case.number, "public_id": mail.public_id},
        "followups:doubt_decide": {"number": case.number, "public_id": in_doubt(case).public_id},
        "followups:doubts": {},
        "followups:original": here,
        "followups:received": here,
        "followups:sort": here,
        "followups:sort_undo": here,
    }


def help_reason(workspace: Workspace) -> str:
    """A root cause links can be given for."""
    cause = RootCause.objects.of(workspace).order_by("pk").first()
    assert cause is not None
    return f"cause:{cause.public_id}"


def plan(workspace: Workspace, survey: Survey) -> dict[str, dict[str, Any]]:
    """A matrix of one cell, a rule, and an answer that rule holds."""
    scenario = planning.add_scenario(workspace=workspace, name="Get the parcel", now=MONDAY_9AM)
    failure = planning.add_failure(workspace=workspace, name="Late", words=["late"], now=MONDAY_9AM)
    planning.plan_cell(
        scenario=scenario, failure=failure, priority_minutes=30, policy=None, playbook="", team=None, now=MONDAY_9AM
    )  # fmt: skip
    rule = ruling.keep(
        workspace=workspace, rule=None, kind="OPENING", name="Kiosks", now=MONDAY_9AM,
        stated={"groups": [{"conditions": [{"field": "channel", "op": "is", "value": "KIOSK"}]}]},
        effect={"do": "HOLD", "hours": 24},
    )  # fmt: skip
    ruling.switch(rule=rule, on=True, now=MONDAY_9AM)
    held = responses.record(workspace=workspace, survey=survey, score=3, channel="KIOSK", now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    draft = drafts.of_cell(
        scenario=scenario,
        failure=failure,
        plan={"priority_minutes": 60, "policy": None, "playbook": "", "team": None},
    )
    rehearsal = rehearsing.ask(workspace=workspace, draft=draft, by=None, now=MONDAY_9AM)
    ids = {"scenario_id": scenario.public_id, "failure_id": failure.public_id}
    return {
        "detractors:scenario": ids,
        "detractors:failure": ids,
        "detractors:matrix_cell": ids,
        "detractors:rehearsal": {"rehearsal_id": rehearsal.public_id},
        "detractors:rule": {"rule_id": rule.public_id},
        "detractors:held_open": {"public_id": held.public_id},
    }


def address(route: Route, slug: str, furniture: dict[str, dict[str, Any]]) -> str:
    best = max((prefix for prefix in furniture if route.name.startswith(prefix)), key=len, default="")
    values = furniture.get(best, {})
    wanted = [part for part in route.parts if part != "slug"]
    missing = [part for part in wanted if part not in values]
    assert missing == [], f"{route.name}: tell furnish() what to put into {missing}"
    return reverse(route.name, kwargs={"slug": slug, **{part: values[part] for part in wanted}})


def of(app: str) -> list[Route]:
    return [route for route in STAFF_ROUTES if route.name.partition(":")[0] == app]


def test_there_are_routes_to_walk() -> None:
    assert len(STAFF_ROUTES) > 60
    assert all(of(app) for app in APPS)


def ask(client: Client, method: str, path: str, form: dict[str, str] | None = None) -> Any:
    """One request whose effects are taken back: those of the next are its own."""
    kept = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(path, form)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = kept
    return answer


@pytest.mark.parametrize("app", APPS)
def test_owner_and_colleague_get_in_and_a_stranger_finds_nothing(
    app: str, acme: Workspace, owner: User, bob: User, charlie: User
) -> None:
    """On every page of the app, all of the same furniture: to furnish takes longer than all that is asked of one page."""
    furniture, wrong = furnish(acme, owner), {}
    inside = {"owner": signed_in(owner), "colleague": signed_in(bob)}
    stranger, nobody = signed_in(charlie), Client()
    for route in of(app):
        path = address(route, "acme", furniture)
        for name, client in inside.items():
            status = ask(client, "get", path).status_code
            if status not in SEEN | REFUSED:
                wrong[f"{name} get {route.name}"] = status
        for method in ("get", "post"):
            status = ask(stranger, method, path).status_code
            if status != 404:
                wrong[f"stranger {method} {route.name}"] = status
        anonymous = ask(nobody, "get", path)
        sent = anonymous.headers.get("Location", "").split("?")[0]
        if (anonymous.status_code, sent) != (302, "/accounts/login/"):
            wrong[f"anonymous get {route.name}"] = (anonymous.status_code, sent)
    assert wrong == {}


@pytest.mark.parametrize("app", APPS)
def test_the_ids_of_another_workspace_are_unknown_here(
    app: str, acme: Workspace, owner: User, charlie: User, globex: Workspace
) -> None:
    """Charlie asks his own workspace for Acme's things: the answer is that of an id that never existed."""
    furniture, client, wrong = furnish(acme, owner), signed_in(charlie), {}
    for route in of(app):
        if not set(route.parts) - {"slug", "table"}:
            continue
        for method in ("get", "post"):
            status = ask(client, method, address(route, "globex", furniture)).status_code
            if status not in {404, 405}:
                wrong[f"{method} {route.name}"] = status
    assert wrong == {}


def test_an_unknown_workspace_looks_like_a_foreign_one(acme: Workspace, charlie: User) -> None:
    client = signed_in(charlie)
    foreign, unknown = client.get("/w/acme/cases/"), client.get("/w/nowhere/cases/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content.replace(b"acme", b"nowhere") == unknown.content


def test_losing_the_membership_works_on_the_next_request(acme: Workspace, bob: User) -> None:
    client = signed_in(bob)
    assert client.get("/w/acme/cases/").status_code == 200
    Membership.objects.of(acme).filter(user=bob).delete()
    assert client.get("/w/acme/cases/").status_code == 404


def test_a_contact_of_another_workspace_is_not_found_by_search(
    acme: Workspace, owner: User, charlie: User, globex: Workspace
) -> None:
    furnish(acme, owner)
    page = signed_in(charlie).get("/w/globex/contacts/", {"search": "Ines"}).content.decode()
    assert "Iglesias" not in page
    assert Contact.objects.of(globex).count() == 0
