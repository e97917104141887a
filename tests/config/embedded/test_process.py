"""Processes: alive, gone, ours or a stranger's."""

import signal
import subprocess
import sys
from pathlib import Path

from config.embedded import process


def test_a_process_that_ended_and_was_not_collected_is_not_alive() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    assert process.wait_until_gone(ended.pid, 10) is True
    assert (process.is_alive(ended.pid), ended.wait()) == (False, 0)


def test_a_process_is_stopped_by_the_first_signal_it_heeds() -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    running = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert running.stdout is not None
    running.stdout.readline()
    assert process.stop(running.pid, ((signal.SIGTERM, 0.2),), running) is False
    assert process.stop(running.pid, ((signal.SIGTERM, 0.2), (signal.SIGKILL, 5)), running) is True
    assert running.returncode == -signal.SIGKILL
    assert process.stop(running.pid, ((signal.SIGTERM, 1),)) is True


def test_a_stranger_is_not_taken_for_our_server(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], cwd="/")
    own = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    try:
        assert process.works_in(stranger.pid, tmp_path) is False
        assert process.works_in(own.pid, tmp_path) is True
        assert process.inside(tmp_path) == [own.pid]
    finally:
        for running in (stranger, own):
            running.kill()
            running.wait()
    assert process.works_in(own.pid, tmp_path) is False


def test_two_processes_never_share_an_identity_that_matters() -> None:
    running = subprocess.Popen(["sleep", "60"])
    try:
        assert process.identity(running.pid) == process.identity(running.pid) != ""
    finally:
        running.kill()
        running.wait()
    assert process.identity(running.pid) == ""


def test_a_pid_file_that_is_missing_or_damaged_names_nobody(tmp_path: Path) -> None:
    assert process.read_pid(tmp_path / "none") == 0
    (tmp_path / "damaged").write_text("postgres\n")
    assert process.read_pid(tmp_path / "damaged") == 0
    (tmp_path / "good").write_text("41\n/data\n")
    assert process.read_pid(tmp_path / "good") == 41
