from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members
from core import traces
from detractors.models import BulkAction, Case
from detractors.services import statuses
from surveys.services import contacts
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
URL = "/w/acme/cases/"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def three(acme: Workspace, bob: User, now: datetime, open_cases: Callable[..., list[Case]]) -> list[Case]:
    """Three cases nobody has."""
    Membership.objects.of(acme).update(takes_cases=False)
    people = [
        contacts.upsert(workspace=acme, email=f"c{n}@customer.example", name=f"Customer {n}", now=now)[0]
        for n in range(3)
    ]
    return open_cases(people, now=now)


def numbers(found: list[Case]) -> list[str]:
    return [str(case.number) for case in found]


def test_chosen_cases_are_taken_and_the_way_back_is_offered(
    acme: Workspace, bob: User, three: list[Case]
) -> None:
    client = signed_in(bob)
    form = {"act": "ASSIGN", "owner": "me", "number": numbers(three[:2]), "query": "view=open"}
    page = client.post(f"{URL}bulk/", form, follow=True)
    assert page.redirect_chain == [(f"{URL}?view=open", 302)]
    assert Case.objects.of(acme).filter(owner=bob).count() == 2
    assert page.context["undo"]["text"] == "2 cases: assigned."
    assert "view=open" in page.context["query"]
    assert (
        f'<input type="hidden" name="query" value="{page.context["query"]}"><button' in page.content.decode()
    )
    back = client.post(page.context["undo"]["url"], {"query": page.context["query"]}, follow=True)
    assert back.redirect_chain == [(f"{URL}?view=open", 302)]  # the list it was done in
    assert "2 cases are as they were." in back.content.decode()
    assert Case.objects.of(acme).filter(owner=bob).count() == 0


def test_the_choice_of_no_status_of_ones_own_says_what_the_cases_then_show(
    acme: Workspace, bob: User, three: list[Case], now: datetime
) -> None:
    client = signed_in(bob)
    own = statuses.add(workspace=acme, name="With the carrier", category="WAITING", now=now)
    named = client.get(f"{URL}?view=open").context["waiting_statuses"]
    assert named == (("", "Waiting for customer (usual)"), (own.public_id, "With the carrier"))
    usual = statuses.add(workspace=acme, name="On hold", category="WAITING", now=now)
    statuses.make_default(status=usual, is_default=True)
    page = client.get(f"{URL}?view=open")
    assert page.context["waiting_statuses"] == (
        ("", "On hold (usual)"),
        (own.public_id, "With the carrier"),
    )
    assert '<option value="">On hold (usual)</option>' in page.content.decode()
    statuses.retire(status=own, now=now)
    page = client.get(f"{URL}?view=open")
    assert (page.context["waiting_statuses"], "bulk-waiting-status" in page.content.decode()) == ((), False)


def test_an_agent_gives_cases_to_nobody_else(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    form = {"act": "ASSIGN", "owner": str(alice.pk), "number": numbers(three)}
    assert signed_in(bob).post(f"{URL}bulk/", form).status_code == 403
    assert signed_in(alice).post(f"{URL}bulk/", form).status_code == 302
    assert Case.objects.of(acme).filter(owner=alice).count() == 3


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "DANCE"}, "Choose what to do."),
        ({"act": "WAIT", "waiting_for": " "}, "Please say what we are waiting for."),
        ({"act": "RESOLVE", "resolution": "x"}, "Please choose why it happened."),
        ({"act": "ASSIGN", "owner": "me", "number": []}, "Choose some cases first."),
    ],
)
def test_what_is_missing_is_said_and_nothing_done(
    acme: Workspace, bob: User, three: list[Case], form: dict[str, Any], said: str
) -> None:
    answer = signed_in(bob).post(
        f"{URL}bulk/", {"number": numbers(three), **form}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.json()) == (422, {"said": said})
    assert BulkAction.objects.of(acme).count() == 0


def test_parts_sent_by_script_are_one_act(acme: Workspace, bob: User, three: list[Case]) -> None:
    client, headers = signed_in(bob), {"HX-Request": "true"}
    form = {"act": "WAIT", "waiting_for": "a photo"}
    first = client.post(f"{URL}bulk/", {**form, "number": numbers(three[:2])}, headers=headers).json()
    assert first == {"action": first["action"], "done": 2, "left": 0}
    rest = {**form, "number": numbers(three[2:]), "action": first["action"], "last": "1"}
    client.post(f"{URL}bulk/", rest, headers=headers)
    assert BulkAction.objects.of(acme).get().rows_changed == 3
    assert client.get(URL).context["undo"]["text"] == "3 cases: set to wait."


