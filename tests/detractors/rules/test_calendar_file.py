from datetime import UTC, datetime

from detractors.rules.calendar_file import Event, render


def made(**more: object) -> str:
    facts = {
        "uid": "1@amends", "at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "minutes": 30, "remind_minutes": 15,
        "title": "Call Ines, Iglesias; now", "text": "line\none", "url": "https://x.example/w/acme/cases/1/",
        "made_at": datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    }  # fmt: skip
    return render(Event(**{**facts, **more})).decode()  # type: ignore[arg-type]


def test_the_file_says_when_how_long_and_when_to_remind() -> None:
    lines = made().split("\r\n")
    assert {"DTSTART:20260302T090000Z", "DTEND:20260302T093000Z", "TRIGGER:-PT15M"} <= set(lines)
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")


def test_texts_cannot_add_lines_of_their_own() -> None:
    text = made(title="a\r\nATTENDEE:mailto:x@x.example", text="b\\c")
    assert "SUMMARY:a\\nATTENDEE:mailto:x@x.example\r\n" in text
    assert "DESCRIPTION:b\\\\c\r\n" in text
    assert "SUMMARY:Call Ines\\, Iglesias\\; now\r\n" in made()


def test_long_lines_are_folded_and_no_character_is_cut() -> None:
    title = "Größe " * 40
    raw = made(title=title)
    assert max(len(line.encode()) for line in raw.split("\r\n")) <= 75
    assert f"SUMMARY:{title}" in raw.replace("\r\n ", "")
