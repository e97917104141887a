import pytest

from followups.rules import first_reply

WHOLE = {
    "en": "Thank you for telling us. I am sorry that your parcel was late. I will call you by Friday.",
    "de": "Vielen Dank für Ihre Offenheit. Es tut mir leid, dass es so lange dauerte. Ich melde mich morgen.",
    "es": "Gracias por decírnoslo. Lo siento mucho. Le llamaré mañana.",
    "fr": "Merci de nous l'avoir dit. Je suis désolée. Je vous appelle demain.",
    "it": "Grazie per avercelo detto. Mi dispiace molto. La chiamerò domani.",
    "pt": "Obrigado por nos contar. Pedimos desculpa pelo atraso. Vou ligar amanhã.",
    "nl": "Bedankt dat u het ons vertelt. Het spijt ons. Ik bel u morgen.",
    "pl": "Dziękujemy za wiadomość. Przepraszamy za opóźnienie. Zadzwonimy jutro.",
    "tr": "Bize yazdığınız için teşekkür ederiz. Özür dileriz. Yarın arayacağız.",
    "ar": "شكرا لإخبارنا. نعتذر عن التأخير. سوف نتصل بك غدا.",
    "he": "תודה שסיפרת לנו. אנחנו מצטערים. נחזור אליך מחר.",
    "ja": "お知らせいただきありがとうございます。申し訳ございません。明日までにご連絡いたします。",
}


@pytest.mark.parametrize("language", sorted(WHOLE))
def test_a_whole_first_reply_gets_no_advice_in_any_language(language: str) -> None:
    assert set(WHOLE) == set(first_reply.LANGUAGES)
    assert first_reply.advice(WHOLE[language], language=language) == []


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ("I am sorry. We will refund you by Friday.", ["NO_THANKS"]),
        ("Thank you for writing. We will look into it.", ["NO_APOLOGY"]),
        ("Thank you, and we are sorry for the delay.", ["NO_NEXT_STEP"]),
        ("Your parcel was delivered.", ["NO_THANKS", "NO_APOLOGY", "NO_NEXT_STEP"]),
    ],
)
def test_what_is_missing_is_named(body: str, lacks: list[str]) -> None:
    assert [one.code for one in first_reply.advice(body, language="en-GB")] == lacks


def test_a_language_whose_words_are_not_known_gets_no_advice() -> None:
    assert first_reply.advice("Hej!", language="sv") == first_reply.advice(" ", language="en") == []