def test_all_that_fit_are_acted_on_told_on_a_page_and_taken_back_there(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    Case.objects.of(acme).filter(pk=three[0].pk).update(score=9)
    client = signed_in(alice)
    assert client.get(f"{URL}bulk/count/", {"view": "open", "score": "3"}).json()["count"] == 2
    form = {"act": "ASSIGN", "owner": str(bob.pk), "all": "1", "query": "view=open&score=3"}
    page = client.post(f"{URL}bulk/", form, follow=True)
    html = page.content.decode()
    assert ("2 cases are changed." in html, Case.objects.of(acme).filter(owner=bob).count()) == (True, 2)
    back = client.post(f"{page.redirect_chain[0][0]}undo/", follow=True).content.decode()
    assert ("2 cases are as they were." in back, Case.objects.of(acme).filter(owner=bob).count()) == (True, 0)
    assert client.post(f"{page.redirect_chain[0][0]}stop/", follow=True).status_code == 200


def test_how_far_an_act_is_gets_read_aloud_once_every_tenth_of_the_way(
    acme: Workspace, alice: User, three: list[Case], now: datetime
) -> None:
    action = BulkAction(
        workspace=acme, act="TAG", done_at=now, done_by=alice, status="RUNNING", wanted={}, newest_case=1,
        rows_total=9_800, rows_done=3_000, rows_changed=2_990, rows_left=10,
    )  # fmt: skip
    action.save()
    client, address = signed_in(alice), f"{URL}bulk/{action.public_id}/"
    first = client.get(address, headers={"HX-Request": "true"}).content.decode()
    again = client.get(address, {"said": "RUNNING-3"}, headers={"HX-Request": "true"}).content.decode()
    said = "Working through the cases: 30 %"
    assert (said in first, "said=RUNNING-3" in first, said in again) == (True, True, False)
    BulkAction.objects.of(acme).update(status="DONE", finished_at=now, rows_done=9_800)
    end = client.get(address, {"said": "RUNNING-9"}, headers={"HX-Request": "true"}).content.decode()
    assert "Done: 2,990 cases are changed. 10 are left as they were." in end
    assert ("autofocus" in end, "autofocus" in client.get(address).content.decode()) == (False, True)


@pytest.mark.parametrize(("who", "code"), [("bob", 403), ("alice", 302)])
def test_who_may_not_give_cases_to_others_sets_no_priority(
    acme: Workspace, alice: User, bob: User, three: list[Case], who: str, code: int
) -> None:
    client = signed_in({"bob": bob, "alice": alice}[who])
    form = {"act": "PRIORITY", "priority": "URGENT", "number": numbers(three)}
    assert client.post(f"{URL}bulk/", form).status_code == code
    assert client.post(f"{URL}{three[0].number}/priority/", {"priority": "LOW"}).status_code == code
    assert Case.objects.of(acme).filter(priority="URGENT").count() == (2 if code == 302 else 0)


def test_a_case_out_of_sight_is_as_if_it_were_not(acme: Workspace, bob: User, three: list[Case]) -> None:
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=datetime.now(UTC))
    elsewhere.save()
    Case.objects.of(acme).filter(pk=three[0].pk).update(team=elsewhere)
    Case.objects.of(acme).filter(pk=three[1].pk).update(team=Membership.objects.of(acme).get(user=bob).team)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    signed_in(bob).post(f"{URL}bulk/", {"act": "ASSIGN", "owner": "me", "number": numbers(three[:2])})
    assert list(Case.objects.of(acme).filter(owner=bob)) == [three[1]]


def test_the_next_case_opens_and_without_one_the_list_says_so(
    acme: Workspace, bob: User, three: list[Case]
) -> None:
    client = signed_in(bob)
    taken = {client.post(f"{URL}next/")["Location"] for _turn in three}
    assert taken == {f"{URL}{case.number}/" for case in three}
    page = client.post(f"{URL}next/", {"query": "view=mine"}, follow=True)
    assert "No case without an owner is left" in page.content.decode()


def test_resolve_then_the_next_leads_from_case_to_case(
    acme: Workspace, bob: User, three: list[Case], now: datetime
) -> None:
    from detractors.models import RootCause

    Case.objects.of(acme).update(owner=bob)
    client, met = signed_in(bob), []
    address = f"{URL}{three[0].number}/"
    cause = RootCause.objects.of(acme).get(name="Late delivery").public_id
    for _turn in three:
        met.append(address)
        form = {"reached": "on", "root_cause": cause, "resolution": "Sent again.", "then": "next"}
        address = client.post(f"{address}resolve/", form)["Location"]
    assert sorted(met) == [f"{URL}{case.number}/" for case in three]
    assert address == f"{URL}?view=mine"
    assert Case.objects.of(acme).filter(category="RESOLVED").count() == 3


