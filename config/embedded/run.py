"""Run one program with the embedded servers, for development:

python -m config.embedded.run celery -A config worker
python -m config.embedded.run --without-servers mypy .     keys and addresses only
"""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

from config.embedded import environment
from config.embedded.errors import EmbeddedError


def main(argv: list[str]) -> int:
    """Run `argv` until it ends; its exit code."""
    servers = argv[:1] != ["--without-servers"]
    argv = argv if servers else argv[1:]
    if not argv:
        print(__doc__, file=sys.stderr)
        return 2
    environment.exit_on_signals()
    cluster = environment.prepare_environment(servers=servers, at_exit=False)
    try:
        program = subprocess.Popen(argv)

        def forward(number: int, frame: FrameType | None) -> None:
            program.send_signal(number)

        signal.signal(signal.SIGTERM, forward)
        signal.signal(signal.SIGHUP, forward)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the program itself
        return program.wait()
    finally:
        if cluster is not None:
            environment.ignore_signals()
            cluster.release()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(f"amends: {error}")
    except FileNotFoundError as error:
        sys.exit(f"amends: {error.filename} is not installed: run `make setup`.")
