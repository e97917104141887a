"""Run every test in three parts at the same time: what can share the machine, on several cores; and beside it, one by
one, what needs a browser, a worker or servers of its own and waits for them most of its time: the journeys through the
whole product, and the rest.

    python scripts/run_tests.py [pytest arguments]

The parts that wait go first where all want the processor, because what they wait for has a deadline; what they say is
shown when the first has ended. Ends with one closing line that counts all parts; the exit code is 0 only when all
succeed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

CLONE = Path(__file__).resolve().parent.parent
NO_TESTS = 5  # pytest's exit code when a selection is empty
COUNTS = ("tests", "failures", "errors", "skipped")
JOURNEYS = "tests/journeys/"
YIELDS = 5  # how nice the part on several cores is to the parts that must not be late


def main(arguments: list[str]) -> int:
    """Run all parts on the same servers; the exit code."""
    started = time.monotonic()
    if trouble := prepare_servers():
        print(trouble, file=sys.stderr, flush=True)
        return 1
    workers = str(min(4, os.cpu_count() or 1))
    waiting = [] if names_files(arguments) else files_that_say("serial")
    journeys = [file for file in waiting if file.startswith(JOURNEYS)]
    parts = (
        ["-m", "not serial", "-n", workers],
        ["-m", "serial and journey", *journeys],
        ["-m", "serial and not journey", *(file for file in waiting if file not in journeys)],
    )
    totals = dict.fromkeys(COUNTS, 0)
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder, f"{number}.xml") for number in range(len(parts))]
        commands = [
            # A database of its own for each part: whoever ends first drops it.
            [
                "env",
                "-u",
                "PYTHONDONTWRITEBYTECODE",  # a hundred processes load the product: it is compiled once
                f"TEST_DATABASE_NAME=test_amends_{number}",
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-rs",
                f"--junitxml={reports[number]}",
                *selection,
                *arguments,
            ]
            for number, selection in enumerate(parts)
        ]
        codes = run_together(commands[0], commands[1:], shown=sys.stdout.buffer)
        for report in reports:
            add(totals, report)
    failed = [code for code in codes if code not in {0, NO_TESTS}]
    code = failed[0] if failed else (NO_TESTS if totals["tests"] == 0 else 0)
    print(closing_line(totals, failed=bool(failed), seconds=time.monotonic() - started), flush=True)
    return code


def names_files(arguments: Sequence[str]) -> bool:
    """Whether the caller says where to look for tests."""
    return any(Path(CLONE, argument.partition("::")[0]).exists() for argument in arguments)


def files_that_say(mark: str) -> list[str]:
    """The test files in which `mark` stands. A part that wants a few tests of some twenty files reads only those: to
    collect all takes twenty seconds of a processor."""
    found = sorted(Path(CLONE, "tests").rglob("test_*.py"))
    return [str(file.relative_to(CLONE)) for file in found if mark in file.read_text(encoding="utf-8")]


def prepare_servers() -> str:
    """Start what all parts share, given back when this process ends; the sentence for the terminal if that fails."""
    sys.path.insert(0, str(CLONE))
    from config.embedded import environment
    from config.embedded.errors import EmbeddedError
    from tests import servers

    environment.exit_on_signals()
    try:
        servers.ensure()
    except EmbeddedError as error:
        return f"amends: {error}"
    return ""


def run_together(yielding: Sequence[str], urgent: Sequence[Sequence[str]], *, shown: BinaryIO) -> list[int]:
    """Run all commands at the same time, the first with less claim to the processor; their exit codes.

    The first speaks to the terminal, what the others say goes to `shown` afterwards, one after the other.
    """
    with beside(urgent) as others, ended_at_last(["nice", "-n", str(YIELDS), *yielding], shown) as first:
        first.wait()
        for running, said in others:
            follow(said, running, shown)
    return [first.returncode, *(running.returncode for running, _said in others)]


@contextmanager
def beside(commands: Sequence[Sequence[str]]) -> Iterator[Sequence[tuple[subprocess.Popen[bytes], BinaryIO]]]:
    """The commands at work, each with the file it writes to; ended with the block."""
    with ExitStack() as stack:
        running = []
        for command in commands:
            said = stack.enter_context(tempfile.TemporaryFile())
            running.append((stack.enter_context(ended_at_last(command, said)), said))
        yield running


@contextmanager
def ended_at_last(command: Sequence[str], output: BinaryIO) -> Iterator[subprocess.Popen[bytes]]:
    """The command at work; whatever ends the block ends it."""
    running = subprocess.Popen(
        command, cwd=CLONE, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait()


def follow(said: BinaryIO, running: subprocess.Popen[bytes], shown: BinaryIO) -> None:
    """Show what was written to the file `said` and what still comes, until `running` has ended."""
    place = 0
    while True:
        ended = running.poll() is not None
        # The program shares the file's position: reading must not move it.
        while part := os.pread(said.fileno(), 65_536, place):
            place += len(part)
            shown.write(part)
            shown.flush()
        if ended:
            return
        time.sleep(0.1)


def add(totals: dict[str, int], report: Path) -> None:
    """Add the counts of one report; a run that broke off early has none."""
    if not report.exists():
        return
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        for name in COUNTS:
            totals[name] += int(suite.get(name, 0))


def closing_line(totals: dict[str, int], *, failed: bool, seconds: float) -> str:
    """The closing line of pytest, over all parts."""
    passed = totals["tests"] - totals["failures"] - totals["errors"] - totals["skipped"]
    counts = [(totals["failures"], "failed"), (passed, "passed"), (totals["skipped"], "skipped")]
    counts.append((totals["errors"], "error" if totals["errors"] == 1 else "errors"))
    words = ", ".join(f"{count} {word}" for count, word in counts if count) or "no tests ran"
    if failed and not totals["failures"] and not totals["errors"]:
        words = f"broken off, {words}"
    return f" {words} in {seconds:.2f}s ".center(80, "=")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
