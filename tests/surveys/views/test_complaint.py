"""The complaint form: a page without script that a robot cannot fill and a look cannot change."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from surveys.models import Contact, FeedbackSource, Mention
from surveys.services import sources
from surveys.views import complaint
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

GIVEN = {
    "once": "c" * 22,
    "name": "Nia",
    "email": "nia@customer.example",
    "text": "It broke twice",
    "website": "",
}


@pytest.fixture
def form(acme: Workspace, owner: User) -> FeedbackSource:
    return sources.add(workspace=acme, kind="FORM", name="Website", channel="WEB", by=owner, now=MONDAY_9AM)


@pytest.fixture
def page(form: FeedbackSource, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(complaint.limiter, "hit", lambda **_facts: None)
    return f"/complain/{form.public_id}/"


def test_looking_changes_nothing_and_sets_no_cookie(acme: Workspace, page: str) -> None:
    answer = Client().get(page)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (Mention.objects.of(acme).count(), Contact.objects.of(acme).count()) == (0, 0)


def test_a_complaint_is_stored_with_its_writer(acme: Workspace, page: str) -> None:
    assert "We have it" in Client().post(page, GIVEN).content.decode()
    row = Mention.objects.of(acme).get()
    assert (row.is_complaint, row.is_public, row.text, row.contact.email) == (
        True, False, "It broke twice", "nia@customer.example",
    )  # fmt: skip


def test_sent_twice_it_is_one(acme: Workspace, page: str) -> None:
    client = Client()
    assert [client.post(page, GIVEN).status_code for _time in range(2)] == [200, 200]
    assert Mention.objects.of(acme).count() == 1


def test_a_robot_that_fills_in_everything_gets_thanks_and_nothing_is_kept(acme: Workspace, page: str) -> None:
    answer = Client().post(page, GIVEN | {"website": "https://spam.example"})
    assert (answer.status_code, "We have it" in answer.content.decode()) == (200, True)
    assert (Mention.objects.of(acme).count(), Contact.objects.of(acme).count()) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": " "}, "Please tell us what happened."),
        ({"text": "\0\0"}, "Please tell us what happened."),
        ({"text": "x" * 10_001}, "This is longer than 10,000 characters."),
        ({"email": "nobody"}, "at which we can answer you"),
        ({"email": ""}, "at which we can answer you"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    acme: Workspace, page: str, changed: dict[str, str], said: str
) -> None:
    answer = Client().post(page, GIVEN | changed)
    text = answer.content.decode()
    assert (answer.status_code, said in text, 'value="Nia"' in text) == (422, True, True)
    assert Mention.objects.of(acme).count() == 0


def test_an_unknown_or_archived_form_is_not_there(page: str, form: FeedbackSource) -> None:
    assert Client().get("/complain/" + "x" * 22 + "/").status_code == 404
    sources.archive(source=form, now=MONDAY_9AM)
    assert Client().get(page).status_code == 404
    assert Client().post(page, GIVEN).status_code == 404


def test_a_flood_from_one_network_is_asked_to_wait(
    acme: Workspace, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint.limiter, "hit", lambda **facts: 60 if "post" in facts["key"] else None)
    answer = Client().post(page, GIVEN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert Mention.objects.of(acme).count() == 0
