"""What the benchmarks share: a database of their own on the given server, medians, rows of the table."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2


def database_url(name: str) -> str:
    """The server of DATABASE_URL with another database."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def create_database(name: str, *, template: str = "template0") -> None:
    """A database `name`, empty or a copy of `template`; one that is there is dropped first."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.close()


def drop_database(name: str) -> None:
    """Remove the database `name`, whoever is connected."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.close()


@contextmanager
def django_database(name: str) -> Iterator[str]:
    """Django on a fresh, migrated database `name` for the time of the block; yields its URL.

    Works whether or not Django is set up already: the default connection is pointed at the new database and back.
    """
    import django

    create_database(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings as site
    from django.core.management import call_command
    from django.db import connections

    # Pages are measured without a collected manifest: a bench needs no `collectstatic`.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    site.STORAGES = {**site.STORAGES, "staticfiles": plain}
    settings = connections["default"].settings_dict
    before = settings["NAME"]
    connections["default"].close()
    settings["NAME"] = name
    from config.celery import load_what_work_needs

    # As every process of the product does (config/celery.py, config/wsgi.py).
    load_what_work_needs()
    gc.freeze()
    try:
        call_command("migrate", verbosity=0)
        yield database_url(name)
    finally:
        connections["default"].close()
        settings["NAME"] = before
        drop_database(name)


def seconds(work: Callable[[], Any]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def processor_seconds(work: Callable[[], Any]) -> float:
    """How much processor time `work` takes, of this process and of its database process, which must be of this machine.

    Steadier than `seconds` beside other load; by the scheduler's own count, not by ticks of 10 ms.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    spent = -time.process_time() - _scheduled(backend)
    work()
    return spent + time.process_time() + _scheduled(backend)


def tree_seconds(pid: int) -> float:
    """Processor time of a process and everything it has started, also of what is over by now."""
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        child = int(entry.parent.name)
        children.setdefault(int(fields[1]), []).append(child)
        spent[child] = sum(map(int, fields[11:15]))  # its own, and of those it has waited for
    found, left = 0, [pid]
    while left:
        one = left.pop()
        found += spent.get(one, 0)
        left += children.get(one, [])
    return found / os.sysconf("SC_CLK_TCK")


def _scheduled(pid: int) -> float:
    """Seconds a process has been running on a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def in_turn(runs: dict[str, Callable[[], float]], times: int = 3) -> dict[str, float]:
    """Run each measurement in turn, A B A B ..., and give the median of each."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _turn in range(times):
        for name, run in runs.items():
            found[name].append(run())
    return {name: statistics.median(values) for name, values in found.items()}


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, int(share * len(ordered) + 0.5) - 1))]


def row(what: str, figure: str, ratio: str = "", target: str = "") -> dict[str, str]:
    """One line of the table."""
    return {"what": what, "figure": figure, "ratio": ratio, "target": target}
