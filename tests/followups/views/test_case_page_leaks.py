"""Nothing internal reaches a customer: every field of every table says where it is from, and no page or mail repeats it.

The workspace is furnished with one of everything (as for the routes), with another customer and their case; then each text
of each row becomes a word that names its table and column. What a customer is told on purpose is listed in TOLD.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent, Improvement, RootCause
from detractors.services import cases, decisions, improvements, tags
from followups.models import FollowUp, Resurvey
from followups.services import announcements, customer_pages, followups, replies, resurveys
from outbox.channels.email import as_bytes
from outbox.enums import TO_THE_CUSTOMER
from outbox.models import OutboundMessage
from surveys.models import Response, Survey
from surveys.services import contacts, responses, sending
from tests.conftest import MONDAY_9AM
from tests.guards.test_routes import furnish

pytestmark = pytest.mark.django_db
OURS = ("accounts", "outbox", "surveys", "detractors", "followups", "dashboards")
LATER, DAY = MONDAY_9AM + timedelta(minutes=5), timedelta(days=1)
MARK = re.compile(r"leak\.[a-z0-9_.]+", re.I)

# What is no word of anybody but a name the product looks things up by; marked, nothing would work.
KEYS = re.compile(
    r"(^|_)(id|ids|nonce|key|hash|slug|zone|language|languages|currency|path|kind|type|code|state|status|token|prefix|"
    r"metric|series|dimension|measure|value|field|url|colour|color|version|salt|password|mail|about|fingerprint|scope|"
    r"channel|role|reason|because|outcome|act|category|digest|content_type|provider|secret|session|issuer|purpose|trust|segment)$"
)
WORDY = (
    "facts",
    "attributes",
    "evidence",
    "answers",
)  # JSON with words of people in it; other JSON is settings
# Of these tables only what is made here for this customer is told to them, and of it only these columns.
TOLD: dict[str, tuple[str, ...]] = {
    "accounts.Workspace": ("*",),  # the company itself: name, address, telephone
    "accounts.User": ("name", "first_name", "last_name"),  # of the case's owner
    "surveys.Contact": ("name", "email", "company", "phone", "search"),
    "surveys.Response": ("comment",),
    "surveys.Survey": (
        "question",
        "subject",
        "intro",
        "low_label",
        "high_label",
    ),  # what it asks is asked of them
    "surveys.SurveyVersion": ("*",),
    "surveys.Touchpoint": ("name",),
    "detractors.Case": ("stated_complaint", "waiting_for", "resolution"),
    "followups.Conversation": ("subject",),  # of the mails they got
    "followups.ReplyTemplate": ("*",),
}


def words(told: dict[str, set[int]]) -> set[str]:
    """Make every text say where it is from; the names of the columns that do now."""
    done: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label not in OURS or not model._meta.managed or model._meta.proxy:
            continue
        label = f"{model._meta.app_label}.{model.__name__}"
        for field in model._meta.concrete_fields:
            if field.primary_key or getattr(field, "choices", None) or KEYS.search(field.name):
                continue
            if not isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                continue
            for pk, value in list(model._base_manager.values_list("pk", field.name)):
                if pk in told.get(f"{label}.{field.name}", ()):
                    continue
                is_told = label in TOLD and pk in told.get(label, {pk})
                if is_told and (field.name in TOLD[label] or "*" in TOLD[label]):
                    continue
                where = f"leak.{model.__name__}.{field.name}.{pk}".lower()
                new = _marked(field, value, where)
                if new is None:
                    continue
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=pk).update(**{field.name: new})
                    done.add(f"{label}.{field.name}")
                except DatabaseError:  # a bound of the table: history that is only added to, a pair, a form
                    continue
    return done


def _marked(field: models.Field[Any, Any], value: Any, where: str) -> Any:
    if isinstance(field, models.JSONField):
        if field.name not in WORDY:
            return None
        marked = _inside(value, where)
        return marked if marked != value else None
    if isinstance(field, models.EmailField):
        return f"{where}@leak.internal.example"
    if isinstance(field, models.URLField):
        return None
    most = field.max_length or 200
    return where[:most] if most > 12 else None


def _inside(value: Any, where: str) -> Any:
    """Every sentence in JSON; a single word or a number may be a code the product needs."""
    if isinstance(value, dict):
        return {key: one if KEYS.search(key) else _inside(one, where) for key, one in value.items()}
    if isinstance(value, list):
        return [_inside(one, where) for one in value]
    return where if isinstance(value, str) and value and not value.isupper() else value


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda moment: monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_no_page_and_no_mail_says_anything_of_ours(
    acme: Workspace,
    owner: User,
    alice: User,
    bob: User,
    clock: Callable[[Any], None],
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.INBOUND_DOMAIN = "in.amends.example"
    clock(LATER)
    with django_capture_on_commit_callbacks(execute=True):
        furnish(acme, owner)
        survey = Survey.objects.of(acme).get()
        stranger, _new = contacts.upsert(
            workspace=acme, email="otto@other.example", name="Otto", now=MONDAY_9AM
        )
        responses.record(
            workspace=acme, survey=survey, contact=stranger, score=1, comment="Mine", now=MONDAY_9AM
        )
        decisions.decide_pending(now=MONDAY_9AM)
    case = Case.objects.of(acme).get(number=1)
    assert case.contact is not None
    cases.assign(case=case, owner=bob, by=alice, now=MONDAY_9AM, because="he knows the depot")
    cases.note(case=case, by=bob, text="A note", now=LATER)
    cases.note_issue(case=case, by=bob, stated_complaint="", underlying_issue="The depot", now=LATER)
    tags.put(case=case, names=["troublemaker"], by=bob, now=LATER)
    cause = RootCause.objects.of(acme).order_by("pk").first()
    improvement = Improvement.objects.of(acme).get()
    told = {
        "accounts.User": {bob.pk},
        "surveys.Contact": {case.contact_id},
        "surveys.Response": set(case_answers(case)),
        "detractors.Case": {case.pk},
        "detractors.CaseEvent.note": lines(case, "ANSWER_JOINED"),  # their own words
        "detractors.CaseEvent.facts": lines(case, "ASSIGNED"),  # who has their message
    }
    before = OutboundMessage.objects.of(acme).order_by("pk").values_list("pk", flat=True).last() or 0
    marked = words(told)
    assert {
        "detractors.CaseEvent.note", "detractors.CaseEvent.facts", "detractors.Tag.name", "detractors.RootCause.name",
        "detractors.Case.underlying_issue", "detractors.Task.title", "detractors.Remedy.what", "detractors.Lesson.title",
        "detractors.Improvement.title", "accounts.User.email", "surveys.Contact.email", "surveys.Contact.name",
        "surveys.Response.comment", "detractors.Scenario.name", "detractors.Failure.name", "detractors.CaseRule.name",
        "outbox.OutboundMessage.text", "accounts.Team.name",
    } - marked == set()  # fmt: skip
    seen: dict[str, str] = {}

    def look(state: str, *, done: str = "", at: Any = LATER) -> None:
        clock(at)
        link = Case.objects.of(acme).get(pk=case.pk).link
        seen[state] = Client().get(f"/c/{link}/{done}").content.decode()
        seen[f"{state}, refused"] = Client().post(f"/c/{link}/", {"do": "call"}).content.decode()

    def fresh() -> Case:
        return Case.objects.of(acme).select_related("workspace", "contact", "owner", "survey").get(pk=case.pk)

    with django_capture_on_commit_callbacks(execute=True):
        look("new")
        FollowUp.objects.of(acme).filter(case=case).update(due_at=LATER)
        followups.send_due(now=LATER)
        replies.send(
            case=fresh(), by=bob, subject="Yours", body="I am sorry.", now=LATER, submission="1", anyway=True
        )
        look("answered")
        customer_pages.add(case=fresh(), text="It is the blue one.", now=LATER)
        cases.wait(case=fresh(), by=bob, waiting_for="A photo, please", now=LATER)
        look("waiting")
    with django_capture_on_commit_callbacks(execute=True):
        FollowUp.objects.of(acme).filter(case=case, status="PLANNED").update(due_at=LATER)
        followups.send_due(now=LATER)
        cases.resolve(case=fresh(), by=bob, root_cause=cause, resolution="A new one.", now=LATER)
        look("resolved", done="?done=yes")
    with django_capture_on_commit_callbacks(execute=True):
        FollowUp.objects.of(acme).filter(case=case, status="PLANNED").update(due_at=LATER)
        followups.send_due(now=LATER)
        Resurvey.objects.of(acme).filter(case=case).update(due_at=LATER)
        resurveys.resurvey_due(now=LATER)
        sending.send_due(now=LATER + timedelta(hours=2))
        customer_pages.say(case=fresh(), is_solved=False, text="It is not.", now=LATER)
        look("open again")
        customer_pages.leave_alone(case=fresh(), what="CASE", now=LATER)
        look("left alone")
        customer_pages.come_back(case=fresh(), now=LATER)
        cases.resolve(case=fresh(), by=bob, root_cause=cause, resolution="Another one.", now=LATER)
        cases.close(case=fresh(), outcome="NOT_RECOVERED", now=LATER)
        look("closed")
        look("expired", at=LATER + 120 * DAY)
        clock(LATER)
        done = improvements.finish(improvement=improvement, outcome="Two depots now.", now=LATER)
        improvements.tie(improvement=done, case=fresh(), by=alice, now=LATER)
        row = announcements.draft(improvement=done, now=LATER)
        row = announcements.keep(improvement=done, subject=row.subject, body=row.body, now=LATER)
        announcements.start(announcement=row, by=alice, now=LATER)
        announcements.send_due(now=LATER + 2 * DAY)
        customer_pages.revoke(case=fresh(), by=bob, now=LATER)
        look("revoked")
    rows = OutboundMessage.objects.of(acme).filter(kind__in=TO_THE_CUSTOMER, pk__gt=before)
    mails = {f"{mail.mail} {mail.pk}": mail for mail in rows.filter(to="ines@customer.example")}
    for name, mail in mails.items():
        seen[name] = as_bytes(mail).decode()
        seen[f"{name}, its words"] = (
            f"{mail.subject} {mail.text} {mail.html} {mail.headers} {mail.from_name} {mail.reply_to}"
        )
    sent = {mail.mail for mail in mails.values()}
    assert {
        "case_acknowledged",
        "case_reply",
        "loop_closed",
        "case_waiting",
        "resurvey",
        "improvement_done",
    } - sent == set()
    assert all("I am sorry." in text for name, text in seen.items() if name.startswith("case_reply"))
    leaks = {where: sorted(set(MARK.findall(text))) for where, text in seen.items() if MARK.search(text)}
    assert leaks == {}


def lines(case: Case, kind: str) -> set[int]:
    """The lines of this kind in the timeline of the case."""
    rows = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=kind)
    return set(rows.values_list("pk", flat=True))


def case_answers(case: Case) -> list[int]:
    """The answers this customer gave."""
    rows = Response.objects.of(case.workspace_id).filter(contact=case.contact_id)
    return list(rows.values_list("pk", flat=True))
