"""Nobody who was erased is found again: not in one table of the database, not in a file, not after a restore."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction

from accounts.enums import Act
from accounts.models import AuditEvent, User, Workspace
from core.privacy import address_hash
from dashboards.models import DailyTally
from dashboards.queries.nps import nps_figures
from dashboards.services import tallies
from detractors.models import Case, CaseEvent, Lesson, RootCause, Spike
from detractors.services import appointments, attachments, cases, decisions, tasks
from followups.models import Mail, ReceivedMail
from followups.services import replies, resurveys
from followups.services.followups import send_due as send_follow_ups
from outbox import queries as outbox
from outbox.enums import Kind, State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, Suppression
from outbox.services.messages import queue_email, suppress
from outbox.services.suppressions import unsuppress
from outbox.services.tracking import Report, record_tracking
from surveys.enums import ImportStatus
from surveys.models import (
    Attribute,
    Campaign,
    Contact,
    ContactImport,
    Erasure,
    Invitation,
    Response,
    Survey,
)
from surveys.queries import audiences
from surveys.services import campaigns, contacts, erasing, events, imports, invitations, responses
from tests.api import Api
from tests.conftest import MONDAY_9AM
from tests.followups.mails import come, letter

pytestmark = pytest.mark.django_db

LATER = MONDAY_9AM + timedelta(hours=2)
MAIL = "zora.quillfeather@customer.example"
OLD_MAIL = "zora.before@customer.example"
NUMBER = "+4930555019"
# Everything by which anybody could find her; none of it may be left in any byte of the database.
TRACES = (
    "Zora", "Quillfeather", "quillfeather", "zora.before", "+4930555019", "ZQ-77812", "Featherworks",
    "purple teapot", "Turnip Hollow", "teapot arrived broken", "call about the teapot", "sorry about your teapot",
    "glaze was thin", "handle fell off", "a new teapot", "waits for the teapot", "Teapot trouble",
    "zq-77812-key", "fetch the teapot", "teapot lies in", "of the teapot", "call her at the Hollow", "zora-teapot",
)  # fmt: skip


@pytest.fixture
def news(django_capture_on_commit_callbacks: Any) -> Callable[[], AbstractContextManager[Any]]:
    """with news(): what happens inside is followed by everything that listens, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@dataclass
class Life:
    """Zora and what is known of her."""

    zora: Contact
    case: Case
    survey: Survey
    api: Api


def upload(workspace: Workspace, by: User, text: str, name: str = "people.csv") -> ContactImport:
    return imports.create(
        workspace=workspace,
        file=SimpleUploadedFile(name, text.encode()),
        file_name=name,
        by=by,
        now=MONDAY_9AM,
    )


@pytest.fixture
def life(acme: Workspace, alice: User, bob: User, news: Any) -> Life:
    """A customer with one of everything, in a region where four others answered, and a home only she has."""
    survey = Survey.objects.of(acme).select_related("workspace").get()
    api = Api(acme, by=alice)
    for index in range(4):
        other, _new = contacts.upsert(
            workspace=acme,
            email=f"other{index}@customer.example",
            attributes={"region": "North"},
            now=MONDAY_9AM,
        )
        responses.record(workspace=acme, survey=survey, contact=other, score=9, now=MONDAY_9AM)
    body = {
        "external_id": "ZQ-77812", "email": OLD_MAIL, "name": "Zora Quillfeather", "phone": "+49 30 555019",
        "company": "Featherworks", "attributes": {"region": "North", "home": "Turnip Hollow"},
    }  # fmt: skip
    assert api.post("contacts/", body, **{"Idempotency-Key": "first"}).status_code == 201
    assert api.post("contacts/", body, **{"Idempotency-Key": "zq-77812-key"}).status_code == 200
    zora = Contact.objects.of(acme).get(external_id="ZQ-77812")
    with news():
        invitations.invite(workspace=acme, survey=survey, contact=zora, now=MONDAY_9AM)
        invitations.send_due(now=MONDAY_9AM)
        zora = contacts.update(contact=zora, email=MAIL, now=MONDAY_9AM)
        link = Invitation.objects.of(acme).get(contact=zora)
        invitations.follow_mail(now=MONDAY_9AM)
        for comment in ("The purple teapot came late", "The teapot arrived broken"):
            responses.record_by_invitation(token=link.link, score=2, comment=comment, now=MONDAY_9AM)
        decisions.decide_pending(now=MONDAY_9AM)
    case = Case.objects.of(acme).get(contact=zora)
    _work(acme, case, bob, news)
    with news():
        _written_down_elsewhere(acme, alice, zora, survey)
    tallies.fold_all(now=LATER)
    return Life(Contact.objects.of(acme).get(pk=zora.pk), case, survey, api)


