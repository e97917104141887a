from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Membership, User, Workspace
from detractors.models import AlertChoice, AlertRules, CallAppointment, Case, CaseEvent
from detractors.rules import act_link
from detractors.services import alerts, cases
from outbox.models import OutboundMessage
from surveys.services import visits
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def case(acme: Workspace, alice: User, bob: User, now: datetime, open_case: Callable[..., Case]) -> Case:
    """Of nobody, opened just now."""
    case = open_case(now=now - timedelta(minutes=5))
    cases.assign(case=case, owner=None, by=None, now=now)
    return case


def link(case: Case, user: User, *, days: float = 3, salt: str = "") -> str:
    ends_at = datetime.now(UTC) + timedelta(days=days)
    token = act_link.token_of(case_id=case.pk, user_id=user.pk, ends_at=ends_at, salt=salt)
    return f"/act/{token}/"


def pressed(**facts: str) -> dict[str, str]:
    """What the page sends when a hand presses its button."""
    return {"page": visits.page_stamp(datetime.now(UTC) - timedelta(seconds=3)), **facts}


def browser() -> Client:
    return Client(
        headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    )


def lines(case: Case) -> int:
    return CaseEvent.objects.of(case.workspace_id).filter(case=case).count()


def test_the_link_of_the_mail_opens_the_page_and_looking_changes_nothing(case: Case, bob: User) -> None:
    mail = OutboundMessage.objects.of(case.workspace_id).get(mail="case_assigned", to=bob.email)
    path = "/act/" + mail.facts["act_url"].partition("/act/")[2]
    before = lines(case)
    for one in (path, f"{path}tomorrow/", f"{path}call-back/", link(case, bob)):
        answer = browser().get(one)
        assert (answer.status_code, answer["Referrer-Policy"]) == (200, "no-referrer")
        assert f"Case {case.number}" in answer.content.decode()
    assert lines(case) == before


def test_a_press_takes_the_case_as_that_person_and_twice_is_once(case: Case, bob: User) -> None:
    path = link(case, bob)
    for _turn in range(2):
        answer = browser().post(f"{path}take/", pressed())
        assert (answer.status_code, "is yours" in answer.content.decode()) == (200, True)
    case.refresh_from_db()
    assert case.owner == bob
    assert CaseEvent.objects.of(case.workspace_id).filter(case=case, kind="CLAIMED", by=bob).count() == 1


def test_who_comes_second_hears_who_has_it(case: Case, alice: User, bob: User) -> None:
    browser().post(f"{link(case, bob)}take/", pressed())
    answer = browser().post(f"{link(case, alice)}take/", pressed())
    assert (answer.status_code, "Bob Brown already has this case." in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("agent", "page", "age"),
    [
        ("Mozilla/5.0 (compatible; Barracuda Sentinel)", True, 9),
        ("curl/8.5", True, 9),
        ("Mozilla/5.0 Firefox/140.0", True, 0),  # faster than a hand
        ("Mozilla/5.0 Firefox/140.0", False, 9),  # not from the page
    ],
)
def test_a_program_that_presses_the_button_changes_nothing(
    case: Case, bob: User, agent: str, page: bool, age: int
) -> None:
    stamp = {"page": visits.page_stamp(datetime.now(UTC) - timedelta(seconds=age))} if page else {}
    answer = Client(headers={"user-agent": agent}).post(f"{link(case, bob)}take/", stamp)
    assert "Please press once more" in answer.content.decode()
    case.refresh_from_db()
    assert case.owner is None


def test_tomorrow_and_a_call_back(case: Case, bob: User, now: datetime) -> None:
    path = link(case, bob)
    assert browser().post(f"{path}tomorrow/", pressed()).status_code == 200
    at = (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert browser().post(f"{path}call-back/", pressed(at="")).status_code == 422
    assert browser().post(f"{path}call-back/", pressed(at=at, note="The invoice")).status_code == 200
    case.refresh_from_db()
    assert case.snoozed_until is not None
    call = CallAppointment.objects.of(case.workspace_id).get()
    assert (call.owner, call.note) == (bob, "The invoice")


def test_handing_over_needs_the_right_to_and_goes_to_who_may_see_it(
    case: Case, alice: User, bob: User, owner: User
) -> None:
    answer = browser().post(f"{link(case, alice)}hand-over/", pressed(owner=str(bob.pk)))
    assert answer.status_code == 200
    case.refresh_from_db()
    assert case.owner == bob
    assert browser().post(f"{link(case, bob)}hand-over/", pressed(owner=str(alice.pk))).status_code == 200
    case.refresh_from_db()
    assert case.owner == alice  # their own they may hand over, and then no more
    refused = browser().post(f"{link(case, bob)}hand-over/", pressed(owner=str(owner.pk)))
    assert (refused.status_code, "does not allow this" in refused.content.decode()) == (422, True)


def test_rights_are_those_of_the_moment(case: Case, bob: User, now: datetime) -> None:
    path = link(case, bob)
    Membership.objects.of(case.workspace_id).filter(user=bob).update(role="ANALYST")
    answer = browser().post(f"{path}take/", pressed())
    assert (answer.status_code, "does not allow this" in answer.content.decode()) == (422, True)
    Membership.objects.of(case.workspace_id).filter(user=bob).update(deactivated_at=now)
    assert browser().get(path).status_code == 410


def test_a_link_ends_can_be_made_worthless_and_cannot_be_made_up(
    case: Case, alice: User, bob: User, charlie: User
) -> None:
    good = link(case, bob)
    assert browser().get(link(case, bob, days=-0.01)).status_code == 410
    assert browser().get(link(case, charlie)).status_code == 410
    for forged in (
        good[:-3] + "A/",
        "/act/x.y/",
        link(case, bob, salt="other"),
        good.replace("/act/", "/act/A"),
    ):
        assert browser().get(forged).status_code == 404
    assert browser().get(good).status_code == 200
    alerts.revoke_links(workspace=case.workspace, user=bob)
    assert browser().get(good).status_code == 404
    salt = AlertChoice.objects.of(case.workspace_id).get().links_nonce
    assert browser().get(link(case, bob, salt=salt)).status_code == 200


def test_where_the_workspace_says_so_a_sign_in_is_asked_for(case: Case, alice: User, bob: User) -> None:
    AlertRules(workspace=case.workspace, links_need_sign_in=True).save()
    path = link(case, bob)
    asked = browser().get(path)
    assert (asked.status_code, path in asked["Location"].replace("%2F", "/")) == (302, True)
    assert signed_in(alice).get(path).status_code == 403
    assert signed_in(bob).get(path).status_code == 200


def test_nobody_but_its_reader_sees_the_link_in_the_mailbox(case: Case, alice: User, bob: User) -> None:
    mail = OutboundMessage.objects.of(case.workspace_id).get(mail="case_assigned", to=bob.email)
    page = signed_in(alice).get(f"/w/acme/mailbox/{mail.public_id}/html/").content.decode()
    assert ("/act/…/" in page, mail.facts["act_url"] in page) == (True, False)
