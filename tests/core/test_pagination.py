"""Pages by cursor: each row once, in order, whatever is added meanwhile."""

from datetime import timedelta

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.models import Workspace
from core.pagination import CursorPages, paged
from core.problems import Problem
from surveys.models import Contact
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def people(acme: Workspace, names: str, days: int = 0) -> None:
    moment = MONDAY_9AM + timedelta(days=days)
    for name in names:
        Contact(workspace=acme, name=name, created_at=moment, updated_at=moment).save()


def page(acme: Workspace, address: str, ordering: list[str]) -> tuple[str, str | None]:
    request = Request(APIRequestFactory().get(address))
    answer = paged(
        request,
        Contact.objects.of(acme),
        ordering=ordering,
        show=lambda rows: "".join(row.name for row in rows),
    )
    return answer.data["results"], answer.data["next"]


@pytest.mark.parametrize(
    ("ordering", "pages"),
    [
        (["-id"], ["gf", "ed", "cb", "a"]),
        (["-created_at", "-id"], ["gf", "ed", "cb", "a"]),
        (["created_at", "id"], ["ab", "cd", "ef", "g"]),
    ],
)
def test_every_row_comes_once_also_where_moments_tie(
    acme: Workspace, ordering: list[str], pages: list[str]
) -> None:
    people(acme, "abcd")
    people(acme, "efg", days=1)
    seen, address = [], "/x/?limit=2&kept=yes"
    while address:
        rows, address = page(acme, address, ordering)
        seen.append(rows)
        assert address is None or "kept=yes" in address
    assert seen == pages


def test_a_row_added_meanwhile_moves_nothing(acme: Workspace) -> None:
    people(acme, "abc")
    first, address = page(acme, "/x/?limit=2", ["-id"])
    people(acme, "d")
    assert (first, page(acme, address, ["-id"])) == ("cb", ("a", None))


def test_a_full_last_page_has_no_next(acme: Workspace) -> None:
    people(acme, "ab")
    assert page(acme, "/x/?limit=2", ["-id"]) == ("ba", None)


def test_no_rows_are_an_empty_page(acme: Workspace) -> None:
    assert page(acme, "/x/", ["-id"]) == ("", None)


@pytest.mark.parametrize("limit", ["1", "200"])
def test_limits_reach_from_1_to_200(acme: Workspace, limit: str) -> None:
    people(acme, "a")
    assert page(acme, f"/x/?limit={limit}", ["-id"]) == ("a", None)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "", "x", "1.0", "٣", "9" * 5000])
def test_other_limits_are_refused(acme: Workspace, limit: str) -> None:
    with pytest.raises(Problem) as refused:
        page(acme, f"/x/?limit={limit}", ["-id"])
    assert [(error.field, error.code) for error in refused.value.errors] == [("limit", "OUT_OF_RANGE")]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!!!", "bnVsbA", "W10", "WzEsMl0", "WyJhIl0", "W3RydWVd", "WzEuNV0", "W1tdXQ", "ä", "%00", "W1" * 5000,
     "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OV0", "WyIyMDI2LTAzLTAyIl0", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwWiJd"],
)  # fmt: skip
def test_what_is_no_cursor_of_this_list_is_refused(acme: Workspace, cursor: str) -> None:
    with pytest.raises(Problem) as refused:
        page(acme, f"/x/?cursor={cursor}", ["-id"])
    assert [(error.field, error.code) for error in refused.value.errors] == [("cursor", "BAD_CURSOR")]


def test_pages_say_where_they_go_on_only_when_they_do() -> None:
    assert CursorPages().get_paginated_response([1]).data == {"results": [1], "next": None}
