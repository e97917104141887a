"""Processes: start one, know whether a process id is still ours, stop it within a time-out."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from config.embedded.account import Account

_PROC: Final = Path("/proc")
_PR_SET_PDEATHSIG: Final = 1

# Signal and the seconds it gets before the next one.
StopSteps = Sequence[tuple[signal.Signals, float]]


def spawn(
    argv: Sequence[str],
    *,
    cwd: Path,
    log: Path,
    env: Mapping[str, str],
    account: Account | None = None,
    dies_with_parent: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches only the supervisor, which stops in order.

    Output goes straight to the `log` file: a program outlives a killed supervisor without a broken pipe.
    `dies_with_parent` asks Linux to send SIGTERM when the starting process is gone; elsewhere it does nothing.
    Raises OSError when the program cannot be started.
    """
    # The supervisor has no threads, which is what makes preexec_fn safe here.
    before_exec = _ask_for_death_signal if dies_with_parent and sys.platform == "linux" else None
    with log.open("ab") as output:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before_exec,
            **(account.as_popen_arguments() if account else {}),
        )


def _ask_for_death_signal() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and only waits for its parent does not count."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) not in {"Z", "X"}


def _state(pid: int) -> str:
    fields = _stat_fields(pid)
    return fields[0] if fields else ""


def _stat_fields(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, which may itself hold spaces and brackets: state, parent,
    group, session, ..., start time as the twentieth."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()


def identity(pid: int) -> str:
    """What tells a process from a later one of the same number: when it was started; "" when it is gone."""
    if _PROC.is_dir():
        fields = _stat_fields(pid)
        return fields[19] if fields else ""
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def group(leader: int) -> list[int]:
    """Process ids of the living members of a process group (only where /proc exists)."""
    members = []
    for entry in _PROC.glob("[0-9]*"):
        fields = _stat_fields(int(entry.name))
        if fields and fields[2] == str(leader) and fields[0] not in {"Z", "X"}:
            members.append(int(entry.name))
    return sorted(members)


def end_group(leader: int, seconds: float = 3.0) -> bool:
    """Give the members of a group whose leader has ended some time, then end them; True when none is left."""
    deadline = time.monotonic() + seconds
    while group(leader) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in group(leader):
        stop(pid, ((signal.SIGKILL, 5),))
    return not group(leader)


def command_of(pid: int) -> str:
    """The command line of a process, or "" when it is gone."""
    if _PROC.is_dir():
        try:
            return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process is alive and either its command line names `folder` or it works inside it.

    This is what tells our server from a stranger that was given the same process id.
    """
    if not is_alive(pid):
        return False
    try:
        if Path(os.readlink(_PROC / str(pid) / "cwd")) == folder:
            return True
    except OSError:
        pass  # another user's process, or a system without /proc: the command line decides
    command = command_of(pid)
    return str(folder) in command and any(name in command for name in ("postgres", "redis", "valkey"))


def inside(folder: Path) -> list[int]:
    """Process ids of everything that works in `folder`, oldest first (only where /proc exists)."""
    found = []
    for entry in _PROC.glob("[0-9]*"):
        try:
            if Path(os.readlink(entry / "cwd")) == folder and _state(int(entry.name)) not in {"Z", "X"}:
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def wait_until_gone(pid: int, seconds: float, popen: subprocess.Popen[bytes] | None = None) -> bool:
    """Wait for a process to end; True when it did. `popen` is given for a child, which must be collected."""
    deadline = time.monotonic() + seconds
    while True:
        if popen is not None and popen.poll() is not None:
            return True
        if popen is None and not is_alive(pid):
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)


def stop(pid: int, steps: StopSteps, popen: subprocess.Popen[bytes] | None = None) -> bool:
    """Send each signal in turn and give it its seconds; True when the process is gone at the end."""
    for number, seconds in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            if popen is not None:
                popen.poll()
            return True
        except PermissionError:
            return False
        if wait_until_gone(pid, seconds, popen):
            return True
    return False


def read_pid(path: Path) -> int:
    """The process id on the first line of a pid file, or 0."""
    try:
        with path.open(encoding="utf-8") as file:
            return _first_number(file)
    except (OSError, UnicodeDecodeError):
        return 0


def _first_number(file: IO[str]) -> int:
    first = file.readline().strip()
    return int(first) if first.isdigit() else 0
