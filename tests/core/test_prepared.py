import pytest
from django.db import OperationalError, ProgrammingError, connection

from core.prepared import Prepared

TYPES = {"a": "int", "b": "text"}


def made(name: str) -> Prepared:
    return Prepared(name, "SELECT %(a)s + 1, %(b)s || '%%', %(a)s", TYPES)


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'test_%%'", [])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_statement_is_planned_once_per_connection() -> None:
    statement = made("test_once")
    assert [statement.row({"a": n, "b": "x", "more": 1}) for n in (1, 2)] == [(2, "x%", 1), (3, "x%", 2)]
    assert sessions() == 1


@pytest.mark.django_db
def test_inside_a_transaction_it_runs_as_it_is() -> None:
    assert made("test_inside").row({"a": 1, "b": "x"}) == (2, "x%", 1)
    assert sessions() == 0


@pytest.mark.django_db(transaction=True)
def test_no_row_is_none() -> None:
    assert Prepared("test_none", "SELECT 1 WHERE %(a)s = 1", TYPES).row({"a": 2}) is None


@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_it_runs_as_it_is() -> None:
    statement = made("test_pooled")
    statement.row({"a": 1, "b": "x"})
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # another connection of the pool knows nothing of it
    assert statement.row({"a": 1, "b": "x"}) == (2, "x%", 1)
    assert sessions() == 0
    assert statement.row({"a": 5, "b": "x"}) == (6, "x%", 5)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_replaced() -> None:
    statement = made("test_dead")
    statement.row({"a": 1, "b": "x"})
    raw = connection.connection
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.health_check_done = True  # as if the request had found it well
    assert statement.row({"a": 1, "b": "x"}) == (2, "x%", 1)
    assert connection.connection is not raw


@pytest.mark.django_db(transaction=True)
def test_a_mistake_in_the_statement_is_raised() -> None:
    with pytest.raises(ProgrammingError):
        Prepared("test_wrong", "SELECT nothing FROM nowhere WHERE %(a)s = 1", TYPES).row({"a": 1})


@pytest.mark.django_db(transaction=True)
def test_a_time_out_is_raised_and_not_tried_again() -> None:
    statement = Prepared("test_slow", "SELECT pg_sleep(%(a)s)", {"a": "float8"})
    statement.row({"a": 0})
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
    try:
        with pytest.raises(OperationalError, match="timeout"):
            statement.row({"a": 60})
    finally:
        connection.close()
