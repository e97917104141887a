"""`make demo` and `make serve`: the whole product from one command, and gone again with Ctrl-C.

python -m config.embedded.demo          with the demo workspace
python -m config.embedded.demo --empty  without one; prints the set-up link while there is no workspace
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final
from urllib.parse import urlsplit

from config.embedded import environment, locks, process
from config.embedded.errors import EmbeddedError, tail
from config.embedded.layout import CLONE, Layout, data_folder
from config.embedded.ports import LOOPBACK, is_free
from config.embedded.supervisor import STOP_STEPS, Child, Supervisor, child_environment, end_left_overs

_ANSWER_SECONDS: Final = 60.0
_DEATHS_BEFORE_GIVING_UP: Final = 3
_EMPTY: Final = "--empty"


class _Stopped(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived."""


def main() -> int:
    """Run until told to stop; the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    layout = Layout.of(data_folder())
    try:
        port = _port()
        layout.make_folders()
        with locks.exclusive(
            layout.run / "demo.lock",
            seconds=0,
            busy=f"The demo already runs from {layout.data}: stop that one first.",
        ):
            return _run(layout, port)
    except _Stopped:
        return 0
    except EmbeddedError as error:
        say(str(error))
        return 1


def _run(layout: Layout, port: int) -> int:
    end_left_overs(layout, say)
    if not is_free(port):
        raise EmbeddedError(
            f"Port {port} is in use by another program: end it, or choose another port with `make demo PORT=8001`."
        )
    os.environ["PORT"] = str(port)
    cluster = environment.prepare_environment(data=layout.data, force=True, say=say)
    layout = cluster.layout if cluster else layout
    supervisor = Supervisor(layout, children(layout, port), cluster=cluster, env=child_environment(), say=say)
    try:
        _prepare_site()
        with _held_back():
            supervisor.start()
        _wait_until_ready(supervisor, port)
        if _EMPTY in sys.argv[1:]:
            _greet_empty(layout)
        else:
            _greet(layout)
        while True:
            with _held_back():
                supervisor.tick()
    except _Stopped:
        say("Stopping.")
        return 0
    finally:
        environment.ignore_signals()
        stubborn = supervisor.stop()
        say(
            f"Could not stop {', '.join(stubborn)}."
            if stubborn
            else "Everything is stopped; the data are kept."
        )


def _port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise EmbeddedError(f"PORT is {value!r}: use a number between 1 and 65535.")
    return int(value)


def children(layout: Layout, port: int) -> list[Child]:
    """Web, worker and schedule. They stop in reverse order: nothing new is scheduled, then nothing new is worked
    on, then nothing is answered.

    Threads, because a browser keeps idle connections open, each of which would occupy a synchronous worker
    that no proxy protects. Loaded once and then forked, which starts faster than loading twice.
    """
    python = [sys.executable, "-m"]
    web = ["gunicorn", "config.wsgi", "--bind", f"{LOOPBACK}:{port}", "--workers", "2"]
    web += ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "8"]
    web += ["--no-control-socket", "--preload"]
    worker = ["celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "INFO"]
    worker += ["--hostname", "demo@%h", "--without-gossip", "--without-mingle"]
    beat = ["celery", "-A", "config", "beat", "--loglevel", "INFO"]
    beat += ["--schedule", str(layout.run / "schedule"), "--pidfile", ""]
    return [
        Child("web", [*python, *web]),
        Child("worker", [*python, *worker]),
        Child("schedule", [*python, *beat]),
    ]


def _prepare_site() -> None:
    demo = [] if _EMPTY in sys.argv[1:] else ["--demo"]
    code = _finish([sys.executable, "-m", "config.embedded.prepare_site", *demo])
    if code:
        raise EmbeddedError(f"The site could not be prepared (code {code}); the reason stands above.")


def _finish(argv: list[str]) -> int:
    """Run a program to its end; its exit code."""
    # In a session of its own: Ctrl-C reaches the supervisor, which ends it without a traceback.
    running = subprocess.Popen(argv, cwd=CLONE, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return running.wait()
    except _Stopped:
        process.stop(running.pid, STOP_STEPS, running)
        raise


def _wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Wait until pages are served; worker and schedule come up beside, and are looked after from here on.

    Raises EmbeddedError when the site does not come up.
    """
    deadline = time.monotonic() + _ANSWER_SECONDS
    while _status(port, "/healthz") not in range(200, 400):
        with _held_back():
            supervisor.tick()
        for child in supervisor.children:
            if child.deaths >= _DEATHS_BEFORE_GIVING_UP or time.monotonic() > deadline:
                log = supervisor.log_of(child if child.deaths else supervisor.children[0])
                raise EmbeddedError(f"The site does not come up; the end of {log}:{tail(log)}")


def _status(port: int, path: str) -> int:
    """The HTTP status of a path of our own site; 0 when nobody answers."""
    host = urlsplit(os.environ["AMENDS_BASE_URL"]).netloc
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _greet(layout: Layout) -> None:
    base = os.environ["AMENDS_BASE_URL"].rstrip("/")
    print(f"\nAmends runs at {base}/\n", flush=True)
    with contextlib.suppress(OSError):
        print(layout.sign_ins_file.read_text(encoding="utf-8").rstrip(), flush=True)
        print(f"\n(kept in {layout.sign_ins_file})", flush=True)
    if os.environ.get("AMENDS_EMAIL_URL") == "outbox:":
        print(f"Every mail it sends is in the mailbox: {base}/w/demo/mailbox/", flush=True)
    print(f"Logs: {layout.log}    Stop with Ctrl-C.\n", flush=True)


def _greet_empty(layout: Layout) -> None:
    base = os.environ["AMENDS_BASE_URL"].rstrip("/")
    print(f"\nAmends runs at {base}/\n", flush=True)
    _finish([sys.executable, "manage.py", "setup_link", "--if-wanted"])
    print(f"Logs: {layout.log}    Stop with Ctrl-C.\n", flush=True)


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(f"amends: {sentence}", file=sys.stderr, flush=True)


_hold: bool = False
_pending: bool = False


def _stop(number: int, frame: FrameType | None) -> None:
    global _pending
    _pending = True
    if not _hold:
        raise _Stopped


@contextlib.contextmanager
def _held_back() -> Iterator[None]:
    """Hold a signal back until the block is done: a process must not be started and then forgotten."""
    global _hold
    _hold = True
    try:
        yield
    finally:
        _hold = False
    if _pending:
        raise _Stopped


if __name__ == "__main__":
    sys.exit(main())
