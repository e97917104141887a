"""Opinions nobody asked for are taken in once."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User, Workspace
from surveys.models import Contact, FeedbackSource, Mention
from surveys.rules.mentions import Heard
from surveys.services import contacts, mentions, sources
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def source(acme: Workspace, owner: User, **given: object) -> FeedbackSource:
    facts = {"kind": "CSV", "name": "Reviews", "channel": "REVIEW"} | given
    return sources.add(workspace=acme, by=owner, now=MONDAY_9AM, **facts)  # type: ignore[arg-type]


def heard(text: str = "Never again", *, at: datetime = MONDAY_9AM, **given: object) -> Heard:
    return Heard(text=text, published_at=at, **given)  # type: ignore[arg-type]


def test_the_same_id_of_one_source_is_one_mention_and_of_two_sources_two(
    acme: Workspace, owner: User
) -> None:
    one, other = source(acme, owner), source(acme, owner, name="Other")
    for text in ("First", "Edited since"):
        mentions.take(source=one, heard=[heard(text, external_id="7")], now=MONDAY_9AM)
    taken = mentions.take(source=other, heard=[heard("Different", external_id="7")], now=MONDAY_9AM)
    assert (len(taken.new), taken.known) == (1, 0)
    assert sorted(Mention.objects.of(acme).values_list("text", flat=True)) == ["Different", "First"]


def test_the_same_words_by_the_same_person_on_one_day_are_one_whoever_brings_them(
    acme: Workspace, owner: User
) -> None:
    one, other = source(acme, owner), source(acme, owner, name="Other")
    mentions.take(source=one, heard=[heard(author="Ann", external_id="1")], now=MONDAY_9AM)
    again = [
        heard("Never  again", author="Ann", external_id="2"),
        heard(author="Ann", external_id="3", at=MONDAY_9AM + timedelta(days=1)),
        heard(author="Ben", external_id="4"),
        heard(author="Ben", external_id="5"),
    ]
    taken = mentions.take(source=other, heard=again, now=MONDAY_9AM)
    assert ([row.external_id for row in taken.new], taken.known) == (["3", "4"], 2)


def test_stars_make_its_class_and_it_waits_for_its_decision(acme: Workspace, owner: User) -> None:
    [row] = mentions.take(source=source(acme, owner), heard=[heard(stars=2)], now=MONDAY_9AM).new
    assert (row.segment, row.channel, row.decide_at) == ("DISSATISFIED", "REVIEW", MONDAY_9AM)


def test_who_wrote_it_is_known_by_the_address(acme: Workspace, owner: User, dora: Contact) -> None:
    rows = [heard(address="dora@customer.example"), heard("Other", address="nobody@customer.example")]
    taken = mentions.take(source=source(acme, owner), heard=rows, now=MONDAY_9AM)
    assert [row.contact for row in taken.new] == [dora, None]


def test_an_archived_source_takes_nothing(acme: Workspace, owner: User) -> None:
    row = source(acme, owner)
    sources.archive(source=row, now=MONDAY_9AM)
    row.refresh_from_db()
    with pytest.raises(mentions.SourceArchived):
        mentions.take(source=row, heard=[heard()], now=MONDAY_9AM)


def test_an_erased_person_is_in_no_mention_and_the_feed_does_not_bring_them_back(
    acme: Workspace, owner: User, dora: Contact
) -> None:
    row = source(acme, owner)
    words = heard(
        external_id="9",
        author="Dora Doe",
        address="dora@customer.example",
        stars=1,
        url="https://x.example/9",
    )
    mentions.take(source=row, heard=[words], now=MONDAY_9AM)
    contacts.erase(contact=dora, now=MONDAY_9AM)
    left = Mention.objects.of(acme).get()
    assert (left.author, left.address, left.text, left.url, left.stars) == ("", "", "", "", 1)
    assert mentions.take(source=row, heard=[words], now=MONDAY_9AM).new == ()
