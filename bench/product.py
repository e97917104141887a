"""The whole product on loopback for the time of a run: web, worker, schedule, a mail server, and its data stores.

The processes are those of `make demo`, kept running by the same supervisor; only the mail server is ours (bench/sink.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import psycopg2
import requests

from bench import sink
from config.embedded import demo, keys, process
from config.embedded.cluster import Cluster
from config.embedded.layout import CLONE, Layout, away_from
from config.embedded.ports import LOOPBACK, free_port
from config.embedded.supervisor import Child, Supervisor, child_environment, end_left_overs

READY_SECONDS: Final = 60.0
_OWN: Final = ("AMENDS_", "TEST_", "DJANGO_", "PYTEST_")  # what a run of ours must not inherit


class NotReady(Exception):
    """The product did not come up, or a command of it failed; the text holds the end of what it said."""


class Product:
    """A running product. `data` is its data folder; `mail` is "smtp" (to the sink) or "outbox:" (kept).

    With `database_url` it runs on that database, with a Redis of its own; without, on an embedded cluster of its own with
    durable settings. `fill` is given the database before it is brought up to date.
    """

    def __init__(
        self,
        data: Path,
        *,
        database_url: str = "",
        mail: str = "smtp",
        say: Callable[[str], None] = lambda _sentence: None,
        settings: Mapping[str, str] | None = None,
        fill: Callable[[str], None] = lambda _database_url: None,
    ) -> None:
        self.layout = Layout.of(data)
        names = ("redis",) if database_url else ("postgres", "redis")
        self.cluster = Cluster(data, names=names, say=say)
        self.database_url = database_url
        self.redis_url = ""
        self.port, self.mail_port = free_port(), free_port()
        self.base_url = f"http://{LOOPBACK}:{self.port}"
        self.mail_folder = data / "mail"
        self._mail, self._say, self._settings = mail, say, dict(settings or {})
        self._fill = fill
        self.environment: dict[str, str] = {}
        self.supervisor: Supervisor | None = None

    # --- from start to stop ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Bring the database up to date, start every process and wait until the product says that it is ready.

        Raises NotReady.
        """
        end_left_overs(self.layout, self._say)
        self.layout.make_folders()
        shutil.rmtree(self.mail_folder, ignore_errors=True)
        self.mail_folder.mkdir()
        urls = self.cluster.acquire()
        self.layout = self.cluster.layout
        self.database_url = urls.get("postgres", self.database_url)
        self.redis_url = urls["redis"]
        self._fill(self.database_url)
        self.environment = self._environment()
        self._run([sys.executable, "-m", "config.embedded.prepare_site"])
        children = demo.children(self.layout, self.port)
        if self._mail == "smtp":
            mail = [sys.executable, "-m", "bench.sink", str(self.mail_port), str(self.mail_folder)]
            children.insert(0, Child("sink", mail))
        self.supervisor = Supervisor(
            self.layout, children, cluster=self.cluster, env=self.environment, say=self._say
        )
        self.supervisor.start()
        self.wait_until_ready()

    def stop(self) -> list[str]:
        """End every process; the names of those that could not be ended."""
        if self.supervisor is not None:
            return self.supervisor.stop()
        self.cluster.release()
        return []

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until /readyz is green, looking after the processes meanwhile. Raises NotReady."""
        assert self.supervisor is not None
        trouble = ""
        for _turn in patiently(seconds):
            self.supervisor.tick()
            try:
                answer = requests.get(f"{self.base_url}/readyz", timeout=5)
            except requests.RequestException as error:
                trouble = str(error)
                continue
            if answer.status_code == 200:
                return
            trouble = answer.text
        raise NotReady(f"not ready after {seconds:.0f} s: {trouble}\n{self.logs()}")

    def child(self, name: str) -> Child:
        """The process named `name`: sink, web, worker or schedule."""
        assert self.supervisor is not None
        return next(child for child in self.supervisor.children if child.name == name)

    def kill(self, name: str) -> None:
        """kill -9 of the process named `name` with its children; the supervisor's next tick starts it again."""
        child = self.child(name)
        assert child.popen is not None
        child.deaths = 0  # our deed: the supervisor need not become careful
        for pid in process.group(child.popen.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """The process named `name` with its children stands still (SIGSTOP) until the end of the block."""
        child = self.child(name)
        assert child.popen is not None
        pids = process.group(child.popen.pid)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def logs(self, lines: int = 30) -> str:
        """The end of every process's log."""
        parts = []
        for path in sorted(self.layout.log.glob("*.log")):
            end = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
            parts.append(f"--- {path.name}\n" + "\n".join(end))
        return "\n".join(parts)

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in child_environment().items() if not name.startswith(_OWN)}
        return {
            **inherited,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "AMENDS_DATA": str(self.layout.data),
            "AMENDS_SECRET_KEY": keys.read_or_make(self.layout.secrets / "secret-key"),
            "AMENDS_LINK_KEY": keys.read_or_make(self.layout.secrets / "link-key"),
            "AMENDS_BASE_URL": self.base_url,
            "AMENDS_EMAIL_URL": f"smtp://{LOOPBACK}:{self.mail_port}" if self._mail == "smtp" else self._mail,
            "DEBUG": "0",
            **self._settings,
        }

    # --- talking to it ---------------------------------------------------------------------------------------

    def manage(self, *arguments: str, check: bool = True) -> str:
        """What `manage.py arguments` prints. Raises NotReady when it fails and `check` is set."""
        return self._run([sys.executable, "manage.py", *arguments], check=check)

    def run_module(self, module: str, *arguments: str) -> str:
        """What `python -m module arguments` prints in the product's environment. Raises NotReady when it fails."""
        return self._run([sys.executable, "-m", module, *arguments])

    def nudge(self, task: str) -> None:
        """Ask the worker to run a sweep now; otherwise the schedule does at its own time."""
        self.run_module("celery", "-A", "config", "call", task)

    def create_workspace(
        self, *, name: str = "Acme", slug: str = "acme", owner: str = "olivia@acme.example", password: str
    ) -> dict[str, str]:
        """A workspace with its owner: {"workspace", "owner", "api_key"}."""
        made = self.manage(
            "create_workspace", "--name", name, "--slug", slug, "--owner-email", owner,
            "--owner-password", password, "--owner-name", "Olivia Owner", "--json",
        )  # fmt: skip
        facts: dict[str, str] = json.loads(made)
        return facts

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement, which is committed; a statement without rows gives none."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _run(self, command: list[str], *, check: bool = True) -> str:
        done = subprocess.run(
            command,
            cwd=CLONE,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise NotReady(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    # --- its mail --------------------------------------------------------------------------------------------

    def received(self) -> list[dict[str, Any]]:
        """What the mail server has taken, in order: {"id", "to", "file"}."""
        path = self.mail_folder / sink.LINES
        if not path.exists():
            return []
        return [
            json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")
        ]

    def mails(self, *, to: str) -> list[EmailMessage]:
        """The messages taken for `to`, in order."""
        return [self._message(line["file"]) for line in self.received() if to in line["to"]]

    def wait_for_mail(
        self, *, to: str, number: int = 1, subject: str = "", seconds: float = 40
    ) -> EmailMessage:
        """The `number`th message to `to` whose subject contains `subject`. Raises NotReady when it does not come."""
        found: list[EmailMessage] = []
        for _turn in patiently(seconds):
            found = [mail for mail in self.mails(to=to) if subject in str(mail["Subject"])]
            if len(found) >= number:
                return found[number - 1]
        subjects = [str(mail["Subject"]) for mail in self.mails(to=to)]
        raise NotReady(
            f"no mail {number} with {subject!r} to {to} within {seconds:.0f} s; it got {subjects}\n{self.logs()}"
        )

    def _message(self, file: str) -> EmailMessage:
        return message_from_bytes((self.mail_folder / file).read_bytes(), policy=policy.default)


def patiently(seconds: float, pause: float = 0.2) -> Iterator[float]:
    """Turns of a wait that ends after `seconds`; yields the seconds that are left."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        yield left
        time.sleep(pause)


@contextmanager
def running(product: Product) -> Iterator[Product]:
    """Start and, whatever happens, stop a product. Raises NotReady when a process outlives it."""
    try:
        product.start()
        yield product
    finally:
        stubborn = product.stop()
    if stubborn:
        raise NotReady(f"could not end {', '.join(stubborn)}")


def remove(data: Path) -> None:
    """Remove the data folder of a stopped product, wherever its servers kept their part."""
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(away_from(data), ignore_errors=True)
