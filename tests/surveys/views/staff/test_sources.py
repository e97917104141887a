"""Sources of mentions in the browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User, Workspace
from surveys.enums import ResponseChannel, SourceKind
from surveys.models import FeedbackSource, Mention
from surveys.services import sources
from tests.conftest import MONDAY_9AM, signed_in

LIST = "/w/acme/settings/sources/"
UPLOAD = "/w/acme/mentions/upload/"


def typed(kind: SourceKind, channel: str = "", url: str = "") -> dict[str, str]:
    return {"kind": kind.value, "name": "Site", "channel": channel, "url": url, "every_minutes": "60"}


def added(acme: Workspace, owner: User, kind: SourceKind, name: str = "Site") -> FeedbackSource:
    return sources.add(
        workspace=acme, kind=kind.value, name=name, channel="REVIEW", by=owner, now=MONDAY_9AM,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "chosen", "kept"),
    [
        (SourceKind.FORM, "", ResponseChannel.WEB),
        (SourceKind.WEBHOOK, "", ResponseChannel.REVIEW),
        (SourceKind.FORM, "SUPPORT", ResponseChannel.SUPPORT),
    ],
)
def test_a_new_source_shows_what_to_give_to_the_other_side(
    acme: Workspace, alice: User, kind: SourceKind, chosen: str, kept: ResponseChannel
) -> None:
    client = signed_in(alice)
    answer = client.post(LIST, typed(kind, chosen))
    source = FeedbackSource.objects.of(acme).get()
    assert answer["Location"] == f"{LIST}{source.public_id}/"
    assert source.channel == kept
    assert str(source.public_id) in client.get(answer["Location"]).context["address"]


def test_a_feed_without_an_address_comes_back_with_the_reason(acme: Workspace, alice: User) -> None:
    answer = signed_in(alice).post(LIST, typed(SourceKind.FEED))
    assert answer.status_code == 422
    assert "Give the address of the feed." in answer.content.decode()
    assert FeedbackSource.objects.of(acme).count() == 0


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (SourceKind.FORM, {"name", "channel", "touchpoint"}),
        (SourceKind.CSV, {"name", "channel", "touchpoint", "opens_cases"}),
        (SourceKind.STAFF, {"name", "url", "every_minutes", "channel", "touchpoint", "opens_cases"}),
    ],
)
def test_a_source_asks_only_for_what_belongs_to_its_kind_and_is_changed(
    acme: Workspace, alice: User, kind: SourceKind, asked: set[str]
) -> None:
    source, client = added(acme, alice, kind), signed_in(alice)
    place = f"{LIST}{source.public_id}/"
    assert set(client.get(place).context["form"].fields) == asked
    given = {"name": "Renamed", "channel": "SOCIAL", "every_minutes": "60", "opens_cases": "on"}
    assert client.post(place, given).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.channel, source.opens_cases) == ("Renamed", "SOCIAL", True)


def test_a_file_needs_no_choice_while_there_is_one_source_of_files(acme: Workspace, alice: User) -> None:
    client, first = signed_in(alice), added(acme, alice, SourceKind.CSV)
    file = SimpleUploadedFile("site.csv", b"Review,Rating,Country\nLoose brakes,1,DE\n")
    answer = client.post(UPLOAD, {"file": file})
    assert Mention.objects.of(acme).get().source == first
    assert "Columns that were left aside: country." in answer.content.decode()
    added(acme, alice, SourceKind.CSV, "Other site")
    assert client.get(UPLOAD).context["source"] is None
    assert client.get(f"{UPLOAD}?source={first.public_id}").context["source"] == first
