"""Files of review sites, with the names those give their columns."""

from zoneinfo import ZoneInfo

from surveys import mention_files
from tests.conftest import MONDAY_9AM


def read(text: str) -> mention_files.Table:
    return mention_files.read(text.encode(), now=MONDAY_9AM, zone=ZoneInfo("Europe/Berlin"))


def test_a_column_is_known_by_the_name_review_sites_give_it_and_what_is_left_aside_is_named() -> None:
    table = read("Review,Rating,Date,Country\nLoose brakes,1,2026-01-20,DE\n")
    [one] = table.heard
    assert (one.text, one.stars) == ("Loose brakes", 1)
    assert str(one.published_at).startswith(("2026-01-20", "2026-01-19 23:00"))
    assert table.ignored == ["country"]


def test_our_own_name_of_a_column_goes_before_another_one() -> None:
    table = read("comment,text,review\ninternal,Loose brakes,other\n")
    assert [one.text for one in table.heard] == ["Loose brakes"]
    assert table.ignored == ["comment", "review"]