def _written_by_mail(case: Case) -> None:
    """An answer of hers in the case, and a mail in the tray."""
    sent = Mail.objects.of(case.workspace_id).select_related("message").get(conversation__case=case)
    for sender in (MAIL, OLD_MAIL):
        mail = letter(
            "The teapot is in the attic", to="feedback@amends.example", sender=f"Zora Quillfeather <{sender}>",
            subject="Teapot news", message_id=f"<{sender}>", In_Reply_To=sent.message.message_id, html="<p>The teapot is in the attic</p>",
        )  # fmt: skip
        mail.add_attachment(b"Quillfeather, her teapot", "text", "plain", filename="quillfeather.txt")
        come(mail, now=MONDAY_9AM, workspace=case.workspace, envelope_from=sender)


def _work(acme: Workspace, case: Case, bob: User, news: Any) -> None:
    with news():
        cases.note(case=case, by=bob, text="I will call about the teapot", now=MONDAY_9AM)
        cases.note_issue(
            case=case,
            by=bob,
            stated_complaint="handle fell off",
            underlying_issue="glaze was thin",
            now=MONDAY_9AM,
        )
        replies.send(
            case=case, by=bob, subject="Teapot trouble", body="Dear Zora, sorry about your teapot.", now=MONDAY_9AM,
            submission="s" * 22,
        )  # fmt: skip
        _written_by_mail(case)
        cases.wait(case=case, by=bob, waiting_for="waits for the teapot", now=MONDAY_9AM)
        tasks.add(case=case, title="fetch the teapot", by=bob, now=MONDAY_9AM)
        asked = tasks.add(
            case=case,
            title="Where does her parcel lie?",
            helper_email="depot@supplier.example",
            by=bob,
            now=MONDAY_9AM,
        )
        tasks.answer(token=asked.link, words="The teapot lies in the depot", now=LATER)
        appointments.plan(
            case=case, at=LATER + timedelta(hours=1), by=bob, note="call her at the Hollow", now=MONDAY_9AM
        )
        file = SimpleUploadedFile("zora-teapot.txt", b"Zora Quillfeather wrote this")
        attachments.attach(case=case, file=file, by=bob, note="of the teapot", now=MONDAY_9AM)
        send_follow_ups(now=LATER)
        cases.resume(case=case, by=bob, now=LATER)
        cases.resolve(
            case=case, by=bob, root_cause=RootCause.objects.of(acme).get(name="Late delivery"),
            resolution="We sent a new teapot.", now=LATER,
        )  # fmt: skip
        send_follow_ups(now=LATER + timedelta(days=1))
        resurveys.resurvey_due(now=LATER + timedelta(days=30))


