"""The pages of the register: written down, begun, done, talked about, and nothing for strangers."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Case, Improvement, ImprovementComment, RootCause
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
HOME = "/w/acme/improvements/"


@pytest.fixture
def manager(alice: User) -> Client:
    return signed_in(alice)


def added(manager: Client, acme: Workspace, **more: object) -> Improvement:
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    fields = {
        "title": "A second depot",
        "kind": "PROCESS",
        "causes": [cause.public_id],
        "due_on": "2026-01-02",
        **more,
    }
    assert manager.post(f"{HOME}new/", fields).status_code == 302
    return Improvement.objects.of(acme).get()


def test_from_writing_it_down_to_done(manager: Client, acme: Workspace) -> None:
    assert "Nothing under way" in manager.get(HOME).content.decode()
    row = added(manager, acme)
    listed = manager.get(HOME).content.decode()
    assert "A second depot" in listed
    assert "overdue" in listed
    page = f"{HOME}{row.public_id}/"
    assert manager.post(page, {"act": "start"}).status_code == 302
    refused = manager.post(page, {"act": "finish", "outcome": ""})
    assert (refused.status_code, "Please say what was changed" in refused.content.decode()) == (422, True)
    assert manager.post(page, {"act": "finish", "outcome": "There are two depots now."}).status_code == 302
    shown = manager.get(page).content.decode()
    assert "There are two depots now." in shown
    assert "A second depot" not in manager.get(HOME).content.decode()
    assert "A second depot" in manager.get(f"{HOME}?state=DONE").content.decode()


def test_bad_input_keeps_what_was_typed(manager: Client, acme: Workspace) -> None:
    answer = manager.post(
        f"{HOME}new/", {"title": "", "kind": "PROCESS", "about": "Parcels wait two days", "due_on": "soon"}
    )
    text = answer.content.decode()
    assert (answer.status_code, "Parcels wait two days" in text, "Enter a valid date" in text) == (
        422,
        True,
        True,
    )


def test_an_agent_reads_comments_and_ties_but_does_not_decide(
    manager: Client, acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    row, case, agent = added(manager, acme), open_case(2), signed_in(bob)
    page = f"{HOME}{row.public_id}/"
    assert agent.post(page, {"act": "comment", "text": "The carrier agrees."}).status_code == 302
    assert ImprovementComment.objects.of(acme).get().author == bob
    assert agent.post(page, {"act": "finish", "outcome": "x"}).status_code == 403
    tied = agent.post(f"/w/acme/cases/{case.number}/improvements/", {"improvement": row.public_id})
    assert tied.status_code == 302
    assert "A second depot" in agent.get(f"/w/acme/cases/{case.number}/improvements/").content.decode()
    assert f"#{case.number}" in agent.get(page).content.decode()
    assert agent.post(page, {"act": "untie", "number": str(case.number)}).status_code == 302


def test_a_stranger_finds_nothing(manager: Client, acme: Workspace, charlie: User) -> None:
    row, stranger = added(manager, acme), signed_in(charlie)
    assert stranger.get(HOME).status_code == 404
    assert stranger.get(f"{HOME}{row.public_id}/").status_code == 404
    assert stranger.post(f"{HOME}{row.public_id}/", {"act": "drop"}).status_code == 404
    own = f"/w/other/improvements/{row.public_id}/"
    assert stranger.get(own).status_code == 404


def test_causes_merge_on_their_page(manager: Client, acme: Workspace) -> None:
    late = RootCause.objects.of(acme).get(name="Late delivery")
    other = RootCause.objects.of(acme).exclude(pk=late.pk).filter(parent=late.parent_id).first()
    assert other is not None
    url = "/w/acme/settings/causes/"
    assert manager.post(url, {"act": "merge", "cause": late.public_id, "into": ""}).status_code == 422
    manager.post(url, {"act": "merge", "cause": late.public_id, "into": other.public_id})
    late.refresh_from_db()
    assert late.retired_at is not None


def test_no_case_has_a_number_nobody_can_read(manager: Client, acme: Workspace) -> None:
    page = f"{HOME}{added(manager, acme).public_id}/"
    for number in ("²", "9" * 5000, ""):
        assert manager.post(page, {"act": "untie", "number": number}).status_code == 404
