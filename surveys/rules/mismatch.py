"""Whether a score and its words cannot both be meant: "0 - love it!".

Wrong far more often than right would be to ask whenever a model thinks so: people give low scores with mild words every
day. So this asks only when everything agrees: a score at an end of the scale, a short comment, an unmistakable word of the
other kind, no word that turns or doubts (not, but, never, used to, better), no word of the score's own kind, and a reading
of the whole on the other side too. The score is never changed by itself; it is asked.
"""

from __future__ import annotations

import re
import unicodedata

from surveys.rules import nps
from surveys.rules.metrics import DISSATISFIED, SATISFIED, bounds, classify

LONGEST = 90  # characters; longer words weigh things up
END_OF_SCALE = 0.2  # of the scale's width, counted from its end
HAPPY_FROM, UNHAPPY_TO = 0.7, 0.3  # of the reading

# Words and short phrases nobody uses for the opposite, small letters. Whole words only.
_PRAISE = """
love it|love this|loved it|love you|i love|excellent|perfect|fantastic|amazing|awesome|brilliant|wonderful|best ever|
great service|great job|great experience|very happy|so happy|very satisfied|highly recommend|highly recommended|
liebe es|ausgezeichnet|perfekt|fantastisch|hervorragend|wunderbar|großartig|sehr zufrieden|begeistert|klasse|
j'adore|génial|parfait|excellent service|fantastique|formidable|merveilleux|très satisfait|très satisfaite|ravi|ravie|
me encanta|excelente|perfecto|fantástico|maravilloso|genial|muy contento|muy contenta|encantado|encantada|
lo adoro|eccellente|perfetto|fantastico|meraviglioso|ottimo|molto soddisfatto|molto soddisfatta|
adoro|perfeito|maravilhoso|ótimo|muito satisfeito|muito satisfeita|geweldig|uitstekend|perfect|fantastisch|zeer tevreden|
uwielbiam|świetnie|doskonale|idealnie|rewelacja|bardzo zadowolony|bardzo zadowolona|bayıldım|mükemmel|harika|muhteşem|
çok memnunum|utmärkt|perfekt|fantastiskt|underbart|mycket nöjd|älskar|ممتاز|ممتازة|رائع|رائعة|أحبها|مذهل|
מצוין|מעולה|מושלם|נהדר|素晴らしい|最高"""
_FURY = """
hate it|i hate|terrible|horrible|awful|worst|disaster|never again|money back|furious|disgusting|useless|scam|pathetic|
very disappointed|waste of money|schrecklich|furchtbar|katastrophe|nie wieder|geld zurück|frechheit|sehr enttäuscht|
catastrophe|affreux|plus jamais|très déçu|très déçue|lamentable|arnaque|desastre|pésimo|nunca más|muy decepcionado|
muy decepcionada|estafa|terribile|pessimo|disastro|mai più|molto deluso|molto delusa|péssimo|horrível|nunca mais|
vergonha|verschrikkelijk|waardeloos|ramp|nooit meer|zeer teleurgesteld|okropne|okropna|fatalnie|katastrofa|nigdy więcej|
dramat|berbat|rezalet|felaket|bir daha asla|fruktansvärt|katastrof|aldrig mer|فظيع|كارثة|أسوأ|נורא|איום|最悪"""
_DOUBT = """
not|no|never|none|nothing|but|however|although|except|unless|until|if|used to|was|were|would|could|should|better|wish|
hardly|barely|except|instead|don't|doesn't|didn't|isn't|wasn't|aren't|can't|won't|couldn't|wouldn't|cannot|far from|
nicht|kein|keine|aber|nie|war|wäre|könnte|besser|außer|pas|ne|jamais|mais|était|serait|sauf|non|mai|ma|però|era|
nunca|pero|salvo|sería|não|nao|seria|niet|geen|maar|was|zou|beter|nie|ale|był|była|lepiej|değil|ama|yok|inte|men|
لا|لم|ليس|لكن|לא|אבל"""


def _pattern(words: str) -> re.Pattern[str]:
    listed = sorted(
        {word.strip() for word in words.replace("\n", "").split("|") if word.strip()}, key=len, reverse=True
    )
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in listed) + r")(?!\w)")


PRAISE, FURY, DOUBT = _pattern(_PRAISE), _pattern(_FURY), _pattern(_DOUBT)


def mirrored(metric: str, score: int) -> int:
    """The score as far from the other end: 0 and 10, 1 and 5."""
    low, high = bounds(metric)
    return low + high - score


def suspects(metric: str, score: int, comment: str) -> bool:
    """Whether the words alone speak against the score; cheap, so that nearly every answer needs no more."""
    if not comment or len(comment) > LONGEST:
        return False
    side = _side(metric, score)
    if side == 0:
        return False
    text = unicodedata.normalize("NFKC", comment).casefold().replace("’", "'")
    # "Never again" is fury by its own words: they are no doubt about it.
    against, along = (PRAISE, FURY) if side < 0 else (FURY, PRAISE)
    if not against.search(text):
        return False
    rest = against.sub(" ", text)
    return not DOUBT.search(rest) and not along.search(rest)


def asks(metric: str, score: int, comment: str, *, reading: float | None) -> int | None:
    """The score to ask about, None when there is nothing to ask. `reading` is the comment's, 0 unhappy to 1 happy."""
    if reading is None or not suspects(metric, score, comment):
        return None
    agrees = reading >= HAPPY_FROM if _side(metric, score) < 0 else reading <= UNHAPPY_TO
    return mirrored(metric, score) if agrees else None


def _side(metric: str, score: int) -> int:
    """-1 for a score at the unhappy end of its scale, 1 at the happy end, else 0."""
    low, high = bounds(metric)
    reach = (high - low) * END_OF_SCALE
    segment = classify(metric, score)
    if segment in (nps.DETRACTOR, DISSATISFIED) and score - low <= reach:
        return -1
    return 1 if segment in (nps.PROMOTER, SATISFIED) and high - score <= reach else 0
