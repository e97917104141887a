"""What the embedded PostgreSQL and the embedded Redis have in common."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from config.embedded import process
from config.embedded.account import Account
from config.embedded.errors import EmbeddedError, ServerFailed, tail
from config.embedded.layout import Layout, away_from
from config.embedded.ports import free_port
from config.embedded.programs import Program, reachable

Say = Callable[[str], None]

_START_SECONDS: Final = 90.0  # recovery after a power cut replays the journal before it answers
_PORT_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    pid: int
    port: int
    title: str
    popen: subprocess.Popen[bytes] | None = field(default=None, compare=False)


class Server(ABC):
    """One server of the data folder. `ensure` makes it answer, `stop` makes it go.

    `fast` gives up durability for speed and is for tests only. `password` is shared with whoever connects.
    """

    noun: ClassVar[str]
    stop_steps: ClassVar[process.StopSteps]
    patience: ClassVar[float] = 10.0  # seconds a left-over may stay silent before it counts as hanging

    def __init__(
        self,
        layout: Layout,
        account: Account,
        *,
        password: str,
        programs: list[Program],
        fast: bool,
        say: Say,
    ) -> None:
        self.layout = layout
        self.account = account
        self.password = password
        self.programs = programs
        self.fast = fast
        self.say = say
        self.running: Running | None = None

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Where the server keeps its data; also its working folder, by which its process is recognised."""

    @property
    @abstractmethod
    def log(self) -> Path:
        """The file its output goes to."""

    @abstractmethod
    def answers(self, port: int) -> bool:
        """Whether a server on `port` knows our password and does its work."""

    def is_starting(self, port: int) -> bool:
        """Whether a server on `port` says that it is still replaying its journal."""
        return False

    @abstractmethod
    def url(self) -> str:
        """The address for DATABASE_URL or REDIS_URL."""

    @abstractmethod
    def _left_over(self) -> tuple[int, int]:
        """Process id and port noted by the server itself in an earlier run, or (0, 0)."""

    @abstractmethod
    def _forget_left_over(self) -> None:
        """Remove the notes of a process that is gone."""

    @abstractmethod
    def _usable_programs(self) -> list[Program]:
        """The programs that can serve this folder, best first; raises EmbeddedError when there are none."""

    @abstractmethod
    def _prepare(self, program: Program) -> None:
        """Create the folder if it is missing; raises ServerFailed when the program cannot."""

    @abstractmethod
    def _command(self, program: Program, port: int) -> list[str]:
        """The command line that serves the folder on `port`."""

    def ensure(self, *, port: int | None = None) -> Running:
        """Adopt the server that runs, or end one that hangs and start another (on `port` when given).

        Raises EmbeddedError with the reason and the end of the log when no program comes up.
        """
        if self.running and self.is_alive() and self.answers(self.running.port):
            return self.running
        self.running = self._adopt() or self._start(port)
        return self.running

    def is_alive(self) -> bool:
        """Whether the process runs; it may still not answer."""
        if self.running is None:
            return False
        if self.running.popen is not None:
            return self.running.popen.poll() is None
        return process.works_in(self.running.pid, self.folder)

    def stop(self) -> bool:
        """End the server in order, then by force; True when nothing of it is left."""
        running, self.running = self.running, None
        pid = running.pid if running else self._left_over()[0]
        if running is None and not process.works_in(pid, self.folder):
            return self._end_stragglers()
        gone = process.stop(pid, self.stop_steps, running.popen if running else None) if pid else True
        return self._end_stragglers() and gone

    def _adopt(self) -> Running | None:
        pid, port = self._left_over()
        if pid and process.works_in(pid, self.folder):
            deadline = time.monotonic() + self.patience
            while process.is_alive(pid) and time.monotonic() < deadline:
                if port and self.answers(port):
                    return Running(pid, port, self.noun)
                if port and self.is_starting(port):
                    deadline = time.monotonic() + self.patience
                time.sleep(0.1)
                _, port = self._left_over()
            if process.is_alive(pid):
                self.say(f"A left-over {self.noun} (process {pid}) does not answer; ending it.")
                process.stop(pid, self.stop_steps)
        if not self._end_stragglers():
            raise EmbeddedError(
                f"Processes of an earlier {self.noun} still work in {self.folder} and cannot be ended: "
                f"end {', '.join(map(str, process.inside(self.folder)))} and try again."
            )
        self._forget_left_over()
        return None

    def _end_stragglers(self) -> bool:
        """Give the children of a killed server time to notice, then end them: two servers must never share a
        folder."""
        deadline = time.monotonic() + 5
        while (left := process.inside(self.folder)) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in left:
            process.stop(pid, self.stop_steps[-1:])
        return not process.inside(self.folder)

    def _start(self, port: int | None) -> Running:
        candidates = self._usable_programs()
        for position, candidate in enumerate(candidates):
            was_new = not self.folder.exists()
            try:
                program = reachable(candidate, account=self.account, home=away_from(self.layout.data))
                self._prepare(program)
                return self._launch(program, port)
            except (ServerFailed, OSError) as error:
                failure = (
                    error if isinstance(error, ServerFailed) else ServerFailed(f"{candidate.title}: {error}")
                )
                if was_new:
                    shutil.rmtree(self.folder, ignore_errors=True)
                if position + 1 == len(candidates):
                    raise failure from error
                self.say(
                    f"{candidate.title} at {candidate.path} did not start; using {candidates[position + 1].title} "
                    f"instead ({str(failure).splitlines()[0]})."
                )
        raise EmbeddedError(f"No program for {self.noun} was found.")

    def _launch(self, program: Program, port: int | None) -> Running:
        for attempt in range(_PORT_ATTEMPTS):
            chosen = port or free_port()
            popen = process.spawn(
                self._command(program, chosen),
                cwd=self.folder,
                log=self.log,
                env=server_environment(),
                account=self.account,
            )
            try:
                if self._comes_up(popen, chosen):
                    return Running(popen.pid, chosen, program.title, popen)
            except BaseException:
                process.stop(popen.pid, self.stop_steps, popen)
                raise
            process.stop(popen.pid, self.stop_steps, popen)
            if "ddress already in use" not in tail(self.log) or attempt + 1 == _PORT_ATTEMPTS:
                break
        raise ServerFailed(f"{program.title} did not start; the end of {self.log}:{tail(self.log)}")

    def _comes_up(self, popen: subprocess.Popen[bytes], port: int) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while popen.poll() is None and time.monotonic() < deadline:
            if self.answers(port):
                return True
            time.sleep(0.03)
        return False


def server_environment() -> dict[str, str]:
    """The environment of a server: ours without the variables by which a user steers other servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for name in ("DATABASE_URL", "REDIS_URL", "AMENDS_SECRET_KEY", "AMENDS_LINK_KEY", "HOME"):
        kept.pop(name, None)
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def as_state(running: Running, url: str) -> dict[str, Any]:
    """A server as it is written to servers.json."""
    return {"pid": running.pid, "port": running.port, "program": running.title, "url": url}
