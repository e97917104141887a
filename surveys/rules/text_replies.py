"""What a text a customer sent back says: a score with or without words, STOP, START, HELP, or words alone.

Honest rather than clever. A score is a text that begins with a number of the scale and goes on with words: "9", "9 great
service", "9/10, thanks", "9️⃣". What could be read in two ways is read in none and waits for a person: "8 or 9", "9.5",
"10 minutes late", "nine".

STOP, START and HELP are whole texts: "stop", "STOP!", "bitte stopp" of more words is not one of them but words, and a
text with nothing but the word is, in every language a survey speaks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

STOP, START, HELP, SCORE, WORDS, NOTHING = "STOP", "START", "HELP", "SCORE", "WORDS", "NOTHING"


def _folded(text: str) -> str:
    """In small letters and without the marks people leave out on a phone: "İPTAL", "iptal"; "Arrêt", "ARRET"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn").replace("ı", "i")


def _words(text: str) -> frozenset[str]:
    return frozenset(_folded(word) for word in text.split())


# First the words networks themselves listen for, then those of each language.
STOPS = _words("""
    stop stopall stop-all unsubscribe cancel end quit optout opt-out revoke remove
    stopp abmelden abbestellen ende aufhören beenden
    arrêt arrêter désabonner fin
    parar baja alto detener basta
    ferma fermare annulla disiscrivimi cancellami
    pare sair cancelar remover
    stoppen afmelden uitschrijven
    koniec rezygnuję wypisz zatrzymaj
    dur durdur iptal çık red ret
    توقف إيقاف قف إلغاء ستوب
    הסר הסרה עצור די סטופ
    停止 中止 解除 配信停止 ストップ やめて
""")
STARTS = _words("""
    start unstop subscribe optin opt-in resume
    anmelden fortsetzen
    reprendre abonner
    alta iniciar comenzar
    inizia riprendi iscrivimi
    começar voltar
    aanmelden hervatten
    zapisz wznów
    başla başlat
    ابدأ اشتراك استئناف
    התחל הצטרף חדש
    開始 再開 スタート
""")
HELPS = _words("""
    help info ? hilfe aide ayuda aiuto ajuda hulp pomoc yardım مساعدة עזרה ヘルプ 助けて information infos
""")

YESES = _words("""
    yes y yep yeah ja jawohl oui si sí sim tak evet نعم اي כן はい うん ya
""")
NOS = _words("""
    no n nope nein non nee não nao nie hayır hayir nej لا לא いいえ いや
""")

_SCORE = re.compile(r"(?P<score>\d{1,2})(?P<rest>.*)", re.DOTALL)
# "9/10", "9 of 10", "9 von 10": the scale said along with the score.
_OF_THE_SCALE = re.compile(
    r"\s*(?:/|\b(?:out\s+of|of|von|aus|sur|de|su|van|na|z|üzerinden|من|מתוך)\b)\s*(?P<most>\d{1,2})(?!\d)",
    re.IGNORECASE,
)
# A number after the number: which one is meant?
_ANOTHER = re.compile(
    r"\s*(?:[-–—.,/:+&]\s*|\b(?:or|oder|ou|o|of|lub|albo|veya|to|bis|à|a|bis)\b\s*)\d", re.IGNORECASE
)
# A number that counts something else: minutes, days, money. Whole words, then beginnings of words.
_COUNTED = re.compile(
    r"\s*(?:[%€$£¥°]|(?:h|mins?|hours?|std|hrs?|days?|jours?|d[ií]as?|dag(?:en)?|dni|weeks?|months?|mois|mes|meses|mesi|"
    r"mese|ay|years?|ans|años?|ann[oi]|anos?|jaar|lat|times|fois|veces|volte|keer|razy|kez|people|persons|items|orders|"
    r"euros?|eur|usd|dollars?|pln|ore|ora|hora[es]?|heures?|uur|uren|th|st|nd|rd|am|pm|uhr)\b|"
    r"minut|stunde|godz|saat|dakika|giorn|dzień|tage?\b|woche|semaine|semana|settiman|tydz|tygod|hafta|monat|maand|"
    r"miesi|jahr|yıl|zł|gün\b|دقيق|ساع|يوم|أيام|ايام|دقائق|דקות|שעות|ימים|分|時|日間|回|円)",
    re.IGNORECASE,
)
_LEADING = " \t\r\n.,;:!-–—)(]["  # between the score and the words
_TRIMMED = " \t\r\n.,;:!\"'“”„«»()[]*_-–—…。！"
_KEYCAP = re.compile(
    "[\ufe0f\u20e3\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)  # of emoji; and marks of direction


@dataclass(frozen=True)
class Reply:
    """What was read: `score` with SCORE alone, `comment` with SCORE and WORDS."""

    kind: str
    score: int | None = None
    comment: str = ""


def read(text: str, *, low: int | None = None, high: int | None = None) -> Reply:
    """What `text` says to a question whose scale goes from `low` to `high`; without a scale no number is a score."""
    plain = _plain(text)
    word = _folded(plain.strip(_TRIMMED)) or plain.strip()
    if not plain.strip():
        return Reply(NOTHING)
    if word in STOPS:
        return Reply(STOP)
    if word in STARTS:
        return Reply(START)
    if word in HELPS:
        return Reply(HELP)
    if low is not None and high is not None:
        found = _score(plain.strip(), low, high)
        if found is not None:
            return found
    return Reply(WORDS, comment=text.strip())


def yes_or_no(text: str) -> bool | None:
    """A whole text that is a yes or a no, in the languages we ask in; None for anything else."""
    word = _folded(_plain(text).strip(_TRIMMED))
    return True if word in YESES else False if word in NOS else None


def begins_with_number(text: str) -> bool:
    """Whether a text begins with a number, so that whoever wrote it may have meant a score."""
    return bool(_SCORE.match(_plain(text).strip()))


def _score(plain: str, low: int, high: int) -> Reply | None:
    match = _SCORE.match(plain)
    if match is None:
        return None
    score, rest = int(match["score"]), match["rest"]
    if not low <= score <= high or rest[:1].isdigit():
        return None
    scale = _OF_THE_SCALE.match(rest)
    if scale is not None:
        if int(scale["most"]) != high:
            return None
        rest = rest[scale.end() :]
    elif _COUNTED.match(rest):
        return None
    if _ANOTHER.match(rest) or (rest[:1] and rest[:1].isalpha() and not _stands_alone(rest)):
        return None
    return Reply(SCORE, score, rest.lstrip(_LEADING).rstrip())


def _stands_alone(rest: str) -> bool:
    """Whether words right behind a number, without a space, are words: in scripts that write without spaces they are."""
    return unicodedata.name(rest[0], "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))


def _plain(text: str) -> str:
    """The text with digits of every script as ours, and without the marks that make an emoji of a digit."""
    bare = _KEYCAP.sub("", unicodedata.normalize("NFC", text)).replace("🔟", "10")
    return "".join(
        str(unicodedata.digit(letter))
        if unicodedata.category(letter) == "Nd" and not letter.isascii()
        else letter
        for letter in bare
    )
