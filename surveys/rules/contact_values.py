"""Reading what people write into contact fields: mail addresses, phones, languages, zones, money.

Each reader takes text without space around it, gives back the value in its one stored form, or raises `BadValue`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from core import zones
from core.sentences import Sentence, gettext_noop

LONGEST = {
    "external_id": 120,
    "email": 254,  # RFC 5321 with erratum 1690
    "name": 200,
    "first_name": 100,
    "last_name": 100,
    "phone": 40,
    "company": 200,
    "language": 16,
    "time_zone": 64,
}
WHOLE_DIGITS, DECIMALS = 12, 2  # of an account value

SENTENCES: dict[str, str] = {
    "BAD_EMAIL": gettext_noop("%(value)s is no mail address."),
    "BAD_PHONE": gettext_noop(
        "%(value)s is no phone number; write 3 to 20 digits, with + before a country code."
    ),
    "BAD_LANGUAGE": gettext_noop("%(value)s is no language code; write one such as en, de or pt-BR."),
    "BAD_TIME_ZONE": gettext_noop("%(value)s is no time zone; write one such as Europe/Berlin."),
    "BAD_RESPONDENT": gettext_noop("%(value)s is none of customer, employee, competitor and public."),
    "BAD_NUMBER": gettext_noop("%(value)s is no number; write 1234.50 or 1.234,50."),
    "NUMBER_TOO_LARGE": gettext_noop("%(value)s has more than %(digits)s digits before the decimal point."),
    "TOO_LONG": gettext_noop("Longer than %(most)s characters."),
    "CONTROL_CHARACTER": gettext_noop("Holds a character that cannot be printed (%(character)s); remove it."),
    "NO_IDENTITY": gettext_noop(
        "Neither a mail address nor an external id; one is needed to know the contact again."
    ),
    "TOO_FEW_CELLS": gettext_noop("%(count)s cells where the header has %(expected)s."),
    "TOO_MANY_CELLS": gettext_noop(
        "%(count)s cells where the header has %(expected)s; is a delimiter not quoted?"
    ),
    "UNCLOSED_QUOTE": gettext_noop(
        "A quote is opened and not closed; lines %(line)s to %(last)s were not read."
    ),
}

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[^\W_](?:[^\W_]|-(?=[^\W_]|-)){0,62}"
_EMAIL = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>(?:{_LABEL}\.)+(?=[^.]*[^\d.]){_LABEL})")
_PHONE = re.compile(r"\+?[0-9]{3,20}")
_PHONE_MARKS = re.compile(r"\(0\)|[\s().\-/\u2010-\u2015]")  # +49 (0) 30: the zero is not dialled from abroad
_LANGUAGE = re.compile(  # BCP 47: language, script, region, variants
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
_MONEY_MARKS = re.compile(r"[\s'’$€£¥₹₺₽₴₩]|zł|kr\.?|\b[A-Z]{3}\b")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_CONTROL_IN_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
)  # tabs and line ends are text


class BadValue(ValueError):
    """The text is no value of its field; `code` and `sentence` say why."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.sentence = message(code, **facts)
        super().__init__(str(self.sentence))


def message(code: str, **facts: object) -> Sentence:
    """The sentence for a code of this module, for an edge to translate. Raises `KeyError` for an unknown code."""
    return Sentence(code, SENTENCES[code], facts)


def read(field: str, text: str) -> str | Decimal:
    """The value of `text` for a contact field: a `Decimal` for account_value, else text. Raises `BadValue`."""
    check_characters(text)
    if len(text) > LONGEST.get(field, len(text)):
        raise BadValue("TOO_LONG", most=LONGEST[field])
    return _READERS.get(field, str)(text)


def check_characters(text: str, *, is_free_text: bool = False) -> None:
    """Raise `BadValue` for control characters; free text may hold tabs and line ends."""
    if text.isprintable():  # the usual case, and much faster than a search
        return
    match = (_CONTROL_IN_TEXT if is_free_text else _CONTROL).search(text)
    if match:
        raise BadValue("CONTROL_CHARACTER", character=f"U+{ord(match.group()):04X}")


