"""Run every test: first what can share the machine, on several cores, then what must run alone.

    python scripts/run_tests.py [pytest arguments]

Ends with one closing line that counts both parts; the exit code is 0 only when both succeed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

CLONE = Path(__file__).resolve().parent.parent
NO_TESTS = 5  # pytest's exit code when a selection is empty
COUNTS = ("tests", "failures", "errors", "skipped")


def main(arguments: list[str]) -> int:
    """Run both parts; the exit code."""
    started = time.monotonic()
    workers = str(min(4, os.cpu_count() or 1))
    parts = (["-m", "not serial", "-n", workers], ["-m", "serial"])
    totals = dict.fromkeys(COUNTS, 0)
    codes = []
    with tempfile.TemporaryDirectory() as folder:
        for number, selection in enumerate(parts):
            report = Path(folder, f"{number}.xml")
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-rs",
                f"--junitxml={report}",
                *selection,
                *arguments,
            ]
            codes.append(subprocess.run(command, cwd=CLONE, stdin=subprocess.DEVNULL).returncode)
            add(totals, report)
    failed = [code for code in codes if code not in {0, NO_TESTS}]
    code = failed[0] if failed else (NO_TESTS if totals["tests"] == 0 else 0)
    print(closing_line(totals, failed=bool(failed), seconds=time.monotonic() - started), flush=True)
    return code


def add(totals: dict[str, int], report: Path) -> None:
    """Add the counts of one report; a run that broke off early has none."""
    if not report.exists():
        return
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        for name in COUNTS:
            totals[name] += int(suite.get(name, 0))


def closing_line(totals: dict[str, int], *, failed: bool, seconds: float) -> str:
    """The closing line of pytest, over both parts."""
    passed = totals["tests"] - totals["failures"] - totals["errors"] - totals["skipped"]
    counts = [(totals["failures"], "failed"), (passed, "passed"), (totals["skipped"], "skipped")]
    counts.append((totals["errors"], "error" if totals["errors"] == 1 else "errors"))
    words = ", ".join(f"{count} {word}" for count, word in counts if count) or "no tests ran"
    if failed and not totals["failures"] and not totals["errors"]:
        words = f"broken off, {words}"
    return f" {words} in {seconds:.2f}s ".center(80, "=")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
