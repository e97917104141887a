"""What arrived, by the access log of the product's own web server: which scanner, which route, which answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from bench.scan.routes import answered_by

FORMAT = "%(s)s %(D)s %({x-scan}i)s %(r)s"  # status, microseconds, who asked, request line


@dataclass(frozen=True)
class Line:
    """One request as the web server has seen it. `by` is "sqlmap" or "wapiti", `number` that of the target."""

    status: int
    micros: int
    by: str
    number: int
    method: str
    target: str

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])


def arguments(log: Path) -> str:
    """What gunicorn is told in GUNICORN_CMD_ARGS."""
    return f"--access-logfile '{log}' --access-logformat '{FORMAT}'"


def lines(log: Path) -> Iterator[Line]:
    """The requests of scanners in an access log; those of others (the crawl, the supervisor) are left out."""
    with log.open(encoding="utf-8", errors="replace") as file:
        for text in file:
            parts = text.rstrip("\n").split(" ", 5)
            if len(parts) < 6 or ":" not in parts[2] or not parts[0].isdigit():
                continue
            by, _colon, number = parts[2].partition(":")
            target = parts[4]
            yield Line(int(parts[0]), int(parts[1]), by, int(number), parts[3], target)


@dataclass
class Tally:
    """Requests by (scanner, pattern, method); those refused by a limit (429) are counted apart and are no scan."""

    scanned: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    aimed: Counter[int] = field(default_factory=Counter)  # by target of sqlmap, wherever they arrived
    good: Counter[int] = field(default_factory=Counter)  # of them answered below 400
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    broken: list[Line] = field(default_factory=list)  # answered 500 and above
    elsewhere: Counter[str] = field(default_factory=Counter)  # no route's

    def of(self, by: str, pattern: str, method: str = "") -> int:
        """The requests of a scanner that reached a route, by one method or by any."""
        return sum(
            times
            for (who, where, how), times in self.scanned.items()
            if who == by and where == pattern and method in ("", how)
        )


def count(log: Path) -> Tally:
    """Count an access log."""
    tally = Tally()
    known = lru_cache(maxsize=20_000)(_pattern)
    for line in lines(log):
        tally.statuses[line.by, line.status] += 1
        if line.by == "sqlmap":
            tally.aimed[line.number] += 1
            tally.good[line.number] += line.status < 400
        if line.status >= 500:
            tally.broken.append(line)
        pattern = known(line.path)
        if pattern is None:
            tally.elsewhere[line.by] += 1
            continue
        where = (line.by, pattern, line.method)
        (tally.refused if line.status == 429 else tally.scanned)[where] += 1
    return tally


def _pattern(path: str) -> str | None:
    """The route that answers a path; None for no route. The front page's pattern is empty."""
    found = answered_by(path)
    return found if found or path == "/" else None
