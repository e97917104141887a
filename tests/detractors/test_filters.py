from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import Membership
from detractors import filters
from detractors.queries import queue
from detractors.queries.ordering import LARGEST_MOMENT, Place, microseconds_of
from tests.conftest import MONDAY_9AM

AGENT, MANAGER = (Membership(user_id=7, role=role) for role in (Role.AGENT, Role.MANAGER))


def read(membership: Membership = MANAGER, **query: str) -> filters.QueueAddress:
    return filters.read(query, membership=membership, now=MONDAY_9AM)


@pytest.mark.parametrize(
    ("membership", "query", "view"),
    [
        (AGENT, {}, "mine"),
        (MANAGER, {}, "open"),
        (AGENT, {"q": "late"}, "all"),
        (MANAGER, {"view": "breached", "q": "late"}, "breached"),
        (MANAGER, {"view": "all"}, "open"),
        (MANAGER, {"view": "nonsense"}, "open"),
    ],
)
def test_the_view_is_the_one_named_or_the_one_that_helps(
    membership: Membership, query: dict[str, str], view: str
) -> None:
    assert read(membership, **query).view == view


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("status", "waiting", "WAITING"), ("status", "PAID", None), ("priority", "urgent", "URGENT"), ("priority", "TOP", None),
        ("score", "0", "0"), ("score", "10", "10"), ("score", "11", None), ("score", "-1", None), ("score", "٣", None),
        ("owner", "me", "me"), ("owner", "none", "none"), ("owner", "12", "12"), ("owner", "0", None), ("owner", "x", None),
        ("owner", str(2**63), None), ("q", "  late ", "late"), ("q", "a\x00b", "ab"), ("q", " ", None),
    ],
)  # fmt: skip
def test_a_filter_is_kept_when_it_can_be_meant(name: str, text: str, kept: str | None) -> None:
    assert read(**{name: text}).values.get(name) == kept


def test_me_and_none_are_a_person_and_nobody() -> None:
    assert (read(owner="me").wanted.owner, read(owner="none").wanted.owner, read().wanted.owner) == (
        7,
        0,
        None,
    )


def test_an_address_keeps_its_filters_and_forgets_its_page() -> None:
    address = read(view="open", priority="HIGH", q="late & rude", after="1-2")
    assert address.url() == "?view=open&priority=HIGH&q=late+%26+rude"
    assert address.url(priority=None, score="3") == "?view=open&q=late+%26+rude&score=3"


def test_a_search_taken_away_leads_back_to_the_usual_view() -> None:
    assert read(q="late", priority="HIGH").url(q=None) == "?priority=HIGH"


@pytest.mark.parametrize("backwards", [True, False])
def test_a_place_comes_back_from_the_address_it_was_written_to(backwards: bool) -> None:
    place = Place(keys=(microseconds_of(MONDAY_9AM + timedelta(microseconds=7)), 12), backwards=backwards)
    written = dict(
        part.split("=") for part in read(view="open").neighbour(place).removeprefix("?").split("&")
    )
    assert read(**written).place == place


def test_where_the_newest_come_first_a_place_is_a_number() -> None:
    address = read(view="done")
    assert address.neighbour(Place(keys=(12,))) == "?view=done&after=12"
    assert read(view="done", after="12").place == Place(keys=(12,))


@pytest.mark.parametrize(
    ("view", "mark"),
    [
        ("open", "12"),
        ("done", "5-12"),
        ("open", "x"),
        ("open", f"{LARGEST_MOMENT + 1}-1"),
        ("done", str(2**31)),
    ],
)
def test_a_mark_that_fits_no_page_is_the_first_page(view: str, mark: str) -> None:
    assert read(view=view, after=mark).place is None


def test_every_tab_has_an_address() -> None:
    assert [read(view=tab).view for tab in queue.TABS] == [*queue.TABS]
