"""What is believed of a provider, and what is not. The provider of these tests signs whatever it is told to."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.enums import Act
from accounts.models import AuditEvent, IdentityProvider, User, Workspace
from accounts.services import providers
from accounts.sso import protocol
from core.logs import mask
from tests.accounts.signing import browser, is_in
from tests.accounts.sso.conftest import add, come_back, leave
from tests.oidc import CLIENT, SECRET, Issuer

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Any]


def refused(response: Any) -> list[str]:
    """Nobody came in; the codes of the reasons in the audit log."""
    assert not is_in(response.client)
    assert response.status_code in (400, 403), response.content.decode()
    events = AuditEvent.objects.across_workspaces().filter(act=Act.SIGN_IN_FAILED)
    return [event.detail["why"] for event in events.order_by("pk")]


def part(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def test_an_honest_answer_opens(sign_in: SignIn, issuer: Issuer) -> None:
    response = sign_in()
    assert (response.status_code, response.headers["Location"]) == (302, "/w/acme/")
    assert is_in(response.client)
    assert response.client.get("/w/acme/cases/").status_code == 200
    assert issuer.asked == [
        ("GET", "/.well-known/openid-configuration"), ("GET", "/.well-known/openid-configuration"),
        ("POST", "/token"), ("GET", "/jwks"),
    ]  # fmt: skip


def test_keys_of_elliptic_curves_open_too(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.algorithm, issuer.key, issuer.header = "ES256", issuer.ec, {"kid": "ec"}
    assert sign_in().status_code == 302


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert sign_in().status_code == 302


def test_clocks_may_differ_by_a_minute(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.claims = {"iat": int(time.time()) + 40, "exp": int(time.time()) - 40}
    assert sign_in().status_code == 302


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "http://127.0.0.1:1"}, "BAD_TOKEN:InvalidIssuerError"),
        ({"iss": None}, "BAD_TOKEN:MissingRequiredClaimError"),
        ({"aud": "somebody-else"}, "BAD_TOKEN:InvalidAudienceError"),
        ({"aud": ["somebody-else"]}, "BAD_TOKEN:InvalidAudienceError"),
        ({"aud": [CLIENT, "somebody-else"]}, "BAD_TOKEN:AZP"),
        ({"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"}, "BAD_TOKEN:AZP"),
        ({"azp": "somebody-else"}, "BAD_TOKEN:AZP"),
        ({"exp": 1_700_000_000, "iat": 1_699_999_000}, "BAD_TOKEN:ExpiredSignatureError"),
        ({"exp": None}, "BAD_TOKEN:MissingRequiredClaimError"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_300}, "BAD_TOKEN:ImmatureSignatureError"),
        ({"iat": None}, "BAD_TOKEN:MissingRequiredClaimError"),
        ({"nonce": "of-another-sign-in"}, "BAD_TOKEN:NONCE"),
        ({"nonce": None}, "BAD_TOKEN:MissingRequiredClaimError"),
        ({"sub": ""}, "BAD_TOKEN:SUBJECT"),
        ({"sub": "x" * 192}, "BAD_TOKEN:SUBJECT"),
        ({"sub": None}, "BAD_TOKEN:MissingRequiredClaimError"),
    ],
)
def test_a_token_for_another_time_place_or_sign_in_opens_nothing(
    sign_in: SignIn, issuer: Issuer, claims: dict[str, Any], why: str
) -> None:
    issuer.claims = claims
    assert refused(sign_in()) == [why]


def test_one_with_several_audiences_and_us_as_the_party_opens(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.claims = {"aud": [CLIENT, "somebody-else"], "azp": CLIENT}
    assert sign_in().status_code == 302


def test_a_token_changed_on_the_way_opens_nothing(sign_in: SignIn, issuer: Issuer, provider: Any) -> None:
    client = browser()
    state = issuer.remember(leave(client, provider))
    head, body, signature = issuer.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    issuer.id_token = ".".join((head, part({**claims, "email": "olivia@acme.example"}), signature))
    response = come_back(client, provider, state)
    response.client = client
    assert refused(response) == ["BAD_TOKEN:InvalidSignatureError"]


def test_an_unsigned_token_and_one_signed_with_a_shared_secret_open_nothing(
    issuer: Issuer, provider: IdentityProvider
) -> None:
    found = []
    for algorithm in ("none", "HS256"):
        client = browser()
        state = issuer.remember(leave(client, provider))
        claims = jwt.decode(issuer.token(), options={"verify_signature": False})
        key = None if algorithm == "none" else (SECRET * 2)
        issuer.id_token = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "rsa"})
        response = come_back(client, provider, state)
        response.client, issuer.id_token = client, None
        found = refused(response)
    assert found == ["BAD_TOKEN:ALGORITHM", "BAD_TOKEN:ALGORITHM"]


def test_a_key_the_provider_does_not_publish_opens_nothing(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(sign_in()) == ["BAD_TOKEN:InvalidSignatureError"]
    issuer.key, issuer.header = issuer.rsa, {"kid": "unknown"}
    assert refused(sign_in())[1:] == ["BAD_TOKEN:KEY"]
    issuer.header = {"kid": "ec"}  # a key of another kind
    assert refused(sign_in())[2:] == ["BAD_TOKEN:KEY"]


def test_a_short_key_opens_nothing(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.rsa = issuer.key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert refused(sign_in()) == ["BAD_TOKEN:WEAK_KEY"]


@pytest.mark.parametrize("token", ["", "no.token", "a.b.c", "e30.e30.e30"])
def test_what_is_no_token_opens_nothing(sign_in: SignIn, issuer: Issuer, token: str) -> None:
    issuer.id_token = token
    assert refused(sign_in())[0] in {"NO_ID_TOKEN", "BAD_TOKEN:MALFORMED", "BAD_TOKEN:ALGORITHM"}


def test_the_same_answer_twice_opens_once(issuer: Issuer, provider: IdentityProvider) -> None:
    client = browser()
    state = issuer.remember(leave(client, provider))
    assert come_back(client, provider, state).status_code == 302
    client.post("/accounts/logout/")
    response = come_back(client, provider, state)
    response.client = client
    assert refused(response) == ["STATE"]


def test_an_answer_in_another_browser_opens_nothing(issuer: Issuer, provider: IdentityProvider) -> None:
    state = issuer.remember(leave(browser(), provider))
    other = browser()
    response = come_back(other, provider, state)
    response.client = other
    assert refused(response) == ["STATE"]
    assert ("POST", "/token") not in issuer.asked


def test_the_answer_of_one_provider_is_none_of_another(
    issuer: Issuer, provider: IdentityProvider, acme: Workspace, owner: User
) -> None:
    second = add(acme, owner, issuer.url, name="Second", client_id="second")
    client = browser()
    state = issuer.remember(leave(client, provider))
    response = come_back(client, second, state)
    response.client = client
    assert refused(response) == ["STATE"]


def test_a_provider_that_calls_itself_otherwise_is_not_gone_to(
    issuer: Issuer, provider: IdentityProvider
) -> None:
    issuer.metadata = {"issuer": issuer.url + "/"}
    response = browser().post(f"/accounts/sso/{provider.public_id}/")
    assert response.status_code == 400
    assert "letter for letter" in response.content.decode()


def test_an_answer_that_names_another_issuer_opens_nothing(
    issuer: Issuer, provider: IdentityProvider
) -> None:
    issuer.metadata = {"authorization_response_iss_parameter_supported": True}
    client = browser()
    first = come_back(client, provider, issuer.remember(leave(client, provider)))
    second = come_back(client, provider, issuer.remember(leave(client, provider)), iss="https://evil.example")
    first.client = second.client = client
    assert refused(first) == refused(second) == ["OTHER_ISSUER", "OTHER_ISSUER"]
    good = come_back(client, provider, issuer.remember(leave(client, provider)), iss=issuer.url)
    assert good.status_code == 302


def test_a_wrong_secret_is_said_in_words(
    issuer: Issuer, acme: Workspace, owner: User, sign_in: SignIn, provider: IdentityProvider
) -> None:
    provider.delete()
    response = sign_in(through=add(acme, owner, issuer.url, secret="another"))
    assert refused(response) == ["WRONG_SECRET"]
    assert "does not accept the client id and secret" in response.content.decode()


def test_a_cancelled_sign_in_is_said_and_nothing_is_asked(issuer: Issuer, provider: IdentityProvider) -> None:
    client = browser()
    response = come_back(client, provider, issuer.remember(leave(client, provider)), error="access_denied")
    assert "cancelled" in response.content.decode()
    assert ("POST", "/token") not in issuer.asked


def test_the_address_may_come_from_userinfo_of_the_same_subject_only(sign_in: SignIn, issuer: Issuer) -> None:
    issuer.claims = {"email": None, "email_verified": None}
    issuer.userinfo = {"sub": "somebody-else", "email": "nina@acme.example", "email_verified": True}
    assert refused(sign_in()) == ["BAD_TOKEN:USERINFO"]
    issuer.userinfo["sub"] = "subject-1"
    response = sign_in()
    assert response.status_code == 302
    assert User.objects.get(email="nina@acme.example").name == "Nina Novak"


def test_nothing_of_the_address_line_reaches_the_provider(issuer: Issuer, provider: IdentityProvider) -> None:
    path = f"/accounts/sso/{provider.public_id}/?scope=admin&auth_params=prompt%3Dnone&redirect_uri=https://e.vil"
    page = browser().post(path).content.decode()
    assert "admin" not in page
    assert "e.vil" not in page


def test_private_networks_are_not_called_unless_allowed(
    provider: IdentityProvider, issuer: Issuer, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = False
    response = browser().post(f"/accounts/sso/{provider.public_id}/")
    page = response.content.decode()
    assert response.status_code == 502
    assert "does not answer" in page
    assert "public internet" not in page  # that is for those who set it up
    with pytest.raises(protocol.Trouble, match="not on the public internet"):
        providers.check(provider=provider)
    assert issuer.asked == []


def test_an_answer_of_a_provider_leaves_no_secret_in_the_logs() -> None:
    path = "GET /accounts/sso/AbC/callback/?code=s3cret&state=0ther&iss=https://a.example"
    assert mask(path) == "GET /accounts/sso/AbC/callback/?code=***&state=***&iss=https://a.example"
