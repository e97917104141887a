"""A passkey as a browser would register it, so that the pages about passkeys have one to show."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData


def credential(host: str, name: str) -> dict[str, Any]:
    """What the browser hands over when a key `name` is registered at `host`."""
    ident = hashlib.sha256(name.encode()).digest()
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    attested = AttestedCredentialData.create(Aaguid(bytes(16)), ident, public)
    facts = AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), flags, 0, bytes(attested))
    client = {"type": "webauthn.create", "challenge": _text(bytes(32)), "origin": f"http://{host}"}
    return {
        "id": _text(ident),
        "rawId": _text(ident),
        "type": "public-key",
        "response": {
            "clientDataJSON": _text(json.dumps(client).encode()),
            "attestationObject": _text(bytes(AttestationObject.create("none", facts, {}))),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
