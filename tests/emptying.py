"""Databases of tests that commit are emptied of what was written, table by table.

Django truncates every table there is and makes content types and permissions anew: a third of a second of processor time
for each such test, in which every table is locked against whoever still reads. Here the tables that hold rows are asked
for, and those rows are deleted.
"""

from functools import cache
from typing import Any

from django.db import connections, transaction
from django.test.testcases import TransactionTestCase

# What Django itself writes after migrating, and a truncated database is given again.
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
_truncate = TransactionTestCase._fixture_teardown


def at_the_end(case: Any) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    aliases = case._databases_names(include_mirrors=False)
    if case.available_apps is None and all(map(_may_silence_triggers, aliases)):
        for alias in aliases:
            empty(alias)
    else:
        _truncate(case)


def empty(alias: str = "default") -> None:
    """Delete every row but those of `KEPT`, without triggers and without asking who refers to whom."""
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(_filled(alias))
        tables = [table for (table,) in cursor.fetchall()]
        if tables:
            deletions = ";".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables)
            cursor.execute(f"SET LOCAL session_replication_role = replica;{deletions}")


@cache
def _filled(alias: str) -> str:
    """The statement that names the tables with rows."""
    connection = connections[alias]
    tables = sorted({*connection.introspection.table_names()} - KEPT)
    quoted = ((table, connection.ops.quote_name(table)) for table in tables)
    return " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {name})" for table, name in quoted)


@cache
def _may_silence_triggers(alias: str) -> bool:
    """Only a superuser may; anybody else empties databases in Django's way."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        [(found,)] = cursor.fetchall()
    return bool(found)
