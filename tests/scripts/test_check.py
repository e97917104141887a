"""make check: what takes long beside what does not, one exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
# A quick command waits for the long one to begin, the long one for the last quick one: run in turn, both would fail.
WAITS = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:3])
mine.touch()
deadline = time.monotonic() + 30
while not other.exists() and time.monotonic() < deadline:
    time.sleep(0.01)
print(mine.name, other.exists(), flush=True)
sys.exit(int(sys.argv[3]))
"""
RUN = """
import sys; sys.path.insert(0, {scripts!r})
import check
say = lambda name, other, code: [sys.executable, "-c", {waits!r}, name, other, str(code)]
sys.exit(check.run(say("long", "last", {long}), [(say("first", "long", {quick}), {{}}), (say("last", "first", 0), {{}})]))
"""


@pytest.mark.parametrize(
    ("long", "quick", "code", "said"),
    [
        (0, 0, 0, ["first True", "last True", "long True"]),
        (3, 0, 3, ["first True", "last True", "long True"]),
        (0, 4, 4, ["first True"]),  # the types are ended, and nothing follows
    ],
)
def test_the_long_check_runs_beside_the_quick_ones_and_speaks_last(
    tmp_path: Path, long: int, quick: int, code: int, said: list[str]
) -> None:
    program = RUN.format(scripts=str(SCRIPTS), waits=WAITS, long=long, quick=quick)
    program = program.replace('"long"', f'"{tmp_path}/long"').replace('"last"', f'"{tmp_path}/last"')
    program = program.replace('"first"', f'"{tmp_path}/first"')
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    shown = [line for line in done.stdout.splitlines() if line.endswith((" True", " False"))]
    assert (done.returncode, shown) == (code, said)


def test_every_check_is_made() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); import check; print(check.LONG, check.QUICK)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for word in (
        "mypy",
        "'ruff', 'check'",
        "'format', '--check'",
        "lint_imports",
        "makemigrations",
        "--deploy",
    ):
        assert word in said
