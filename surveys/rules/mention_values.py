"""Reading one opinion from a webhook or a row of a file: what is said and, where it is none, why not, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from core.sentences import Sentence, gettext_noop
from surveys.rules import contact_values
from surveys.rules.mentions import Heard
from surveys.rules.verbatim import COMMENT_LIMIT, TextTooLong, clean, clean_line

COLUMNS = ("id", "text", "title", "author", "email", "url", "stars", "published_at", "language")
LONGEST = {"id": 300, "title": 300, "author": 200, "url": 1000, "language": 16}
SKEW = timedelta(minutes=5)  # another clock may be this far ahead of ours

SENTENCES = {
    "NO_WORDS": gettext_noop("Neither words nor stars: there is nothing to hear."),
    "BAD_STARS": gettext_noop("%(value)s is no number of stars; write 1 to 5."),
    "BAD_MOMENT": gettext_noop("%(value)s is no moment; write 2026-03-02 or 2026-03-02T09:30:00Z."),
    "FUTURE": gettext_noop("%(value)s lies in the future."),
    "BAD_URL": gettext_noop("%(value)s is no address of a page; it begins with https:// or http://."),
    "TOO_LONG": gettext_noop("%(column)s is longer than %(most)s characters."),
    "BAD_EMAIL": contact_values.SENTENCES["BAD_EMAIL"],
}


class NotHeard(ValueError):
    """The values are no opinion; `sentences` say all that is wrong with them."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self.sentences = sentences
        super().__init__("; ".join(str(one) for one in sentences))


def read(values: Mapping[str, object], *, now: datetime, zone: tzinfo = UTC) -> Heard:
    """The opinion in `values` (see COLUMNS; others are ignored). A day without a time is its noon in `zone`.

    Raises NotHeard.
    """
    reader = _Reader({name: _text(values.get(name)) for name in COLUMNS})
    stars = reader.stars()
    heard = Heard(
        external_id=reader.line("id"),
        text=reader.words("text"),
        title=reader.line("title"),
        author=reader.line("author"),
        address=reader.address(),
        url=reader.url(),
        language=reader.line("language"),
        stars=stars,
        published_at=reader.moment(now, zone),
    )
    if not heard.text and not heard.title and heard.stars is None and not reader.wrong:
        reader.refuse("NO_WORDS")
    if reader.wrong:
        raise NotHeard(reader.wrong)
    return heard


def web_address(text: str) -> str:
    """`text` if it is the address of a page, else an empty string: nothing else becomes a link."""
    try:
        parts = urlsplit(text)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return text if is_page and text.isprintable() and " " not in text and len(text) <= 1000 else ""


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


class _Reader:
    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.wrong: list[Sentence] = []

    def refuse(self, code: str, **facts: object) -> None:
        short = {key: str(value)[:60] for key, value in facts.items()}
        self.wrong.append(Sentence(code, SENTENCES[code], short))

    def line(self, name: str) -> str:
        text = clean_line(self.values[name])
        if len(text) > LONGEST[name]:
            self.refuse("TOO_LONG", column=name, most=LONGEST[name])
        return text

    def words(self, name: str) -> str:
        try:
            return clean(self.values[name])
        except TextTooLong:
            self.refuse("TOO_LONG", column=name, most=COMMENT_LIMIT)
            return ""

    def url(self) -> str:
        text = self.line("url")
        if text and not web_address(text):
            self.refuse("BAD_URL", value=text)
        return text

    def address(self) -> str:
        text = self.values["email"]
        if not text:
            return ""
        try:
            return contact_values.email(text).lower()
        except contact_values.BadValue:
            self.refuse("BAD_EMAIL", value=text)
            return ""

    def stars(self) -> int | None:
        text = self.values["stars"]
        if not text:
            return None
        if text.isascii() and text.removesuffix(".0").isdigit() and 1 <= int(text.removesuffix(".0")) <= 5:
            return int(text.removesuffix(".0"))
        self.refuse("BAD_STARS", value=text)
        return None

    def moment(self, now: datetime, zone: tzinfo) -> datetime:
        text = self.values["published_at"]
        if not text:
            return now
        try:
            found = datetime.fromisoformat(text)
            if len(text) <= 10:
                found = found.replace(hour=12)
            found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.refuse("BAD_MOMENT", value=text)
            return now
        if found > now + SKEW and not (len(text) <= 10 and found - now < timedelta(days=1)):
            self.refuse("FUTURE", value=text)
            return now
        return min(found, now)
