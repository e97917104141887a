"""What the embedded run fills in, and what it leaves alone."""

import os
from pathlib import Path

import pytest

from config.embedded import environment
from config.embedded.cluster import Cluster

NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "AMENDS_SECRET_KEY",
    "AMENDS_LINK_KEY",
    "AMENDS_BASE_URL",
    "AMENDS_EMAIL_URL",
    "AMENDS_DATA",
    "PORT",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "set so that it is restored")
        monkeypatch.delenv(name)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def now_set() -> dict[str, str]:
    return {name: os.environ[name] for name in NAMES if name in os.environ}


def test_a_command_without_servers_gets_keys_and_addresses_that_answer_nobody(tmp_path: Path) -> None:
    assert environment.prepare_environment(data=tmp_path, servers=False) is None

    filled = now_set()
    keys = (filled.pop("AMENDS_SECRET_KEY"), filled.pop("AMENDS_LINK_KEY"))
    assert (len(set(keys)), min(map(len, keys))) == (2, 64)
    assert filled == {
        "DATABASE_URL": "postgres://amends@127.0.0.1:9/amends",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "AMENDS_BASE_URL": "http://localhost:8000",
        "AMENDS_EMAIL_URL": "outbox:",
        "AMENDS_DATA": str(tmp_path),
    }
    assert not (tmp_path / "pg").exists()


def test_the_next_command_finds_the_same_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.prepare_environment(data=tmp_path, servers=False)
    first = now_set()
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    environment.prepare_environment(data=tmp_path, servers=False)
    assert now_set() == first


def test_what_is_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    monkeypatch.setenv("AMENDS_SECRET_KEY_FILE", str(secret))
    monkeypatch.setenv("AMENDS_BASE_URL", "https://feedback.example.com")
    monkeypatch.setenv("PORT", "8001")
    environment.prepare_environment(data=tmp_path / "var", servers=False)
    assert "AMENDS_SECRET_KEY" not in now_set()
    assert now_set()["AMENDS_BASE_URL"] == "https://feedback.example.com"


def test_a_real_run_is_given_nothing_not_even_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db/amends")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")
    monkeypatch.setenv("AMENDS_DATA", str(tmp_path / "var"))
    before = now_set()

    assert environment.prepare_environment() is None

    assert now_set() == before
    assert not (tmp_path / "var").exists()


def test_commands_beside_a_demo_on_ones_own_servers_share_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db/amends")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")
    environment.prepare_environment(data=tmp_path, force=True)
    first = now_set()
    for name in ("AMENDS_SECRET_KEY", "AMENDS_LINK_KEY", "AMENDS_BASE_URL", "AMENDS_EMAIL_URL"):
        monkeypatch.delenv(name)
    environment.prepare_environment()
    assert now_set() == first


@pytest.mark.serial
def test_servers_that_are_missing_are_started_and_found_again(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db/amends")
    cluster = environment.prepare_environment(data=data, fast=True, at_exit=False)
    assert isinstance(cluster, Cluster)
    try:
        assert now_set()["REDIS_URL"] == cluster.urls()["redis"]
        assert now_set()["DATABASE_URL"] == "postgres://db/amends"
        monkeypatch.delenv("REDIS_URL")
        environment.prepare_environment(data=data, servers=False)
        assert now_set()["REDIS_URL"] == cluster.urls()["redis"]
    finally:
        cluster.release()


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("migrate", True),
        ("shell -c pass", True),
        ("makemigrations --check", True),
        ("check", False),
        ("check --database default", True),
        ("due_at --calendar c.json", False),
        ("migrate --help", False),
        ("--version", False),
        ("", False),
    ],
)
def test_commands_that_read_only_files_start_no_servers(line: str, needed: bool) -> None:
    assert environment.needs_servers(line.split()) is needed
