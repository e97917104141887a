import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.services import members
from detractors.models import Case, SavedView
from surveys.services import contacts
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
URL = "/w/acme/cases/"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def some(acme: Workspace, bob: User, now: datetime, open_case: Callable[..., Case]) -> list[Case]:
    """Three cases: scores 0, 3 and 6."""
    made = []
    for score in (0, 3, 6):
        person, _new = contacts.upsert(
            workspace=acme,
            email=f"c{score}@customer.example",
            name=f"Customer {score}",
            company="Ibex",
            now=now,
        )
        made.append(open_case(score, now=now, contact=person, comment=f"Words of {score}"))
    return made


def test_a_list_is_saved_by_one_click_and_named_by_its_filters(
    acme: Workspace, bob: User, some: list[Case]
) -> None:
    client = signed_in(bob)
    answer = client.post(f"{URL}views/", {"query": "view=open&score=3&sort=due&after=1-2"}, follow=True)
    view = SavedView.objects.of(acme).get()
    assert (view.name, view.query) == (
        "All open, 3, next due first",
        {"view": "open", "score": "3", "sort": "due"},
    )
    assert answer.context["title"] == view.name
    assert [row.case.number for row in answer.context["rows"]] == [some[1].number]
    assert view.name in answer.content.decode()


def test_the_side_counts_each_view_for_who_looks_in_as_many_queries_for_one_as_for_three(
    acme: Workspace, bob: User, some: list[Case]
) -> None:
    client, asked = signed_in(bob), []
    for query in ("view=open&score=3", "view=open", "view=done"):
        client.post(f"{URL}views/", {"query": query})
        with CaptureQueriesContext(connection) as captured:
            side = client.get(f"{URL}views/counts/")
        asked.append(len(captured))
    assert [view.count for view in side.context["saved_views"]] == ["1", "3", "0"]
    assert asked[0] == asked[2] <= 5


def test_a_changed_list_can_be_kept_in_its_view(acme: Workspace, bob: User, some: list[Case]) -> None:
    client = signed_in(bob)
    client.post(f"{URL}views/", {"query": "view=open&score=3"})
    view = SavedView.objects.of(acme).get()
    page = client.get(URL, {"view": "open", "score": "6", "saved": view.public_id})
    assert page.context["is_changed_view"]
    client.post(f"{URL}views/{view.public_id}/", {"act": "keep", "query": page.context["query"]})
    view.refresh_from_db()
    assert view.query == {"view": "open", "score": "6"}


def test_a_view_is_removed_with_a_way_back_that_is_offered_once(
    acme: Workspace, bob: User, some: list[Case]
) -> None:
    client = signed_in(bob)
    client.post(f"{URL}views/", {"query": "view=open&score=3"})
    view = SavedView.objects.of(acme).get()
    page = client.post(f"{URL}views/{view.public_id}/remove/", follow=True)
    undo = page.context["undo"]["url"]
    assert undo in page.content.decode()
    assert undo not in client.get(f"{URL}views/").content.decode()
    assert "is removed" not in client.get(URL).content.decode()
    assert client.post(undo, follow=True).context["is_empty"] is False


def test_the_name_the_order_and_the_sharing_change_on_the_page(
    acme: Workspace, alice: User, bob: User, some: list[Case]
) -> None:
    client = signed_in(alice)
    for name in ("One", "Two"):
        client.post(f"{URL}views/", {"query": "view=open", "name": name})
    first, second = SavedView.objects.of(acme).order_by("position")
    client.post(f"{URL}views/{second.public_id}/", {"act": "up"})
    client.post(f"{URL}views/{first.public_id}/", {"act": "rename", "name": "Uno"})
    client.post(f"{URL}views/{first.public_id}/", {"act": "share", "scope": "ALL"})
    rows = [(view.name, view.scope) for view in SavedView.objects.of(acme).order_by("position")]
    assert rows == [("Two", "MINE"), ("Uno", "ALL")]
    assert [view.name for view in signed_in(bob).get(URL).context["saved_views"]] == ["Uno"]
    # Bob sees the shared view and may not touch it; Alice's own he does not even find.
    signed_in(bob).post(f"{URL}views/{first.public_id}/", {"act": "rename", "name": "Bob's"})
    first.refresh_from_db()
    assert first.name == "Uno"
    assert signed_in(bob).post(f"{URL}views/{second.public_id}/remove/").status_code == 404


def test_columns_and_density_are_ones_own(acme: Workspace, alice: User, bob: User, some: list[Case]) -> None:
    client = signed_in(bob)
    chosen = {
        "columns": "1",
        "column": ["value", "owner"],
        "density": "compact",
        "query": "view=open&score=3",
    }
    answer = client.post(f"{URL}layout/", chosen)
    assert answer["Location"] == f"{URL}?view=open&score=3"
    html = client.get(URL, {"view": "open"}).content.decode()
    assert ("Account value" in html, "Next promise</th>" in html, "queue is-compact" in html) == (
        True,
        False,
        True,
    )
    assert "Next promise</th>" in signed_in(alice).get(URL, {"view": "open"}).content.decode()


def test_groups_have_headings(acme: Workspace, bob: User, some: list[Case]) -> None:
    Case.objects.of(acme).filter(pk=some[0].pk).update(owner=None)
    page = signed_in(bob).get(URL, {"view": "open", "group": "owner"})
    assert [row.heading for row in page.context["rows"]] == ["Bob Brown", "", "Nobody yet"]


def test_the_file_holds_what_the_list_shows_and_the_audit_log_says_so(
    acme: Workspace, alice: User, bob: User, some: list[Case]
) -> None:
    answer = signed_in(alice).get(f"{URL}export.csv", {"view": "open", "score": "3"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [row] = csv.DictReader(io.StringIO(text))
    shown = (row["number"], row["customer"], row["owner"], row["comment"], row["company"])
    assert shown == (str(some[1].number), "Customer 3", "Bob Brown", "Words of 3", "Ibex")
    assert signed_in(bob).get(f"{URL}export.csv").status_code == 403


def test_a_member_with_limits_counts_and_exports_only_what_they_see(
    acme: Workspace, some: list[Case], now: datetime
) -> None:
    user = members.ensure_user(email="ann@acme.example", name="Ann", now=now)
    members.add(workspace=acme, user=user, role=Role.ANALYST, now=now)
    Membership.objects.of(acme).filter(user=user).update(only_own_teams=True)
    Case.objects.of(acme).filter(pk=some[0].pk).update(owner=user)
    client = signed_in(user)
    client.post(f"{URL}views/", {"query": "view=open"})
    assert [view.count for view in client.get(f"{URL}views/counts/").context["saved_views"]] == ["1"]
    text = b"".join(client.get(f"{URL}export.csv", {"view": "open"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert ("Customer 0" in text, "Customer 3" in text) == (True, False)
