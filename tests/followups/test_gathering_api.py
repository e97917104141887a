"""Invitations to events by program: written, sent, stopped, and who answered what."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from followups.models import Guest
from followups.services import gatherings
from tests.api import Api, errors
from tests.followups.services.test_gatherings import DAY, NOON

pytestmark = pytest.mark.django_db
EVENT = {
    "title": "A day at the depot", "place": "Harbour 7", "starts_at": "2026-03-20T18:00:00Z",
    "ends_at": "2026-03-20T20:00:00Z", "reply_by": "2026-03-15T18:00:00Z", "capacity": 12,
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def test_a_program_invites_and_reads_the_answers(
    acme: Workspace, alice: User, invited: Callable[..., Case]
) -> None:
    first, second, api = invited("ines"), invited("paul"), Api(acme, by=alice)
    made = api.post("gatherings/", {**EVENT, "cases": [first.number, second.number, 99_999]})
    row = made.json()
    assert (made.status_code, row["state"], row["invited"], row["most_companions"]) == (201, "DRAFT", 2, 1)
    assert "{{ event }}" in row["subject"]
    path = f"gatherings/{row['id']}/"
    assert api.post(f"{path}start/").json()["state"] == "SENDING"
    gatherings.send_due(now=NOON)
    found = Guest.objects.of(acme).get(contact=first.contact)
    gatherings.answer(guest=found, coming="YES", companions=1, note="By train", now=NOON + DAY)
    told = api.get(path).json()
    assert (told["coming"], told["people"]) == (1, 2)
    guests = {one["case"]: one for one in api.get(f"{path}guests/").json()["results"]}
    assert (guests[first.number]["answer"], guests[first.number]["note"]) == ("YES", "By train")
    assert (guests[second.number]["answer"], guests[second.number]["status"]) == ("", "SENT")
    assert [one["id"] for one in api.get("gatherings/").json()["results"]] == [row["id"]]
    assert api.delete(f"{path}start/").json()["state"] == "DONE"  # there is nothing left to keep back


def test_what_cannot_be_is_refused_by_field_and_nothing_is_kept(
    acme: Workspace, alice: User, invited: Callable[..., Case]
) -> None:
    case, api = invited("ines"), Api(acme, by=alice)
    late: dict[str, Any] = {**EVENT, "cases": [case.number], "reply_by": "2026-03-21T18:00:00Z"}
    assert errors(api.post("gatherings/", late)) == [("reply_by", "NOT_KEPT")]
    assert [field for field, _code in errors(api.post("gatherings/", {**EVENT, "cases": []}))] == ["cases"]
    assert api.get("gatherings/").json()["results"] == []
    nobody = api.post("gatherings/", {**EVENT, "cases": [99_999]}).json()
    refused = api.post(f"gatherings/{nobody['id']}/start/")
    assert (refused.status_code, refused.json()["code"]) == (409, "NOT_POSSIBLE")
