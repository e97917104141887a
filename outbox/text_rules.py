"""Text messages: how a text is counted, how a number is written, how many may leave in a day. Pure tables and functions.

A network carries a text in parts, each paid for: 160 characters of the GSM alphabet (3GPP TS 23.038) or 70 of any other
(UCS-2, counted in UTF-16 units); of a longer text each part is shorter, because it says which one it is: 153 and 67. The
characters of the extension table take two places, and no character is cut in two.
"""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

GSM, UCS2 = "GSM-7", "UCS-2"
SINGLE = {GSM: 160, UCS2: 70}
JOINED = {GSM: 153, UCS2: 67}
SHORTEST = len("+") + 8  # of a number somebody can be texted at: shorter ones are services
LONGEST = 1_530  # characters of a text that is sent: ten parts, more than anybody wants to read

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")

# Why a text may not leave; the apps above know the same codes.
NO_GATEWAY = "SMS_OFF"
DAY_FULL = "SMS_LIMIT"
NUMBER_FULL = "SMS_NUMBER_LIMIT"
COUNTRY_FULL = "SMS_COUNTRY_LIMIT"
COUNTRY_CLOSED = "SMS_COUNTRY"
REASONS = (NO_GATEWAY, DAY_FULL, NUMBER_FULL, COUNTRY_FULL, COUNTRY_CLOSED)


@dataclass(frozen=True)
class Size:
    """What a text costs: `alphabet` is GSM-7 or UCS-2, `units` its length in it, `odd` the characters that need UCS-2."""

    alphabet: str
    units: int
    parts: int
    odd: str = ""

    @property
    def room(self) -> int:
        """How many more units fit before there is another part."""
        whole = SINGLE if self.parts <= 1 else JOINED
        return max(whole[self.alphabet] * max(self.parts, 1) - self.units, 0)


def size(text: str) -> Size:
    """How many parts `text` leaves in."""
    odd = "".join(dict.fromkeys(letter for letter in text if letter not in _BASIC | _EXTENSION))
    alphabet = UCS2 if odd else GSM
    widths = [_width(letter, alphabet) for letter in text]
    units = sum(widths)
    if units <= SINGLE[alphabet]:
        return Size(alphabet, units, 1 if units else 0, odd)
    parts, filled = 1, 0
    for width in widths:
        if filled + width > JOINED[alphabet]:  # a character of two units is never cut
            parts, filled = parts + 1, 0
        filled += width
    return Size(alphabet, units, parts, odd)


def _width(letter: str, alphabet: str) -> int:
    if alphabet == GSM:
        return 2 if letter in _EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1


# Numbers ----------------------------------------------------------------------------------------------------------


def e164(text: str, region: str = "") -> str:
    """The number as +4915112345678; "" for what is none, or costs whoever calls it.

    A number without its country is one of `region` ("DE"); without a region it is nobody's.
    """
    try:
        found = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(found):
        return ""
    if phonenumbers.number_type(found) in (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST):
        return ""
    number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return number if len(number) >= SHORTEST else ""


def country(number: str) -> str:
    """The country of an E.164 number ("DE"); of a number nobody has, the main one of its calling code; "" for no number."""
    try:
        found = phonenumbers.parse(number, None)
    except NumberParseException:
        return ""
    named = phonenumbers.region_code_for_number(found)
    return str(named or phonenumbers.region_code_for_country_code(found.country_code or 0) or "")


def calling_code(number: str) -> str:
    """How every number of the same country or zone begins: "+49"; "" for no number."""
    try:
        return f"+{phonenumbers.parse(number, None).country_code}"
    except NumberParseException:
        return ""


def is_country(code: str) -> bool:
    """Whether `code` is a country numbers can be of."""
    return code in phonenumbers.SUPPORTED_REGIONS


def masked(number: str) -> str:
    """A number as logs and lists may say it: +49…678."""
    return f"{calling_code(number) or number[:3]}…{number[-3:]}" if len(number) > 6 else "…"


# Limits -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """What may leave in one day: parts in all, parts into one country (None: no limit of its own), messages to one number.

    `countries` are those that are written to at all; empty: every one.
    """

    per_day: int = 1_000
    per_country: int | None = None
    per_number: int = 3
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Used:
    """What left today: parts in all and into the number's country, messages to the number."""

    day: int = 0
    country: int = 0
    number: int = 0


def why_not(*, number: str, parts: int, limits: Limits, used: Used) -> str:
    """The one reason a text of `parts` must not leave to `number`; "" if it may. The narrowest wall is named first."""
    if limits.countries and country(number) not in limits.countries:
        return COUNTRY_CLOSED
    if used.number >= limits.per_number:
        return NUMBER_FULL
    if limits.per_country is not None and used.country + parts > limits.per_country:
        return COUNTRY_FULL
    return DAY_FULL if used.day + parts > limits.per_day else ""
