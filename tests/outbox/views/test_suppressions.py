from accounts.models import User, Workspace
from outbox import queries
from outbox.models import Suppression
from tests.conftest import signed_in

URL = "/w/acme/settings/suppressions/"


def scope(workspace: Workspace, address: str) -> str | None:
    return queries.suppressed(workspace=workspace, addresses=[address]).get(address)


def test_who_may_see_and_change_the_list(acme: Workspace, alice: User, bob: User, charlie: User) -> None:
    assert [signed_in(user).get(URL).status_code for user in (alice, bob, charlie)] == [200, 403, 404]
    body = {"address": "x@y.example", "scope": "ALL"}
    assert [signed_in(user).post(URL, body).status_code for user in (bob, charlie)] == [403, 404]
    assert scope(acme, "x@y.example") is None


def test_an_address_is_added_by_hand_and_taken_off_with_a_note(acme: Workspace, alice: User) -> None:
    browser = signed_in(alice)
    assert (
        browser.post(URL, {"address": "X@y.example", "scope": "ALL", "note": "Asked by phone"}).status_code
        == 302
    )
    row = Suppression.objects.of(acme).get()
    assert (row.address, row.scope, row.reason, row.source, row.added_by) == (
        "x@y.example",
        "ALL",
        "MANUAL",
        "staff",
        alice,
    )
    page = browser.get(URL).content.decode()
    assert ("x@y.example" in page, "Asked by phone" in page, "Added by hand" in page) == (True, True, True)

    browser.post(f"{URL}lift/", {"address": "x@y.example", "note": " "})
    assert scope(acme, "x@y.example") == "ALL"
    browser.post(f"{URL}lift/", {"address": "x@y.example", "note": "Wants mail again"})
    assert scope(acme, "x@y.example") is None
    assert "Wants mail again" in browser.get(URL).content.decode()
    assert browser.post(f"{URL}lift/", {"address": "x@y.example", "note": "twice"}).status_code == 302


def test_a_mistyped_address_is_said_beside_its_field(acme: Workspace, alice: User) -> None:
    answer = signed_in(alice).post(URL, {"address": "not an address", "scope": "ALL"})
    assert (answer.status_code, Suppression.objects.of(acme).count()) == (400, 0)
    assert "Enter a valid email address" in answer.content.decode()


def test_the_list_of_another_workspace_is_out_of_reach(acme: Workspace, alice: User, charlie: User) -> None:
    signed_in(alice).post(URL, {"address": "x@y.example", "scope": "ALL"})
    signed_in(charlie).post(
        "/w/globex/settings/suppressions/lift/", {"address": "x@y.example", "note": "mine"}
    )
    assert scope(acme, "x@y.example") == "ALL"


def test_searching_finds_part_of_an_address(acme: Workspace, alice: User) -> None:
    browser = signed_in(alice)
    for address in ("maya@customer.example", "jonas@other.example"):
        browser.post(URL, {"address": address, "scope": "SURVEYS"})
    page = browser.get(f"{URL}?search=CUSTOMER").content.decode()
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    assert ("maya@customer.example" in rows, "jonas@other.example" in rows) == (True, False)
