import pytest

from accounts.models import User, Workspace
from followups.models import ReplyTemplate
from followups.services import reply_templates
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
URL = "/w/acme/settings/replies/"
WORDS = {"act": "add", "name": "Ours", "subject": "", "body": "Dear {{ first_name }}"}


@pytest.fixture
def kept(acme: Workspace) -> ReplyTemplate:
    return reply_templates.add(workspace=acme, name="Kept", subject="", body="Hello", now=MONDAY_9AM)


def names(workspace: Workspace) -> set[str]:
    return set(ReplyTemplate.objects.of(workspace).values_list("name", flat=True))


def test_a_manager_keeps_changes_and_removes_a_reply(
    acme: Workspace, alice: User, kept: ReplyTemplate
) -> None:
    client = signed_in(alice)
    assert client.get(URL).status_code == 200
    assert client.post(URL, WORDS).status_code == 302
    changed = {
        "act": "change",
        "template": kept.pk,
        "name": "Kept well",
        "subject": "",
        "body": "Hello again",
    }
    assert client.post(URL, changed).status_code == 302
    assert {"Ours", "Kept well"} <= names(acme)
    assert client.post(URL, {"act": "remove", "template": kept.pk}).status_code == 302
    assert names(acme) & {"Ours", "Kept well"} == {"Ours"}


def test_a_reply_that_cannot_be_kept_says_why_and_keeps_what_was_typed(acme: Workspace, alice: User) -> None:
    response = signed_in(alice).post(URL, {**WORDS, "body": "Dear {{ nickname }}"})
    page = response.content.decode()
    assert (response.status_code, "Ours" in names(acme)) == (422, False)
    assert ("There is no merge field nickname." in page, "Dear {{ nickname }}" in page) == (True, True)


def test_a_change_that_cannot_be_kept_stands_open_with_what_was_typed(
    alice: User, kept: ReplyTemplate
) -> None:
    words = {"act": "change", "template": kept.pk, "name": "", "subject": "", "body": "Other words"}
    response = signed_in(alice).post(URL, words)
    page = response.content.decode()
    assert (response.status_code, "<details open>" in page, "Other words" in page) == (422, True, True)
    kept.refresh_from_db()
    assert kept.body == "Hello"


def test_an_agent_uses_them_but_does_not_write_them(acme: Workspace, bob: User) -> None:
    client = signed_in(bob)
    assert (client.get(URL).status_code, client.post(URL, WORDS).status_code) == (403, 403)
    assert "Ours" not in names(acme)


def test_a_stranger_finds_nothing(acme: Workspace, charlie: User, kept: ReplyTemplate) -> None:
    client = signed_in(charlie)
    assert (client.get(URL).status_code, client.post(URL, WORDS).status_code) == (404, 404)
    theirs = {"act": "remove", "template": kept.pk}
    assert client.post("/w/globex/settings/replies/", theirs).status_code == 404
    assert "Kept" in names(acme)


@pytest.mark.parametrize("act", ["", "burn"])
def test_an_act_that_does_not_exist_is_not_found(alice: User, kept: ReplyTemplate, act: str) -> None:
    assert signed_in(alice).post(URL, {"act": act, "template": kept.pk}).status_code == 404
