"""make audit against a vulnerability service on this machine: findings, none, and a service that is away."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from tests.servers import need

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-audit" / "bin" / "python"


@pytest.fixture(scope="module")
def audit() -> Any:
    spec = util.spec_from_file_location("audit_script", ROOT / "scripts" / "audit.py")
    assert spec is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)  # type: ignore[union-attr]  # a file has a loader
    return module


@pytest.fixture
def python() -> Path:
    """The Python of the audit's environment, made by `make audit`; with REQUIRE_ALL=1 it is made here."""
    if not PYTHON.exists() and os.environ.get("REQUIRE_ALL") == "1":
        subprocess.run([sys.executable, ROOT / "scripts" / "audit.py"], env={**os.environ, "AMENDS_AUDIT_URL": "http://127.0.0.1:1/"}, check=False)  # fmt: skip
    need("pip-audit", found=PYTHON.exists(), cure="run make audit once")
    return PYTHON


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    path = tmp_path / "base.txt"
    path.write_text(f"somepackage==1.2.3 --hash=sha256:{'0' * 64}\nother==2.0 --hash=sha256:{'1' * 64}\n")
    return path


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, Any]], None]]:
    servers = []

    def start(known: dict[str, Any]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(known.get(asked["package"]["name"], {})).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AMENDS_AUDIT_URL", f"http://127.0.0.1:{server.server_address[1]}/v1/query")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


HOLE = {
    "vulns": [
        {
            "id": "GHSA-0000-0000-0000", "summary": "bad", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z",
            "affected": [{"package": {"name": "somepackage", "ecosystem": "PyPI"},
                          "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2.4"}]}]}],
        }
    ]
}  # fmt: skip


def test_a_finding_is_named_with_its_cure_and_fails(audit: Any, python: Path, locked: Path, service: Any, capsys: Any) -> None:  # fmt: skip
    service({"somepackage": HOLE})
    assert audit.audit(locked, python) == 1
    assert "somepackage 1.2.3: GHSA-0000-0000-0000, fixed in 1.2.4" in capsys.readouterr().out


def test_nothing_known_is_said_with_the_number_of_packages(audit: Any, python: Path, locked: Path, service: Any, capsys: Any) -> None:  # fmt: skip
    service({})
    assert audit.audit(locked, python) == 0
    assert capsys.readouterr().out == "amends: base.txt: 2 packages, no known vulnerability.\n"


def test_a_source_that_is_away_is_said_and_does_not_fail(audit: Any, python: Path, locked: Path, monkeypatch: Any, capsys: Any) -> None:  # fmt: skip
    monkeypatch.setenv("AMENDS_AUDIT_URL", "http://127.0.0.1:1/v1/query")
    assert audit.audit(locked, python) == 0
    assert capsys.readouterr().out.startswith("amends: base.txt: not checked: ")
