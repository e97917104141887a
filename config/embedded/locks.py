"""Locks between commands that share a data folder; the system drops them with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.errors import EmbeddedError


@contextmanager
def exclusive(path: Path, *, seconds: float, busy: str) -> Iterator[None]:
    """Hold the lock file alone; raises EmbeddedError(busy) when others keep it longer than `seconds`."""
    descriptor = _open(path)
    try:
        deadline = time.monotonic() + seconds
        while not _try(descriptor, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise EmbeddedError(busy)
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


class SharedLock:
    """Says "the servers are in use" as long as it is held; any number of processes may hold it at once."""

    def __init__(self, path: Path) -> None:
        self._descriptor = _open(path)
        if not _try(self._descriptor, fcntl.LOCK_SH):
            os.close(self._descriptor)
            raise EmbeddedError(f"{path} is locked by another program: wait for it to end.")

    def release(self) -> bool:
        """Give the lock back; True when nobody else holds it."""
        alone = _try(self._descriptor, fcntl.LOCK_EX)
        os.close(self._descriptor)
        return alone


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
