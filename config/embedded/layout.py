"""The data folder of the embedded run: what lies where."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.embedded.errors import EmbeddedError

CLONE: Final = Path(__file__).resolve().parent.parent.parent

# Where root keeps what an ordinary user must reach when the data folder lies behind a closed parent folder.
REACHABLE: Final = Path("/var/lib/amends")


@dataclass(frozen=True)
class Layout:
    """Paths of one data folder. `home` is where the servers keep their files: the data folder itself, or a
    folder below REACHABLE when the servers' account cannot enter the data folder."""

    data: Path
    home: Path

    @classmethod
    def of(cls, data: Path) -> Layout:
        """The layout of a data folder; a home outside it is kept once it holds data."""
        data = data.expanduser().absolute()
        away = away_from(data)
        moved = (away / "pg" / "PG_VERSION").exists() or (away / "redis" / "redis.conf").exists()
        return cls(data=data, home=away if moved else data)

    @property
    def pg(self) -> Path:
        return self.home / "pg"

    @property
    def redis(self) -> Path:
        return self.home / "redis"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def static(self) -> Path:
        return self.data / "static"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def servers_file(self) -> Path:
        return self.run / "servers.json"

    @property
    def sign_ins_file(self) -> Path:
        return self.data / "demo-sign-ins.txt"

    def make_folders(self) -> None:
        """Create what is missing of the data folder; raises EmbeddedError when that is not permitted.

        The data folder may be passed through by everybody, so that root's servers, which run as an ordinary
        user, reach `pg` and `redis`; every folder in it is for its owner only.
        """
        try:
            make_folder(self.data, 0o711)
            for folder in (self.run, self.secrets, self.files, self.log):
                make_folder(folder, 0o700)
            make_folder(self.static, 0o755)
            probe = self.run / f"probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {self.data} cannot be written ({error.strerror}: {error.filename}): "
                "correct its owner, or set AMENDS_DATA to a folder of your own."
            ) from error


def data_folder() -> Path:
    """AMENDS_DATA (a relative path starts at the working folder), or `var` in the clone."""
    named = os.environ.get("AMENDS_DATA", "").strip()
    return Path(named).expanduser().absolute() if named else CLONE / "var"


def away_from(data: Path) -> Path:
    """The home outside a closed data folder; the same data folder always has the same one."""
    return REACHABLE / hashlib.sha256(str(data).encode()).hexdigest()[:16]


def make_folder(folder: Path, mode: int) -> None:
    """Create a folder with exactly `mode` whatever the umask; an existing one is left as it is."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    folder.chmod(mode)
