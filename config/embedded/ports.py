"""Ports of the loopback interface."""

from __future__ import annotations

import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on at this moment; the caller tries again when another program takes it first."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback interface (and of all interfaces) now."""
    for host in (LOOPBACK, "0.0.0.0"):  # a stranger on all interfaces takes the loopback, too
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def talk(port: int, request: bytes, *, seconds: float = 1.0) -> bytes:
    """Send a few bytes to a loopback port and return the first bytes of the answer; b"" when there is none."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds) as connection:
            connection.sendall(request)
            return connection.recv(4096)
    except OSError:
        return b""
