"""Promises in what was written or said to a customer: what was promised, and by when.

A sentence is a promise when somebody commits to something and says by when. One that names a time and may be no promise (a
question, a hope, a date that is over or can be read in two ways) is found as doubtful: it is offered to its writer, never
made a task by itself. A time that belongs to a condition, to the past or to opening hours is not found at all.

Days without an hour end when the calendar's day ends; "within two days" counts days, "two working days" open ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateparser.date import DateDataParser

from accounts.rules import business_time
from accounts.rules.business_time import Calendar
from core.sentences import Sentence, gettext_noop
from detractors.rules.promised_words import WORDS, number, number_pattern

LANGUAGES = tuple(WORDS)
MOST = 5  # promises found in one text
MOST_CHARACTERS = 10_000
TITLE_LENGTH = 200
PAST_IS_A_SLIP = timedelta(days=60)  # a date this long over is of this year; one further back is next year's
FAR = timedelta(days=400)
EVENING = time(17, 0)  # where no calendar says when a day ends
MORNING_ENDS = time(12, 0)

_DOUBTS = {
    "QUESTION": gettext_noop("You ask, and do not promise yet."),
    "HEDGED": gettext_noop("You hope or try: is it a promise?"),
    "NO_PROMISE": gettext_noop("There is a date, but it may be no promise."),
    "PAST": gettext_noop("This date is over."),
    "TWO_WAYS": gettext_noop("This date can be read in two ways."),
    "WHICH_WEEK": gettext_noop("This week or next week?"),
    "TWO_DAYS": gettext_noop("The weekday and the date do not fit."),
}
# A full stop ends a sentence but after a number ("3. Mai") or between digits.
_ENDS = re.compile(
    r"(?<=[!?…])\s+|(?<=[^\W\d_][.])\s+(?=[^\W\d_])|(?<=[)\"”»][.])\s+"
    r"|(?<=\d\d\d\d[.])\s+(?=[A-ZÀ-Ž])|(?<=[:-]\d\d[.])\s+(?=[A-ZÀ-Ž])|\n+"
)
_NUMERIC = re.compile(r"(?<![\d./:])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{2,4}))?(?![\d:])\.?")
_MARKS = re.compile(r"\*{1,3}|(?<!\w)_+|_+(?!\w)")  # bold and italic
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NAMED = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª|°)? (?:of |de |di )?([^\W\d_]{3,})\.?(?: (?:de |del )?(\d{4}))?"
    r"|\b([^\W\d_]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b"
)
_LETTER_HOURS = {"en": r"\bhalf past (\w+)", "de": r"\bhalb (\w+)"}


@dataclass(frozen=True)
class Promise:
    """A sentence that promises, or may. `due_at` is aware UTC; `doubt` is empty for one that is sure."""

    title: str
    due_at: datetime
    doubt: Sentence | None = None

    @property
    def is_sure(self) -> bool:
        return self.doubt is None


@dataclass(frozen=True)
class _When:
    """A moment that was read (naive, in the reader's zone), and what is doubtful about it."""

    at: datetime
    doubt: str = ""


def found(
    text: str, *, language: str, now: datetime, time_zone: str, calendar: Calendar | None = None
) -> list[Promise]:
    """What `text` promises, in its order, each moment once; nothing in a language that is not known here.

    `language` is the one to expect; the words themselves may say another. `now` is aware UTC, times are read in
    `time_zone`, working days and their ends from `calendar`.
    """
    text = unicodedata.normalize("NFC", text[:MOST_CHARACTERS])
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    text = _MARKS.sub("", "\n".join(lines))
    spoken = _language(text, language)
    if spoken is None:
        return []
    reader = _Reader(spoken, language, now, time_zone, calendar)
    made: dict[datetime, Promise] = {}
    for sentence in _ENDS.split(text):
        promise = reader.read(sentence.strip())
        if promise is not None and (promise.due_at not in made or not made[promise.due_at].is_sure):
            made[promise.due_at] = promise
        if len(made) == MOST:
            break
    return list(made.values())


def _language(text: str, expected: str) -> str | None:
    """The language of the words, `expected` when nothing speaks against it."""
    expected = expected.split("-")[0].lower()
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(word in known.common for word in words) for code, known in WORDS.items()}
    best = max(counts, key=lambda code: (counts[code], code == expected))
    if counts[best] > 2 * counts.get(expected, 0) and counts[best] > 1:
        return best
    return expected if expected in WORDS else None


