"""Children that die, hang, leave children of their own behind, or lose their supervisor."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded import process, supervisor
from config.embedded.layout import CLONE, Layout
from config.embedded.supervisor import Child, Supervisor

pytestmark = pytest.mark.serial

STEADY = "import time; time.sleep(60)"
HANGING = (
    "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (15, 3)]; print('deaf'); time.sleep(60)"
)
WITH_CHILD = "import subprocess, time; subprocess.Popen(['sleep', '60']); print('has one'); time.sleep(60)"

Supervise = Callable[..., Supervisor]


@pytest.fixture
def layout(data: Path) -> Layout:
    made = Layout.of(data)
    made.make_folders()
    return made


@pytest.fixture
def supervise(layout: Layout, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervise]:
    monkeypatch.setattr(supervisor, "_TICK_SECONDS", 0.01)
    monkeypatch.setattr(supervisor, "STOP_STEPS", ((signal.SIGTERM, 0.5), (signal.SIGKILL, 5)))
    made: list[Supervisor] = []

    def start(**programs: str) -> Supervisor:
        children = [Child(name, [sys.executable, "-u", "-c", program]) for name, program in programs.items()]
        made.append(Supervisor(layout, children, cluster=None, env=dict(os.environ), say=said.append))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def until(condition: Callable[[], object], act: Callable[[], object] = lambda: time.sleep(0.02)) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within ten seconds"
        act()


def pid_of(child: Child) -> int:
    assert child.popen is not None
    return child.popen.pid


def test_a_child_that_dies_is_named_and_started_again(
    supervise: Supervise, said: list[str], layout: Layout
) -> None:
    running = supervise(web=STEADY)
    child = running.children[0]
    first = pid_of(child)
    os.kill(first, signal.SIGKILL)
    until(lambda: child.deaths == 1, running.tick)
    assert said == [f"web ended (code -9); it starts again in 1 s. The end of {layout.log / 'web.log'}:"]

    until(lambda: child.popen is not None, running.tick)

    assert pid_of(child) != first
    assert process.is_alive(pid_of(child))


def test_a_child_that_keeps_dying_is_started_ever_more_rarely(supervise: Supervise) -> None:
    running = supervise(web="raise SystemExit('no luck')")
    child = running.children[0]
    pauses = []
    for death in range(1, 8):
        until(lambda death=death: child.deaths == death, running.tick)
        pauses.append(round(child.start_again - time.monotonic()))
        child.start_again = 0.0

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_stopping_ends_children_in_reverse_order_with_the_deaf_and_their_children(
    supervise: Supervise,
) -> None:
    running = supervise(web=WITH_CHILD, worker=HANGING)
    leaders = [pid_of(child) for child in running.children]
    until(lambda: running.log_of(running.children[0]).read_text() == "has one\n")
    until(lambda: running.log_of(running.children[1]).read_text() == "deaf\n")
    members = [pid for leader in leaders for pid in process.group(leader)]
    assert len(members) == 3

    assert running.stop() == []

    assert [pid for pid in members if process.is_alive(pid)] == []
    assert [child.popen.returncode for child in running.children if child.popen] == [
        -signal.SIGTERM,
        -signal.SIGKILL,
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_children_go_when_the_supervisor_is_killed(data: Path, layout: Layout) -> None:
    program = (
        "import os, sys, time; from pathlib import Path\n"
        "from config.embedded.layout import Layout; from config.embedded.supervisor import Child, Supervisor\n"
        f"s = Supervisor(Layout.of(Path({str(data)!r})), [Child('web', ['sleep', '60'])], cluster=None,"
        " env=dict(os.environ), say=print)\n"
        "s.start(); print(s.children[0].popen.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=CLONE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()

    until(lambda: not process.is_alive(child))


def test_left_overs_of_a_killed_run_are_ended_by_number_and_start_time(
    layout: Layout, said: list[str]
) -> None:
    left, stranger = (subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2))
    try:
        notes = {
            "web": {"pid": left.pid, "identity": process.identity(left.pid)},
            "worker": {"pid": stranger.pid, "identity": "the start time of an earlier process"},
        }
        (layout.run / "processes.json").write_text(json.dumps(notes))

        supervisor.end_left_overs(layout, said.append)

        assert left.wait(timeout=5) == -signal.SIGTERM
        assert stranger.poll() is None
        assert said == [f"Ending the left-over web (process {left.pid}) of an earlier run."]
        assert not (layout.run / "processes.json").exists()
    finally:
        stranger.kill()
        left.kill()
        stranger.wait()
        left.wait()
