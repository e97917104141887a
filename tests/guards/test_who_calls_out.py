"""Nobody but core/outgoing.py opens a line to an address somebody typed."""

import ast
from pathlib import Path

from core.tenant_keys import OUR_APPS

ROOT = Path(__file__).resolve().parents[2]

CALLERS = {"requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "smtplib", "socket", "ftplib",
           "telnetlib", "dns", "xmlrpc", "imaplib", "poplib"}  # fmt: skip

# Who else may, and why.
ALLOWED = {
    "core/outgoing.py": "it is the guarded client",
    "outbox/channels/lookups.py": "asks the name servers the operator sets, and nobody else",
    "outbox/channels/chat.py": "stands in for the library in apprise, and calls through the guarded client alone",
    "outbox/channels/email.py": "names the errors of the mail program, whose host the operator sets, not a workspace",
    "followups/mailboxes.py": "speaks IMAP over a line that core/outgoing.py has opened and tested",
    "followups/providers.py": "names the errors of the mail provider's own interface, which anymail calls",
    "config/embedded/demo.py": "asks the server it has just started on loopback whether it is up",
    "config/embedded/ports.py": "looks for a free port on loopback",
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if any(name == one or name.startswith(f"{one}.") for one in CALLERS)}


def test_only_the_guarded_client_calls_typed_addresses() -> None:
    users = {
        str(path.relative_to(ROOT))
        for folder in (*OUR_APPS, "core", "config")
        for path in (ROOT / folder).rglob("*.py")
        if imported(path)
    }
    assert users == set(ALLOWED)
