"""OpenID Connect as a relying party: authorization code flow with PKCE, state and nonce.

allauth brings what stands around it (its one-time states, its stages of signing in, its accounts of providers). Its own
OpenID Connect takes an id_token without looking at the signature, knows no nonce, lets the token choose the algorithm
and prefers what the userinfo endpoint says; so the protocol is here, after OpenID Connect Core 1.0 (3.1.3.7 for the
id_token, 5.3.2 for userinfo), Discovery 1.0 (4.3) and RFC 9207.

Everything is fetched through core/outgoing.py, and nothing is kept between two calls.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import jwt
from django.conf import settings
from django.utils.translation import gettext as _

from core import outgoing
from core.tokens import new_token

ALGORITHMS = {
    "RS256": "RSA",
    "PS256": "RSA",
    "ES256": "EC",
}  # and the kind of key each needs; never none or HS256
LEEWAY = 60  # seconds by which clocks may differ
SECONDS = 6.0  # for each call
LEAST_RSA_BITS = 2048
SUBJECT_LENGTH = 191  # allauth's column
SCOPES = "openid email profile"
WELL_KNOWN = "/.well-known/openid-configuration"


class Trouble(ValueError):
    """The provider's answer cannot be used. `code` is for the audit log, the text may be shown; it holds no secret."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code = code


@dataclass(frozen=True)
class Client:
    """What we are for one provider."""

    issuer: str
    client_id: str
    secret: str
    callback: str  # our address, as registered there


@dataclass(frozen=True)
class Metadata:
    """What a provider says about itself, checked."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str  # "" if it has none
    posts_secret: bool  # client_secret_post; otherwise HTTP Basic
    names_itself: bool  # RFC 9207: `iss` comes with every answer


@dataclass(frozen=True)
class Departure:
    """One way out to the provider and what must come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """Who the provider says it is; verified."""

    subject: str
    email: str  # lower case, "" for none
    is_verified: bool
    name: str
    has_second_step: bool  # `amr` holds mfa (RFC 8176)


def discover(issuer: str) -> Metadata:
    """What the provider at `issuer` says about itself. Raises Trouble."""
    said = _json(issuer.rstrip("/") + WELL_KNOWN, what=_("its configuration"))
    if said.get("issuer") != issuer:
        raise Trouble(
            "WRONG_ISSUER",
            _("It calls itself “%(said)s”, not “%(issuer)s”. The two must be the same, letter for letter.")
            % {"said": str(said.get("issuer", ""))[:300], "issuer": issuer},
        )
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    missing = [name for name in needed if not isinstance(said.get(name), str) or not said[name]]
    if missing:
        raise Trouble(
            "INCOMPLETE", _("Its configuration does not name: %(missing)s.") % {"missing": ", ".join(missing)}
        )
    userinfo = said.get("userinfo_endpoint") or ""
    for address in (*(said[name] for name in needed), userinfo or issuer):
        if not is_allowed(str(address)):
            raise Trouble("NO_HTTPS", _("Its configuration names an address that is not https."))
    if "code" not in said.get("response_types_supported", ["code"]):
        raise Trouble("NO_CODE_FLOW", _("It does not offer the authorization code flow."))
    if not set(said.get("id_token_signing_alg_values_supported", ["RS256"])) & set(ALGORITHMS):
        raise Trouble(
            "NO_ALGORITHM", _("It signs with none of %(known)s.") % {"known": ", ".join(ALGORITHMS)}
        )
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=issuer,
        authorization=said["authorization_endpoint"],
        token=said["token_endpoint"],
        keys=said["jwks_uri"],
        userinfo=userinfo,
        posts_secret="client_secret_basic" not in methods and "client_secret_post" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def is_allowed(url: str) -> bool:
    """Whether `url` is one a provider may have: https, or http too where private networks are allowed."""
    schemes = ("https", "http") if settings.ALLOW_PRIVATE_NETWORKS else ("https",)
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def signing_keys(metadata: Metadata) -> list[dict[str, Any]]:
    """The provider's public keys that can have signed an id_token. Raises Trouble."""
    found = _json(metadata.keys, what=_("its keys")).get("keys")
    usable = [
        key
        for key in found if isinstance(key, dict)
        and key.get("kty") in ALGORITHMS.values() and key.get("use", "sig") == "sig"
    ] if isinstance(found, list) else []  # fmt: skip
    if not usable:
        raise Trouble("NO_KEYS", _("It publishes no key that could have signed."))
    return usable


