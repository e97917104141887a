"""The real product for a test: web, worker, schedule, Redis and mail server as processes of their own, with a database of
its own on the PostgreSQL of the test run.

    with live.product("whole_loop") as product:
        product.wait_for_mail(to="carla@example.com")
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.common import create_database, database_url, drop_database
from bench.product import Product, remove, running
from tests import servers, templates


def folder() -> Path:
    """Where live products of the tests keep their files."""
    return Path(os.environ.get("AMENDS_TEST_DATA") or servers.DATA) / "live"


@contextmanager
def product(name: str, *, mail: str = "smtp", settings: Mapping[str, str] | None = None) -> Iterator[Product]:
    """A running product that ends with the block. `mail` is "smtp" (to the sink) or "outbox:" (the mailbox page)."""
    database = f"test_live_{name}"
    static = folder() / "static"  # collected once for all: it takes longer than the start of everything else
    data = folder() / name
    create_database(database, template=templates.migrated())
    one = Product(
        data,
        database_url=database_url(database),
        mail=mail,
        settings={"AMENDS_STATIC_ROOT": str(static), **(settings or {})},
    )
    try:
        with running(one):
            yield one
    finally:
        drop_database(database)
        remove(data)
