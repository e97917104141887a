"""The question "did you mean 10?" in the language of the survey: written out here, because customers read it."""

from typing import NamedTuple


class Question(NamedTuple):
    asked: str
    corrected: str
    kept: str
    reply: str  # by text: what to send back


_WORDS: dict[str, tuple[str, str, str, str]] = {
    "en": ("You chose {score}, but your words sound different. Did you mean {other}?", "Yes, I meant {other}", "No, {score} is right", "Reply {other} or {score}."),
    "de": ("Sie haben {score} gewählt, aber Ihre Worte klingen anders. Meinten Sie {other}?", "Ja, ich meinte {other}", "Nein, {score} stimmt", "Bitte antworten Sie {other} oder {score}."),
    "fr": ("Vous avez choisi {score}, mais vos mots disent autre chose. Vouliez-vous dire {other} ?", "Oui, je voulais dire {other}", "Non, {score} est juste", "Répondez {other} ou {score}."),
    "es": ("Eligió {score}, pero sus palabras suenan distintas. ¿Quería decir {other}?", "Sí, quería decir {other}", "No, {score} es correcto", "Responda {other} o {score}."),
    "it": ("Ha scelto {score}, ma le sue parole dicono altro. Intendeva {other}?", "Sì, intendevo {other}", "No, {score} è giusto", "Risponda {other} o {score}."),
    "pt": ("Escolheu {score}, mas as suas palavras dizem outra coisa. Queria dizer {other}?", "Sim, queria dizer {other}", "Não, {score} está certo", "Responda {other} ou {score}."),
    "nl": ("U koos {score}, maar uw woorden klinken anders. Bedoelde u {other}?", "Ja, ik bedoelde {other}", "Nee, {score} klopt", "Antwoord {other} of {score}."),
    "pl": ("Wybrano {score}, ale słowa brzmią inaczej. Czy chodziło o {other}?", "Tak, chodziło o {other}", "Nie, {score} jest poprawne", "Odpisz {other} lub {score}."),
    "sv": ("Du valde {score}, men dina ord låter annorlunda. Menade du {other}?", "Ja, jag menade {other}", "Nej, {score} stämmer", "Svara {other} eller {score}."),
    "da": ("Du valgte {score}, men dine ord lyder anderledes. Mente du {other}?", "Ja, jeg mente {other}", "Nej, {score} er rigtigt", "Svar {other} eller {score}."),
    "tr": ("{score} seçtiniz, ama sözleriniz farklı. {other} mi demek istediniz?", "Evet, {other} demek istedim", "Hayır, {score} doğru", "{other} ya da {score} yazın."),
    "ar": ("لقد اخترت {score}، لكن كلماتك تقول غير ذلك. هل قصدت {other}؟", "نعم، قصدت {other}", "لا، {score} صحيح", "أجب بالرقم {other} أو {score}."),
    "he": ("בחרת {score}, אבל המילים שלך אומרות אחרת. האם התכוונת ל-{other}?", "כן, התכוונתי ל-{other}", "לא, {score} נכון", "השיבו {other} או {score}."),
    "ja": ("{score} を選ばれましたが、コメントの内容と合わないようです。{other} のお間違いではありませんか。", "はい、{other} です", "いいえ、{score} で合っています", "{other} か {score} を返信してください。"),
}  # fmt: skip
LANGUAGES = tuple(_WORDS)


def question(language: str, *, score: int, other: int) -> Question:
    """The words in `language` ("pt-br" reads as "pt"); a language without its own asks in English."""
    words = (
        _WORDS.get(language) or _WORDS.get(language.replace("_", "-").split("-")[0].lower()) or _WORDS["en"]
    )
    return Question(*(text.format(score=score, other=other) for text in words))
