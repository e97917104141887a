"""Every check that needs no test: lint, format, import contracts, missing migrations, deployment; and beside them the types,
which take longer than all others together.

What each says is shown under its command, the types last; the first that fails ends it all with its exit code.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence

from run_tests import CLONE, beside, follow

# What `check --deploy` judges: settings as in production, with keys of this clone.
LIKE_PRODUCTION = {
    "DEBUG": "0",
    "AMENDS_BASE_URL": "https://feedback.example.com",
    "AMENDS_EMAIL_URL": "smtp+tls://mail.example.com",
}
CONTRACTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
LONG = ["-m", "config.embedded.run", "--without-servers", sys.executable, "-m", "mypy", "."]
QUICK: tuple[tuple[Sequence[str], Mapping[str, str]], ...] = (
    (["-m", "ruff", "check", "."], {}),
    (["-m", "ruff", "format", "--check", "."], {}),
    (["-c", CONTRACTS], {}),
    (["manage.py", "makemigrations", "--check", "--dry-run"], {}),
    (["manage.py", "check", "--deploy", "--fail-level", "WARNING"], LIKE_PRODUCTION),
)


def main() -> int:
    """Run all; the exit code."""
    return run([sys.executable, *LONG], [([sys.executable, *command], more) for command, more in QUICK])


def run(long: Sequence[str], quick: Sequence[tuple[Sequence[str], Mapping[str, str]]]) -> int:
    """The quick commands one after the other, with what each has in its environment, while the long one is at work."""
    with beside([long]) as [(running, said)]:
        for command, more in quick:
            show(command)
            if code := subprocess.run(command, cwd=CLONE, env={**os.environ, **more}, check=False).returncode:
                return code
        show(long)
        follow(said, running, sys.stdout.buffer)
        return running.returncode


def show(command: Sequence[str]) -> None:
    print(shlex.join(command), flush=True)


if __name__ == "__main__":
    sys.exit(main())
