"""A call-back or an event as a calendar file (RFC 5545), which every calendar program takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINE = 75  # octets a line may have before it is folded


@dataclass(frozen=True, kw_only=True)
class Event:
    """What stands in the calendar. `uid` stays the same, so that a second download changes the first entry."""

    uid: str
    at: datetime
    minutes: int
    remind_minutes: int
    title: str
    text: str
    url: str
    made_at: datetime
    place: str = ""


def render(event: Event) -> bytes:
    """The file, with lines folded and texts escaped as the standard asks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Amends//Call-backs//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(event.made_at)}",
        f"DTSTART:{_moment(event.at)}",
        f"DTEND:{_moment(event.at + timedelta(minutes=event.minutes))}",
        f"SUMMARY:{_text(event.title)}",
        *([f"DESCRIPTION:{_text(event.text)}"] if event.text else []),
        *([f"LOCATION:{_text(event.place)}"] if event.place else []),
        f"URL:{event.url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(event.title)}",
        f"TRIGGER:-PT{event.remind_minutes}M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line in pieces of at most LINE octets, no character cut in two; each but the first begins with a space."""
    pieces: list[bytes] = [b""]
    for char in line:
        raw = char.encode()
        if len(pieces[-1]) + len(raw) > LINE - (1 if len(pieces) > 1 else 0):
            pieces.append(b"")
        pieces[-1] += raw
    return b"\r\n ".join(pieces) + b"\r\n"
