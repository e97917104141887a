"""The page of an invitation's link, for everybody who may come by."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import MemberInvite, Membership, User, Workspace
from accounts.services import invites, members
from core.logs import mask
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def sent(acme: Workspace, owner: User) -> MemberInvite:
    return invites.invite(
        workspace=acme, by=owner, email="nina@acme.example", name="Nina New", role="AGENT",
        now=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip


def to_charlie(acme: Workspace, owner: User, charlie: User) -> str:
    return link(
        invites.invite(workspace=acme, by=owner, email=charlie.email, role="ADMIN", now=timezone.now())
    )


def link(invitation: MemberInvite) -> str:
    return f"/accounts/invite/{invitation.token}/"


def people_of(acme: Workspace) -> list[str]:
    return sorted(Membership.objects.of(acme).values_list("user__email", flat=True))


def test_looking_says_who_invites_whom_where_as_what_and_changes_nothing(
    acme: Workspace, sent: MemberInvite
) -> None:
    before = MemberInvite.objects.of(acme).values().get()
    response = Client().get(link(sent))
    text = response.content.decode()
    for words in ("Join Acme", "Olivia Owner invites nina@acme.example to work with Acme.", "Agent"):
        assert words in text
    assert 'value="Nina New"' in text
    assert MemberInvite.objects.of(acme).values().get() == before
    assert "no-store" in response["Cache-Control"]


def test_somebody_new_makes_an_account_and_is_in(acme: Workspace, sent: MemberInvite) -> None:
    client = Client()
    response = client.post(link(sent), {"name": "Nina", "password": PASSWORD}, follow=True)
    assert response.redirect_chain[0][0] == "/w/acme/"
    assert response.status_code == 200
    assert "Welcome to Acme." in response.content.decode()
    assert Membership.objects.of(acme).get(user__email="nina@acme.example").role == "AGENT"
    assert Client().login(email="nina@acme.example", password=PASSWORD) is True


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "Nina", "password": "short"}, "password"),
        ({"name": "Nina", "password": "nina@acme.example"}, "password"),
        ({"name": "Nina", "password": "password12345678"[:12]}, "password"),
        ({"name": "", "password": PASSWORD}, "name"),
        ({"name": "Nina"}, "password"),
    ],
)
def test_a_weak_password_or_no_name_is_refused_and_the_name_kept(
    acme: Workspace, sent: MemberInvite, data: dict[str, str], field: str
) -> None:
    response = Client().post(link(sent), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert f'value="{data["name"]}"' in response.content.decode() or not data["name"]
    assert people_of(acme) == ["olivia@acme.example"]


def test_who_is_signed_in_with_the_address_joins_with_one_click(
    acme: Workspace, owner: User, charlie: User
) -> None:
    url = to_charlie(acme, owner, charlie)
    client = signed_in(charlie)
    assert client.get(url).context["is_mine"] is True
    assert "charlie@globex.example" not in people_of(acme)
    for _click in range(2):
        assert client.post(url)["Location"] == "/w/acme/"
    assert Membership.objects.of(acme).get(user=charlie).role == "ADMIN"
    assert client.get(url).status_code == 410
    assert [row.workspace.slug for row in client.get("/").context["memberships"]] == ["acme", "globex"]


def test_somebody_else_is_told_kindly_and_can_sign_out(
    acme: Workspace, sent: MemberInvite, charlie: User
) -> None:
    client = signed_in(charlie)
    page = client.get(link(sent)).content.decode()
    assert "You are signed in as charlie@globex.example, and the invitation is for nina@acme.example." in page
    response = client.post(link(sent), {"name": "Charlie", "password": PASSWORD})
    assert (response.status_code, people_of(acme)) == (409, ["olivia@acme.example"])
    out = client.post("/accounts/logout/", {"next": link(sent)})
    assert out["Location"] == link(sent)
    assert client.get(link(sent)).context["form"] is not None


def test_who_has_an_account_signs_in_first_and_comes_back(
    acme: Workspace, owner: User, charlie: User
) -> None:
    url = to_charlie(acme, owner, charlie)
    client = Client()
    page = client.get(url)
    assert (page.context["is_known"], page.context["form"]) == (True, None)
    answer = client.post(url, {"name": "Evil", "password": PASSWORD})
    assert (answer.status_code, "charlie@globex.example" in people_of(acme)) == (409, False)
    charlie.refresh_from_db()
    assert charlie.check_password("pw-charlie-2026") is True
    back = client.post(page.context["sign_in_url"], {"login": charlie.email, "password": "pw-charlie-2026"})
    assert back["Location"] == url


def closed(acme: Workspace, sent: MemberInvite, owner: User, how: str) -> str:
    url, now = link(sent), timezone.now()
    if how == "expired":
        MemberInvite.objects.of(acme).update(expires_at=now)
    elif how == "revoked":
        invites.revoke(invitation=sent, by=owner, now=now)
    elif how == "used":
        nina = members.ensure_user(email="nina@acme.example", now=now)
        invites.accept(invitation=sent, user=nina, now=now)
    elif how == "resent":
        invites.resend(invitation=sent, by=owner, now=now)
    else:
        url = link(sent)[:-3] + "xx/"
    return url


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("expired", 410, "This invitation is too old"),
        ("revoked", 410, "This invitation was taken back"),
        ("used", 410, "This invitation was used already"),
        ("resent", 404, "This link opens nothing"),
        ("wrong", 404, "This link opens nothing"),
    ],
)
def test_a_link_that_opens_nothing_says_why_and_nothing_else(
    acme: Workspace, owner: User, sent: MemberInvite, how: str, status: int, words: str
) -> None:
    url = closed(acme, sent, owner, how)
    before = people_of(acme)
    for response in (Client().get(url), Client().post(url, {"name": "N", "password": PASSWORD})):
        text = response.content.decode()
        assert (response.status_code, words in text) == (status, True)
        assert "Acme" not in text
        assert "nina@" not in text
    assert people_of(acme) == before


def test_who_was_deactivated_is_sent_to_an_admin(acme: Workspace, owner: User, charlie: User) -> None:
    url = to_charlie(acme, owner, charlie)
    member = members.add(workspace=acme, user=charlie, role="AGENT", now=timezone.now())
    Membership.objects.of(acme).filter(pk=member.pk).update(deactivated_at=timezone.now())
    response = signed_in(charlie).post(url)
    assert (response.status_code, "You were in this workspace before" in response.content.decode()) == (
        410,
        True,
    )


def test_no_log_line_holds_the_link(sent: MemberInvite) -> None:
    url: Any = link(sent)
    quoted = url.replace("/", "%2F")
    assert mask(f"GET {url} 200") == "GET /accounts/invite/***/ 200"
    assert sent.token not in mask(f"GET /accounts/login/?next={quoted}")
