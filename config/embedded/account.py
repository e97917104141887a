"""Which ordinary user runs the servers when the command itself runs as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Account:
    """A user of this machine. PostgreSQL refuses to run as root, so root lends its work to one."""

    uid: int
    gid: int
    name: str

    @property
    def is_current(self) -> bool:
        return self.uid == os.geteuid()

    def as_popen_arguments(self) -> dict[str, Any]:
        """Arguments that make subprocess run a program as this account; none when we already are."""
        return {} if self.is_current else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account reaches `folder` through all its parents; tried, not computed from mode bits."""
        if self.is_current:
            return os.access(folder, os.X_OK)
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])

    def can_run(self, program: Path) -> bool:
        """Whether the account can start `program` (asked for its version)."""
        return self._succeeds([str(program), "--version"])

    def own(self, path: Path) -> None:
        """Give a file or folder that we have just made to this account."""
        if not self.is_current:
            os.chown(path, self.uid, self.gid)

    def _succeeds(self, argv: list[str]) -> bool:
        try:
            done = subprocess.run(
                argv,
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=30,
                **self.as_popen_arguments(),
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def current() -> Account:
    """The user this process runs as."""
    return _of(os.geteuid())


def for_servers(existing_data: Path, *, prefer_postgres: bool) -> Account:
    """The account that runs the servers.

    An ordinary user runs them himself. Root hands them to whoever owns the data already, else to `postgres`
    (when the machine brings PostgreSQL and therefore that user), else to `nobody`. No user is ever created.
    Raises EmbeddedError when root finds no such user.
    """
    if os.geteuid() != 0:
        return current()
    if existing_data.exists() and existing_data.stat().st_uid != 0:
        return _of(existing_data.stat().st_uid, existing_data.stat().st_gid)
    for name in ("postgres", "nobody") if prefer_postgres else ("nobody",):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has no user 'nobody' to run it as: "
        "start the command as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def _of(uid: int, gid: int | None = None) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a container may run under a number without a name
        return Account(uid, os.getegid() if gid is None else gid, str(uid))
    return Account(uid, entry.pw_gid if gid is None else gid, entry.pw_name)
