"""A line between the product and its mail server that can be cut at a chosen moment of a mail.

    with Wire(to=mx.port) as wire:                     # the product sends to wire.port
        wire.cut_next(BEFORE_THE_ANSWER, do=kill)      # the server has the mail, and its answer never comes back
        wire.cut_next(IN_THE_WORDS, do=kill)           # the server has half of it, and forgets it

`do` is called once, at that moment; afterwards the line is dead.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from config.embedded.ports import LOOPBACK

BEFORE_THE_ANSWER, IN_THE_WORDS = "BEFORE_THE_ANSWER", "IN_THE_WORDS"
_END = b"\r\n.\r\n"


class Wire:
    """Listens on `port`, hands everything on to the server at `to`."""

    def __init__(self, *, to: int) -> None:
        self._to = to
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._cut: tuple[str, bytes, Callable[[], None]] | None = None
        self.cuts = 0

    def __enter__(self) -> Wire:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._listener.close()

    def cut_next(self, where: str, *, holding: str, do: Callable[[], None]) -> None:
        """The next mail that holds these words dies `where`, and `do` is called then."""
        with self._lock:
            self._cut = (where, holding.encode(), do)

    def _listen(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:  # the block is over
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection((LOOPBACK, self._to)) as server:
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            said = b""
            while words := client.recv(65_536):
                said = (said + words)[-400_000:]
                if not self._is_cut(said, words, server):
                    server.sendall(words)
                    continue
                return
            back.join(5)

    def _is_cut(self, said: bytes, words: bytes, server: socket.socket) -> bool:
        with self._lock:
            if self._cut is None or self._cut[1] not in said or not said.endswith(_END):
                return False
            where, _holding, do = self._cut
            self._cut = None
            self.cuts += 1
        if where == BEFORE_THE_ANSWER:
            do()  # first, so that no answer reaches a living sender
            server.sendall(words)
            server.settimeout(10)
            with contextlib.suppress(OSError):
                server.recv(1_000)
        else:
            server.sendall(words[: len(words) // 2])
            do()
        return True


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while words := source.recv(65_536):
            target.sendall(words)
