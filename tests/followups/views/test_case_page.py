"""The customer's own page: shows what concerns them, acts only on what was written or chosen, and leaks nothing of ours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Attachment, CallAppointment, Case, CaseEvent
from detractors.services import cases, tasks
from followups import words
from followups.enums import SkippedBecause
from followups.models import CustomerPage, FollowUp, Mail, Resurvey
from followups.services import customer_pages, followups, replies, resurveys
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM, signed_in
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """clock(moment): it is then; five past nine to begin with."""

    def set_to(moment: Any) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    set_to(LATER)
    return set_to


def url(case: Case) -> str:
    return f"/c/{Case.objects.of(case.workspace_id).get(pk=case.pk).link}/"


def fresh(case: Case) -> Case:
    return Case.objects.of(case.workspace_id).select_related("contact", "workspace").get(pk=case.pk)


def post(case: Case, **fields: Any) -> Any:
    return Client().post(url(case), fields)


def kinds(case: Case) -> list[str]:
    rows = CaseEvent.objects.of(case.workspace_id).filter(case=case).order_by("pk")
    return list(rows.values_list("kind", flat=True))


# --- Looking ----------------------------------------------------------------------------------------------------


def test_it_says_who_answers_by_when_and_what_they_said(case: Case) -> None:
    page = Client().get(url(case))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Bob Brown has your message and will answer you." in text
    assert "The parcel came late and nobody answered the phone." in text
    assert "You will hear from us by Monday 2 March, 10:00 UTC" in text
    assert page.cookies == {}
    assert "<script" not in text


def test_nothing_of_ours_is_on_it(case: Case, bob: User, alice: User) -> None:
    cases.note(case=case, by=bob, text="SECRET-NOTE he always complains", now=LATER)
    cases.note_issue(case=case, by=bob, stated_complaint="", underlying_issue="SECRET-ISSUE", now=LATER)
    tasks.add(case=case, title="SECRET-TASK", by=bob, owner=alice, now=LATER)
    text = Client().get(url(case)).content.decode()
    assert "SECRET" not in text
    assert "alice" not in text.lower()
    assert not any(word in text for word in ("URGENT", "Urgent", "priority", "@acme.example"))


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(case: Case, method: str) -> None:
    before = (kinds(case), fresh(case).version, CustomerPage.objects.across_workspaces().count())
    getattr(Client(), method)(url(case) + "?done=add&do=alone&what=ALL&solved=no")
    assert (kinds(case), fresh(case).version, CustomerPage.objects.across_workspaces().count()) == before


@pytest.mark.parametrize("do", ["add", "call", "say", "alone", "", "nonsense"])
def test_a_program_that_presses_every_button_does_nothing(case: Case, do: str) -> None:
    before = (kinds(case), fresh(case).version)
    assert post(case, do=do).status_code in (400, 422)
    assert (kinds(case), fresh(case).version) == before


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_it_speaks_the_customers_language(case: Case, language: str) -> None:
    Contact.objects.of(case.workspace_id).filter(pk=case.contact_id).update(language=language)
    text = Client().get(url(case)).content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language in ("ar", "he") else "ltr"}">' in text
    assert words.of(language)["add_title"] in text
    assert "%(" not in text


def test_every_language_says_everything_with_the_same_fields() -> None:
    def fields(text: str) -> set[str]:
        return {part.split(")")[0] for part in text.split("%(")[1:]}

    for language in words.LANGUAGES:
        table = words.of(language)
        assert {key: fields(text) for key, text in table.items()} == {
            key: fields(text) for key, text in words.of("en").items()
        }, language


# --- Links that open nothing --------------------------------------------------------------------------------------


def test_a_stranger_s_link_is_unknown_and_a_survey_link_does_not_fit(case: Case) -> None:
    link = fresh(case).link
    for token in ("x", link[:-1] + ("A" if link[-1] != "A" else "B"), link[::-1]):
        assert Client().get(f"/c/{token}/").status_code == 404


def test_it_closes_some_time_after_the_end(case: Case, bob: User, clock: Any) -> None:
    cases.dismiss(case=case, by=bob, reason="a test", now=LATER)
    assert Client().get(url(case)).status_code == 200
    clock(LATER + timedelta(days=91))
    page = Client().get(url(case))
    assert (page.status_code, "This page is closed" in page.content.decode()) == (410, True)


def test_the_team_closes_a_page_and_opens_it_under_a_new_address(
    case: Case, bob: User, acme: Workspace
) -> None:
    agent, old = signed_in(bob), url(case)
    agent.post(f"/w/acme/cases/{case.number}/customer-page/", {"act": "close"})
    assert Client().get(old).status_code == 410
    agent.post(f"/w/acme/cases/{case.number}/customer-page/", {"act": "open"})
    assert (Client().get(old).status_code, Client().get(url(case)).status_code) == (404, 200)


def test_switched_off_no_page_opens_and_no_mail_names_it(case: Case, acme: Workspace) -> None:
    values = {"days_open": 90, "offers_calls": True, "call_minutes": 15, "call_notice_hours": 4}
    customer_pages.change_settings(workspace=acme, now=LATER, is_on=False, **values)
    assert Client().get(url(case)).status_code == 410
    followups.send_due(now=MONDAY_9AM + timedelta(minutes=16))
    [mail] = Mail.objects.of(acme)
    assert "/c/" not in mail.body


# --- Acting -----------------------------------------------------------------------------------------------------


def test_what_they_add_is_in_the_conversation_once(case: Case) -> None:
    for _twice in range(2):
        answer = post(case, do="add", text="It is the blue one.\x00", once="n" * 22)
        assert (answer.status_code, answer["Location"][-9:] in ("?done=add", url(case)[-9:])) == (303, True)
    [mail] = Mail.objects.of(case.workspace_id).filter(direction="IN")
    assert mail.body == "It is the blue one."
    assert kinds(case).count("CUSTOMER_WROTE") == 1
    assert "It is the blue one." in Client().get(url(case)).content.decode()


def test_a_file_is_kept_and_a_program_is_not(case: Case) -> None:
    photo = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "image/png")
    assert post(case, do="add", text="", file=photo).status_code == 303
    [kept] = Attachment.objects.of(case.workspace_id)
    assert (kept.name, kept.author) == ("photo.png", None)
    program = SimpleUploadedFile("run.exe", b"MZ" + b"\x00" * 40, "image/png")
    refused = post(case, do="add", text="my words", file=program)
    assert refused.status_code == 422
    assert "This file cannot be taken" in refused.content.decode()
    assert "my words" in refused.content.decode()  # what was typed stays
    assert kinds(case).count("CUSTOMER_WROTE") == 1


def test_not_solved_opens_the_case_again_with_their_words(case: Case, resolve: Callable[..., Case]) -> None:
    resolve(case)
    assert "A new parcel is on its way." in Client().get(url(case)).content.decode()
    assert post(case, do="say", solved="no").status_code == 422
    assert post(case, do="say", solved="no", text="Still no parcel.").status_code == 303
    assert (fresh(case).category, fresh(case).reopened_count) == ("OPEN", 1)
    assert CustomerPage.objects.of(case.workspace_id).get().is_solved is False


def test_solved_is_noted_and_the_second_question_still_comes(
    case: Case, resolve: Callable[..., Case]
) -> None:
    resolve(case)
    assert post(case, do="say", solved="yes").status_code == 303
    assert (fresh(case).category, fresh(case).outcome) == ("RESOLVED", "")
    assert Resurvey.objects.of(case.workspace_id).get().status == "PLANNED"


def slots(case: Case) -> list[str]:
    text = Client().get(url(case)).content.decode()
    return [part.split('"')[0] for part in text.split('name="at" value="')[1:]]


def test_a_call_is_booked_within_the_hours_and_nobody_is_booked_twice(case: Case, bob: User) -> None:
    offered = slots(case)
    assert offered
    assert all(one > (LATER + 4 * HOUR).isoformat() for one in offered)
    assert post(case, do="call", at=offered[0], phone="030 1234").status_code == 422
    assert post(case, do="call", at=offered[0], phone="+49 30 1234567").status_code == 303
    [call] = CallAppointment.objects.of(case.workspace_id)
    assert (call.at.isoformat(), call.owner, call.note) == (offered[0], bob, "+49301234567")
    assert "We call you on" in Client().get(url(case)).content.decode()
    assert post(case, do="cancel").status_code == 303
    assert offered[0] in slots(case)
    CallAppointment.objects.of(case.workspace_id).update(dropped_at=None)
    taken = post(case, do="call", at=(LATER + timedelta(days=40)).isoformat(), phone="+49 30 1234567")
    assert (taken.status_code, "has just been taken" in taken.content.decode()) == (422, True)


def test_left_alone_nothing_is_written_about_the_case_until_they_write(
    case: Case, bob: User, resolve: Callable[..., Case]
) -> None:
    assert post(case, do="alone", what="CASE").status_code == 303
    followups.send_due(now=MONDAY_9AM + timedelta(minutes=11))
    assert FollowUp.objects.of(case.workspace_id).get().skipped_because == SkippedBecause.LEFT_ALONE
    assert isinstance(replies.obstacle(case=fresh(case)), replies.LeftAlone)
    resolve(case)
    followups.send_due(now=LATER + timedelta(minutes=5))
    resurveys.resurvey_due(now=LATER + timedelta(days=30))
    assert Resurvey.objects.of(case.workspace_id).get().status == "NOT_ASKED"
    post(case, do="back")
    assert replies.obstacle(case=fresh(case)) is None


def test_left_alone_at_all_stops_surveys_too_and_can_be_taken_back(case: Case) -> None:
    post(case, do="alone", what="ALL")
    ines = fresh(case).contact
    assert ines is not None
    assert ines.opted_out_at is not None
    assert ines.followups_stopped_at is not None
    post(case, do="back")
    ines = fresh(case).contact
    assert ines is not None
    assert (ines.opted_out_at, ines.followups_stopped_at) == (None, None)


def test_coming_back_does_not_undo_what_they_had_chosen_elsewhere(case: Case) -> None:
    assert case.contact is not None
    contacts.opt_out(contact=case.contact, now=MONDAY_9AM)
    post(case, do="alone", what="ALL")
    post(case, do="back")
    ines = fresh(case).contact
    assert ines is not None
    assert ines.opted_out_at == MONDAY_9AM
