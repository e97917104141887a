"""What a first reply to an unhappy customer should not lack: a thank-you, an apology, and what happens next.

Service recovery research names the same parts again and again (Boshoff's RECOVSAT scale, 1999: communication, empathy,
feedback, explanation; Davidow's review of complaint handling, 2003: timeliness, apology, redress). Here only the words
are looked at, in the languages below, all at once: a writer may answer in another than the customer's. What is found
missing is advice for the writer; it never stands in the way.
"""

from __future__ import annotations

import re
import unicodedata

from core.sentences import Sentence, gettext_noop

LANGUAGES = ("ar", "de", "en", "es", "fr", "he", "it", "ja", "nl", "pl", "pt", "tr")

NO_THANKS, NO_APOLOGY, NO_NEXT_STEP = "NO_THANKS", "NO_APOLOGY", "NO_NEXT_STEP"

_THANKS = re.compile(
    r"\bthank|\bthanks|\bgrateful|\bappreciate|\bdank|\bvielen dank|\bgracias|\bagrade|\bmerci|\bremerci|\bgrazie|\bringrazi"
    r"|\bobrigad|\bbedankt|\bdank u|\bdziękuj|\bdzięki|\bteşekkür|\bsağ ?ol|شكر|تشكر|תודה|מודים|ありがと|感謝|お礼"
)
_APOLOGY = re.compile(
    r"\bsorry\b|\bapolog|\bregret|\bpardon|\bentschuldig|\bverzeih|\bleid\b|\bbedauer|\blo siento|\bsentimos|\blament|\bdisculp"
    r"|\bperdón|\bdésol|\bexcus|\bregrett|\bscus|\bspiace|\bdispiac|\brammaric|\bdesculp|\bsinto muito|\bsentimos muito"
    r"|\bspijt|\bexcuses|\bprzeprasz|\bprzykro|\bubolew|\büzgün|\bözür|\bkusura|نعتذر|أعتذر|اعتذر|آسف|آسفون|نأسف"
    r"|מצטער|סליחה|מתנצל|צר לנו|צר לי|申し訳|すみません|お詫び|ごめん"
)
# Somebody does something, by a moment or at once: a future or a promise in the first person, or a time.
_NEXT_STEP = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| am going to| are going to)\b|\bby (?:to|mon|tues|wednes|thurs|fri|satur|sun|the |\d)"
    r"|\btomorrow|\bwithin \w+|\b(?:ich|wir) (?:werde|werden|melde|melden|schicke|schicken|rufe|rufen|prüfe|prüfen|kümmer)"
    r"|\bmorgen\b|\bbis (?:zum|spätestens|mon|diens|mitt|donners|frei|ende|\d)|\binnerhalb"
    r"|\b(?:mañana|antes del|en un plazo|le llamar|le escribir|vamos a|voy a)|\b\w{3,}(?:aré|aremos|iré|iremos|eré|eremos)\b"
    r"|\b(?:demain|d'ici|avant le|je vais|nous allons|je vous|nous vous)\b|\b\w{3,}(?:erai|erons|irai|irons)\b"
    r"|\b(?:domani|entro|stiamo per)\b|\b\w{3,}(?:erò|eremo|irò|iremo)\b"
    r"|\b(?:amanhã|até|vamos|vou|irei|iremos)\b"
    r"|\b(?:ik|wij|we) (?:zal|zullen|ga|gaan|stuur|sturen|bel|bellen)\b|\bbinnen \w+|\buiterlijk"
    r"|\bjutro|\bw ciągu|\bdo (?:jutra|piątku|poniedziałku|wtorku|środy|czwartku|końca)|\b\w{3,}(?:imy|emy)\b"
    r"|\byarın|\biçinde\b|\bkadar\b|\b\w{2,}(?:acağ|eceğ)\w*"
    r"|سوف|سن\w+|غد|خلال|מחר|תוך|עד יום|נבדוק|נחזור|אחזור|אבדוק|明日|までに|以内|いたします|ご連絡"
)

_SENTENCES = {
    NO_THANKS: gettext_noop("It does not thank the customer for telling you."),
    NO_APOLOGY: gettext_noop("It says neither sorry nor that you regret what happened."),
    NO_NEXT_STEP: gettext_noop("It does not say what happens next, and by when."),
}


def advice(body: str, *, language: str) -> list[Sentence]:
    """What the words of a first reply lack; nothing for a language whose words are not known here."""
    if language.split("-")[0].lower() not in LANGUAGES or not body.strip():
        return []
    text = unicodedata.normalize("NFKC", body).casefold().replace("’", "'")
    looked_for = ((NO_THANKS, _THANKS), (NO_APOLOGY, _APOLOGY), (NO_NEXT_STEP, _NEXT_STEP))
    return [Sentence(code, _SENTENCES[code], {}) for code, words in looked_for if not words.search(text)]
