"""A network of one's own in which nothing but loopback exists: whatever a scanner or the product tries, nothing leaves.

Linux only; the process needs the right to make namespaces (root, or user namespaces).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path
from typing import Final

_NEW_USER: Final = 0x10000000  # CLONE_NEWUSER
_NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET
_SET_FLAGS: Final = 0x8914  # SIOCSIFFLAGS
_UP_AND_RUNNING: Final = 0x1 | 0x40  # IFF_UP, IFF_RUNNING


class NotAlone(OSError):
    """This machine lets nobody have a network of their own."""


def leave_the_network() -> None:
    """From here on this process and all it starts have loopback and nothing else. Raises NotAlone."""
    user, group = os.geteuid(), os.getegid()
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        kinds = _NEW_NETWORK if user == 0 else _NEW_NETWORK | _NEW_USER
        if libc.unshare(kinds) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        if user != 0:  # the same person as before
            Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh", b"lo", _UP_AND_RUNNING))
    except (OSError, AttributeError) as error:
        raise NotAlone(str(error)) from error