def depart(metadata: Metadata, client: Client) -> Departure:
    """A new way to the provider: fresh state, nonce and PKCE verifier."""
    state, nonce, verifier = new_token(), new_token(), new_token(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client.client_id, "redirect_uri": client.callback, "response_type": "code", "scope": SCOPES,
        "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    joint = "&" if urlsplit(metadata.authorization).query else "?"
    return Departure(f"{metadata.authorization}{joint}{urlencode(query)}", state, nonce, verifier)


def arrive(
    client: Client, *, answer: Mapping[str, str], nonce: str, verifier: str
) -> Claims:  # `answer`: the query of the callback, whose state has been taken out of the session
    """Who came back: the code is exchanged, the id_token verified. Raises Trouble."""
    metadata = discover(client.issuer)
    if answer.get("iss", client.issuer) != client.issuer or (metadata.names_itself and "iss" not in answer):
        raise Trouble("OTHER_ISSUER", _("The answer came from another provider than the one that was asked."))
    if error := answer.get("error"):
        if error in ("access_denied", "interaction_required", "login_required"):
            raise Trouble("CANCELLED", _("The sign-in was cancelled, or your provider did not allow it."))
        raise Trouble(
            "PROVIDER_ERROR", _("Your provider reports an error: %(error)s.") % {"error": error[:60]}
        )
    if not answer.get("code"):
        raise Trouble("NO_CODE", _("The answer of your provider is incomplete."))
    tokens = _exchange(metadata, client, code=answer["code"], verifier=verifier)
    claims = verified(tokens.get("id_token"), metadata=metadata, client=client, nonce=nonce)
    if not claims.get("email") and metadata.userinfo:
        claims |= _userinfo(metadata, subject=claims["sub"], access_token=str(tokens.get("access_token", "")))
    return _in_our_words(claims)


def verified(id_token: Any, *, metadata: Metadata, client: Client, nonce: str) -> dict[str, Any]:
    """The claims of an id_token that is signed by the provider, for us, now, and for this very sign-in. Raises Trouble."""
    if not isinstance(id_token, str) or not id_token:
        raise Trouble("NO_ID_TOKEN", _("Your provider sent no id token."))
    try:
        header = jwt.get_unverified_header(id_token)
    except jwt.PyJWTError:
        raise _bad_token("MALFORMED") from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise _bad_token("ALGORITHM")
    fitting = [
        key
        for key in signing_keys(metadata)
        if key["kty"] == ALGORITHMS[algorithm]
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ]
    if len(fitting) != 1:
        raise _bad_token("KEY")
    try:
        key = jwt.PyJWK(fitting[0], algorithm=algorithm)
        if key.key_type == "RSA" and key.key.key_size < LEAST_RSA_BITS:
            raise _bad_token("WEAK_KEY")
        claims: dict[str, Any] = jwt.decode(
            id_token, key, algorithms=[algorithm], audience=client.client_id, issuer=client.issuer, leeway=LEEWAY,
            options={"require": ["iss", "aud", "exp", "iat", "sub", "nonce"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise _bad_token(type(error).__name__) from None
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _bad_token("NONCE")
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", client.client_id) != client.client_id or (
        len(audiences) > 1 and "azp" not in claims
    ):
        raise _bad_token("AZP")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= SUBJECT_LENGTH:
        raise _bad_token("SUBJECT")
    return claims


def _bad_token(why: str) -> Trouble:
    return Trouble(
        f"BAD_TOKEN:{why}",
        _(
            "What your provider says about you could not be verified (%(why)s). Try again; if it stays, tell an admin."
        )
        % {"why": why},
    )


def _exchange(metadata: Metadata, client: Client, *, code: str, verifier: str) -> dict[str, Any]:
    data = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": client.callback, "code_verifier": verifier,
    }  # fmt: skip
    headers = {"Accept": "application/json"}
    if metadata.posts_secret:
        data |= {"client_id": client.client_id, "client_secret": client.secret}
    else:  # RFC 6749, 2.3.1: both parts are form-encoded first
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return _json(metadata.token, what=_("the token"), method="POST", data=data, headers=headers)


def _userinfo(metadata: Metadata, *, subject: str, access_token: str) -> dict[str, Any]:
    """What the userinfo endpoint adds; about the same subject, or it is refused (5.3.2)."""
    found = _json(
        metadata.userinfo, what=_("your e-mail address"), headers={"Authorization": f"Bearer {access_token}"}
    )
    if found.get("sub") != subject:
        raise _bad_token("USERINFO")
    return {name: found[name] for name in ("email", "email_verified", "name") if name in found}


def _in_our_words(claims: dict[str, Any]) -> Claims:
    email, name, ways = claims.get("email"), claims.get("name"), claims.get("amr")
    return Claims(
        subject=claims["sub"],
        email=email.strip().lower() if isinstance(email, str) else "",
        is_verified=claims.get("email_verified") in (True, "true"),  # some send the word
        name=name.strip()[:120] if isinstance(name, str) else "",
        has_second_step=isinstance(ways, list) and "mfa" in ways,
    )


def _json(url: str, *, what: str, **asked: Any) -> dict[str, Any]:
    """The object at `url`. Raises Trouble with a sentence about `what`."""
    try:
        response = outgoing.fetch(url, seconds=SECONDS, **asked)
    except outgoing.OutgoingError as error:
        raise Trouble("UNREACHABLE", f"{_capital(what)}: {error}") from None
    except OSError:  # nobody answers there, or the certificate is not valid
        raise Trouble(
            "UNREACHABLE",
            _("%(what)s: nobody answers there, or not with a valid certificate.") % {"what": _capital(what)},
        ) from None
    try:
        found = response.json()
    except ValueError:
        found = None
    if response.status_code != 200:
        said = found.get("error") if isinstance(found, dict) else None
        if said in ("invalid_client", "unauthorized_client"):
            raise Trouble("WRONG_SECRET", _("The provider does not accept the client id and secret."))
        raise Trouble(
            "REFUSED_BY_PROVIDER",
            _("%(what)s: the provider answers with %(status)d.")
            % {"what": _capital(what), "status": response.status_code},
        )
    if not isinstance(found, dict):
        raise Trouble("NOT_JSON", _("%(what)s: the answer is no JSON object.") % {"what": _capital(what)})
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
