"""The embedded PostgreSQL: its own programs, an own folder, loopback only, with a password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import quote

import psycopg2

from config.embedded import process
from config.embedded.errors import EmbeddedError, ServerFailed, tail
from config.embedded.layout import make_folder
from config.embedded.ports import LOOPBACK
from config.embedded.programs import Program
from config.embedded.server import Server, server_environment

ROLE: Final = "amends"
DATABASE: Final = "amends"

# Small enough for a laptop, large enough for a million answers.
_SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
}
_FAST_SETTINGS: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """PostgreSQL on the data folder's `pg`, with one role and one database, both named `amends`."""

    noun = "PostgreSQL"
    # PostgreSQL's own meanings: INT ends sessions and shuts down clean, QUIT stops at once and recovers next time.
    stop_steps: ClassVar[process.StopSteps] = ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))

    @property
    def folder(self) -> Path:
        return self.layout.pg

    @property
    def log(self) -> Path:
        return self.layout.log / "postgres.log"

    def url(self) -> str:
        if self.running is None:
            raise EmbeddedError("PostgreSQL is not running.")
        return f"postgres://{ROLE}:{quote(self.password, safe='')}@{LOOPBACK}:{self.running.port}/{DATABASE}"

    def answers(self, port: int) -> bool:
        """Whether the server on `port` lets us in; the first time, the database is created."""
        try:
            connection = self._connect(port, "postgres")
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
        except psycopg2.OperationalError:
            return False
        except psycopg2.Error as error:
            raise ServerFailed(f"PostgreSQL could not create its database: {str(error).strip()}") from error
        finally:
            connection.close()
        return True

    def is_starting(self, port: int) -> bool:
        try:
            self._connect(port, "postgres").close()
        except psycopg2.OperationalError as error:
            return "starting up" in str(error) or "recovery" in str(error)
        return False

    def _connect(self, port: int, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=LOOPBACK,
            port=port,
            user=ROLE,
            password=self.password,
            dbname=database,
            connect_timeout=3,
            sslmode="disable",
            gssencmode="disable",
        )

    def _left_over(self) -> tuple[int, int]:
        """From PostgreSQL's postmaster.pid: the process on its first line, the port on its fourth."""
        path = self.folder / "postmaster.pid"
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return 0, 0
        port = lines[3].strip() if len(lines) > 3 else ""
        return process.read_pid(path), int(port) if port.isdigit() else 0

    def _forget_left_over(self) -> None:
        # Reached only when no process works in the folder: the number may by now belong to a stranger,
        # at whose sight PostgreSQL would refuse to start.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _usable_programs(self) -> list[Program]:
        if not self.programs:
            raise EmbeddedError(
                "There is no PostgreSQL for this machine: install PostgreSQL 15 or later, "
                "or set DATABASE_URL to a server you have."
            )
        made_by = self._made_by()
        usable = [program for program in self.programs if made_by in {0, program.major}]
        if not usable:
            have = ", ".join(sorted({str(program.major) for program in self.programs}))
            raise EmbeddedError(
                f"{self.folder} was made by PostgreSQL {made_by}, and this machine has {have}: "
                f"install PostgreSQL {made_by} again, or move {self.folder} away to start with an empty database."
            )
        return usable

    def _made_by(self) -> int:
        """Major version the folder belongs to; 0 when there is none yet."""
        return process.read_pid(self.folder / "PG_VERSION")  # one number on its first line, like a pid file

    def _prepare(self, program: Program) -> None:
        """Run initdb in a draft folder that becomes the real one only when it is complete."""
        if self._made_by():
            return
        if self.folder.exists():
            raise EmbeddedError(
                f"{self.folder} exists and holds no PostgreSQL database: move it away and try again."
            )
        draft = self.folder.with_name("pg.new")
        password_file = self.folder.with_name("pg.password")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            make_folder(draft, 0o700)
            self.account.own(draft)
            self._write_password(password_file)
            self._run_initdb(program, draft, password_file)
            draft.rename(self.folder)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(draft, ignore_errors=True)

    def _write_password(self, path: Path) -> None:
        """Lend the password to initdb in a file only its account can read."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.password)
        self.account.own(path)

    def _run_initdb(self, program: Program, folder: Path, password_file: Path) -> None:
        arguments = [str(program.initdb), "-D", str(folder), "-U", ROLE, "-E", "UTF8", "-A", "scram-sha-256"]
        arguments += [f"--pwfile={password_file}", "--no-instructions"]
        arguments += ["--no-sync"] if self.fast else []
        # Case and order of letters beyond ASCII: from PostgreSQL itself where it can, else from the system.
        attempts = [["--locale=C.UTF-8"], ["--locale=C"]]
        if program.major >= 17:
            attempts.insert(0, ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"])
        for number, locale in enumerate(attempts):
            with self.log.open("ab") as log:
                done = subprocess.run(
                    [*arguments, *locale],
                    cwd=folder,
                    env=server_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                    **self.account.as_popen_arguments(),
                )
            if done.returncode == 0:
                return
            if "locale" not in tail(self.log) or number + 1 == len(attempts):
                break
        raise ServerFailed(
            f"{program.title} could not create its folder {folder}; the end of {self.log}:{tail(self.log)}"
        )

    def _command(self, program: Program, port: int) -> list[str]:
        settings = _SETTINGS | {"port": str(port)} | (_FAST_SETTINGS if self.fast else {})
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return [str(program.path), "-D", str(self.folder), *options]
