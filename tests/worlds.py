"""Worlds that are dear to make, made once for several tests.

    @pytest.fixture(scope="class")
    def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
        with worlds.standing(django_db_blocker, make):
            yield

What `make` writes stands under each test of the class, which changes it as it likes and leaves it as it was; with the last
test it is gone. Only for tests that do not commit. Rows keep their ids from test to test: nothing outside of the database
may remember anything by them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def standing(blocker: Any, make: Callable[[], object]) -> Iterator[None]:
    """What `make` writes stands until the block ends. `blocker` is the fixture `django_db_blocker`."""
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
    try:
        with blocker.unblock():
            make()
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
