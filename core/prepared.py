"""One statement, planned once per connection: for the hot path of a page.

A long statement costs more to plan than to run. PREPARE keeps the plan on the connection (connections are kept, see
settings). Inside a transaction, or behind a pooler that hands each statement to another connection, the statement runs
as it is. Such a statement must be safe to run twice: it is run again when the connection turns out to be dead, which
saves the round trip that would ask beforehand.
"""

import re
from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, ProgrammingError, connections

_PARAMETER = re.compile(r"%\((\w+)\)s")
NOT_PREPARED, PREPARED_ALREADY = "26000", "42P05"  # SQLSTATE; either means that a pooler is in between

Row = tuple[Any, ...]


class Prepared:
    """`statement` with parameters like `%(score)s`; `types` gives the SQL type of each. `name` is unique."""

    def __init__(self, name: str, statement: str, types: dict[str, str]) -> None:
        names = list(dict.fromkeys(_PARAMETER.findall(statement)))
        places = {parameter: f"${place}" for place, parameter in enumerate(names, 1)}
        body = _PARAMETER.sub(lambda match: places[match[1]], statement).replace("%%", "%")
        self._plain = statement
        self._prepare = f"PREPARE {name} ({', '.join(types[parameter] for parameter in names)}) AS {body}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%({parameter})s' for parameter in names)})"
        self._connections: WeakSet[Any] = WeakSet()
        self._is_pooled = False

    def row(self, facts: dict[str, Any]) -> Row | None:
        """Run with `facts` (more than the parameters is fine) and give the first row, None without one."""
        connection: Any = connections[DEFAULT_DB_ALIAS]  # asked for once: each look through the proxy costs
        if connection.in_atomic_block:
            return self._fetch(connection, self._plain, facts)
        if connection.connection is None or self._is_pooled:
            return self._run(connection, facts)
        connection.health_check_done = True  # a dead connection shows below
        try:
            return self._run(connection, facts)
        except (OperationalError, InterfaceError):
            if connection.connection is not None and not connection.connection.closed:
                raise  # the connection is well: a time-out, a lock
            connection.close()
            return self._run(connection, facts)

    def _run(self, connection: Any, facts: dict[str, Any]) -> Row | None:
        if self._is_pooled:
            return self._fetch(connection, self._plain, facts)
        connection.ensure_connection()
        try:
            if connection.connection not in self._connections:
                with connection.cursor() as cursor:
                    cursor.execute(self._prepare)
                self._connections.add(connection.connection)
            return self._fetch(connection, self._execute, facts)
        except (OperationalError, ProgrammingError) as error:
            if getattr(error.__cause__, "pgcode", None) not in (NOT_PREPARED, PREPARED_ALREADY):
                raise
            self._is_pooled = True
            return self._fetch(connection, self._plain, facts)

    @staticmethod
    def _fetch(connection: Any, statement: str, facts: dict[str, Any]) -> Row | None:
        with connection.cursor() as cursor:
            cursor.execute(statement, facts)
            row: Row | None = cursor.fetchone()
            return row
