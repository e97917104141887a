"""What is kept long enough goes, once a day, at the day and not before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Act
from accounts.models import AuditEvent, RetentionRule, RetentionRun, User, Workspace
from accounts.services import audit, retention
from core.retention import AUDIT, CASE_WORDS, COMMENTS, CONTACTS, IMPORTS, MAIL_REPORTS, MAIL_WORDS, kinds
from detractors.models import Case, CaseEvent
from detractors.services import cases, decisions
from outbox.enums import Kind, State
from outbox.models import OutboundMessage, TrackingEvent
from surveys.models import Contact, ContactImport, Response, Survey
from surveys.services import contacts, imports, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EARLIER = MONDAY_9AM - 2000 * DAY


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}
        },
    }  # fmt: skip


def keep(workspace: Workspace, **days: int | None) -> None:
    retention.change(workspace=workspace, days=days, now=EARLIER)


def only(workspace: Workspace, code: str, days: int) -> None:
    """Everything is kept but this."""
    keep(workspace, **({kind.code: None for kind in kinds()} | {code: days}))


def removed(workspace: Workspace) -> dict[str, int]:
    return dict(RetentionRun.objects.of(workspace).filter(removed__gt=0).values_list("kind", "removed"))


def a_mail(workspace: Workspace, at: datetime, **fields: Any) -> OutboundMessage:
    row = OutboundMessage(
        workspace=workspace, kind=Kind.CUSTOMER, mail="case_reply", dedupe_key=f"mail:{at.isoformat()}",
        to="ines@customer.example", subject="Hello", text="words", html="<p>words</p>", message_id=f"<{at.timestamp()}@x>",
        state=State.SENT, sent_at=at, created_at=at, **fields,
    )  # fmt: skip
    row.save()
    return row


def test_a_kept_day_is_kept_whole_in_the_workspaces_own_zone(acme: Workspace) -> None:
    acme.time_zone = "Pacific/Auckland"  # UTC+13 in March: Monday 09:00 UTC is Monday 22:00 there
    acme.save()
    only(acme, MAIL_WORDS, 3)
    midnight = datetime(2026, 2, 26, 11, 0, tzinfo=UTC)  # the beginning of Friday 27 February there
    kept, gone = a_mail(acme, midnight), a_mail(acme, midnight - timedelta(microseconds=1))
    assert retention.run(now=MONDAY_9AM) == 1
    words = dict(OutboundMessage.objects.of(acme).values_list("pk", "text"))
    assert words == {kept.pk: "words", gone.pk: ""}


def test_defaults_hold_until_somebody_chooses(acme: Workspace) -> None:
    assert retention.days_of(workspace=acme) == {
        MAIL_WORDS: 180, MAIL_REPORTS: 90, IMPORTS: 30, COMMENTS: None, CASE_WORDS: None, CONTACTS: None, AUDIT: 730,
    }  # fmt: skip
    assert retention.change(workspace=acme, days={COMMENTS: 365, IMPORTS: 30}, now=MONDAY_9AM) == [COMMENTS]
    assert retention.days_of(workspace=acme)[COMMENTS] == 365
    assert retention.change(workspace=acme, days={COMMENTS: None, MAIL_WORDS: None}, now=MONDAY_9AM) == [
        COMMENTS, MAIL_WORDS,
    ]  # fmt: skip
    assert retention.days_of(workspace=acme)[MAIL_WORDS] is None


@pytest.mark.parametrize("days", [0, 29, 3651])
def test_days_out_of_bounds_are_refused(acme: Workspace, days: int) -> None:
    with pytest.raises(retention.DaysOutOfBounds):
        retention.change(workspace=acme, days={COMMENTS: days}, now=MONDAY_9AM)
    assert RetentionRule.objects.of(acme).count() == 0


def test_words_of_mails_go_and_the_fact_of_sending_stays(acme: Workspace, globex: Workspace) -> None:
    only(acme, MAIL_WORDS, 10)
    keep(globex, **{MAIL_WORDS: None})
    old, waiting = (
        a_mail(acme, MONDAY_9AM - 11 * DAY),
        a_mail(acme, MONDAY_9AM - 12 * DAY, next_at=MONDAY_9AM),
    )
    elsewhere = a_mail(globex, MONDAY_9AM - 900 * DAY)
    assert retention.preview(workspace=acme, now=MONDAY_9AM - DAY)[MAIL_WORDS] == 1
    retention.run(now=MONDAY_9AM)
    for row in (old, waiting, elsewhere):
        row.refresh_from_db()
    assert (old.text, old.html, old.state, old.forgotten_at) == ("", "", State.SENT, MONDAY_9AM)
    assert (waiting.text, elsewhere.text) == ("words", "words")
    assert removed(acme) == {MAIL_WORDS: 1}


def test_reports_of_mail_servers_go(acme: Workspace) -> None:
    only(acme, MAIL_REPORTS, 90)
    mail = a_mail(acme, MONDAY_9AM - 100 * DAY)
    for index, (message, age) in enumerate([(mail, 91), (mail, 90), (None, 91), (None, 89)]):
        TrackingEvent.objects.create(
            event_id=f"e{index}", kind="delivered", recipient="a@b.example", message=message,
            happened_at=MONDAY_9AM, received_at=MONDAY_9AM - age * DAY,
        )  # fmt: skip
    retention.run(now=MONDAY_9AM)
    assert sorted(TrackingEvent.objects.values_list("event_id", flat=True)) == ["e1", "e3"]


def test_refused_rows_and_files_of_imports_go_and_counts_stay(acme: Workspace, alice: User) -> None:
    only(acme, IMPORTS, 30)
    at = MONDAY_9AM - 31 * DAY

    def upload(text: str) -> ContactImport:
        return imports.create(
            workspace=acme,
            file=SimpleUploadedFile("p.csv", text.encode()),
            file_name="p.csv",
            by=alice,
            now=at,
        )

    done, waiting = upload("email\nnonsense\n"), upload("email\nzoe@customer.example\n")
    imports.check(contact_import=done, mapping={0: "email"}, now=at)
    imports.run(now=at)
    imports.start(contact_import=done, now=at)
    imports.run(now=at)
    assert done.bad_rows(manager="unscoped").count() == 1
    retention.run(now=MONDAY_9AM)
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.bad_rows(manager="unscoped").count(), done.rows_bad, done.status) == (0, 1, "DONE")
    assert (waiting.status, waiting.file.name, waiting.sample) == ("CANCELLED", "", [])
    assert removed(acme) == {IMPORTS: 2}


def test_comments_go_and_scores_stay(acme: Workspace) -> None:
    only(acme, COMMENTS, 30)
    survey = Survey.objects.of(acme).get()
    for age in (31, 30):
        responses.record(
            workspace=acme,
            survey=survey,
            score=9,
            comment=f"{age} days",
            now=MONDAY_9AM,
            responded_at=MONDAY_9AM - age * DAY,
        )
    retention.run(now=MONDAY_9AM)
    rows = Response.objects.of(acme).order_by("responded_at")
    assert list(rows.values_list("score", "comment")) == [(9, ""), (9, "30 days")]


def test_words_of_closed_cases_go_and_open_ones_keep_theirs(acme: Workspace, alice: User, bob: User) -> None:
    only(acme, CASE_WORDS, 30)
    survey = Survey.objects.of(acme).get()
    made = []
    for index in range(2):
        person, _new = contacts.upsert(workspace=acme, email=f"p{index}@customer.example", now=MONDAY_9AM)
        responses.record(
            workspace=acme, survey=survey, contact=person, score=1, comment="bad", now=MONDAY_9AM
        )
        decisions.decide_pending(now=MONDAY_9AM)
        made.append(Case.objects.of(acme).get(contact=person))
        cases.note(case=made[-1], by=bob, text="a word", now=MONDAY_9AM)
    cases.dismiss(case=made[0], by=alice, reason="a mistake", now=MONDAY_9AM)
    assert retention.run(now=MONDAY_9AM + 30 * DAY) == 0
    assert retention.run(now=MONDAY_9AM + 31 * DAY) == 1
    notes = {
        case.pk: list(
            CaseEvent.objects.of(acme).filter(case=case).exclude(note="").values_list("note", flat=True)
        )
        for case in made
    }
    assert notes[made[0].pk] == []
    assert "a word" in notes[made[1].pk]


def test_people_not_heard_of_are_erased_like_on_request_and_an_open_case_keeps_them(
    acme: Workspace, bob: User
) -> None:
    only(acme, CONTACTS, 90)
    survey = Survey.objects.of(acme).get()
    long_ago = MONDAY_9AM - 200 * DAY
    people = {
        name: contacts.upsert(workspace=acme, email=f"{name}@customer.example", name=name, now=long_ago)[0]
        for name in ("silent", "asked", "answered", "unhappy")
    }
    contacts.note_asked(contact=people["asked"], now=MONDAY_9AM - 5 * DAY)
    responses.record(
        workspace=acme, survey=survey, contact=people["answered"], score=9, now=MONDAY_9AM - 90 * DAY
    )
    responses.record(workspace=acme, survey=survey, contact=people["unhappy"], score=1, now=long_ago)
    decisions.decide_pending(now=long_ago)
    assert retention.run(now=MONDAY_9AM) == 1
    left = Contact.objects.of(acme).present().values_list("name", flat=True)
    assert sorted(left) == ["answered", "asked", "unhappy"]
    assert AuditEvent.objects.of(acme).filter(act=Act.PERSON_ERASED).count() == 1


def test_old_acts_go(acme: Workspace, owner: User) -> None:
    only(acme, AUDIT, 100)
    for age in (101, 100):
        audit.record(act=Act.EXPORTED, by=owner, now=MONDAY_9AM - age * DAY, workspace=acme, subject_id=age)
    retention.run(now=MONDAY_9AM)
    assert list(
        AuditEvent.objects.of(acme).filter(act=Act.EXPORTED).values_list("subject_id", flat=True)
    ) == ["100"]


# The run ---------------------------------------------------------------------------------------------------------


def test_a_day_has_one_run_and_it_is_told(acme: Workspace) -> None:
    only(acme, MAIL_WORDS, 10)
    a_mail(acme, MONDAY_9AM - 20 * DAY)
    assert retention.run(now=MONDAY_9AM) == 1
    a_mail(acme, MONDAY_9AM - 21 * DAY)
    assert retention.run(now=MONDAY_9AM + timedelta(hours=1)) == 0  # tomorrow's
    event = AuditEvent.objects.of(acme).get(act=Act.RETENTION_RAN)
    assert (event.actor, event.detail, event.at) == (None, {MAIL_WORDS: 1}, MONDAY_9AM)
    assert retention.run(now=MONDAY_9AM + DAY) == 1
    days = RetentionRun.objects.of(acme).order_by("ran_on").values_list("ran_on", "removed")
    assert list(days) == [(MONDAY_9AM.date(), 1), ((MONDAY_9AM + DAY).date(), 1)]


def test_large_amounts_go_batch_by_batch(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    only(acme, MAIL_WORDS, 10)
    for hours in range(1_203):
        a_mail(acme, MONDAY_9AM - 20 * DAY - timedelta(hours=hours))
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)
    assert retention.run(now=MONDAY_9AM) == 1_000  # two batches of 500 a day, so no day is too long
    assert retention.run(now=MONDAY_9AM + DAY) == 203


def test_a_period_changed_today_holds_from_tomorrow(acme: Workspace) -> None:
    a_mail(acme, MONDAY_9AM - 20 * DAY)
    retention.change(workspace=acme, days={MAIL_WORDS: 10}, now=MONDAY_9AM - timedelta(hours=1))
    assert retention.run(now=MONDAY_9AM) == 0
    assert retention.preview(workspace=acme, now=MONDAY_9AM)[MAIL_WORDS] == 1
    assert retention.run(now=MONDAY_9AM + DAY) == 1


def test_one_workspace_in_trouble_stops_no_other(acme: Workspace, globex: Workspace) -> None:
    for workspace in (acme, globex):
        only(workspace, MAIL_WORDS, 10)
        a_mail(workspace, MONDAY_9AM - (20 + workspace.pk) * DAY)
    Workspace.objects.filter(pk=acme.pk).update(time_zone="Nowhere/Here")
    assert retention.run(now=MONDAY_9AM) == 1
    assert removed(globex) == {MAIL_WORDS: 1}
