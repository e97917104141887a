"""The embedded servers of one data folder, shared by every command that names it.

Whoever comes first starts them, whoever leaves last stops them; what a killed command left behind is adopted
by the next. `run/servers.json` (mode 0600) tells where they are:

    {"postgres": {"pid": 41, "port": 5001, "program": "PostgreSQL 18.6", "url": "postgres://..."},
     "redis": {"pid": 42, "port": 5002, "program": "Valkey 9.1", "url": "redis://..."}}
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from config.embedded import account as accounts
from config.embedded import keys, locks
from config.embedded.account import Account
from config.embedded.errors import EmbeddedError
from config.embedded.layout import Layout, away_from, make_folder
from config.embedded.postgres import Postgres
from config.embedded.programs import Program, postgres_programs, redis_programs
from config.embedded.redis import Redis
from config.embedded.server import Say, Server, as_state

_LOCK_SECONDS: Final = 120.0  # longer than a start that replays a journal
_LOG_BYTES: Final = 10_000_000


def say_on_stderr(sentence: str) -> None:
    """Tell the person at the terminal; standard output belongs to the command's result."""
    print(f"amends: {sentence}", file=sys.stderr, flush=True)


class Cluster:
    """PostgreSQL and Redis of a data folder, as one command sees them.

    `names` are those this command needs ("postgres", "redis"): a DATABASE_URL of one's own leaves only Redis.
    `programs` replaces the programs that are tried (tests). `fast` gives up durability (tests).
    """

    def __init__(
        self,
        data: Path,
        *,
        names: Sequence[str] = ("postgres", "redis"),
        fast: bool = False,
        say: Say = say_on_stderr,
        programs: dict[str, list[Program]] | None = None,
    ) -> None:
        self.layout = Layout.of(data)
        self.servers: dict[str, Server] = {}
        self._names = tuple(names)
        self._fast = fast
        self._say = say
        self._programs = programs or {}
        self._in_use: locks.SharedLock | None = None

    def acquire(self) -> dict[str, str]:
        """Make every server answer and hold them; the address of each by name.

        Raises EmbeddedError when a server cannot be had.
        """
        self.layout.make_folders()
        with self._alone():
            self._in_use = self._in_use or locks.SharedLock(self.layout.run / "in-use.lock")
            try:
                self._find_servers()
                for server in self.servers.values():
                    server.ensure()
            except BaseException:
                self._leave()
                raise
            self._write_state()
        return self.urls()

    def urls(self) -> dict[str, str]:
        """The address of each server, by name."""
        return {name: server.url() for name, server in self.servers.items()}

    def revive(self) -> list[str]:
        """Start again, on its port, each server that died; the names of those that had to be started."""
        dead = [name for name, server in self.servers.items() if not server.is_alive()]
        if dead:
            with self._alone():
                for name in dead:
                    running = self.servers[name].running
                    self.servers[name].ensure(port=running.port if running else None)
                self._write_state()
        return dead

    def release(self) -> bool:
        """Stop using the servers; the last one to leave stops them. True when nothing of ours is left running,
        or somebody else still uses it."""
        if self._in_use is None:
            return True
        with self._alone():
            return self._leave()

    def stop(self) -> bool:
        """Stop the servers whoever uses them; True when nothing is left of them."""
        with self._alone():
            if self._in_use is not None:
                self._in_use.release()
                self._in_use = None
            return self._stop_servers()

    def _leave(self) -> bool:
        alone = self._in_use.release() if self._in_use is not None else False
        self._in_use = None
        return self._stop_servers() if alone else True

    def _stop_servers(self) -> bool:
        gone = [server.stop() for server in reversed(self.servers.values())]
        if all(gone):
            self._write_state(keep_own=False)
        return all(gone)

    def _alone(self) -> Any:
        return locks.exclusive(
            self.layout.run / "lock",
            seconds=_LOCK_SECONDS,
            busy=f"Another command holds {self.layout.run / 'lock'} for over {_LOCK_SECONDS:.0f} s: end it first.",
        )

    def _find_servers(self) -> None:
        if self.servers:
            return
        programs = {
            "postgres": postgres_programs if "postgres" in self._names else list,
            "redis": redis_programs if "redis" in self._names else list,
        }
        found = {name: self._programs.get(name) or find() for name, find in programs.items()}
        account = accounts.for_servers(
            next(
                (folder for folder in (self.layout.pg, self.layout.redis) if folder.exists()), self.layout.pg
            ),
            prefer_postgres=any(not program.from_wheel for program in found["postgres"]),
        )
        self.layout = self._place(account)
        kinds: dict[str, type[Server]] = {"postgres": Postgres, "redis": Redis}
        for name in self._names:
            server = kinds[name](
                self.layout,
                account,
                password=keys.read_or_make(self.layout.secrets / f"{name}-password"),
                programs=found[name],
                fast=self._fast,
                say=self._say,
            )
            _rotate(server.log)
            self.servers[name] = server

    def _place(self, account: Account) -> Layout:
        """The layout with a home the account can enter; data that lies behind a closed folder is moved there."""
        away = away_from(self.layout.data)
        if self.layout.home == self.layout.data and account.can_enter(self.layout.data):
            return self.layout
        if account.is_current:
            raise EmbeddedError(
                f"The data folder {self.layout.data} cannot be entered: correct its permission."
            )
        make_folder(away.parent, 0o755)
        make_folder(away, 0o755)
        for name in ("pg", "redis"):
            if (self.layout.data / name).exists() and not (away / name).exists():
                _move(self.layout.data / name, away / name)
        self._say(
            f"user {account.name}, who runs the servers, cannot enter {self.layout.data}: "
            f"PostgreSQL and Redis keep their data in {away}."
        )
        return Layout(data=self.layout.data, home=away)

    def _write_state(self, *, keep_own: bool = True) -> None:
        """Write servers.json; other commands may have started servers this one does not need: those stay."""
        state = read_state(self.layout.servers_file)
        for name, server in self.servers.items():
            known = state.pop(name, {})
            if keep_own and server.running:
                is_same = (
                    known.get("pid") == server.running.pid
                )  # an adopted server: its program is known from there
                state[name] = known if is_same else as_state(server.running, server.url())
        if not state:
            self.layout.servers_file.unlink(missing_ok=True)
            return
        draft = self.layout.servers_file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(state, file, indent=2)
        draft.rename(self.layout.servers_file)


def read_state(path: Path) -> dict[str, Any]:
    """The content of servers.json; empty when there is none or it is damaged."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _move(source: Path, target: Path) -> None:
    """Move a folder with its owners, also to another file system."""
    try:
        source.rename(target)
    except OSError:
        draft = target.with_name(f"{target.name}.moving")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, symlinks=True)
        for path in [source, *source.rglob("*")]:
            owner = path.lstat()
            os.chown(draft / path.relative_to(source), owner.st_uid, owner.st_gid, follow_symlinks=False)
        draft.rename(target)
        shutil.rmtree(source)
