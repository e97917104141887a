"""make test: parts at the same time, one report."""

import subprocess
import sys
import tempfile
import time
from importlib import util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAITS_FOR_THE_OTHER = """
import os, pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:3])
mine.touch()
deadline = time.monotonic() + 20
while not other.exists() and time.monotonic() < deadline:
    time.sleep(0.01)
print(mine.name, other.exists(), os.nice(0) - int(sys.argv[3]), flush=True)
sys.exit(int(sys.argv[4]))
"""


@pytest.fixture(scope="module")
def runner() -> Any:
    spec = util.spec_from_file_location("run_tests_script", ROOT / "scripts" / "run_tests.py")
    assert spec is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)  # type: ignore[union-attr]  # a file has a loader
    return module


def test_the_parts_run_at_once_the_first_yields_and_speaks_first(runner: Any, tmp_path: Path) -> None:
    ours = str(subprocess.run(["nice"], capture_output=True, text=True, check=True).stdout.strip())
    files = [str(tmp_path / name) for name in ("first", "second", "third")]
    commands = [
        [sys.executable, "-c", WAITS_FOR_THE_OTHER, mine, files[number - 2], ours, str(number % 2)]
        for number, mine in enumerate(files)
    ]
    with tempfile.TemporaryFile() as shown:
        codes = runner.run_together(commands[0], commands[1:], shown=shown)
        shown.seek(0)
        said = shown.read().decode().splitlines()
    assert codes == [0, 1, 0]
    assert said == [f"first True {runner.YIELDS}", "second True 0", "third True 0"]


def test_a_part_that_outlives_the_run_is_ended(runner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "follow", interrupted)
    begun = time.monotonic()
    with tempfile.TemporaryFile() as shown, pytest.raises(KeyboardInterrupt):
        runner.run_together([sys.executable, "-c", ""], [["sleep", "60"]], shown=shown)
    assert time.monotonic() - begun < 30  # terminate and wait have returned


@pytest.mark.parametrize(
    ("counts", "failed", "words"),
    [
        ((3, 0, 0, 0), False, " 3 passed in 1.00s "),
        ((5, 1, 1, 1), True, " 1 failed, 2 passed, 1 skipped, 1 error in 1.00s "),
        ((2, 0, 0, 0), True, " broken off, 2 passed in 1.00s "),
        ((0, 0, 0, 0), False, " no tests ran in 1.00s "),
    ],
)
def test_one_closing_line_counts_all(
    runner: Any, tmp_path: Path, counts: tuple[int, ...], failed: bool, words: str
) -> None:
    totals = dict.fromkeys(runner.COUNTS, 0)
    suite = " ".join(f'{name}="{count}"' for name, count in zip(runner.COUNTS, counts, strict=True))
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites><testsuite {suite}/></testsuites>")
    runner.add(totals, report)
    runner.add(totals, tmp_path / "no-such-report.xml")
    assert runner.closing_line(totals, failed=failed, seconds=1.0).strip("=") == words


def test_the_parts_that_wait_read_every_file_that_marks_a_test(runner: Any) -> None:
    """The mark stands in the files of the tests themselves: where else it stood, its tests would not be run."""
    marked = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if "mark.serial" in path.read_text(encoding="utf-8")
    }
    assert marked <= set(runner.files_that_say("serial"))
    assert runner.names_files(["-x"]) is False
    assert runner.names_files(["-x", "tests/scripts::anything"]) is True
