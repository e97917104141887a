"""What a customer should read in a reply: a check list for the writer that never stands in the way.

Somebody who is content is thanked, and reads nothing of an apology or a promise; a text message has no room for everything.

Beside what first_reply.py looks for (thanks, an apology, what happens next): that somebody has understood how it was for
them (empathy; RECOVSAT, and every study after it), a time by which something happens, and their name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from core.sentences import Sentence, gettext_noop
from followups.rules import first_reply

_UNDERSTOOD = re.compile(
    r"\bunderstand|\bfrustrat|\bannoy|\bdisappoint|\bupset|\byou(?:'re| are| were) right|\bmust have been|\bshould not have happened"
    r"|\bverstehe|\bverständ|\bnachvollzieh|\bärger|\bverärger|\benttäusch|\bsie haben recht|\bdu hast recht|\bhätte nicht passieren"
    r"|\bcompren|\bcomprenons|\bénerv|\bdéçu|\bdécev|\bmécontent|\bvous avez raison|\bn'aurait pas dû"
    r"|\bentiend|\bentend|\bfrustra|\bmolest|\bdecepcion|\btiene (?:toda la )?razón|\bno debería haber"
    r"|\bcapisc|\bcomprendi|\bdelus|\bfastid|\bha ragione|\bnon sarebbe dov"
    r"|\bcompreend|\btem razão|\bdesagradável|\bbegrijp|\bteleurgestel|\bvervelend|\bheeft gelijk|\bhad niet mogen"
    r"|\brozumie|\brozczarow|\bma pan(?:i)? rację|\banlıyor|\bhayal kırıklığı|\bhaklısınız"
    r"|نتفهم|أتفهم|محبط|معك حق|מבין|מבינ|מאכזב|מתסכל|צודק|ご不便|お気持ち|ごもっとも|ご迷惑"
)
_TIME = re.compile(
    r"\b(?:today|tonight|tomorrow|within \w+|by (?:the end|noon|tonight|mon|tues|wednes|thurs|fri|satur|sun|\d)|next week|this week"
    r"|in the next \w+)"
    r"|\b(?:heute|morgen|übermorgen|innerhalb|binnen|spätestens|bis (?:zum|ende|mon|diens|mitt|donners|frei|sams|\d)|diese woche|nächste woche)"
    r"|\b(?:aujourd'hui|demain|d'ici|avant (?:le|la|lundi|mardi|mercredi|jeudi|vendredi|\d)|sous \w+ (?:jour|heure)|cette semaine|dans les)"
    r"|\b(?:hoy|mañana|antes del?|en un plazo|esta semana|en las próximas)"
    r"|\b(?:oggi|domani|entro|questa settimana|nelle prossime)|\b(?:hoje|amanhã|até|nas próximas)"
    r"|\b(?:vandaag|morgen|binnen|uiterlijk|deze week)|\b(?:dziś|dzisiaj|jutro|w ciągu|do (?:jutra|końca|piątku|poniedziałku|wtorku|środy|czwartku))"
    r"|\b(?:bugün|yarın|içinde|kadar)\b|\d{1,2}[:.]\d{2}|\b\d{1,2}\.\d{1,2}\.|\b\d{4}-\d{2}-\d{2}"
    r"|اليوم|غد|خلال|היום|מחר|תוך|本日|明日|までに|以内"
)


@dataclass(frozen=True)
class Check:
    """One thing looked for: what it is, why it matters, and whether it is there."""

    code: str
    is_there: bool
    what: Sentence
    why: Sentence


_CHECKS = (
    ("THANKS", gettext_noop("Thanks"), gettext_noop("Somebody took the time to tell you: say that it is welcome.")),
    (
        "ACKNOWLEDGEMENT",
        gettext_noop("Understanding"),
        gettext_noop("Say in your own words how it was for them, before you explain anything."),
    ),
    (
        "APOLOGY",
        gettext_noop("Apology"),
        gettext_noop("Say sorry without “but” and without “if”: it costs nothing and is what most wait for."),
    ),
    ("NEXT_STEP", gettext_noop("Next step"), gettext_noop("Say who does what now.")),
    ("TIME", gettext_noop("A time"), gettext_noop("Say by when, so that nobody has to wonder or to ask.")),
    ("NAME", gettext_noop("Their name"), gettext_noop("A letter to somebody reads differently from one to anybody.")),
)  # fmt: skip


UNHAPPY, THANKS = (
    "UNHAPPY",
    "THANKS",
)  # what the words are for: somebody to win back, or thanks to who is content
_ALL = frozenset(code for code, _what, _why in _CHECKS)
# By what they are for, and whether they go by text message.
_LOOKED_FOR: dict[tuple[str, bool], frozenset[str]] = {
    (UNHAPPY, False): _ALL,
    (UNHAPPY, True): _ALL - {"ACKNOWLEDGEMENT", "NAME"},
    (THANKS, False): frozenset({"THANKS", "NAME"}),
    (THANKS, True): frozenset({"THANKS"}),
}


def checks(
    body: str, *, language: str, names: Iterable[str] = (), purpose: str = UNHAPPY, is_text: bool = False
) -> list[Check]:
    """Each thing the customer should read, in the order in which they would; none in a language not known here.

    `names` are what the customer is called by; without any, nobody is asked to use one.
    """
    if language.split("-")[0].lower() not in first_reply.LANGUAGES or not body.strip():
        return []
    text = unicodedata.normalize("NFKC", body).casefold().replace("’", "'")
    lacks = {sentence.code for sentence in first_reply.advice(body, language=language)}
    called = [name.casefold() for name in names if len(name) > 1]
    there = {
        "THANKS": first_reply.NO_THANKS not in lacks,
        "ACKNOWLEDGEMENT": bool(_UNDERSTOOD.search(text)),
        "APOLOGY": first_reply.NO_APOLOGY not in lacks,
        "NEXT_STEP": first_reply.NO_NEXT_STEP not in lacks,
        "TIME": bool(_TIME.search(text)),
        "NAME": any(name in text for name in called),
    }
    return [
        Check(code, there[code], Sentence(code, what), Sentence(code, why))
        for code, what, why in _CHECKS
        if code in _LOOKED_FOR[purpose, is_text] and (code != "NAME" or called)
    ]
