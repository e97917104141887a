"""Questions that every page asks: Django writes the statement once in a process and reads its rows again with other values.

Writing a long statement costs Django more than PostgreSQL takes to answer it. A `Written` is made of a queryset in which
blanks stand for what differs (`any_id()`, `ANY_TEXT`, `ANY_MOMENT`); the rows it reads are those the queryset itself would give,
model instances with their neighbours or tuples. Each blank must occur in the statement, so that the workspace cannot get
lost; what Django would write otherwise for another value (None, a list of another length) is another `Written`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any

from django.db import connections
from psycopg2.extensions import adapt

# Blanks: what no constant of a statement equals.
ANY_TEXT = "\ue000 any text \ue001"
ANY_MOMENT = datetime(1907, 3, 5, 7, 11, 13, 171717, tzinfo=UTC)


_IDS, _SMALL = range(2_047_483_101, 2_047_484_101), range(31_801, 31_901)


def any_id(place: int = 0) -> int:
    """A blank for an id, or for any whole number that fits into an integer column."""
    return _IDS[place]


def any_small(place: int = 0) -> int:
    """A blank for a number of a column that holds small ones only."""
    return _SMALL[place]


def may_be_blank(number: int | None) -> bool:
    """Whether this number, as a constant of a statement, would be taken for a blank."""
    return number is not None and (number in _IDS or number in _SMALL)


class Written:
    """The statement of `queryset`, to be read with values in place of its `blanks`: `Written(rows, user=any_id())`."""

    def __init__(self, queryset: Any, **blanks: Any) -> None:
        if queryset._known_related_objects or queryset._prefetch_related_lookups:
            raise ValueError("a written statement reads rows, and nothing beside them")
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(queryset.db)
        self.sql, params = self._compiler.as_sql()
        self._params: Sequence[Any] = params
        names = {(type(blank), repr(blank)): name for name, blank in blanks.items()}
        found = ((place, names.get((type(param), repr(param)))) for place, param in enumerate(params))
        self._places = [(place, name) for place, name in found if name is not None]
        if missing := set(blanks) - {name for _place, name in self._places}:
            raise ValueError(f"the statement does not ask for {', '.join(sorted(missing))}: {self.sql}")

    def params(self, **values: Any) -> list[Any]:
        """The values of the statement, those of its blanks filled in."""
        params = list(self._params)
        for place, name in self._places:
            params[place] = values[name]
        return params

    def rows(self, **values: Any) -> list[Any]:
        """What the queryset finds with `values` (more than the blanks is fine)."""
        statement = (self.sql, self.params(**values))
        return self._made(lambda compiler: setattr(compiler, "as_sql", lambda *_args, **_kwargs: statement))

    def _made(self, turn: Callable[[Any], None]) -> list[Any]:
        """The rows of Django's compiler, turned away from writing the statement again."""
        compiler = copy(self._compiler)
        compiler.connection = connections[self._queryset.db]  # that of this thread
        turn(compiler)
        rows = self._queryset._chain()
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler
        return list(rows)

    def made(self, row: Sequence[Any]) -> Any:
        """What the queryset makes of a row that was read by its statement otherwise (core/prepared.py)."""
        return self._made(
            lambda compiler: setattr(compiler, "execute_sql", lambda *_args, **_kwargs: [[row]])
        )[0]

    def first(self, **values: Any) -> Any:
        """The first of the rows, None without any."""
        rows = self.rows(**values)
        return rows[0] if rows else None

    def named(self) -> str:
        """The statement with its blanks by name, `%(user)s`, and its constants written out: for core/prepared.py."""
        names = dict(self._places)
        parts = self.sql.split("%s")
        said = [
            f"%({names[place]})s" if place in names else adapt(param).getquoted().decode().replace("%", "%%")
            for place, param in enumerate(self._params)
        ]
        return "".join(part + more for part, more in zip(parts, [*said, ""], strict=True))
