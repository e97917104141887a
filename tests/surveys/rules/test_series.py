import pytest

from surveys.rules.series import series


@pytest.mark.parametrize(
    ("purpose", "trust", "line"),
    [
        ("SURVEY", "CONFIRMED", "HEADLINE"),
        ("SURVEY", "STAFF", "HEADLINE"),
        ("SURVEY", "FORWARDED", "HEADLINE"),
        ("SURVEY", "IMPORTED", "HEADLINE"),
        ("SURVEY", "LIKELY_SCANNER", "DOUBTFUL"),
        ("RESURVEY", "CONFIRMED", "RESURVEY"),
        ("RESURVEY", "LIKELY_SCANNER", "DOUBTFUL"),
    ],
)
def test_only_first_answers_that_are_not_doubtful_make_the_headline(
    purpose: str, trust: str, line: str
) -> None:
    assert series(purpose=purpose, trust=trust) == line
