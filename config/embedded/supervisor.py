"""Keeps processes and servers running: starts them, restarts what dies, stops all in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.embedded import process
from config.embedded.cluster import Cluster, read_state
from config.embedded.errors import EmbeddedError, tail
from config.embedded.layout import CLONE, Layout
from config.embedded.server import Say

_TICK_SECONDS: Final = 0.2
_LONGEST_PAUSE: Final = 30.0
_STEADY_SECONDS: Final = 60.0  # a process that ran this long has recovered; its next pause is short again

# A worker ends its tasks on TERM and drops them on QUIT (they are redelivered); gunicorn ends its requests on TERM.
STOP_STEPS: Final[process.StopSteps] = ((signal.SIGTERM, 12), (signal.SIGQUIT, 4), (signal.SIGKILL, 4))


@dataclass
class Child:
    """A process of ours: web, worker or schedule."""

    name: str
    argv: Sequence[str]
    popen: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    start_again: float = field(default=0.0)


class Supervisor:
    """Runs `children` beside the servers of `cluster` (None when both servers are elsewhere).

    Must be used from one thread, the main one: a child is bound to the life of the thread that starts it.
    """

    def __init__(
        self,
        layout: Layout,
        children: Sequence[Child],
        *,
        cluster: Cluster | None,
        env: Mapping[str, str],
        say: Say,
    ) -> None:
        self.layout = layout
        self.children = list(children)
        self.cluster = cluster
        self._env = dict(env)
        self._say = say
        self._notes = layout.run / "processes.json"

    def start(self) -> None:
        """Start every child, in order."""
        for child in self.children:
            self._start(child)

    def tick(self) -> None:
        """Look after everything once, then rest a moment. Raises EmbeddedError when a server cannot be revived."""
        if self.cluster is not None:
            for name in self.cluster.revive():
                self._say(f"{name} had died; it runs again on the same port.")
        now = time.monotonic()
        for child in self.children:
            if child.popen is not None and child.popen.poll() is not None:
                self._note_death(child, now)
            if child.popen is None and now >= child.start_again:
                self._start(child)
        time.sleep(_TICK_SECONDS)

    def stop(self) -> list[str]:
        """Stop the children in reverse order, then the servers; the names of what could not be stopped."""
        stubborn = [child.name for child in reversed(self.children) if not self._end(child)]
        if self.cluster is not None and not self.cluster.stop():
            stubborn.append("PostgreSQL or Redis")
        if not stubborn:
            self._notes.unlink(missing_ok=True)
        return stubborn

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.popen = process.spawn(
            child.argv, cwd=CLONE, log=self.log_of(child), env=self._env, dies_with_parent=True
        )
        self._write_notes()

    def log_of(self, child: Child) -> Path:
        """The file a child's output goes to."""
        return self.layout.log / f"{child.name}.log"

    def _note_death(self, child: Child, now: float) -> None:
        code = child.popen.returncode if child.popen else None
        if child.popen is not None:
            process.end_group(child.popen.pid)
        child.popen = None
        child.deaths = 1 if now - child.started > _STEADY_SECONDS else child.deaths + 1
        pause = min(2.0 ** (child.deaths - 1), _LONGEST_PAUSE)
        child.start_again = now + pause
        self._say(
            f"{child.name} ended (code {code}); it starts again in {pause:.0f} s. "
            f"The end of {self.log_of(child)}:{tail(self.log_of(child), 4)}"
        )

    def _end(self, child: Child) -> bool:
        if child.popen is None:
            return True
        gone = process.stop(child.popen.pid, STOP_STEPS, child.popen)
        return process.end_group(child.popen.pid) and gone

    def _write_notes(self) -> None:
        """Note each child by number and start time, for the run that comes after a killed one."""
        notes = {
            child.name: {"pid": child.popen.pid, "identity": process.identity(child.popen.pid)}
            for child in self.children
            if child.popen is not None
        }
        draft = self._notes.with_suffix(".new")
        draft.write_text(json.dumps(notes, indent=2), encoding="utf-8")
        draft.rename(self._notes)


def end_left_overs(layout: Layout, say: Say) -> None:
    """End the children of a killed run, known by number and start time.

    Raises EmbeddedError when one cannot be ended.
    """
    notes = layout.run / "processes.json"
    for name, note in read_state(notes).items():
        pid = note.get("pid", 0)
        if process.is_alive(pid) and process.identity(pid) == note.get("identity"):
            say(f"Ending the left-over {name} (process {pid}) of an earlier run.")
            if not process.stop(pid, STOP_STEPS):
                raise EmbeddedError(
                    f"Process {pid}, the {name} of an earlier run, cannot be ended: end it by hand."
                )
            process.end_group(pid)
    notes.unlink(missing_ok=True)


def child_environment() -> dict[str, str]:
    """The environment of web, worker and schedule: ours, with output that is not held back."""
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