class _Reader:
    """Reads sentences of one language at one moment."""

    def __init__(
        self, language: str, tag: str, now: datetime, time_zone: str, calendar: Calendar | None
    ) -> None:
        self.language, self.words, self.calendar = language, WORDS[language], calendar
        self.zone = ZoneInfo(time_zone)
        self.now = now.astimezone(self.zone).replace(tzinfo=None)
        # Only English is written in two orders; without a country nobody knows which.
        region = tag.lower().replace("_", "-")
        self.order = "" if region == "en" or not region.startswith(("en-", language)) else "DMY"
        if region == "en-us":
            self.order = "MDY"

    def read(self, sentence: str) -> Promise | None:
        low = sentence.lower().replace("’", "'")
        if not low or re.search(self.words.others, low):
            return None
        when = self._when(low)
        if when is None:
            return None
        commits = bool(re.search(self.words.commits, low))
        is_past = when.at <= self.now
        if not commits and (is_past or (self._is_told(low) and "?" not in sentence)):
            return None
        if commits and is_past and when.doubt != "PAST" and self._is_told(low):
            return None
        doubt = when.doubt or ("PAST" if is_past else "")
        if not doubt and "?" in sentence:
            doubt = "QUESTION"
        if not doubt and re.search(self.words.hedges, low):
            doubt = "HEDGED"
        if not doubt and (not commits or self._is_told(low)):
            doubt = "NO_PROMISE"
        due_at = when.at.replace(tzinfo=self.zone).astimezone(UTC)
        return Promise(_title(sentence), due_at, Sentence(doubt, _DOUBTS[doubt]) if doubt else None)

    def _is_told(self, low: str) -> bool:
        """Whether the sentence tells what was."""
        return bool(re.search(self.words.past, low))

    # --- When ---------------------------------------------------------------------------------------------------

    def _when(self, low: str) -> _When | None:
        day, rest, doubt = self._day(low)
        at = self._clock(rest)
        if day is None:
            span = self._span(low, at)
            if span is not None:
                return span
            if at is None:
                return None
            day, doubt = self.now.date(), ""
        if at is None:
            at = MORNING_ENDS if re.search(self.words.morning, low) else None
        if at is None:
            at = MORNING_ENDS if re.search(self.words.noon, low) else self._closing(day)
        return _When(datetime.combine(day, at), doubt)

    def _day(self, low: str) -> tuple[date | None, str, str]:
        """The day that is named, the sentence without its figures, and what is doubtful."""
        words, today = self.words, self.now.date()
        weekday = self._weekday(low)
        explicit, rest, doubt = self._explicit(low)
        if explicit is not None:
            if weekday is not None and weekday[0].weekday() != explicit.weekday() and not doubt:
                doubt = "TWO_DAYS"
            return explicit, rest, doubt
        if re.search(words.end_of_next_week, low):
            return self._last_open(today + timedelta(days=13 - today.weekday())), low, ""
        if re.search(words.end_of_month, low):
            first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            return self._last_open(first - timedelta(days=1)), low, ""
        if weekday is not None:
            return weekday[0], low, weekday[1]
        if re.search(words.after_tomorrow, low):
            return today + timedelta(days=2), low, ""
        if re.search(words.tomorrow, low):
            return today + timedelta(days=1), low, ""
        if re.search(words.today, low) or re.search(words.end_of_day, low):
            return today, low, ""
        if re.search(words.next_working, low):
            return self._open_days_ahead(1), low, ""
        if self._span(low) is not None:
            return None, low, ""
        if re.search(words.next_week, low):
            return self._last_open(today + timedelta(days=13 - today.weekday())), low, ""
        if re.search(words.end_of_week, low):
            return self._last_open(today + timedelta(days=6 - today.weekday())), low, ""
        return None, low, ""

    def _weekday(self, low: str) -> tuple[date, str] | None:
        """The coming day of that name; "next Friday" said before Friday may mean either."""
        today = self.now.date()
        for index, name in enumerate(self.words.weekdays):
            if not re.search(rf"\b{name}\b", low):
                continue
            ahead = (index - today.weekday()) % 7
            day = today + timedelta(days=ahead or 7)
            says_next = re.search(self.words.next_weekday.replace("{day}", f"(?:{name})"), low)
            if says_next and ahead and today.weekday() + ahead < 7:
                return day + timedelta(days=7), "WHICH_WEEK"
            return day, "WHICH_WEEK" if ahead == 0 else ""
        return None

    def _explicit(self, low: str) -> tuple[date | None, str, str]:
        """A date in figures or with the month's name, and the sentence without it."""
        for pattern in (_ISO, _NUMERIC, _NAMED):
            for match in pattern.finditer(low):
                day, doubt = self._date(pattern, match)
                if day is not None:
                    return day, f"{low[: match.start()]} {low[match.end() :]}", doubt
        return None, low, ""

    def _date(self, pattern: re.Pattern[str], match: re.Match[str]) -> tuple[date | None, str]:
        if pattern is _ISO:
            return _made(int(match[1]), int(match[2]), int(match[3])), ""
        if pattern is _NUMERIC:
            return self._figures(match)
        day, month, year = (match[1] or match[5]), (match[2] or match[4]), (match[3] or match[6])
        read = _month(self.language, month)
        if read is None:
            return None, ""
        return self._in_year(int(day), read, year)

    def _figures(self, match: re.Match[str]) -> tuple[date | None, str]:
        first, second = int(match[1]), int(match[3])
        if match[2] == "." and match[4] is None and not match[0].endswith(".") and self.language != "de":
            return None, ""  # 9.30 is a time
        if match[2] == "." and match[4] is None and (second > 12 or not match[0].endswith(".")):
            return None, ""
        if self.order == "MDY":
            return self._in_year(second, first, match[4])
        if self.order == "DMY" or first == second or second > 12 or first > 12:
            day, month = (second, first) if second > 12 else (first, second)
            return self._in_year(day, month, match[4])
        readings = (self._in_year(first, second, match[4])[0], self._in_year(second, first, match[4])[0])
        ahead = sorted(day for day in readings if day is not None and day >= self.now.date())
        return (ahead[0] if ahead else readings[0]), "TWO_WAYS"

    def _in_year(self, day: int, month: int, year: str | None) -> tuple[date | None, str]:
        today = self.now.date()
        if year:
            made = _made(int(year) + (2000 if int(year) < 100 else 0), month, day)
            return made, "TWO_WAYS" if made is not None and made - today > FAR else ""
        made = _made(today.year, month, day)
        if made is not None and made < today - PAST_IS_A_SLIP:
            made = _made(today.year + 1, month, day)
        return made, "PAST" if made is not None and made < today else ""

    def _span(self, low: str, at: time | None = None) -> _When | None:
        """ "Within two hours", "in three working days"."""
        words, figure = self.words, number_pattern(self.language)
        units = (
            ("minutes", words.minutes),
            ("hours", words.hours),
            ("days", words.days),
            ("weeks", words.weeks),
        )
        for unit, name in units:
            pattern = (
                rf"\b(?:{words.within}) (?:\w+ )?{figure} (?:(?:{words.working}) )?(?:{name})\b(?: (\w+))?"
            )
            match = re.search(pattern, low)
            count = number(match[1], self.language) if match else None
            if match is None or count is None:
                continue
            if unit in ("minutes", "hours"):
                return _When(self.now + timedelta(**{unit: count}))
            days = count * 7 if unit == "weeks" else count
            is_working = re.search(words.working, match[0]) and unit == "days"
            day = self._open_days_ahead(days) if is_working else self.now.date() + timedelta(days=days)
            return _When(datetime.combine(day, at or self._closing(day)))
        return None

    def _clock(self, low: str) -> time | None:
        letters = _LETTER_HOURS.get(self.language)
        match = re.search(letters, low) if letters else None
        hour = number(match[1], self.language) if match else None
        if hour is not None:
            return self._time(hour if self.language == "en" else hour - 1, 30, "", low)
        for pattern in self.words.clock:
            match = re.search(pattern, low)
            if match:
                return self._time(int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", ""), low)
        return None

    def _time(self, hour: int, minute: int, half: str, low: str) -> time | None:
        """An hour below 8 without a half of the day is one of the afternoon: nobody calls at five in the morning."""
        if half == "pm" and hour < 12:
            hour += 12
        elif half == "am":
            hour %= 12
        elif 0 < hour < 8 and not re.search(self.words.morning, low):
            hour += 12
        return time(hour, minute) if hour < 24 and minute < 60 else None

    # --- Working days -------------------------------------------------------------------------------------------

    def _windows(self, day: date) -> list[tuple[datetime, datetime]]:
        if self.calendar is None:
            return []
        zone = ZoneInfo(self.calendar.time_zone)
        start = datetime.combine(day, time(), zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        return business_time.open_windows(self.calendar, start, end)

    def _is_open(self, day: date) -> bool:
        return bool(self._windows(day)) if self.calendar is not None else day.weekday() < 5

    def _last_open(self, day: date) -> date:
        """The last working day up to `day`, not before today."""
        for back in range(7):
            before = day - timedelta(days=back)
            if before <= self.now.date() or self._is_open(before):
                return max(before, self.now.date())
        return day

    def _open_days_ahead(self, count: int) -> date:
        day, left = self.now.date(), min(count, 60)
        for _ in range(366):
            if not left:
                break
            day += timedelta(days=1)
            left -= self._is_open(day)
        return day

    def _closing(self, day: date) -> time:
        """When the working day ends, as the reader's clock shows it; on a closed day when others do."""
        for ahead in range(7):
            windows = self._windows(day - timedelta(days=ahead))
            if windows:
                closing = windows[-1][1].astimezone(self.zone)
                return closing.time() if closing.date() == day - timedelta(days=ahead) else time(23, 59)
        return EVENING


def _made(year: int, month: int, day: int) -> date | None:
    """The day, if there is one; at the ends of the calendar there is nothing to promise, nor a day before or after."""
    if not 1900 <= year < 3000:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=2_000)
def _month(language: str, word: str) -> int | None:
    """The month a word names, in full or shortened, as dateparser knows it."""
    parsed = _parser(language).get_date_data(f"2 {word}").date_obj
    return parsed.month if parsed is not None and parsed.day == 2 else None


@lru_cache(maxsize=len(LANGUAGES))
def _parser(language: str) -> DateDataParser:
    settings = {"REQUIRE_PARTS": ["day", "month"], "RELATIVE_BASE": datetime(2000, 1, 1), "DATE_ORDER": "DMY"}  # noqa: DTZ001  dateparser reads naive days
    return DateDataParser(languages=[language], settings={**settings, "PARSERS": ["absolute-time"]})


def _title(sentence: str) -> str:
    """The sentence on one line, without marks of formatting at its ends."""
    plain = " ".join(sentence.strip(" -*_>#\t").split())
    return plain if len(plain) <= TITLE_LENGTH else f"{plain[: TITLE_LENGTH - 1].rstrip()}…"


def remind_at(*, made_at: datetime, due_at: datetime) -> datetime:
    """When somebody is told that a promise is nearly due: when three quarters of its time are over, at most a day before."""
    return due_at - min((due_at - made_at) / 4, timedelta(days=1))


def sure(promises: Iterable[Promise]) -> Sequence[Promise]:
    """Those without a doubt."""
    return [promise for promise in promises if promise.is_sure]