def _written_down_elsewhere(acme: Workspace, alice: User, zora: Contact, survey: Survey) -> None:
    """Import files, refused rows, a campaign's search, what servers reported, suppressions, a digest to staff."""
    done = upload(acme, alice, "name,email\nZora Quillfeather,nonsense\n")
    imports.check(contact_import=done, mapping={0: "name", 1: "email"}, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    imports.start(contact_import=done, now=MONDAY_9AM)
    imports.run(now=MONDAY_9AM)
    upload(acme, alice, f"name,email\nZora Quillfeather,{MAIL}\n", name="zora quillfeather.csv")
    upload(acme, alice, "name,email\nSomebody Else,else@customer.example\n", name="others.csv")
    campaigns.create(
        workspace=acme,
        name="Only her",
        survey=survey,
        audience={"search": "quillfeather"},
        by=alice,
        now=MONDAY_9AM,
    )
    events.record(
        workspace=acme, name="order.delivered", contact=zora, external_id="ZQ-77812", data={"what": "purple teapot"},
        now=MONDAY_9AM,
    )  # fmt: skip
    invitations.invite(
        workspace=acme, survey=survey, contact=zora, override_note="call about the teapot", override_by=alice,
        now=MONDAY_9AM,
    )  # fmt: skip
    sent = OutboundMessage.objects.of(acme).filter(kind=Kind.SURVEY).order_by("pk")[0]
    OutboundMessage.objects.of(acme).filter(pk=sent.pk).update(last_error=f"550 {MAIL} is full")
    for report in (
        Report(provider="Test", kind="delivered", recipient=sent.to, happened_at=MONDAY_9AM, event_id="1",
               public_id=sent.public_id, detail=f"250 ok {sent.to}"),
        Report(provider="Test", kind="bounced", recipient=MAIL, happened_at=MONDAY_9AM, event_id="2"),
    ):  # fmt: skip
        record_tracking(report=report, now=LATER)
    suppress(
        workspace=acme, address=MAIL, scope=SuppressionScope.SURVEYS, reason=SuppressionReason.MANUAL, source="staff",
        note="Zora asked on the phone", now=LATER,
    )  # fmt: skip
    words = {
        "workspace": acme,
        "created_at": MONDAY_9AM,
        "updated_at": MONDAY_9AM,
        "words": "Zora Quillfeather and a new teapot",
    }
    Lesson(
        case=Case.objects.of(acme).get(contact=zora),
        title="Teapot trouble",
        happened="of the teapot",
        **words,
    ).save()
    Lesson(state="PUBLISHED", title="Slipped", published_at=MONDAY_9AM, published_by=alice, **words).save()
    for key, note in (("quillfeather", ""), ("strike", "Zora Quillfeather told everybody")):
        Spike(
            workspace=acme, kind="WORD", key=key, name=key, window_days=1, n=9, most=9, usual_n=1, usual_days=8, chance=1e-6,
            since=MONDAY_9AM, raised_at=MONDAY_9AM, looked_at=MONDAY_9AM, dismissed_note=note,
            dismissed_at=MONDAY_9AM if note else None, dismissed_by=alice if note else None, also=["“quillfeather”"],
        ).save()  # fmt: skip
    queue_email(
        mail="case_reply", to="alice@acme.example", context={"company": "Acme"}, kind=Kind.STAFF, workspace=acme,
        subject="Promises missed", text="#1 Zora Quillfeather gave a 2", dedupe_key="digest:1", now=LATER,
    )  # fmt: skip


def dump() -> str:
    """Every row of every table as text, jsonb included, as COPY writes it."""
    connection.check_constraints()
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            out = io.StringIO()
            cursor.cursor.copy_expert(f'COPY "{table}" TO STDOUT', out)
            found += [f"{table}\t{line}" for line in out.getvalue().splitlines()]
    return "\n".join(found)


def left(text: str, traces: tuple[str, ...] = TRACES) -> list[str]:
    """Lines in which a trace is found: the table, and which."""
    return sorted(
        {
            f"{line.split(chr(9))[0]}: {trace}"
            for line in text.splitlines()
            for trace in traces
            if trace in line
        }
    )


def figures(workspace: Workspace) -> dict[str, Any]:
    """NPS by month, and by each dimension, and every tally."""
    period = {"workspace": workspace, "since": date(2026, 1, 1), "until": date(2026, 12, 31)}
    grouped = {
        by: [
            (group.key, group.figures.n, group.figures.nps)
            for group in nps_figures(**period, group_by=by).groups
        ]
        for by in ("month", "touchpoint", "channel", "language", "attribute:region")
    }
    rows = DailyTally.objects.of(workspace).exclude(dimension="attribute:home").order_by("pk")
    names = ("series", "day", "survey_id", "dimension", "value", "measure", "n")
    return grouped | {"tallies": list(rows.values_list(*names))}


def test_the_dump_finds_her_before(life: Life) -> None:
    found = {line.split(": ")[0] for line in left(dump())}
    assert found >= {
        "core_idempotencykey", "detractors_case", "detractors_caseevent", "followups_conversation", "followups_mail",
        "followups_receivedmail", "outbox_outboundmessage", "outbox_suppression", "outbox_trackingevent", "surveys_attribute", "surveys_badrow",
        "surveys_campaign", "surveys_contact", "surveys_contactimport", "surveys_response", "surveys_responsechange",
        "dashboards_dailytally",
    }  # fmt: skip


def test_no_byte_of_an_erased_person_is_left_in_any_table_or_file(life: Life, news: Any) -> None:
    with news():
        erasing.erase(contact=life.zora, now=LATER)
    assert left(dump()) == []
    assert not ReceivedMail.objects.across_workspaces().filter(raw__isnull=False).exists()
    assert [name for name in files() if "Quillfeather" in default_storage.open(name).read().decode()] == []
    erasing.settle(now=LATER + timedelta(minutes=5))
    assert left(dump()) == []


def files(folder: str = "") -> list[str]:
    folders, names = default_storage.listdir(folder)
    here = [f"{folder}/{name}".lstrip("/") for name in names]
    return here + [name for inner in folders for name in files(f"{folder}/{inner}".lstrip("/"))]


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    """Files of this test only."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}
        },
    }  # fmt: skip


def test_the_figures_of_every_month_and_dimension_stay(acme: Workspace, life: Life) -> None:
    before = figures(acme)
    erasing.erase(contact=life.zora, now=LATER)
    assert figures(acme) == before
    tallies.rebuild(workspace=acme)
    assert figures(acme)["month"] == before["month"]


def test_a_group_of_fewer_than_five_loses_the_person_and_a_larger_one_keeps_them(
    acme: Workspace, life: Life
) -> None:
    answer = Response.objects.of(acme).get(contact=life.zora)
    assert DailyTally.objects.of(acme).filter(dimension="attribute:home").exists()
    erasing.erase(contact=life.zora, now=LATER)
    answer.refresh_from_db()
    assert (answer.dimensions.get("attribute:region"), answer.dimensions.get("attribute:home")) == (
        "North",
        None,
    )
    assert not DailyTally.objects.of(acme).filter(dimension="attribute:home").exists()
    stored = list(
        DailyTally.objects.of(acme)
        .order_by("series", "dimension", "value", "measure", "day")
        .values_list("series", "dimension", "value", "measure", "day", "n")
    )
    tallies.rebuild(workspace=acme)
    fresh = list(
        DailyTally.objects.of(acme)
        .order_by("series", "dimension", "value", "measure", "day")
        .values_list("series", "dimension", "value", "measure", "day", "n")
    )
    assert [row for row in stored if row[-1]] == fresh


def test_statistics_keep_score_date_survey_language_and_class(acme: Workspace, life: Life) -> None:
    names = ("score", "segment", "metric", "survey_id", "language", "day", "responded_at", "channel")
    rows = Response.objects.of(acme).filter(contact=life.zora)
    before = list(rows.values_list(*names))
    erasing.erase(contact=life.zora, now=LATER)
    assert list(rows.values_list(*names)) == before
    assert set(rows.values_list("comment", flat=True)) == {""}


def test_other_peoples_things_stay(acme: Workspace, life: Life) -> None:
    others = Contact.objects.of(acme).filter(email__startswith="other").count()
    erasing.erase(contact=life.zora, now=LATER)
    assert Contact.objects.of(acme).filter(email__startswith="other").count() == others == 4
    waiting = ContactImport.objects.of(acme).get(file_name="others.csv")
    assert (waiting.status, bool(waiting.sample)) == (ImportStatus.MAPPING, True)
    assert Attribute.objects.of(acme).get(name="region").values == ["North"]
    assert Attribute.objects.of(acme).get(name="home").values == []
    assert Campaign.objects.of(acme).get(name="Only her").audience == {
        "contacts": []
    }  # nobody, never everybody


def test_what_happened_in_the_case_stays_without_words(acme: Workspace, life: Life) -> None:
    before = list(CaseEvent.objects.of(acme).order_by("pk").values_list("kind", "at", "by"))
    erasing.erase(contact=life.zora, now=LATER)
    events = CaseEvent.objects.of(acme).order_by("pk")
    assert list(events.values_list("kind", "at", "by")) == before
    assert set(events.values_list("note", flat=True)) == {""}
    life.case.refresh_from_db()
    assert (life.case.root_cause.name, life.case.resolution) == ("Late delivery", "")
    assert set(Mail.objects.of(acme).values_list("body", flat=True)) == {""}


def test_the_audit_log_says_who_and_how_many_and_no_word(acme: Workspace, life: Life, owner: User) -> None:
    erasing.erase(contact=life.zora, now=LATER, by=owner)
    event = AuditEvent.objects.of(acme).get(act=Act.PERSON_ERASED)
    assert (event.actor, event.subject_kind, event.subject_id) == (owner, "contact", life.zora.public_id)
    assert event.detail["answers"] == 1
    assert event.detail["comments"] == 1
    assert event.detail["cases"] == 1
    assert all(isinstance(n, int) for n in event.detail.values())


def test_waiting_mail_does_not_leave(acme: Workspace, life: Life) -> None:
    Suppression.objects.of(acme).delete()
    asked = invitations.invite(
        workspace=acme, survey=life.survey, contact=life.zora, now=LATER, due_at=LATER + timedelta(days=90)
    )
    assert asked.status == "PLANNED"
    erasing.erase(contact=life.zora, now=LATER)
    asked.refresh_from_db()
    assert (asked.status, asked.not_sent_because) == ("NOT_SENT", "ERASED")
    hers = OutboundMessage.objects.of(acme).filter(about__in=[f"case:{life.case.pk}"])
    assert hers.exists()
    assert not hers.filter(state__in=[State.QUEUED, State.SENDING]).exists()
    assert not hers.filter(next_at__isnull=False).exists()


# The address ------------------------------------------------------------------------------------------------------


def test_only_a_keyed_hash_of_each_address_is_kept(acme: Workspace, life: Life) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    rows = Suppression.objects.of(acme).order_by("pk")
    assert {row.address_hash for row in rows} == {
        address_hash(acme.pk, MAIL),
        address_hash(acme.pk, OLD_MAIL),
        address_hash(acme.pk, NUMBER),
    }
    assert {(row.address, row.reason, row.scope) for row in rows} == {("", "ERASED", "ALL")}
    assert outbox.suppressed(workspace=acme, addresses=[MAIL.upper()]) == {MAIL: "ALL"}


def test_the_hash_differs_by_workspace_and_survives_a_change_of_the_key(
    acme: Workspace, life: Life, settings: Any
) -> None:
    assert address_hash(acme.pk, MAIL) != address_hash(acme.pk + 1, MAIL)
    erasing.erase(contact=life.zora, now=LATER)
    settings.LINK_KEY_FALLBACKS = [settings.LINK_KEY]
    settings.LINK_KEY = "another key of at least fifty random characters 0123456789"
    assert outbox.suppressed(workspace=acme, addresses=[MAIL]) == {MAIL: "ALL"}


@pytest.mark.parametrize("way", ["api", "import", "update"])
def test_an_erased_address_that_comes_back_is_not_asked(
    acme: Workspace, alice: User, life: Life, way: str
) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    if way == "api":
        life.api.post("contacts/", {"email": MAIL.title(), "name": "Z"})
    elif way == "import":
        row = upload(acme, alice, f"email\n{MAIL}\n")
        imports.check(contact_import=row, mapping={0: "email"}, now=LATER)
        imports.run(now=LATER)
        assert outbox.suppressions(workspace=acme, search="quillfeather") == []  # a check changes nothing
        imports.start(contact_import=row, now=LATER)
        imports.run(now=LATER)
    else:
        other = Contact.objects.of(acme).get(email="other1@customer.example")
        contacts.update(contact=other, email=MAIL, now=LATER)
    back = Contact.objects.of(acme).get(email=MAIL)
    asked = invitations.invite(
        workspace=acme, survey=life.survey, contact=back, now=LATER + timedelta(days=60)
    )
    assert (asked.status, asked.not_sent_because) == ("NOT_SENT", "ERASED")
    unmailed = invitations.invite(workspace=acme, survey=life.survey, contact=back, now=LATER, send=False)
    assert (unmailed.status, unmailed.not_sent_because) == ("NOT_SENT", "ERASED")


def test_a_campaign_leaves_an_erased_address_out_with_its_reason(
    acme: Workspace, alice: User, life: Life
) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    back, _new = contacts.upsert(workspace=acme, email=MAIL, now=LATER)
    campaign = campaigns.create(
        workspace=acme,
        name="Again",
        survey=life.survey,
        audience={"contacts": [back.pk]},
        by=alice,
        now=LATER,
    )
    assert "ERASED" in str(audiences.preview(campaign=campaign, now=LATER))


def test_a_report_that_comes_late_brings_no_address_back(acme: Workspace, life: Life) -> None:
    sent = OutboundMessage.objects.of(acme).filter(kind=Kind.SURVEY).order_by("pk")[0]
    erasing.erase(contact=life.zora, now=LATER)
    report = Report(
        provider="Test",
        kind="bounced",
        recipient=OLD_MAIL,
        happened_at=LATER,
        event_id="9",
        public_id=sent.public_id,
    )
    assert record_tracking(report=report, now=LATER) is None
    assert left(dump()) == []


def test_the_list_can_be_lifted_for_an_address_somebody_types(
    acme: Workspace, life: Life, owner: User
) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    unsuppress(workspace=acme, address=MAIL, by=owner, note="She asked to hear from us again.", now=LATER)
    assert outbox.suppressed(workspace=acme, addresses=[MAIL]) == {}


# A second time ----------------------------------------------------------------------------------------------------


def test_an_answer_that_was_on_its_way_is_forgotten_when_the_erasure_settles(
    acme: Workspace, life: Life
) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    responses.record(
        workspace=acme,
        survey=life.survey,
        contact=life.zora,
        score=1,
        comment="purple teapot again",
        now=LATER,
    )
    assert erasing.settle(now=LATER + timedelta(seconds=30)) == 0
    assert erasing.settle(now=LATER + timedelta(minutes=3)) == 1
    assert left(dump()) == []
    assert erasing.settle(now=LATER + timedelta(minutes=6)) == 0


def test_a_mail_on_the_wire_is_left_until_its_sender_has_let_go(acme: Workspace, life: Life) -> None:
    row = (
        OutboundMessage.objects.of(acme)
        .filter(about=f"case:{life.case.pk}", kind=Kind.CUSTOMER)
        .order_by("pk")[0]
    )
    rows = OutboundMessage.objects.of(acme).filter(pk=row.pk)
    rows.update(state=State.SENDING, skipped_because="", lease_until=LATER, next_at=LATER)
    erasing.erase(contact=life.zora, now=LATER)
    assert rows.get().to == row.to
    assert erasing.settle(now=LATER + timedelta(minutes=3)) == 0
    rows.update(state=State.SENT, lease_until=None, next_at=None, sent_at=LATER)
    assert erasing.settle(now=LATER + timedelta(minutes=4)) == 1
    assert (rows.get().to, rows.get().text) == ("", "")
    assert left(dump()) == []


def test_erasing_twice_changes_nothing(acme: Workspace, life: Life) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    before = dump()
    erasing.erase(contact=life.zora, now=LATER + timedelta(days=1))
    assert dump() == before


# After a restore --------------------------------------------------------------------------------------------------


def test_the_list_in_storage_erases_again_after_a_back_up_was_restored(acme: Workspace, life: Life) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        erasing.erase(contact=life.zora, now=LATER)
        erasing.settle(now=LATER + timedelta(minutes=3))
        transaction.savepoint_rollback(point)  # the database is as it was in the back-up
    assert left(dump()) != []
    assert Erasure.objects.of(acme).count() == 0
    out = io.StringIO()
    call_command("replay_erasures", stdout=out)
    assert out.getvalue() == "1 entries in the list, 1 people erased again.\n"
    assert left(dump()) == []
    assert outbox.suppressed(workspace=acme, addresses=[MAIL, OLD_MAIL]) == {MAIL: "ALL", OLD_MAIL: "ALL"}
    out = io.StringIO()
    call_command("replay_erasures", stdout=out)
    assert out.getvalue() == "1 entries in the list, 0 people erased again.\n"


def test_the_list_holds_ids_and_hashes_only(acme: Workspace, life: Life) -> None:
    erasing.erase(contact=life.zora, now=LATER)
    erasing.settle(now=LATER)
    [name] = files("erasures")
    entry = json.loads(default_storage.open(name).read())
    assert entry == {
        "workspace": acme.public_id, "contact": life.zora.public_id, "at": LATER.isoformat(),
        "hashes": [address_hash(acme.pk, one) for one in (MAIL, OLD_MAIL, NUMBER)],
    }  # fmt: skip


def test_an_entry_of_an_unknown_workspace_is_passed_over(acme: Workspace) -> None:
    entry = erasing.Entry("nowhere", "nobody", ("0" * 64,), LATER)
    assert erasing.replay(entry=entry, now=LATER) is False
    assert Suppression.objects.of(acme).count() == 0