def test_others_at_a_case_are_named_in_the_case_and_in_the_list(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    traces.forget([f"desk:{acme.pk}"])
    number = three[0].number
    signed_in(alice).post(f"{URL}{number}/here/", {"typing": "1"})
    html = signed_in(bob).post(f"{URL}{number}/here/", {"typing": "0"}).content.decode()
    assert ("Alice Adams is writing" in html, "Bob Brown" in html) == (True, False)
    listed = signed_in(bob).get(f"{URL}here/", {"n": f"{number},{three[1].number},x,99999999999"}).json()
    assert listed == {
        str(number): [{"name": "Alice Adams", "is_writing": True, "said": "Alice Adams is writing"}]
    }
    signed_in(alice).post(f"{URL}{number}/here/", {"gone": "1"})
    assert signed_in(bob).get(f"{URL}here/", {"n": str(number)}).json() == {}


def test_nobody_learns_who_is_at_a_case_out_of_sight(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    traces.forget([f"desk:{acme.pk}"])
    Case.objects.of(acme).update(owner=alice)
    number = three[0].number
    signed_in(alice).post(f"{URL}{number}/here/")
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=datetime.now(UTC))
    elsewhere.save()
    Case.objects.of(acme).update(team=elsewhere)
    client = signed_in(bob)
    assert client.get(f"{URL}here/", {"n": str(number)}).json() == {}
    assert client.post(f"{URL}{number}/here/").status_code == 404


def test_the_palette_finds_cases_views_acts_and_places(acme: Workspace, bob: User, three: list[Case]) -> None:
    client = signed_in(bob)
    client.post(f"{URL}views/", {"query": "view=open", "name": "My mornings"})

    def lines(text: str) -> list[str]:
        page = client.get(f"{URL}palette/", {"q": text})
        return [entry.word for group in page.context["groups"] for entry in group["entries"]]

    assert lines(f"#{three[0].number}")[0] == f"#{three[0].number} Customer 0"
    assert lines("morning") == ["My mornings"]
    assert lines("take the") == ["Take the next case"]
    assert "People" not in lines("")  # an agent manages nobody
    assert lines("zzzz") == []


def test_the_palette_of_a_reader_offers_nothing_they_may_not_do(acme: Workspace, now: datetime) -> None:
    user = members.ensure_user(email="ann@acme.example", now=now)
    members.add(workspace=acme, user=user, role=Role.ANALYST, now=now)
    html = signed_in(user).get(f"{URL}palette/").content.decode()
    assert "Take the next case" not in html
    assert 'name="number"' not in signed_in(user).get(URL, {"view": "open"}).content.decode()


def test_only_a_frame_of_our_own_page_gets_the_case_to_frame(bob: User, three: list[Case]) -> None:
    client, address = signed_in(bob), f"{URL}{three[0].number}/"
    ours = client.get(address, headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"})
    theirs = client.get(address, headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"})
    alone = client.get(address)
    assert (ours["X-Frame-Options"], theirs["X-Frame-Options"], alone["X-Frame-Options"]) == (
        "SAMEORIGIN",
        "DENY",
        "DENY",
    )
    assert "frame-ancestors 'self'" in ours["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in theirs["Content-Security-Policy"]
    assert ('class="is-pane"' in ours.content.decode(), 'class="is-pane"' in alone.content.decode()) == (
        True,
        False,
    )


def test_a_nul_character_is_refused_wherever_it_stands_and_nothing_is_done(
    acme: Workspace, bob: User, three: list[Case]
) -> None:
    client, form = signed_in(bob), {"number": numbers(three[:1])}
    answers = {
        "in words": client.post(f"{URL}bulk/", {"act": "WAIT", "waiting_for": "a\x00b", **form}),
        "in what is kept as JSON": client.post(f"{URL}bulk/", {"act": "TAG", "tag": "a\x00b", **form}),
        "in a query": client.get(f"{URL}{three[0].number}/conversation/", {"again": "a\x00b"}),
        "in an address": client.get(f"{URL}bulk/a%00b/"),
    }
    assert {where: answer.status_code for where, answer in answers.items()} == {
        "in words": 400, "in what is kept as JSON": 400, "in a query": 400, "in an address": 404,
    }  # fmt: skip
    assert not BulkAction.objects.of(acme).exists()
