"""Providers of OpenID Connect to sign in with: one that says whatever a test wants, and a real one.

`Issuer` answers on loopback and signs what it is told to, also what no honest provider would. `provider()` runs the npm
package `oidc-provider` with the configuration in tests/accounts/sso/provider.mjs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from config.embedded.ports import LOOPBACK, free_port
from tests.servers import DATA, need

CLIENT, SECRET = "amends", "a secret: with 100% of/what needs+quoting"
PACKAGE = "oidc-provider@9"
CONFIGURATION = Path(__file__).parent / "accounts" / "sso" / "provider.mjs"


class Issuer:
    """A provider in this process. What it says is changed by its attributes; what it was asked is in `asked`."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.metadata: dict[str, Any] = {}  # over what it would say
        self.claims: dict[str, Any] = {}  # over those of the id_token; None leaves one out
        self.userinfo: dict[str, Any] = {}
        self.header: dict[str, Any] = {"kid": "rsa"}
        self.algorithm, self.key = "RS256", self.rsa
        self.id_token: str | None = None  # instead of a signed one
        self.keys: list[dict[str, Any]] | None = None
        self.nonce = ""
        self.challenge = ""
        self.asked: list[tuple[str, str]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append(("GET", self.path))
                self.say(owner.answer(self.path))

            def do_POST(self) -> None:
                owner.asked.append(("POST", self.path))
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.say(owner.exchange(parse_qs(sent), self.headers.get("Authorization", "")))

            def say(self, found: tuple[int, Any]) -> None:
                body = found[1] if isinstance(found[1], bytes) else json.dumps(found[1]).encode()
                self.send_response(found[0])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self.url = f"http://{LOOPBACK}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
                "userinfo_endpoint": f"{self.url}/userinfo", "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                **self.metadata,
            }  # fmt: skip
        if path == "/jwks":
            return 200, {"keys": self.public_keys() if self.keys is None else self.keys}
        if path == "/userinfo":
            return 200, self.userinfo
        return 404, {}

    def public_keys(self) -> list[dict[str, Any]]:
        one = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa.public_key()))
        two = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.ec.public_key()))
        return [{**one, "kid": "rsa", "use": "sig"}, {**two, "kid": "ec", "use": "sig"}]

    def exchange(self, sent: Mapping[str, list[str]], authorization: str) -> tuple[int, Any]:
        """The token endpoint, which checks the secret and PKCE as a real one does."""
        from urllib.parse import quote_plus

        pair = f"{quote_plus(CLIENT)}:{quote_plus(SECRET)}"
        is_known = authorization == "Basic " + base64.b64encode(pair.encode()).decode() or (
            sent.get("client_id"), sent.get("client_secret")
        ) == ([CLIENT], [SECRET])  # fmt: skip
        if not is_known:
            return 401, {"error": "invalid_client"}
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"][0].encode()).digest())
        if proof.rstrip(b"=").decode() != self.challenge or sent["code"] != ["the-code"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "opens-userinfo", "token_type": "Bearer", "id_token": self.token()}

    def token(self) -> str:
        if self.id_token is not None:
            return self.id_token
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "subject-1", "iat": now, "exp": now + 300, "nonce": self.nonce,
            "email": "nina@acme.example", "email_verified": True, "name": "Nina Novak", **self.claims,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.key, algorithm=self.algorithm, headers=self.header)

    def remember(self, url: str) -> str:
        """The person arrives at the authorization endpoint: keep nonce and challenge, return the state."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        self.nonce, self.challenge = query["nonce"], query["code_challenge"]
        return query["state"]


@contextmanager
def provider(*, callback: str, port: int | None = None) -> Iterator[str]:
    """The real provider, its issuer's address; it ends with the block. People sign in there as `<name>` with any
    password and are `<name>@sso.example`, verified unless the name begins with "unverified"."""
    node, npm = shutil.which("node"), shutil.which("npm")
    need("Node", found=bool(node and npm), cure="install node and npm, or leave this test out")
    folder = _installed(str(npm))
    port = port or free_port()
    issuer = f"http://{LOOPBACK}:{port}"
    shutil.copy(CONFIGURATION, folder / "provider.mjs")
    environment = {
        **os.environ, "PORT": str(port), "ISSUER": issuer, "CLIENT": CLIENT, "SECRET": SECRET, "CALLBACK": callback,
    }  # fmt: skip
    with open(folder / f"provider-{port}.log", "wb") as log:
        process = subprocess.Popen(
            [str(node), "provider.mjs"], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait(issuer, process)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)
        (folder / f"provider-{port}.log").unlink(missing_ok=True)


def _installed(npm: str) -> Path:
    folder = DATA / "oidc-provider"
    if not (folder / "node_modules" / "oidc-provider").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true, "type": "module"}\n')
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", PACKAGE], cwd=folder, capture_output=True, text=True,
            timeout=180, check=False,
        )  # fmt: skip
        need("The npm package oidc-provider", found=done.returncode == 0, cure=done.stderr[-300:])
    return folder


def _wait(issuer: str, process: subprocess.Popen[bytes]) -> None:
    for _turn in range(150):
        assert process.poll() is None, "the provider ended by itself"
        with suppress(requests.RequestException):
            if requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).ok:
                return
        time.sleep(0.1)
    raise AssertionError("the provider did not come up")
