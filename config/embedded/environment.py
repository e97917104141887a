"""Fill what the environment leaves open, so that one command suffices on a fresh machine."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from config.embedded import keys
from config.embedded.cluster import Cluster, read_state, say_on_stderr
from config.embedded.layout import Layout, data_folder
from config.embedded.server import Say

_SERVERS: Final = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
_KEYS: Final = {"AMENDS_SECRET_KEY": "secret-key", "AMENDS_LINK_KEY": "link-key"}

# What settings get when a command needs no server: well-formed, and refused at once by everybody's machine.
_NO_SERVERS: Final = {
    "DATABASE_URL": "postgres://amends@127.0.0.1:9/amends",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}

# Commands that read and write files, or nothing at all.
_WITHOUT_SERVERS: Final = frozenset(
    [
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "due_at",
        "findstatic",
        "help",
        "makemessages",
        "spectacular",
        "startapp",
        "startproject",
        "version",
    ]
)


def is_set(name: str) -> bool:
    """Whether `name` or `name_FILE` carries a value (the same rule as config.env, without Django)."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def needs_servers(arguments: Sequence[str]) -> bool:
    """Whether `manage.py arguments` talks to the database or to Redis."""
    if not arguments or arguments[0].startswith("-") or {"-h", "--help", "--version"} & set(arguments):
        return False
    if arguments[0] == "check" and any(argument.startswith("--database") for argument in arguments):
        return True
    return arguments[0] not in _WITHOUT_SERVERS


def prepare_environment(
    *,
    data: Path | None = None,
    servers: bool = True,
    fast: bool = False,
    force: bool = False,
    at_exit: bool = True,
    say: Say = say_on_stderr,
) -> Cluster | None:
    """Set DATABASE_URL, REDIS_URL, AMENDS_SECRET_KEY, AMENDS_LINK_KEY, AMENDS_BASE_URL, AMENDS_EMAIL_URL and
    AMENDS_DATA where they are unset and this is an embedded run (an address is missing, or `force`).

    With `servers`, missing addresses are those of the embedded servers of `data` (default: AMENDS_DATA, or `var`
    in the clone), which are started if need be; the answer is the Cluster in use, given back `at_exit` or by the
    caller, or None when none is needed. Where both addresses are given nothing is made up: only keys that an
    embedded run left in AMENDS_DATA are read. Raises EmbeddedError with a sentence for the terminal.
    """
    layout = Layout.of(data or data_folder())
    missing = [name for name, variable in _SERVERS.items() if not is_set(variable)]
    if not missing and not force:
        _read_existing_keys(layout)
        return None
    layout.make_folders()
    os.environ["AMENDS_DATA"] = str(layout.data)
    for variable, file in _KEYS.items():
        if not is_set(variable):
            os.environ[variable] = keys.read_or_make(layout.secrets / file)
    _set_addresses()
    if not missing:
        return None
    if not servers:
        state = read_state(layout.servers_file)
        for name in missing:
            os.environ[_SERVERS[name]] = state.get(name, {}).get("url") or _NO_SERVERS[_SERVERS[name]]
        return None
    cluster = Cluster(layout.data, names=missing, fast=fast, say=say)
    for name, url in cluster.acquire().items():
        os.environ[_SERVERS[name]] = url
    if at_exit:
        release_at_exit(cluster)
    return cluster


def _read_existing_keys(layout: Layout) -> None:
    """`make demo` with servers of one's own keeps its keys in the data folder; its commands share them."""
    if not os.environ.get("AMENDS_DATA"):
        return
    for variable, file in _KEYS.items():
        if not is_set(variable) and os.access(layout.secrets / file, os.R_OK):
            os.environ[variable] = keys.read_or_make(layout.secrets / file)
            _set_addresses()


def _set_addresses() -> None:
    # By name, because browsers make passkeys for a host name only; the number answers, too.
    os.environ.setdefault("AMENDS_BASE_URL", f"http://localhost:{os.environ.get('PORT') or '8000'}")
    if not is_set("AMENDS_EMAIL_URL"):
        os.environ["AMENDS_EMAIL_URL"] = "outbox:"


def exit_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an ordinary exit, so that what must be given back is given back."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup asks to live on
            signal.signal(number, _exit)


def release_at_exit(cluster: Cluster) -> None:
    """Give the servers back when this process ends, by itself or by an exception (see exit_on_signals)."""
    owner = os.getpid()

    def release() -> None:
        if os.getpid() == owner:  # a forked child inherits the exit handlers, not the servers
            ignore_signals()
            cluster.release()

    atexit.register(release)


def ignore_signals() -> None:
    """A second Ctrl-C must not leave servers behind."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
