"""Create `.venv` in the clone and install the locked dependencies into it; does nothing when both are there.

    python3 scripts/bootstrap.py base     what the product needs to run
    python3 scripts/bootstrap.py dev      that and what its tests and checks need

Needs nothing but the standard library. pip reads its own configuration (index, proxy, certificates) as usual.
An interrupted run is completed by the next: what was installed is noted only at the end.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
VENV = CLONE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
SETS = {"base": ["base"], "dev": ["base", "dev"]}  # the second file holds all of the first


def main() -> int:
    """Install the set named on the command line; the exit code."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "base"
    if wanted not in SETS:
        print(f"usage: {sys.argv[0]} [{'|'.join(SETS)}]", file=sys.stderr)
        return 2
    with open(__file__, "rb") as lock:
        # Two `make` at once: the second waits for the first. The lock goes with the process.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return ensure(wanted)


def ensure(wanted: str) -> int:
    """Bring .venv to the wanted set; the exit code."""
    fingerprints = {name: fingerprint(name) for name in SETS}
    if works() and is_installed(wanted, fingerprints):
        return 0
    started = time.monotonic()
    if not works() and not create():
        return 1
    STAMP.unlink(missing_ok=True)
    file = CLONE / "requirements" / f"{wanted}.txt"
    print(
        f"amends: installing {file.relative_to(CLONE)} into .venv (about a minute).",
        file=sys.stderr,
        flush=True,
    )
    # The file is complete, so pip must not resolve anew: newer releases of what it names would confuse old versions of pip.
    # pip compiles what it installs file by file; the compiler uses every core.
    command = [*pip(), "install", "--quiet", "--no-compile", "--require-hashes", "--no-deps", "-r", str(file)]
    if subprocess.run(command).returncode:
        print("amends: the dependencies could not be installed; pip's reason stands above.", file=sys.stderr)
        return 1
    compile_all()
    installed = {"python": version(), **{name: fingerprints[name] for name in SETS[wanted]}}
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(installed, indent=2), encoding="ascii")
    draft.replace(STAMP)
    print(f"amends: installed in {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)
    return 0


def compile_all() -> None:
    """Compile every module of the environment; one that cannot be compiled is one that cannot be imported either."""
    subprocess.run([PYTHON, "-m", "compileall", "-q", "-j", "0", VENV / "lib"], stdout=subprocess.DEVNULL)


def fingerprint(name: str) -> str:
    """Changes with the locked versions."""
    return hashlib.sha256((CLONE / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def is_installed(wanted: str, fingerprints: dict) -> bool:
    """Whether the stamp says that this very set is there."""
    try:
        installed = json.loads(STAMP.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    return installed.get("python") == version() and installed.get(wanted) == fingerprints[wanted]


def works() -> bool:
    """Whether the environment's Python starts; it does not when the Python it was made from is gone."""
    try:
        return subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def version() -> str:
    """The version of the environment's Python: packages belong to one."""
    shown = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=True
    )
    return shown.stdout.strip()


def create() -> bool:
    """Make the environment anew, with its own pip where this Python can give one."""
    if not (3, 11) <= sys.version_info < (3, 14):
        print(
            f"amends: Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}.", file=sys.stderr
        )
        return False
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, capture_output=True).returncode == 0:
        return True
    # Some distributions split ensurepip off; their pip can then install into the environment from outside.
    done = subprocess.run([*command, "--without-pip"], capture_output=True, text=True)
    if done.returncode == 0 and has_pip(sys.executable):
        return True
    reason = (
        done.stderr.strip() or "this Python comes without pip: install python3-venv (Debian, Ubuntu) or pip"
    )
    print(f"amends: .venv could not be created: {reason}.", file=sys.stderr)
    return False


def has_pip(python: "str | os.PathLike[str]") -> bool:
    """Whether this Python can run pip."""
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def pip() -> list:
    """The pip command for the environment."""
    if has_pip(PYTHON):
        return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--python", str(PYTHON)]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
