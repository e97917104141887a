"""Audiences in the browser."""

from typing import Any

import pytest

from accounts.models import Membership, User, Workspace
from surveys.models import Audience, Campaign, Contact, Survey
from surveys.services import audiences, contacts
from tests.conftest import MONDAY_9AM, signed_in

LIST = "/w/acme/contacts/audiences/"
NORTH = {"match": "all", "conditions": [{"field": "attribute:region", "op": "is", "value": "North"}]}


@pytest.fixture
def people(acme: Workspace) -> None:
    for at in range(12):
        contacts.upsert(
            workspace=acme, email=f"c{at}@x.example", name=f"Customer {at}",
            attributes={"region": "North" if at < 11 else "South"}, now=MONDAY_9AM,
        )  # fmt: skip


def typed(act: str, *rows: tuple[str, str, str], name: str = "North", match: str = "all") -> dict[str, Any]:
    fields, ops, values = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return {"act": act, "name": name, "match": match, "field": fields, "op": ops, "value": values}


def north(acme: Workspace, owner: User) -> Audience:
    return audiences.create(workspace=acme, name="North", filter=NORTH, by=owner, now=MONDAY_9AM)


@pytest.mark.usefixtures("people")
def test_the_count_and_a_sample_of_ten_are_shown_before_anything_is_saved(
    acme: Workspace, alice: User
) -> None:
    page = signed_in(alice).post(LIST + "new/", typed("show", ("attribute:region", "is", "north")))
    assert page.context["people"]["count_words"] == "11 people"
    assert len(page.context["people"]["sample"]) == 10
    assert Audience.objects.of(acme).count() == 0


@pytest.mark.usefixtures("people")
def test_lines_are_added_and_removed_without_script_and_keep_what_was_typed(alice: User) -> None:
    client = signed_in(alice)
    one = ("attribute:region", "is", "North")
    more = client.post(LIST + "new/", typed("add", one))
    assert [line["value"] for line in more.context["conditions"]] == ["North", ""]
    less = client.post(LIST + "new/", typed("remove-0", one, ("has_email", "yes", "")))
    assert [line["ops"][0]["value"] for line in less.context["conditions"]] == ["yes"]


@pytest.mark.usefixtures("people")
def test_an_audience_is_saved_said_in_words_and_changed(acme: Workspace, alice: User) -> None:
    client = signed_in(alice)
    answer = client.post(LIST + "new/", typed("save", ("attribute:region", "is", "North"), ("", "", "")))
    audience = Audience.objects.of(acme).get()
    assert answer["Location"] == f"{LIST}{audience.public_id}/"
    assert (audience.name, audience.filter, audience.created_by) == ("North", NORTH, alice)
    assert "Region is North" in client.get(LIST).content.decode()
    client.post(
        f"{LIST}{audience.public_id}/",
        typed("save", ("last_score", "at_most", "6"), ("has_phone", "yes", ""), name="Unhappy", match="any"),
    )
    audience.refresh_from_db()
    assert audience.name == "Unhappy"
    assert "Last score is at most 6 or Has a phone number yes" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "Give at least one condition: a filter without one means nobody."),
        ([("last_score", "is", "6.5")], "6.5 is no score: those go from 0 to 10."),
        ([("created_at", "before", "31.3.")], "31.3. is no day; write it as 2026-03-31."),
        (
            [("last_score", "at_least", "9"), ("last_score", "at_most", "6")],
            "Nobody can fit: 9 or more and 6 or less contradict each other.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(
    acme: Workspace, alice: User, rows: list[tuple[str, str, str]], said: str
) -> None:
    page = signed_in(alice).post(LIST + "new/", typed("save", *rows))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert Audience.objects.of(acme).count() == 0


@pytest.mark.usefixtures("people")
def test_a_name_is_needed_and_its_own(acme: Workspace, alice: User) -> None:
    north(acme, alice)
    client = signed_in(alice)
    for name, said in (("  ", "Give the audience a name"), ("North", "Another audience has this name.")):
        page = client.post(LIST + "new/", typed("save", ("has_email", "yes", ""), name=name))
        assert (page.status_code, said in page.content.decode()) == (422, True)


@pytest.mark.usefixtures("people")
def test_one_that_a_campaign_asks_is_not_deleted_and_says_which(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    audience = north(acme, owner)
    campaign = Campaign(
        workspace=acme, name="Spring", survey=survey, saved_audience=audience, created_at=MONDAY_9AM
    )
    campaign.save()
    client = signed_in(owner)
    page = client.post(f"{LIST}{audience.public_id}/delete/", follow=True).content.decode()
    assert "1 campaign asks this audience." in page
    assert "Spring" in page
    campaign.delete()
    client.post(f"{LIST}{audience.public_id}/delete/")
    assert Audience.objects.of(acme).count() == 0


@pytest.mark.usefixtures("people")
def test_agents_read_and_do_not_change_and_strangers_find_nothing(
    acme: Workspace, owner: User, bob: User, charlie: User
) -> None:
    audience = north(acme, owner)
    page = signed_in(bob).get(f"{LIST}{audience.public_id}/")
    assert "11 people" in page.content.decode()
    assert "audience-form" not in page.content.decode()
    assert signed_in(bob).post(f"{LIST}{audience.public_id}/", typed("save")).status_code == 403
    assert signed_in(charlie).get(f"{LIST}{audience.public_id}/").status_code == 404


@pytest.mark.usefixtures("people")
def test_a_member_with_limits_counts_only_whom_they_see(acme: Workspace, owner: User, bob: User) -> None:
    audience = north(acme, owner)
    Contact.objects.of(acme).filter(email="c0@x.example").update(attributes={"region": "North", "shop": "A"})
    Membership.objects.of(acme).filter(user=bob).update(only_attribute="shop", only_values=["A"])
    page = signed_in(bob).get(f"{LIST}{audience.public_id}/")
    assert page.context["people"]["count_words"] == "1 person"


@pytest.mark.usefixtures("people")
def test_a_field_just_chosen_is_not_wrong_before_its_value_is_typed(acme: Workspace, alice: User) -> None:
    client = signed_in(alice)
    page = client.post(LIST + "new/", typed("", ("last_score", "", "")))
    [line] = page.context["conditions"]
    assert (line["problem"], page.context["is_unfinished"]) == ("", True)
    chosen = client.post(LIST + "new/", typed("", ("last_segment", "contains", "")))
    assert (chosen.context["is_unfinished"], chosen.context["people"]["is_nobody"]) == (False, True)
    saved = client.post(LIST + "new/", typed("save", ("last_score", "", "")))
    assert saved.status_code == 422
    assert saved.context["conditions"][0]["problem"] == "Say what to compare with."
    assert Audience.objects.of(acme).count() == 0
