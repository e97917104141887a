"""The migrated database of the tests: made once for a state of the migrations, copied wherever one is needed.

Migrating an empty database costs ten seconds and more, copying a migrated one a fraction of a second. Each worker of a
test run and each live product starts with a copy; migrating from nothing is what the first run after a change, the demo
and the fault run do.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import django
import psycopg2
import psycopg2.errors
from django.apps import apps

from bench.common import create_database, database_url, drop_database
from config.embedded import programs
from config.embedded.layout import CLONE

PREFIX: Final = "test_template_"
_LOCK: Final = 7_041_994  # held while a template is looked for or made: workers come at the same moment
_IN_THE_MAKING: Final = "1 hour"  # longer than migrating takes
_UNUSED: Final = "1 day"  # what was made for migrations of the past goes after this time


def migrated() -> str:
    """The name of a migrated database nobody is connected to, for CREATE DATABASE ... TEMPLATE."""
    name = PREFIX + fingerprint()
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            if name not in _complete(cursor):
                _make(cursor, name)
            cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS '{_now(cursor)}'")
            _forget_old(cursor)
    finally:
        connection.close()
    return name


def fill(url: str) -> None:
    """Bring an empty database of another server up to date with the rows and tables of the migrated one: half a minute
    of a processor less than migrating it. Does nothing where the programs for it are missing."""
    folder = next((found.path.parent for found in programs.postgres_programs()), Path())
    if not (folder / "pg_dump").exists() or not (folder / "psql").exists():
        return
    name = f"test_live_dump_{os.getpid()}"
    create_database(
        name, template=migrated()
    )  # whoever reads the template itself is in the way of its copies
    try:
        dump = subprocess.Popen(
            [folder / "pg_dump", "--no-owner", "--no-privileges", database_url(name)], stdout=subprocess.PIPE
        )
        # The whole of it or nothing; a database that holds only a part cannot be migrated any more.
        done = subprocess.run(
            [folder / "psql", "-q", "-X", "--single-transaction", "-v", "ON_ERROR_STOP=1", url],
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if dump.wait() or done.returncode:
            raise RuntimeError(f"the dump ended with {dump.returncode}, its copy with {done.returncode}")
    finally:
        drop_database(name)


def fingerprint() -> str:
    """What a migrated database depends on: Django, the migrations of every app, and the models that are named in
    content types and permissions."""
    digest = hashlib.sha256(django.__version__.encode())
    for path in _migrations():
        digest.update(f"{path.parent.parent.name}/{path.name}\n".encode() + path.read_bytes())
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.label):
        meta = model._meta
        facts = (meta.label, meta.verbose_name_raw, meta.default_permissions, meta.permissions)
        digest.update(f"{facts}\n".encode())
    return digest.hexdigest()[:16]


def _migrations() -> Iterator[Path]:
    for config in sorted(apps.get_app_configs(), key=lambda one: one.label):
        found = find_spec(f"{config.name}.migrations")
        for folder in (found.submodule_search_locations or ()) if found else ():
            yield from sorted(path for path in Path(folder).iterdir() if path.suffix in {".py", ".sql"})


def _complete(cursor: "psycopg2.extensions.cursor") -> set[str]:
    """The templates that were made to their end: those carry the moment they were last used."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        " AND shobj_description(oid, 'pg_database')::timestamptz <= now()",
        [PREFIX],
    )
    return {name for (name,) in cursor.fetchall()}


def _make(cursor: "psycopg2.extensions.cursor", name: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # what a killed run left half done
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    # A moment to come: not complete yet, and not old to a run of another clone on the same server.
    cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS '{_now(cursor, _IN_THE_MAKING)}'")
    kept = {key: value for key, value in os.environ.items() if key not in ("DEBUG", "DJANGO_SETTINGS_MODULE")}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=CLONE,
        env={**kept, "DATABASE_URL": database_url(name)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the database of the tests could not be migrated:\n{done.stdout}{done.stderr}")


def _now(cursor: "psycopg2.extensions.cursor", ahead: str = "0") -> str:
    cursor.execute("SELECT (now() + %s::interval)::text", [ahead])
    [(now,)] = cursor.fetchall()
    return str(now)


def _forget_old(cursor: "psycopg2.extensions.cursor") -> None:
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        f" AND coalesce(shobj_description(oid, 'pg_database'), '-infinity')::timestamptz < now() - interval '{_UNUSED}'",
        [PREFIX],
    )
    for (name,) in cursor.fetchall():
        with suppress(psycopg2.errors.ObjectInUse):  # somebody copies it at this moment: next time
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
