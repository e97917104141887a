"""The timeline of a contact."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.services import decisions
from surveys.models import Contact, ContactEvent, Survey
from surveys.queries import history
from surveys.services import contacts, invitations, responses
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


def test_what_happened_stands_in_one_line_newest_first(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    responses.record(
        workspace=acme, survey=survey, contact=dora, score=2, now=MONDAY_9AM,
        responded_at=MONDAY_9AM - timedelta(hours=1), open_case=True,
    )  # fmt: skip
    decisions.decide_pending(now=MONDAY_9AM)
    dora = contacts.opt_out(contact=dora, now=MONDAY_9AM + timedelta(hours=2))
    invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM + timedelta(hours=3))
    page = history.of_contact(contact=dora)
    codes = [entry.code for entry in page.entries]
    assert (codes[:2], sorted(codes[2:])) == (
        ["NOT_ASKED", "OPTED_OUT"], ["ADDED", "ANSWERED", "CASE_OPENED"],
    )  # fmt: skip
    assert page.before is None


def test_pages_go_on_from_a_moment_and_lose_nothing(acme: Workspace, survey: Survey, dora: Contact) -> None:
    for at in range(7):
        responses.record(
            workspace=acme, survey=survey, contact=dora, score=9, now=MONDAY_9AM,
            responded_at=MONDAY_9AM - timedelta(days=1 + at // 2),
        )  # fmt: skip
    seen, before = [], None
    while True:
        page = history.of_contact(contact=dora, before=before, size=3)
        seen += [(entry.at, entry.code) for entry in page.entries]
        before = page.before
        if before is None:
            break
    assert len(seen) == 8
    assert seen == sorted(seen, key=lambda one: one[0], reverse=True)


def test_however_many_share_a_moment_none_is_dropped(acme: Workspace, survey: Survey, dora: Contact) -> None:
    """Seven reported for one minute, and eight cases of one minute, where a page holds three."""
    at = MONDAY_9AM - timedelta(days=1)
    ContactEvent.objects.of(acme).bulk_create(
        [
            ContactEvent(workspace=acme, contact=dora, name=f"e{n}", happened_at=at, created_at=at)
            for n in range(7)
        ]
    )
    earlier = at - timedelta(minutes=1)
    Case.objects.of(acme).bulk_create(
        [
            Case(
                workspace=acme, contact=dora, number=n, origin="STAFF", category="CLOSED", closed_at=earlier, rank_at=earlier,
                opened_at=earlier, created_at=earlier, updated_at=earlier,
            )
            for n in range(1, 9)
        ]
    )  # fmt: skip
    seen: list[tuple[str, object]] = []
    before = MONDAY_9AM
    while before is not None:
        page = history.of_contact(contact=dora, before=before, size=3)
        seen += [(entry.code, entry.facts.get("name", entry.facts.get("number"))) for entry in page.entries]
        before = page.before
    assert sorted(map(str, seen)) == sorted(
        [*(str(("EVENT", f"e{n}")) for n in range(7)), *(str(("CASE_OPENED", n)) for n in range(1, 9))]
    )


def test_the_fragment_says_it_in_words(acme: Workspace, survey: Survey, dora: Contact, bob: User) -> None:
    responses.record(workspace=acme, survey=survey, contact=dora, score=9, now=MONDAY_9AM)
    url = f"/w/acme/contacts/{dora.public_id}/history/"
    page = signed_in(bob).get(url).content.decode()
    assert "with 9" in page
    assert signed_in(bob).get(url + "?before=nonsense").status_code == 200
