"""The embedded Redis or Valkey: append-only file on, nothing evicted, loopback only, with a password."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import ClassVar

from config.embedded import process
from config.embedded.errors import EmbeddedError
from config.embedded.layout import make_folder
from config.embedded.ports import LOOPBACK, talk
from config.embedded.programs import Program
from config.embedded.server import Server


class Redis(Server):
    """Redis or Valkey on the data folder's `redis`."""

    noun = "Redis"
    stop_steps: ClassVar[process.StopSteps] = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))

    @property
    def folder(self) -> Path:
        return self.layout.redis

    @property
    def log(self) -> Path:
        return self.layout.log / "redis.log"

    @property
    def _config_file(self) -> Path:
        return self.folder / "redis.conf"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "redis.pid"

    def url(self) -> str:
        if self.running is None:
            raise EmbeddedError("Redis is not running.")
        return f"redis://:{self.password}@{LOOPBACK}:{self.running.port}/0"

    def answers(self, port: int) -> bool:
        """Whether the server on `port` takes our password and has read its journal."""
        return talk(port, f"AUTH {self.password}\r\nPING\r\n".encode()).startswith(b"+OK\r\n+PONG")

    def is_starting(self, port: int) -> bool:
        return b"-LOADING" in talk(port, f"AUTH {self.password}\r\nPING\r\n".encode())

    def _left_over(self) -> tuple[int, int]:
        try:
            lines = self._config_file.read_text(encoding="utf-8").splitlines()
        except OSError:
            return 0, 0
        ports = [int(line.split()[1]) for line in lines if line.startswith("port ")]
        return process.read_pid(self._pid_file), ports[0] if ports else 0

    def _forget_left_over(self) -> None:
        self._pid_file.unlink(missing_ok=True)

    def _usable_programs(self) -> list[Program]:
        if not self.programs:
            raise EmbeddedError(
                "There is no Redis or Valkey for this machine: install Redis 7.0 or later, "
                "or set REDIS_URL to a server you have."
            )
        return self.programs

    def _prepare(self, program: Program) -> None:
        if not self.folder.exists():
            make_folder(self.folder, 0o700)
            self.account.own(self.folder)

    def _command(self, program: Program, port: int) -> list[str]:
        """The settings go into a file, because a command line shows its password to every user."""
        settings = {
            "bind": LOOPBACK,
            "port": str(port),
            "requirepass": self.password,
            "dir": f'"{self.folder}"',
            "pidfile": f'"{self._pid_file}"',
            "daemonize": "no",
            "databases": "16",
            "maxmemory-policy": "noeviction",
            "appendonly": "no" if self.fast else "yes",
            "appendfsync": "everysec",
            "save": '""',
            # Names the folder in the process list: how a left-over is told from a stranger.
            "proc-title-template": '"{title} {listen-addr} {config-file}"',
        }
        draft = self._config_file.with_name("redis.conf.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{name} {value}\n" for name, value in settings.items())
        self.account.own(draft)
        draft.rename(self._config_file)
        return [str(program.path), str(self._config_file)]
