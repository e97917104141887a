"""Contacts in the browser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Workspace
from surveys.models import Contact, Survey
from surveys.services import contacts, invitations, responses
from tests.conftest import MONDAY_9AM, signed_in
from tests.surveys.conftest import settle

LIST = "/w/acme/contacts/"
FIELDS = {"name": "", "email": "", "company": "", "phone": "", "external_id": "", "account_value": "", "language": "",
          "time_zone": "", "new_attribute": "", "new_value": ""}  # fmt: skip


def add(acme: Workspace, count: int, start: int = 0) -> list[Contact]:
    return [
        contacts.upsert(
            workspace=acme, email=f"c{at}@example.org", name=f"Customer {at}",
            attributes={"region": "North" if at % 2 else "South"}, now=MONDAY_9AM,
        )[0]
        for at in range(start, start + count)
    ]  # fmt: skip


def answer(acme: Workspace, contact: Contact, score: int, days_ago: int, comment: str = "") -> None:
    responses.record(
        workspace=acme, survey=Survey.objects.of(acme).get(), score=score, comment=comment, contact=contact,
        now=MONDAY_9AM, responded_at=MONDAY_9AM - timedelta(days=days_ago),
    )  # fmt: skip


def shown(response: object) -> list[str]:
    return [row.email for row in response.context["page"].rows]  # type: ignore[attr-defined]


def test_the_list_costs_the_same_queries_for_one_and_three(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    counts = []
    for size in (1, 2):
        for contact in add(acme, size, start=len(counts)):
            answer(acme, contact, 9, 1)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_pages_by_id_both_ways(acme: Workspace, owner: User) -> None:
    add(acme, 120)
    client = signed_in(owner)
    first = client.get(LIST)
    second = client.get(LIST + first.context["older_url"])
    third = client.get(LIST + second.context["older_url"])
    assert [len(shown(page)) for page in (first, second, third)] == [50, 50, 20]
    assert (first.context["newer_url"], third.context["older_url"]) == ("", "")
    assert shown(client.get(LIST + second.context["newer_url"])) == shown(first)
    assert len({*shown(first), *shown(second), *shown(third)}) == 120


def test_filters_are_kept_while_paging(acme: Workspace, owner: User) -> None:
    add(acme, 110)
    client = signed_in(owner)
    first = client.get(LIST + "?attribute=region&value=North")
    assert first.context["older_url"].startswith("?attribute=region&value=North&before=")
    second = client.get(LIST + first.context["older_url"])
    assert len(shown(first)) + len(shown(second)) == 55


def test_the_class_filter_is_the_latest_answer_not_any(acme: Workspace, owner: User) -> None:
    recovered, lost, _silent = add(acme, 3)
    answer(acme, recovered, 2, 30)
    answer(acme, recovered, 9, 1)
    answer(acme, lost, 10, 30)
    answer(acme, lost, 0, 1)
    settle(acme)
    client = signed_in(owner)
    assert shown(client.get(LIST + "?segment=DETRACTOR")) == ["c1@example.org"]
    assert shown(client.get(LIST + "?segment=PROMOTER")) == ["c0@example.org"]
    assert shown(client.get(LIST + "?segment=NONE")) == ["c2@example.org"]


def test_search_and_states_narrow_the_list(acme: Workspace, owner: User) -> None:
    first, second, _third = add(acme, 3)
    contacts.opt_out(contact=first, now=MONDAY_9AM)
    contacts.note_asked(contact=second, now=MONDAY_9AM)
    client = signed_in(owner)
    assert shown(client.get(LIST + "?search=CUSTOMER 2")) == ["c2@example.org"]
    assert shown(client.get(LIST + "?state=opted-out")) == ["c0@example.org"]
    assert shown(client.get(LIST + "?state=never-asked")) == ["c2@example.org", "c0@example.org"]
    assert shown(client.get(LIST + "?before=nonsense&state=nonsense")) == [
        f"c{at}@example.org" for at in (2, 1, 0)
    ]


def test_erased_people_are_in_no_list_and_have_no_page(acme: Workspace, owner: User) -> None:
    (contact,) = add(acme, 1)
    contacts.erase(contact=contact, now=MONDAY_9AM)
    client = signed_in(owner)
    assert shown(client.get(LIST)) == []
    assert client.get(f"{LIST}{contact.public_id}/").status_code == 404


def test_a_contact_is_added_and_shown(acme: Workspace, alice: User) -> None:
    data = {**FIELDS, "name": "Maya Keller", "email": "Maya@Example.ORG", "phone": "+49 30 901820",
            "new_attribute": "Sales region", "new_value": "North"}  # fmt: skip
    response = signed_in(alice).post(LIST + "new/", data)
    contact = Contact.objects.of(acme).get()
    assert response["Location"] == f"{LIST}{contact.public_id}/"
    assert (contact.email, contact.phone, contact.attributes) == (
        "maya@example.org", "+4930901820", {"sales_region": "North"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"email": "c0@example.org"}, "email"),
        ({"name": "Only A. Name"}, None),
        ({"email": "n@example.org", "new_value": "North"}, "new_attribute"),
        ({"email": "n@example.org", "phone": "call me"}, "phone"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    acme: Workspace, alice: User, typed: dict[str, str], field: str | None
) -> None:
    add(acme, 1)
    response = signed_in(alice).post(LIST + "new/", {**FIELDS, "company": "Keller & Sons", **typed})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field or "__all__"]
    assert 'value="Keller &amp; Sons"' in response.content.decode()
    assert Contact.objects.of(acme).count() == 1


def test_editing_changes_fields_and_takes_an_emptied_attribute_away(acme: Workspace, alice: User) -> None:
    (contact,) = add(acme, 1)
    data = {**FIELDS, "name": "New Name", "email": "new@example.org", "attribute:region": ""}
    signed_in(alice).post(f"{LIST}{contact.public_id}/edit/", data)
    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.attributes) == ("New Name", "new@example.org", {})


def test_opting_out_and_undoing_it(acme: Workspace, alice: User) -> None:
    (contact,) = add(acme, 1)
    client = signed_in(alice)
    url = f"{LIST}{contact.public_id}/opt-out/"
    client.post(url)
    contact.refresh_from_db()
    assert contact.opted_out_at is not None
    client.post(url, {"undo": "1"})
    contact.refresh_from_db()
    assert contact.opted_out_at is None


def test_erasing_needs_the_tick_and_more_than_a_manager(acme: Workspace, alice: User, owner: User) -> None:
    (contact,) = add(acme, 1)
    url = f"{LIST}{contact.public_id}/erase/"
    assert signed_in(alice).post(url, {"confirm": "yes"}).status_code == 403
    answer = signed_in(owner).post(url)
    contact.refresh_from_db()
    assert (answer.status_code, contact.erased_at) == (422, None)
    signed_in(owner).post(url, {"confirm": "yes"})
    contact.refresh_from_db()
    assert (contact.erased_at is not None, contact.email) == (True, "")


def test_the_page_draws_every_score_and_names_the_class_of_today(acme: Workspace, owner: User) -> None:
    (contact,) = add(acme, 1)
    for score, days_ago in ((2, 60), (7, 30), (10, 1)):
        answer(acme, contact, score, days_ago, comment="<b>late</b>")
    response = signed_in(owner).get(f"{LIST}{contact.public_id}/")
    assert [point.score for point in response.context["history"].points] == [2, 7, 10]
    assert response.context["latest"].segment == "PROMOTER"
    assert "&lt;b&gt;late&lt;/b&gt;" in response.content.decode()


def test_the_page_says_why_an_invitation_was_not_sent_and_when_it_may(acme: Workspace, owner: User) -> None:
    (contact,) = add(acme, 1)
    contacts.note_asked(contact=contact, now=MONDAY_9AM)
    contact.refresh_from_db()
    survey = Survey.objects.of(acme).select_related("workspace").get()
    invitations.invite(workspace=acme, survey=survey, contact=contact, now=MONDAY_9AM)
    page = signed_in(owner).get(f"{LIST}{contact.public_id}/").content.decode()
    assert "was asked recently; may be asked again from" in page
    assert "1 Apr 2026, 09:00 UTC" in page


def test_the_filtered_list_is_exported_with_attributes_and_without_formulas(
    acme: Workspace, owner: User
) -> None:
    add(acme, 2)
    contacts.upsert(
        workspace=acme, email="evil@example.org", name="=1+1", attributes={"region": "North"}, now=MONDAY_9AM
    )
    page = signed_in(owner).get("/w/acme/contacts.csv?attribute=region&value=North")
    lines = b"".join(page.streaming_content).decode().splitlines()
    assert lines[0].endswith("created_at,region")
    assert [line.split(",")[1] for line in lines[1:]] == ["c1@example.org", "evil@example.org"]
    assert "'=1+1" in lines[2]


def test_two_contacts_are_merged_after_a_look_at_what_moves(acme: Workspace, alice: User) -> None:
    keep, other = add(acme, 2)
    Contact.objects.of(acme).update(phone="+4930901820")
    client = signed_in(alice)
    url = f"{LIST}{keep.public_id}/merge/"
    assert [one.pk for one in client.get(url).context["found"]] == [other.pk]
    shown = client.get(f"{url}?other={other.public_id}").content.decode()
    assert "Merging cannot be undone" in shown
    assert "“North” does not" in shown
    client.post(url, {"other": other.public_id})
    assert list(Contact.objects.of(acme).present()) == [keep]
    assert client.get(f"{LIST}{other.public_id}/").status_code == 404


def test_a_name_alike_in_the_same_company_is_suggested(acme: Workspace, alice: User) -> None:
    keep, *_others = (
        contacts.upsert(
            workspace=acme, email=f"k{at}@example.org", name=name, company=company, now=MONDAY_9AM
        )[0]
        for at, (name, company) in enumerate(
            [("Maya Keller", "K"), ("Maja Keller", "K"), ("Maya Keller", "Other"), ("Tom Li", "K")]
        )
    )
    found = signed_in(alice).get(f"{LIST}{keep.public_id}/merge/").context["found"]
    assert [one.name for one in found] == ["Maja Keller"]


def test_a_filter_that_fits_few_is_read_once_and_a_longer_list_is_counted(
    acme: Workspace, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "surveys.queries.lists.keyset.__kwdefaults__", {"before": None, "after": None, "size": 2}
    )
    people = add(acme, 3)
    client = signed_in(owner)

    def seen(query: str) -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(LIST + query)
        counts = [
            one for one in asked.captured_queries if "COUNT(" in one["sql"] and "LIMIT 1001" in one["sql"]
        ]
        return page.context["shown"], len(counts)

    assert [seen("?segment=PROMOTER"), seen("?attribute=region&value=North")] == [("0", 0), ("1", 0)]
    assert [seen(""), seen(f"?before={people[1].pk}")] == [("3", 1), ("3", 1)]
