"""`make demo` as a person runs it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.embedded import process
from config.embedded.cluster import read_state
from config.embedded.layout import CLONE
from config.embedded.ports import free_port

pytestmark = pytest.mark.serial

EMBEDDED = (
    "DATABASE_URL",
    "REDIS_URL",
    "AMENDS_SECRET_KEY",
    "AMENDS_LINK_KEY",
    "AMENDS_BASE_URL",
    "AMENDS_EMAIL_URL",
)


def environment(data: Path, port: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {*EMBEDDED, "DJANGO_SETTINGS_MODULE", "DEBUG"}
    }
    return {**kept, "AMENDS_DATA": str(data), "PORT": str(port)}


def start(data: Path, port: int, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded.demo", *arguments],
        cwd=CLONE,
        env=environment(data, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(demo: subprocess.Popen[str], words: str) -> str:
    assert demo.stdout is not None
    shown = ""
    while words not in shown:
        line = demo.stdout.readline()
        assert line, f"the demo ended before it said {words!r}:\n{shown}"
        shown += line
    return shown


def test_a_port_in_use_is_one_sentence_and_nothing_is_started(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = start(data, port)
        said, _ = demo.communicate(timeout=90)

    assert said == (
        f"amends: Port {port} is in use by another program: end it, or choose another port with `make demo PORT=8001`.\n"
    )
    assert demo.returncode == 1
    assert not (data / "pg").exists()
    assert not (data / "redis").exists()


def test_a_port_that_is_no_number_is_one_sentence(data: Path) -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "config.embedded.demo"],
        cwd=CLONE,
        env={**environment(data, 0), "PORT": "http"},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert (demo.returncode, demo.stderr) == (
        1,
        "amends: PORT is 'http': use a number between 1 and 65535.\n",
    )


def test_the_demo_comes_up_shares_its_servers_survives_a_kill_and_goes_without_a_trace(data: Path) -> None:
    without_sample_data_the_link_that_makes_the_first_workspace_is_printed(data)

    port = free_port()
    demo = start(data, port)
    try:
        shown = read_until(demo, "Stop with Ctrl-C.")
        assert f"Amends runs at http://localhost:{port}/" in shown
        assert "/setup/" not in shown  # the demo has its workspace
        assert (data / "demo-sign-ins.txt").exists()
        assert get(port, "/healthz") == 200
        assert [
            get(port, "/accounts/login/", host=f"{name}:{port}") for name in ("localhost", "127.0.0.1")
        ] == [200, 200]

        servers = read_state(data / "run" / "servers.json")
        command = manage(
            data, port, "shell", "-c", "from django.db import connection as c; print(c.settings_dict['PORT'])"
        )
        assert command.stdout.splitlines()[-1] == str(servers["postgres"]["port"])
        assert read_state(data / "run" / "servers.json") == servers

        second = start(data, free_port())
        assert (
            second.communicate(timeout=90)[0]
            == f"amends: The demo already runs from {data}: stop that one first.\n"
        )

        children = read_state(data / "run" / "processes.json")
        assert sorted(children) == ["schedule", "web", "worker"]
        os.kill(children["web"]["pid"], signal.SIGKILL)
        os.kill(servers["redis"]["pid"], signal.SIGKILL)
        read_until(demo, "redis had died; it runs again on the same port.")
        wait_for(port)

        every = [
            entry["pid"]
            for entry in (*read_state(data / "run" / "servers.json").values(), *children.values())
        ]
        demo.send_signal(signal.SIGTERM)
        said, _ = demo.communicate(timeout=90)
        assert said.splitlines()[-1] == "amends: Everything is stopped; the data are kept."
        assert demo.returncode == 0
        assert [pid for pid in every if process.is_alive(pid)] == []
        assert [pid for name in ("pg", "redis") for pid in process.inside(data / name)] == []
        assert not (data / "run" / "servers.json").exists()
    finally:
        demo.kill()
        demo.wait()


def without_sample_data_the_link_that_makes_the_first_workspace_is_printed(data: Path) -> None:
    """Part of the test above: it begins where this ends, because a site is made from nothing in half a minute."""
    port = free_port()
    serve = start(data, port, "--empty")
    try:
        shown = read_until(serve, "Stop with Ctrl-C.")
        links = re.findall(rf"http://localhost:{port}(/setup/[A-Za-z0-9_-]{{44}}/)", shown)
        assert len(links) == 1
        assert (get(port, links[0]), get(port, "/")) == (200, 200)
        assert not (data / "demo-sign-ins.txt").exists()
        serve.send_signal(signal.SIGTERM)
        serve.communicate(timeout=90)
        assert serve.returncode == 0
    finally:
        serve.kill()
        serve.wait()


def manage(data: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CLONE,
        env=environment(data, port),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while get(port, "/healthz") != 200:
        assert time.monotonic() < deadline, "the site did not come back"
        time.sleep(0.1)


def get(port: int, path: str, host: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", urlsplit(path).path, headers={"Host": host} if host else {})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
