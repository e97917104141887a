"""The servers themselves: real programs, real folders, real kills."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis

from config.embedded import process
from config.embedded.cluster import Cluster, read_state
from config.embedded.errors import EmbeddedError
from config.embedded.layout import CLONE
from config.embedded.programs import Program, postgres_programs, redis_programs

pytestmark = pytest.mark.serial

MakeCluster = Callable[..., Cluster]

HOLD_AND_SLEEP = """
import sys, time
from pathlib import Path
from config.embedded.cluster import Cluster
Cluster(Path(sys.argv[1]), fast=True).acquire()
print("ready", flush=True)
time.sleep(60)
"""


def sql(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def pids(data: Path) -> dict[str, int]:
    return {name: entry["pid"] for name, entry in read_state(data / "run" / "servers.json").items()}


def test_a_cold_start_gives_both_servers_with_passwords_on_loopback(data: Path, cluster: MakeCluster) -> None:
    urls = cluster().acquire()

    assert sql(urls["postgres"], "SHOW listen_addresses") == [("127.0.0.1",)]
    assert sql(urls["postgres"], "SHOW server_encoding") == [("UTF8",)]
    assert sql(urls["postgres"], "SELECT upper('straße über')") == [("STRASSE ÜBER",)] or sql(
        urls["postgres"], "SELECT upper('über')"
    ) == [("ÜBER",)]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(urls["postgres"].replace("amends:", "amends:x", 1))
    client = redis.from_url(urls["redis"])
    assert client.config_get("bind") == {"bind": "127.0.0.1"}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.from_url(urls["redis"].replace("redis://:", "redis://:x", 1)).ping()
    assert (data / "run" / "servers.json").stat().st_mode & 0o777 == 0o600
    assert {
        name: entry["url"] for name, entry in json.loads((data / "run" / "servers.json").read_text()).items()
    } == urls


def test_a_real_run_is_durable(data: Path, said: list[str]) -> None:
    durable = Cluster(data, say=said.append)
    try:
        urls = durable.acquire()
        shown = [
            sql(urls["postgres"], f"SHOW {name}")[0][0]
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        ]
        assert shown == ["on", "on", "on"]
        settings = redis.from_url(urls["redis"]).config_get("append*")
        assert (settings["appendonly"], settings["appendfsync"]) == ("yes", "everysec")
    finally:
        durable.stop()


def test_a_warm_start_keeps_the_data_and_stopping_leaves_no_process(data: Path, cluster: MakeCluster) -> None:
    first = cluster()
    sql(first.acquire()["postgres"], "CREATE TABLE kept AS SELECT 42 AS answer")
    assert first.release() is True
    assert (process.inside(data / "pg"), process.inside(data / "redis")) == ([], [])
    assert not (data / "run" / "servers.json").exists()

    assert sql(cluster().acquire()["postgres"], "SELECT answer FROM kept") == [(42,)]


def test_servers_left_by_a_killed_command_are_adopted(data: Path, cluster: MakeCluster) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", HOLD_AND_SLEEP, str(data)], cwd=CLONE, stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "ready\n"
    command.kill()
    command.wait()
    before = pids(data)
    assert all(process.is_alive(pid) for pid in before.values())

    adopting = cluster()
    urls = adopting.acquire()

    assert pids(data) == before
    assert sql(urls["postgres"], "SELECT 1") == [(1,)]
    assert adopting.release() is True
    assert not any(process.is_alive(pid) for pid in before.values())


def test_a_left_over_that_hangs_is_ended_and_replaced(
    data: Path, cluster: MakeCluster, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.embedded.server.Server.patience", 0.3)
    monkeypatch.setattr(
        "config.embedded.redis.Redis.stop_steps", ((signal.SIGTERM, 0.3), (signal.SIGKILL, 5))
    )
    cluster(names=["redis"]).acquire()
    hanging = pids(data)["redis"]
    os.kill(hanging, signal.SIGSTOP)

    urls = cluster(names=["redis"]).acquire()

    assert redis.from_url(urls["redis"]).ping() is True
    assert not process.is_alive(hanging)
    assert said == [f"A left-over Redis (process {hanging}) does not answer; ending it."]


def test_killed_servers_come_back_on_their_ports_with_what_was_committed(
    cluster: MakeCluster, data: Path
) -> None:
    running = cluster(fast=False)
    urls = running.acquire()
    sql(urls["postgres"], "CREATE TABLE kept AS SELECT 42 AS answer")
    for pid in pids(data).values():
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(server.is_alive() for server in running.servers.values()) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert running.revive() == ["postgres", "redis"]

    assert running.urls() == urls
    assert sql(urls["postgres"], "SELECT answer FROM kept") == [(42,)]
    assert redis.from_url(urls["redis"]).ping() is True


def test_a_stale_pid_file_that_names_a_stranger_is_no_obstacle(data: Path, cluster: MakeCluster) -> None:
    first = cluster()
    first.acquire()
    first.release()
    (data / "pg" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{data / 'pg'}\n0\n5432\n\n127.0.0.1\n0 0\nready\n"
    )
    (data / "redis" / "redis.pid").write_text(f"{os.getpid()}\n")

    urls = cluster().acquire()

    assert sql(urls["postgres"], "SELECT 1") == [(1,)]
    assert process.is_alive(os.getpid())


def test_who_leaves_last_stops_the_servers(data: Path, cluster: MakeCluster) -> None:
    first, second = cluster(names=["redis"]), cluster(names=["redis"])
    assert first.acquire() == second.acquire()
    before = pids(data)

    assert first.release() is True
    assert all(process.is_alive(pid) for pid in before.values())
    assert second.release() is True
    assert not any(process.is_alive(pid) for pid in before.values())


def test_two_commands_at_once_share_the_servers_and_leave_none(data: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
    }
    show = "import os; print(os.environ['DATABASE_URL'], flush=True); import time; time.sleep(0.5)"
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "config.embedded.run", sys.executable, "-c", show],
            cwd=CLONE,
            env={**environment, "AMENDS_DATA": str(data)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]

    shown = [command.communicate(timeout=60)[0] for command in commands]

    assert [command.returncode for command in commands] == [0, 0]
    assert shown[0] == shown[1]
    assert shown[0].startswith("postgres://amends:")
    assert (process.inside(data / "pg"), process.inside(data / "redis")) == ([], [])


def test_only_the_missing_server_is_started(data: Path, cluster: MakeCluster) -> None:
    assert list(cluster(names=["redis"]).acquire()) == ["redis"]
    assert not (data / "pg").exists()


def test_a_machines_program_that_does_not_start_gives_way_to_the_next(
    open_folder: Path, cluster: MakeCluster, said: list[str]
) -> None:
    broken = _script(open_folder / "broken" / "postgres", "echo no luck; exit 1")
    _script(open_folder / "broken" / "initdb", "echo disk full; exit 1")
    good = postgres_programs()[-1]

    urls = cluster(names=["postgres"], programs={"postgres": [_program(broken), good]}).acquire()

    assert sql(urls["postgres"], "SELECT 1") == [(1,)]
    assert len(said) == 1
    assert said[0].startswith(f"PostgreSQL 99.0 at {broken} did not start; using {good.title} instead")


def test_a_folder_that_cannot_be_made_is_explained_with_the_end_of_the_log(
    open_folder: Path, data: Path, cluster: MakeCluster
) -> None:
    broken = _script(open_folder / "broken" / "postgres", "exit 1")
    _script(open_folder / "broken" / "initdb", "echo 'initdb: error: No space left on device'; exit 1")

    with pytest.raises(EmbeddedError) as caught:
        cluster(names=["postgres"], programs={"postgres": [_program(broken)]}).acquire()

    assert str(caught.value) == (
        f"PostgreSQL 99.0 could not create its folder {data / 'pg.new'}; the end of {data / 'log' / 'postgres.log'}:"
        "\n    initdb: error: No space left on device"
    )
    assert sorted(path.name for path in data.iterdir()) == ["files", "log", "run", "secrets", "static"]


def test_a_folder_of_another_version_is_explained_and_left_alone(data: Path, cluster: MakeCluster) -> None:
    first = cluster(names=["postgres"])
    first.acquire()
    first.release()
    (data / "pg" / "PG_VERSION").write_text("14\n")

    with pytest.raises(EmbeddedError) as caught:
        cluster(names=["postgres"]).acquire()

    have = ", ".join(sorted({str(program.major) for program in postgres_programs()}))
    assert str(caught.value) == (
        f"{data / 'pg'} was made by PostgreSQL 14, and this machine has {have}: install PostgreSQL 14 again, "
        f"or move {data / 'pg'} away to start with an empty database."
    )
    (data / "pg" / "PG_VERSION").write_text(f"{postgres_programs()[0].major}\n")


def test_the_wheels_programs_serve_when_the_machine_has_none(cluster: MakeCluster) -> None:
    wheels = {
        "postgres": [program for program in postgres_programs() if program.from_wheel],
        "redis": [program for program in redis_programs() if program.from_wheel],
    }
    assert [len(found) for found in wheels.values()] == [1, 1]

    urls = cluster(programs=wheels).acquire()

    assert sql(urls["postgres"], "SELECT upper('über')") == [("ÜBER",)]
    assert sql(urls["postgres"], "CREATE EXTENSION pg_trgm; SELECT similarity('amends', 'amends')") == [
        (1.0,)
    ]
    assert redis.from_url(urls["redis"]).ping() is True


def _script(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def _program(path: Path) -> Program:
    return Program(path, 99, "PostgreSQL 99.0", from_wheel=False)
