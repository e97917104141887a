"""Comments read without a library: features, the starter, learning, and the language."""

import subprocess
import sys

import pytest

from surveys.text import features, language, sentiment, training
from surveys.text.training import Sample

HAPPY = ("quick and kind", "works well every day", "kind people, quick answers", "well made and quick")
UNHAPPY = ("slow and rude", "broken every day", "rude people, slow answers", "badly made and broken")


def samples(count: int) -> list[Sample]:
    return [
        Sample(
            f"{(HAPPY if number % 2 else UNHAPPY)[number % 4]} {number}", bool(number % 2), f"c{number // 3}"
        )
        for number in range(count)
    ]


def test_numbers_are_the_same_in_any_process() -> None:
    assert features.numbers("Love it!") == features.numbers("LOVE  it!")
    assert features.numbers("") == []
    assert all(0 <= number < features.SIZE for number in features.numbers("Größer als alles, 素晴らしい"))


@pytest.mark.parametrize("text", ["", "-", "888", "nil", "...", "ok"])
def test_texts_that_say_nothing_are_not_read(text: str) -> None:
    assert not features.has_words(text)
    assert sentiment.starter().score(text) is None


@pytest.mark.parametrize(
    ("happy", "unhappy"),
    [
        ("Great service, I love it", "Terrible service, never again"),
        ("Alles super, sehr zufrieden", "Furchtbar, funktioniert nicht"),
        ("Tout est parfait", "Rien ne fonctionne, très déçu"),
        ("Todo perfecto, me encanta", "Pésimo, nada funciona"),
        ("Tutto perfetto, ottimo", "Pessimo, non funziona mai"),
        ("Tudo ótimo, adoro", "Péssimo, nada funciona"),
        ("Alles perfect, zeer tevreden", "Waardeloos, werkt niet"),
        ("Wszystko idealnie, polecam", "Fatalnie, nic nie działa"),
        ("Her şey mükemmel", "Berbat, hiç çalışmıyor"),
        ("خدمة ممتازة ورائعة", "خدمة سيئة جدا، كارثة"),
    ],
)
def test_the_starter_tells_happy_from_unhappy_in_ten_languages(happy: str, unhappy: str) -> None:
    starter = sentiment.starter()
    assert (starter.score(happy) or 0) > 0.6 > 0.4 > (starter.score(unhappy) or 1)


def test_the_starter_is_small() -> None:
    assert sentiment.STARTER.stat().st_size < 300_000


def test_a_model_survives_being_kept() -> None:
    model = sentiment.starter()
    assert sentiment.load(sentiment.dump(model)) == model
    with pytest.raises(sentiment.BadModel):
        sentiment.load(b"")


def test_learning_finds_what_tells_them_apart() -> None:
    learned = training.learn(samples(120), starter=None)
    assert learned.comments == 120
    assert learned.quality is not None
    assert learned.quality > 0.95
    assert (learned.model.score("quick and kind") or 0) > 0.5 > (learned.model.score("slow and rude") or 1)


def test_words_that_say_nothing_have_no_quality_to_show() -> None:
    noise = [
        Sample(f"word{number % 7} other{number % 5}", number % 2 == 0, f"c{number}") for number in range(200)
    ]
    found = training.learn(noise, starter=None).quality
    assert found is not None
    assert found < training.SHOWN_FROM
    assert training.learn(samples(120)[::2], starter=None).quality is None  # one kind alone


def test_halves_share_no_customer() -> None:
    first, second = training.halves(samples(120))
    assert {sample.customer for sample in first} & {sample.customer for sample in second} == set()
    assert min(len(first), len(second)) > 30


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("Very slow and it keeps breaking down", "", "en"),
        ("Sehr langsam und dauernd kaputt", "en", "de"),
        ("サービスがとても遅いです", "", "ja"),
        ("nil", "en", "und"),
        ("good", "en", "en"),
        ("good", "", "und"),
    ],
)
def test_the_language_is_the_words_own(text: str, expected: str, code: str) -> None:
    assert language.of(text, expected=expected) == code


def test_web_processes_never_load_the_learning_library() -> None:
    code = (
        "import sys, os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.settings');"
        "import django; django.setup();"
        "import config.urls, config.wsgi, surveys.services.comments, surveys.tasks;"
        "from surveys.text import sentiment; sentiment.starter().score('Love it, thank you');"
        "print(sorted({'sklearn', 'scipy', 'py3langid', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip().splitlines()[-1] == "[]"
