"""docker-compose.yml can be trusted without starting it: each of our services' exact command, environment and health
check is run against the local servers; only host names, ports and container paths are replaced."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.embedded.layout import CLONE
from config.embedded.ports import free_port
from config.embedded.process import end_group, stop
from config.embedded.supervisor import STOP_STEPS

OURS = ("web", "worker", "beat")
IN_DOT_ENV = {
    "POSTGRES_PASSWORD": "postgres-password",
    "REDIS_PASSWORD": "redis-password",
    "AMENDS_BASE_URL": "http://localhost:8000",
    "AMENDS_SECRET_KEY": "QJ2vX0hY7cTqLr5WkZs8NfBd3GmAe9UoPi4jRtVx6HyCzKw1",
    "AMENDS_LINK_KEY": "b7NfWq3ZtYx9KdLr5HcVm2JgXs8PoAe4UiRj6TzQh1CwByGk",
    "AMENDS_EMAIL_URL": "smtp://mail:1025",
}


def interpolate(text: str) -> str:
    """What docker compose makes of ${NAME}, ${NAME:-default}, ${NAME:?message} and $$."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        return IN_DOT_ENV.get(found["name"]) or found["default"] or ""

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}", value, text)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (CLONE / "docker-compose.yml").read_text(encoding="utf-8")
    return yaml.safe_load(interpolate(text))


def test_it_has_the_services_it_should(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == ["beat", "mail", "migrate", "postgres", "redis", "web", "worker"]


def test_every_image_is_pinned(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", (CLONE / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [image for image in images if not re.search(r":v?\d+\.\d+", image)] == []


def test_our_image_runs_as_an_ordinary_user_on_a_file_system_it_cannot_change(
    compose: dict[str, Any],
) -> None:
    dockerfile = (CLONE / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\S+)", dockerfile, re.MULTILINE) == ["10001"]
    for name in (*OURS, "migrate"):
        service = compose["services"][name]
        assert (service["read_only"], service["cap_drop"], service.get("user")) == (True, ["ALL"], None)


def test_every_lasting_service_has_a_health_check_and_waits_for_healthy_ones(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["migrate"]
    for name in OURS:
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
        }


def test_no_secret_stands_in_a_file_of_the_repository() -> None:
    kept = (CLONE / ".env.example").read_text(encoding="utf-8")
    for name in ("AMENDS_SECRET_KEY", "AMENDS_LINK_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert re.findall(rf"^{name}=(.*)$", kept, re.MULTILINE) == [""]
    assert not re.search(r"(KEY|PASSWORD)=\w{8}", (CLONE / "Dockerfile").read_text(encoding="utf-8"))


def test_the_image_and_compose_start_the_web_server_alike(compose: dict[str, Any]) -> None:
    command = re.findall(r"^CMD (\[.*\])$", (CLONE / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [yaml.safe_load(found) for found in command] == [compose["services"]["web"]["command"]]


def test_every_variable_that_is_read_is_in_the_example_and_no_other() -> None:
    reader = re.compile(
        r"env\.(?:text|secret|flag|number|words|choice|path|base_url|database|redis_url|storage_folder)\(\s*\"([A-Z_]+)\""
    )
    elsewhere = {"PORT", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "AMENDS_TEST_DATA"}
    sources = [
        path
        for path in CLONE.glob("*/**/*.py")
        if path.parts[len(CLONE.parts)] not in {".venv", "tests", "var"}
    ]
    read = {name for path in sources for name in reader.findall(path.read_text(encoding="utf-8"))}
    defaults = set(
        re.findall(r"name: str = \"([A-Z_]+)\"", (CLONE / "config" / "env.py").read_text(encoding="utf-8"))
    )
    example = (CLONE / ".env.example").read_text(encoding="utf-8")

    assert set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.MULTILINE)) == read | defaults | elsewhere


class Started:
    """A service of the file, running here."""

    def __init__(self, service: dict[str, Any], folder: Path) -> None:
        self.port = str(free_port())
        self.folder = folder
        self.environment = self._environment(service)
        self.check = [self._local(word) for word in service["healthcheck"]["test"]]
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self._local(word) for word in service["command"]],
                cwd=CLONE,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def health(self) -> int:
        """The exit code of the health check."""
        assert self.check[0] == "CMD"
        return subprocess.run(
            self.check[1:], cwd=CLONE, env=self.environment, capture_output=True, timeout=30
        ).returncode

    def end(self) -> None:
        stop(self.process.pid, STOP_STEPS, self.process)
        end_group(self.process.pid)

    def _environment(self, service: dict[str, Any]) -> dict[str, str]:
        """The file's, with the addresses of the local servers; a Redis database of its own keeps tests apart."""
        given = {**IN_DOT_ENV, **service["environment"]}
        assert (given["DATABASE_URL"], given["REDIS_URL"]) == (
            "postgres://amends:postgres-password@postgres:5432/amends",
            "redis://:redis-password@redis:6379/0",
        )
        redis = re.sub(r"/\d*$", "/8", os.environ["REDIS_URL"])
        return given | {
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "REDIS_URL": redis,
            "AMENDS_DATA": str(self.folder / "data"),
            "AMENDS_EMAIL_URL": "smtp://127.0.0.1:1025",
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": "/nonexistent",
        }

    def _local(self, word: str) -> str:
        word = word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}").replace(
            "/tmp/schedule", f"{self.folder}/schedule"
        )
        return self.port if word == "8000" else word


@pytest.fixture
def started(request: pytest.FixtureRequest, compose: dict[str, Any], tmp_path: Path) -> Iterator[Started]:
    service = Started(compose["services"][request.param], tmp_path)
    yield service
    service.end()


@pytest.mark.serial
@pytest.mark.parametrize("started", OURS, indirect=True)
def test_a_service_becomes_healthy_and_its_check_notices_when_it_ends(started: Started) -> None:
    deadline = time.monotonic() + 60
    while started.health() != 0:
        assert started.process.poll() is None, started.log.read_text()
        assert time.monotonic() < deadline, f"not healthy within a minute:\n{started.log.read_text()}"
        time.sleep(0.2)

    started.end()
    for schedule in started.folder.glob("schedule*"):  # what a minute without a sign of life looks like
        os.utime(schedule, (time.time() - 61, time.time() - 61))

    assert started.process.poll() is not None
    assert started.health() == 1


def test_health_checks_of_a_worker_name_the_host_they_run_on(compose: dict[str, Any]) -> None:
    assert compose["services"]["worker"]["healthcheck"]["test"] == [
        "CMD",
        "python",
        "scripts/health.py",
        "worker",
    ]
    assert "--hostname" not in compose["services"]["worker"]["command"], (
        f"the check asks celery@{socket.gethostname()}"
    )