def email(text: str) -> str:
    """A mail address (RFC 5321 dot-atom form), its domain in lower case; international domains are accepted."""
    match = _EMAIL.fullmatch(text)
    if match is None or len(match["local"]) > 64 or len(text) > LONGEST["email"]:
        raise BadValue("BAD_EMAIL", value=_short(text))
    return f"{match['local']}@{match['domain'].lower()}"


def phone(text: str) -> str:
    """A phone number without spaces and marks, its + kept."""
    digits = _PHONE_MARKS.sub("", text)
    if not _PHONE.fullmatch(digits):
        raise BadValue("BAD_PHONE", value=_short(text))
    return digits


@lru_cache(maxsize=1024)  # a file has few languages and many rows
def language(text: str) -> str:
    """A BCP 47 tag in its usual case: pt_br becomes pt-BR, zh-hant zh-Hant."""
    match = _LANGUAGE.fullmatch(text.replace("_", "-"))
    if match is None:
        raise BadValue("BAD_LANGUAGE", value=_short(text))
    parts = [match["language"].lower()]
    if match["script"]:
        parts.append(match["script"].title())
    if match["region"]:
        parts.append(match["region"].upper())
    return "-".join(parts) + match["variants"].lower()


@lru_cache(maxsize=1024)
def time_zone(text: str) -> str:
    """An IANA zone name, found whatever its case."""
    name = _zones().get(text.casefold().replace(" ", "_"))
    if name is None:
        raise BadValue("BAD_TIME_ZONE", value=_short(text))
    return name


def account_value(text: str) -> Decimal:
    """An amount, decimal comma or point, thousands marks and a currency sign accepted, rounded to two decimals.

    With both marks the last one is the decimal mark. One mark alone followed by exactly three digits separates thousands
    (1,234 and 1.234 are 1234): amounts have two decimals, not three; 0.125 is no thousands and stays a fraction.
    """
    bare = _MONEY_MARKS.sub("", text).replace("\u2212", "-")
    if not _NUMBER.fullmatch(bare):
        raise BadValue("BAD_NUMBER", value=_short(text))
    decimal_mark = max(bare.rfind("."), bare.rfind(","))
    if decimal_mark >= 0 and not _GROUPED.fullmatch(bare):
        whole, fraction = bare[:decimal_mark], bare[decimal_mark + 1 :]
        if bare[decimal_mark] in whole or not (whole.lstrip("+-").isdigit() or _GROUPED.fullmatch(whole)):
            raise BadValue("BAD_NUMBER", value=_short(text))
    else:
        whole, fraction = bare, "0"
    whole = whole.replace(".", "").replace(",", "")
    if len(whole.lstrip("+-").lstrip("0")) > WHOLE_DIGITS:
        raise BadValue("NUMBER_TOO_LARGE", value=_short(text), digits=WHOLE_DIGITS)
    value = round(
        Decimal(f"{whole}.{fraction[:9]}"), DECIMALS
    )  # nine decimals are more than enough to round by
    if abs(value) >= 10**WHOLE_DIGITS:
        raise BadValue("NUMBER_TOO_LARGE", value=_short(text), digits=WHOLE_DIGITS)
    return value


def respondent_type(text: str) -> str:
    """CUSTOMER, EMPLOYEE, COMPETITOR or PUBLIC, written in any case or as a word of one of the languages known here."""
    found = _RESPONDENTS.get(text.casefold())
    if found is None:
        raise BadValue("BAD_RESPONDENT", value=_short(text))
    return found


_RESPONDENTS = {
    word: code
    for code, words in {
        "CUSTOMER": "customer client kunde kundin cliente klant kund klient müşteri клиент",
        "EMPLOYEE": "employee staff mitarbeiter mitarbeiterin employé empleado dipendente medewerker pracownik çalışan сотрудник",
        "COMPETITOR": "competitor wettbewerber konkurrent concurrent competidor concorrente konkurent rakip конкурент",
        "PUBLIC": "public öffentlichkeit publiek público pubblico publiczność kamu публика",
    }.items()
    for word in words.split()
}


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zones.names()}


def _short(text: str) -> str:
    """The text as it may stand in a sentence."""
    return text if len(text) <= 60 else text[:59] + "…"


_READERS: dict[str, Callable[[str], str | Decimal]] = {
    "email": email,
    "phone": phone,
    "language": language,
    "time_zone": time_zone,
    "account_value": account_value,
    "respondent_type": respondent_type,
}
