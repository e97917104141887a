"""An executive stands behind a case: chosen, told, shown, found again."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEvent, User, Workspace
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, Notification, Sponsor
from detractors.queries import queue
from detractors.queries import sponsors as queries
from detractors.services import sponsoring, telling
from detractors.services.errors import NotAMember
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(acme: Workspace, owner: User, alice: User, bob: User, open_case: Callable[..., Case]) -> Case:
    """Bob's case; Olivia and Alice are the executives."""
    sponsoring.appoint(workspace=acme, users=[owner.pk, alice.pk], by=owner, now=MONDAY_9AM)
    return open_case(1)


def test_the_executive_is_told_watches_and_stands_in_the_timeline(
    acme: Workspace, case: Case, owner: User, alice: User, bob: User
) -> None:
    for _turn in range(2):  # twice is once
        sponsoring.give(case=case, to=owner, by=alice, now=MONDAY_9AM)
    sponsoring.give(case=case, to=alice, by=alice, now=MONDAY_9AM)
    lines = CaseEvent.objects.of(acme).filter(case=case, kind=EventKind.SPONSORED).order_by("pk")
    assert [line.facts for line in lines] == [
        {"before": "", "to": "Olivia Owner"}, {"before": "Olivia Owner", "to": "Alice Adams"},
    ]  # fmt: skip
    told = Notification.objects.of(acme).filter(kind="SPONSOR")
    assert [(row.user, row.case) for row in told] == [
        (owner, case)
    ]  # nobody is told of what they did themselves
    assert telling.queries.watching(case=case) == [alice]
    case.refresh_from_db()
    assert case.owner == bob
    assert sponsoring.give(case=case, to=None, by=alice, now=MONDAY_9AM) is None
    assert Sponsor.objects.of(acme).count() == 0


def test_nobody_else_can_be_chosen(
    acme: Workspace, case: Case, alice: User, bob: User, charlie: User
) -> None:
    for person in (bob, charlie):
        with pytest.raises(NotAMember):
            sponsoring.give(case=case, to=person, by=alice, now=MONDAY_9AM)


def test_the_queue_finds_them_and_the_card_says_what_happened(
    acme: Workspace,
    case: Case,
    owner: User,
    alice: User,
    open_case: Callable[..., Case],
    django_assert_max_num_queries: Any,
) -> None:
    sponsoring.give(case=case, to=owner, by=alice, now=MONDAY_9AM)
    for wanted, found in ((0, 1), (owner.pk, 1), (alice.pk, 0)):
        asked = queue.Wanted(tab="open", executive=wanted)
        assert queue.wanted_cases(workspace=acme, user=alice, wanted=asked).count() == found
    page = signed_in(alice).get("/w/acme/cases/?view=open&executive=any").content.decode()
    assert "Any executive" in page
    with django_assert_max_num_queries(4):
        cards = queries.cards(workspace=acme)
    assert [(card.user, card.open, card.done) for card in cards] == [(alice, 0, 0), (owner, 1, 0)]
    assert cards[1].cases[0].last_kind == EventKind.SPONSORED  # type: ignore[attr-defined]


def test_pages_and_who_may_what(
    acme: Workspace, case: Case, owner: User, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/w/acme/cases/{case.number}/executive/"
    assert signed_in(bob).post(address, {"executive": owner.pk}).status_code == 403
    signed_in(alice).post(address, {"executive": owner.pk})
    assert Sponsor.objects.of(acme).get().user == owner
    assert "Olivia Owner" in signed_in(bob).get(f"/w/acme/cases/{case.number}/").content.decode()
    page = signed_in(bob).get("/w/acme/arising/executives/").content.decode()
    assert f"#{case.number}" in page
    assert "Who is an executive" not in page
    with monkeypatch.context() as short:
        short.setattr(queries, "LISTED", 0)
        cut = signed_in(bob).get("/w/acme/arising/executives/").content.decode()
    assert (cut.count("1 more case is counted above"), page.count("more case")) == (1, 0)
    assert (
        signed_in(alice).post("/w/acme/arising/executives/", {}).status_code == 403
    )  # an admin says who they are
    signed_in(owner).post("/w/acme/arising/executives/", {"executive": [bob.pk]})
    assert queries.executives(workspace=acme) == [bob]
    assert AuditEvent.objects.of(acme).filter(act="EXECUTIVES_CHANGED").count() == 2
    assert "no longer an executive" in signed_in(bob).get("/w/acme/arising/executives/").content.decode()
    signed_in(bob).post(address, {"executive": bob.pk})  # now he is one: he takes it himself
    assert Sponsor.objects.of(acme).get().user == bob
