"""What can go wrong while the embedded servers are prepared."""

from __future__ import annotations

from pathlib import Path


class EmbeddedError(Exception):
    """A sentence for the person at the terminal: what happened and how to cure it."""


class ServerFailed(EmbeddedError):
    """A server's own program did not come up; another program may still."""


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, indented, for the end of a message; empty when there is nothing to show."""
    try:
        content = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    kept = [line for line in content if line.strip()][-lines:]
    return "".join(f"\n    {line}" for line in kept)
