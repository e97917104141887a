"""Readers of the environment: types, files, and errors that name the variable and the cure."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config import env


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("X", "X_FILE"):
        monkeypatch.delenv(name, raising=False)


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(env.ConfigurationError) as caught:
        read()
    return str(caught.value)


def test_text_is_stripped_and_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "  hello ")
    assert env.text("X") == "hello"
    monkeypatch.setenv("X", "  ")
    assert env.text("X", "default") == "default"
    assert (
        refusal(lambda: env.text("X", cure="for example hello")) == "X is not set: set it, for example hello."
    )


def test_a_secret_comes_from_its_variable_or_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("X_FILE", str(file))
    assert (env.secret("X"), env.is_set("X")) == ("from the file", True)
    monkeypatch.setenv("X", "both")
    assert refusal(lambda: env.secret("X")) == "X and X_FILE are both set: unset one of them."
    monkeypatch.delenv("X_FILE")
    assert env.secret("X") == "both"
    monkeypatch.delenv("X")
    assert (env.secret("X", "default"), env.is_set("X")) == ("default", False)
    assert refusal(lambda: env.secret("X")) == (
        "X is not set: set it, or set X_FILE to the path of a file that holds it."
    )


def test_a_secret_file_that_is_missing_or_empty_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    monkeypatch.setenv("X_FILE", str(file))
    assert refusal(lambda: env.secret("X")).startswith(f"X_FILE names {file}, which cannot be read")
    file.write_text("\n")
    assert (
        refusal(lambda: env.secret("X")) == f"X_FILE names {file}, which is empty: write the value into it."
    )


@pytest.mark.parametrize(
    ("value", "read"),
    [("1", True), ("True", True), ("yes", True), ("on", True), ("0", False), ("off", False), ("", False)],
)
def test_a_flag_knows_the_usual_words(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("X", value)
    assert env.flag("X") is read


def test_a_mistyped_flag_means_neither_yes_nor_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "ture")
    assert refusal(lambda: env.flag("X")) == "X is 'ture': use 1 or 0."


def test_numbers_have_a_least_value(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.number("X", 7) == 7
    assert refusal(lambda: env.number("X")) == "X is not set: set it."
    monkeypatch.setenv("X", "3")
    assert env.number("X", least=3) == 3
    assert refusal(lambda: env.number("X", least=4)) == "X is 3: use a whole number of at least 4."
    monkeypatch.setenv("X", "three")
    assert refusal(lambda: env.number("X")) == "X is 'three': use a whole number."


def test_words_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.words("X", ["a"]) == ["a"]
    monkeypatch.setenv("X", " b, ,c ")
    assert env.words("X") == ["b", "c"]


def test_a_choice_is_one_of_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.choice("X", "text", ["text", "json"]) == "text"
    monkeypatch.setenv("X", "xml")
    assert refusal(lambda: env.choice("X", "text", ["text", "json"])) == "X is 'xml': use one of text, json."


def test_a_path_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert env.path("X", Path("/default")) == Path("/default")
    monkeypatch.setenv("X", "here")
    assert env.path("X", Path("/default")) == tmp_path / "here"


@pytest.mark.parametrize(
    "value", ["feedback.example.com", "ftp://x.example", "https://", "https://x.example/?a=1"]
)
def test_a_base_address_needs_scheme_and_host(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert refusal(lambda: env.base_url("X")).startswith(
        "X is 'https:'" if value == "https://" else f"X is {value!r}"
    )


def test_a_base_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "https://x.example/")
    assert env.base_url("X") == "https://x.example"


def test_a_database_is_postgresql_with_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgres://ann:p%40ss@db:5433/amends")
    read = env.database("X")
    assert {name: read[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "amends",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": 5433,
    }
    monkeypatch.setenv("X", "postgres://ann@db/")
    assert refusal(lambda: env.database("X")) == "X names no database: end it with /amends."
    monkeypatch.setenv("X", "sqlite:///db.sqlite3")
    assert (
        refusal(lambda: env.database("X"))
        == "X must start with postgres:// : PostgreSQL is the only database."
    )


@pytest.mark.parametrize(
    ("value", "number", "read"),
    [
        ("redis://:pw@host:6379", env.REDIS_BROKER, "redis://:pw@host:6379/0"),
        ("redis://:pw@host:6379/0", env.REDIS_CACHE, "redis://:pw@host:6379/1"),
        ("rediss://host/4?ssl_cert_reqs=none", env.REDIS_LIMITER, "rediss://host/6?ssl_cert_reqs=none"),
    ],
)
def test_redis_databases_are_counted_from_that_of_the_address(
    monkeypatch: pytest.MonkeyPatch, value: str, number: int, read: str
) -> None:
    monkeypatch.setenv("X", value)
    assert env.redis_url(number, "X") == read


def test_an_address_that_is_not_redis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "amqp://host")
    assert refusal(lambda: env.redis_url(0, "X")) == "X must start with redis:// or rediss:// ."
    monkeypatch.setenv("X", "redis://host/first")
    assert refusal(lambda: env.redis_url(0, "X")) == (
        "X ends with /first: end it with a database number, such as /0."
    )
