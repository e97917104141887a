"""Who comes in through a provider, and what their session opens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from accounts.enums import Act
from accounts.models import AuditEvent, IdentityProvider, MemberInvite, Membership, User, Workspace
from accounts.services import factors, invites, members, providers
from tests.accounts.signing import app_code, browser, is_in, mails_to, type_password, with_app
from tests.accounts.sso.conftest import add, come_back, target
from tests.conftest import MONDAY_9AM, signed_in
from tests.oidc import Issuer

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Any]


def invited(workspace: Workspace, by: User, **facts: Any) -> MemberInvite:
    facts = {"email": "nina@acme.example", "role": "MANAGER", **facts}
    return invites.invite(workspace=workspace, by=by, now=timezone.now(), **facts)


def why_not(response: Any) -> str:
    assert response.status_code == 403
    assert not is_in(response.client)
    events = AuditEvent.objects.across_workspaces().filter(act=Act.SIGN_IN_FAILED)
    return events.latest("pk").detail["why"]


def connected(provider: IdentityProvider, user: User, subject: str = "subject-1") -> SocialAccount:
    return SocialAccount.objects.create(user=user, provider=provider.public_id, uid=subject)


def test_somebody_of_a_named_domain_joins_as_the_provider_says(
    sign_in: SignIn, acme: Workspace, provider: IdentityProvider
) -> None:
    sign_in()
    member = Membership.objects.of(acme).get(user__email="nina@acme.example")
    assert (member.role, member.takes_cases, member.user.name) == ("AGENT", True, "Nina Novak")
    assert not member.user.has_usable_password()
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == (provider.public_id, "subject-1", {})
    [joined] = AuditEvent.objects.of(acme).filter(act=Act.JOINED)
    assert joined.detail == {"user": member.user_id, "role": "AGENT", "provider": provider.public_id}
    assert Membership.objects.across_workspaces().filter(user=member.user).count() == 1
    sign_in()
    assert User.objects.filter(email="nina@acme.example").count() == 1


def test_somebody_invited_gets_the_role_of_the_invitation(
    sign_in: SignIn, acme: Workspace, owner: User, provider: IdentityProvider
) -> None:
    provider.adds_members = False
    provider.save()
    invitation = invited(acme, owner)
    sign_in()
    assert Membership.objects.of(acme).get(user__email="nina@acme.example").role == "MANAGER"
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None


def test_who_was_not_invited_stays_outside(
    sign_in: SignIn, acme: Workspace, provider: IdentityProvider
) -> None:
    provider.adds_members = False
    provider.save()
    assert why_not(sign_in()) == "NOT_INVITED"
    assert not User.objects.filter(email="nina@acme.example").exists()


def test_an_invitation_to_become_owner_is_accepted_by_its_link_only(
    sign_in: SignIn, acme: Workspace, owner: User, provider: IdentityProvider
) -> None:
    provider.adds_members = False
    provider.save()
    invited(acme, owner, role="OWNER")
    assert why_not(sign_in()) == "NOT_INVITED"


def test_an_invitation_that_ran_out_is_none(
    sign_in: SignIn, acme: Workspace, owner: User, provider: IdentityProvider
) -> None:
    provider.adds_members = False
    provider.save()
    invitation = invited(acme, owner)
    invitation.expires_at = timezone.now() - timedelta(minutes=1)
    invitation.save()
    assert why_not(sign_in()) == "NOT_INVITED"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email_verified": False}, "UNVERIFIED"),
        ({"email_verified": None}, "UNVERIFIED"),
        ({"email_verified": 1.5}, "UNVERIFIED"),
        ({"email": "nina@elsewhere.example"}, "OTHER_DOMAIN"),
        ({"email": "nina@sub.acme.example"}, "OTHER_DOMAIN"),
        ({"email": "nina@elsewhere.example@acme.example"}, "NO_EMAIL"),
        ({"email": "nobody"}, "NO_EMAIL"),
        ({"email": ["nina@acme.example"]}, "NO_EMAIL"),
    ],
)
def test_an_address_that_proves_nothing_lets_nobody_in(
    sign_in: SignIn, issuer: Issuer, claims: dict[str, Any], why: str
) -> None:
    before = User.objects.count()
    issuer.claims = claims
    assert why_not(sign_in()) == why
    assert User.objects.count() == before


def test_an_address_that_has_an_account_is_never_taken_over(
    sign_in: SignIn, issuer: Issuer, owner: User, charlie: User, provider: IdentityProvider, acme: Workspace
) -> None:
    issuer.claims = {"email": "Olivia@ACME.example"}
    response = sign_in()
    assert why_not(response) == "ACCOUNT_EXISTS"
    assert "Sign in with your password first" in response.content.decode()
    provider.domains = ["acme.example", "globex.example"]
    provider.save()
    issuer.claims = {"email": charlie.email}
    assert why_not(sign_in()) == "ACCOUNT_EXISTS"
    assert not SocialAccount.objects.exists()


def test_the_same_address_from_a_second_provider_is_refused(
    sign_in: SignIn, issuer: Issuer, acme: Workspace, owner: User
) -> None:
    sign_in()
    second = add(acme, owner, issuer.url + "/", name="Second")
    issuer.metadata = {"issuer": issuer.url + "/"}
    issuer.claims = {"iss": issuer.url + "/"}
    assert why_not(sign_in(through=second)) == "ACCOUNT_EXISTS"


def test_a_known_subject_is_known_whatever_its_address_is_now(sign_in: SignIn, issuer: Issuer) -> None:
    sign_in()
    issuer.claims = {"email": "nina.new@acme.example", "email_verified": False}
    assert sign_in().status_code == 302
    issuer.claims = {"sub": "subject-2", "email": "nina@acme.example"}
    assert why_not(sign_in()) == "ACCOUNT_EXISTS"


def test_who_was_removed_is_not_let_in_again_by_the_provider(
    sign_in: SignIn, acme: Workspace, owner: User
) -> None:
    client = sign_in().client
    Membership.objects.of(acme).filter(user__email="nina@acme.example").delete()
    assert client.get("/w/acme/cases/").status_code == 404
    assert why_not(sign_in()) == "NOT_A_MEMBER"
    invited(acme, owner)
    assert sign_in().status_code == 302
    assert Membership.objects.of(acme).get(user__email="nina@acme.example").role == "MANAGER"


def test_who_was_deactivated_stays_outside(sign_in: SignIn, acme: Workspace) -> None:
    sign_in()
    rows = Membership.objects.of(acme).filter(user__email="nina@acme.example")
    rows.update(deactivated_at=MONDAY_9AM)
    assert why_not(sign_in()) == "NOT_A_MEMBER"
    rows.update(deactivated_at=None)
    User.objects.filter(email="nina@acme.example").update(is_active=False)
    assert why_not(sign_in()) == "SWITCHED_OFF"


def test_a_provider_out_of_use_is_unknown_and_its_sessions_end(
    sign_in: SignIn, provider: IdentityProvider, issuer: Issuer
) -> None:
    client = sign_in().client
    providers.switch(provider=provider, on=False)
    paths = [f"/accounts/sso/{provider.public_id}/", f"/accounts/sso/{provider.public_id}/callback/?state=x"]
    assert [browser().get(path).status_code for path in paths] == [404, 404]
    assert browser().get("/accounts/sso/" + "x" * 22 + "/").status_code == 404
    response = client.get("/w/acme/cases/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/")
    assert not is_in(client)


def test_the_session_opens_the_workspace_of_the_provider_and_no_other(
    sign_in: SignIn, globex: Workspace, provider: IdentityProvider
) -> None:
    client = sign_in().client
    assert client.get("/w/globex/cases/").status_code == 404
    nina = User.objects.get(email="nina@acme.example")
    members.add(workspace=globex, user=nina, role="ADMIN", now=MONDAY_9AM)
    response = client.get("/w/globex/cases/")
    assert response.status_code == 403
    assert "opens its own workspace only" in response.content.decode()
    assert client.get("/w/acme/cases/").status_code == 200
    assert signed_in(nina).get("/w/globex/cases/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/set/", "/accounts/password/change/", "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/generate/", "/accounts/reauthenticate/",
        "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/security/second-factor/", "/accounts/email/",
    ],
)  # fmt: skip
def test_the_session_changes_no_key_of_the_account(sign_in: SignIn, path: str) -> None:
    client = sign_in().client
    for response in (client.get(path), client.post(path, {"password1": "seven quiet herons"})):
        assert response.status_code == 403
        assert "sign out and sign in with your own password" in response.content.decode()
    assert not User.objects.get(email="nina@acme.example").has_usable_password()
    assert client.get("/accounts/security/").status_code == 200


def test_signing_in_with_the_own_password_opens_everything_again(
    sign_in: SignIn, provider: IdentityProvider, owner: User, globex: Workspace
) -> None:
    members.add(workspace=globex, user=owner, role="ADMIN", now=MONDAY_9AM)
    connected(provider, owner)
    client = sign_in().client
    assert client.get("/w/globex/cases/").status_code == 403
    client.post("/accounts/logout/")
    type_password(client, owner)
    assert client.get("/w/globex/cases/").status_code == 200
    assert client.get("/accounts/password/change/").status_code == 200
    sign_in(client)  # and the other way round, in the same browser
    assert client.get("/w/globex/cases/").status_code == 403


def test_the_own_second_factor_is_asked_unless_the_provider_asked_for_one(
    sign_in: SignIn, issuer: Issuer, provider: IdentityProvider, owner: User
) -> None:
    connected(provider, owner)
    secret = with_app(owner)
    response = sign_in()
    assert (response.headers["Location"], is_in(response.client)) == ("/accounts/2fa/authenticate/", False)
    response.client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    assert is_in(response.client)
    assert (
        response.client.get("/accounts/password/change/").status_code == 403
    )  # still the provider's session
    issuer.claims = {"amr": ["pwd", "mfa"]}
    assert sign_in().headers["Location"] == "/w/acme/"


def test_a_workspace_that_wants_a_second_factor_takes_the_providers(
    sign_in: SignIn, issuer: Issuer, acme: Workspace, owner: User
) -> None:
    with_app(owner)
    factors.require(workspace=acme, on=True, by=owner)
    client = sign_in().client
    assert client.get("/w/acme/cases/").headers["Location"].startswith("/accounts/security/second-factor/")
    issuer.claims = {"amr": ["mfa"]}
    assert sign_in(client).client.get("/w/acme/cases/").status_code == 200


def test_an_aborted_sign_in_leaves_no_trace_in_the_next_session(
    sign_in: SignIn, provider: IdentityProvider, owner: User
) -> None:
    connected(provider, owner)
    with_app(owner)
    client = sign_in().client  # stops at the second factor
    assert not is_in(client)
    response = type_password(client, owner)
    assert (
        response.headers["Location"] == "/accounts/2fa/authenticate/"
    )  # the provider's half counts for nothing


def test_the_page_that_was_wanted_is_shown_if_it_is_of_that_workspace(
    sign_in: SignIn, provider: IdentityProvider
) -> None:
    assert sign_in(next="/w/acme/dashboard/").headers["Location"] == "/w/acme/dashboard/"
    assert sign_in(next="/w/globex/dashboard/").headers["Location"] == "/w/acme/"
    assert sign_in(next="https://evil.example/").headers["Location"] == "/w/acme/"


# --- connecting -----------------------------------------------------------------------------------------------


def connect(client: Any, provider: IdentityProvider, issuer: Issuer) -> Any:
    page = client.post(f"/accounts/sso/{provider.public_id}/connect/")
    return come_back(client, provider, issuer.remember(target(page)))


def test_a_member_connects_and_disconnects_on_the_security_page(
    provider: IdentityProvider, issuer: Issuer, owner: User, sign_in: SignIn, acme: Workspace
) -> None:
    issuer.claims = {"email": "somebody@elsewhere.example", "email_verified": False}  # it plays no part
    client = browser()
    type_password(client, owner)
    assert connect(client, provider, issuer).headers["Location"] == "/accounts/security/"
    page = client.get("/accounts/security/").content.decode()
    assert "is connected: you can sign in with it" in page
    account = SocialAccount.objects.get(user=owner)
    assert is_in(sign_in().client)
    assert "A company sign-in was connected to your account" in {mail.subject for mail in mails_to(owner)}

    response = client.post(f"/accounts/security/connections/{account.pk}/disconnect/")
    assert response.headers["Location"] == "/accounts/security/"
    assert not SocialAccount.objects.exists()
    acts = AuditEvent.objects.of(acme).filter(subject_kind="identity_provider").order_by("pk")
    assert [event.act for event in acts] == ["PROVIDER_ADDED", "PROVIDER_CONNECTED", "PROVIDER_DISCONNECTED"]


def test_connecting_asks_who_it_is_when_signing_in_was_long_ago(
    provider: IdentityProvider, owner: User
) -> None:
    client = signed_in(owner)  # without any step taken in this session
    response = client.post(f"/accounts/sso/{provider.public_id}/connect/")
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    account = connected(provider, owner)
    response = client.post(f"/accounts/security/connections/{account.pk}/disconnect/")
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert SocialAccount.objects.filter(pk=account.pk).exists()


def test_nobody_connects_what_is_somebody_elses(
    provider: IdentityProvider, issuer: Issuer, owner: User, charlie: User, alice: User
) -> None:
    connected(provider, alice)
    client = browser()
    type_password(client, owner)
    response = connect(client, provider, issuer)
    assert response.status_code == 403
    assert "connected with another account already" in response.content.decode()
    stranger = browser()
    type_password(stranger, charlie)
    assert stranger.post(f"/accounts/sso/{provider.public_id}/connect/").status_code == 404
    foreign = SocialAccount.objects.get(user=alice).pk
    assert stranger.post(f"/accounts/security/connections/{foreign}/disconnect/").status_code == 404
    anonymous = browser().post(f"/accounts/sso/{provider.public_id}/connect/")
    assert anonymous.headers["Location"].startswith("/accounts/login/")


def test_a_way_begun_to_connect_does_not_connect_somebody_else(
    provider: IdentityProvider, issuer: Issuer, owner: User, alice: User
) -> None:
    client = browser()
    type_password(client, owner)
    state = issuer.remember(target(client.post(f"/accounts/sso/{provider.public_id}/connect/")))
    session = client.session
    states = session["socialaccount_states"]
    client.post("/accounts/logout/")
    type_password(client, alice)
    session = client.session
    session["socialaccount_states"] = states
    session.save()
    assert come_back(client, provider, state).status_code == 400
    assert not SocialAccount.objects.exists()


# --- finding it -----------------------------------------------------------------------------------------------


def test_a_domain_an_address_and_a_workspace_lead_to_the_button(provider: IdentityProvider) -> None:
    for typed in ("acme.example", "Nina@Acme.Example ", "acme"):
        page = browser().post("/accounts/sso/", {"company": typed})
        assert f"/accounts/sso/{provider.public_id}/" in page.content.decode()


def test_what_is_unknown_looks_the_same_whatever_it_is(provider: IdentityProvider, globex: Workspace) -> None:
    import re

    def page(typed: str) -> bytes:
        content = browser().post("/accounts/sso/", {"company": typed}).content
        return re.sub(rb'(nonce|value)="[^"]*"', b"", content)

    unknown = page("nowhere.example")
    assert [page("globex"), page("someone@globex.example"), page("' OR 1=1")] == [unknown] * 3
    providers.switch(provider=provider, on=False)
    assert page("acme.example") == unknown


def test_finding_is_counted(provider: IdentityProvider) -> None:
    client = browser()
    codes = [client.post("/accounts/sso/", {"company": "x.example"}).status_code for _turn in range(32)]
    assert codes == [200] * 30 + [429] * 2


def test_allauths_own_pages_for_other_sites_lead_back() -> None:
    client = browser()
    for path in ("login/cancelled/", "login/error/", "signup/"):
        assert client.get(f"/accounts/3rdparty/{path}").headers["Location"] == "/accounts/login/"
    assert client.get("/accounts/3rdparty/").headers["Location"] == "/accounts/security/"
    assert client.get("/accounts/social/signup/").headers["Location"] == "/accounts/login/"
    assert client.get("/accounts/oidc/x/login/").status_code == 404
