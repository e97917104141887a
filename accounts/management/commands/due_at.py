"""`manage.py due_at`: when a promise falls due in a working calendar, with each step of the calculation if asked."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.rules import business_time
from accounts.rules.business_time import Calendar, CalendarError, NotReachable


class Command(BaseCommand):
    """Answers every line of a batch with one line; reads no database."""

    help = "Print when working minutes from a moment are over, for each line of a batch."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--calendar",
            required=True,
            metavar="C.json",
            help='the calendar: {"time_zone": "Europe/Berlin", "week": {"mon": [["09:00","12:00"]]}, "holidays": []}',
        )
        parser.add_argument(
            "--batch",
            required=True,
            metavar="IN.jsonl",
            help='one {"start": "2026-11-23T08:00:00Z", "minutes": 60} a line; - reads standard input',
        )
        parser.add_argument("--explain", action="store_true", help="add the steps to each answer")

    def handle(self, *args: Any, calendar: str, batch: str, explain: bool = False, **options: Any) -> None:
        hours = _read_calendar(calendar)
        for number, line in _lines(batch):
            start, minutes = _read_line(batch, number, line)
            try:
                answer: dict[str, Any] = {
                    "due_at": _rfc3339(business_time.add_minutes(hours, start, minutes))
                }
                if explain:
                    answer["steps"] = [_step(step) for step in business_time.explain(hours, start, minutes)]
            except NotReachable as error:
                raise CommandError(f"{batch} line {number}: {error}") from error
            self.stdout.write(json.dumps(answer))


def _read_calendar(path: str) -> Calendar:
    try:
        return Calendar.from_json(json.loads(Path(path).read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise CommandError(f"cannot read the calendar {path}: {error.strerror}") from error
    except CalendarError as error:
        raise CommandError(f"{path}: {error}") from error
    except (UnicodeDecodeError, RecursionError, json.JSONDecodeError) as error:
        raise CommandError(f"{path} is not JSON: {error}") from error


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """(number, text) of every line that is not blank."""
    try:
        source = sys.stdin if path == "-" else open(path, encoding="utf-8-sig")  # noqa: SIM115 - closed just below, but stdin stays open
        try:
            for number, line in enumerate(source, start=1):
                if line.strip():
                    yield number, line
        finally:
            if source is not sys.stdin:
                source.close()
    except OSError as error:
        raise CommandError(f"cannot read the batch {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text: {error}") from error


def _read_line(path: str, number: int, line: str) -> tuple[datetime, int | float]:
    where = f"{path} line {number}"
    try:
        data = json.loads(line)
    except (RecursionError, ValueError) as error:
        raise CommandError(f"{where} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise CommandError(
            f'{where}: write an object such as {{"start": "2026-11-23T08:00:00Z", "minutes": 60}}'
        )
    return _start(where, data.get("start")), _minutes(where, data.get("minutes"))


def _start(where: str, value: object) -> datetime:
    try:
        start = datetime.fromisoformat(value) if isinstance(value, str) else None
        if start is not None and start.tzinfo is not None and "T" in str(value).upper():
            return start.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise CommandError(f"{where}, start: {value!r} is no moment with a time zone; write 2026-11-23T08:00:00Z")


def _minutes(where: str, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise CommandError(f"{where}, minutes: {value!r} is no number of minutes; write 0 or more")
    return value


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _step(step: business_time.Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "start": _rfc3339(step.start),
        "end": _rfc3339(step.end),
        "minutes": _number(step.minutes),
        "left": _number(step.left),
        "text": str(step.sentence),
    }


def _number(value: float) -> int | float:
    """Whole minutes without a decimal point."""
    return int(value) if value == int(value) else value
