"""Secrets of the data folder: random, made once, for nobody else's eyes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.embedded.keys import read_or_make
from config.embedded.layout import CLONE


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read_or_make(tmp_path / "key")
    assert (len(first), read_or_make(tmp_path / "key")) == (64, first)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read_or_make(tmp_path / "other") != first


def test_an_empty_file_left_by_a_full_disk_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("")
    assert len(read_or_make(tmp_path / "key")) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_commands_that_start_at_once_agree(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from config.embedded.keys import read_or_make\n"
    script += "print(read_or_make(Path(sys.argv[1])))"

    def run(_: int) -> str:
        arguments = [sys.executable, "-c", script, str(tmp_path / "key")]
        return subprocess.run(arguments, cwd=CLONE, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1
