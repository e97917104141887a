import pytest

from surveys.rules.verbatim import COMMENT_LIMIT, TextTooLong, clean, clean_line


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  fine \n", "fine"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tstays, bell\x07 and NUL\x00 go", "tab\tstays, bell and NUL go"),
        ("half a pair \ud83d goes", "half a pair  goes"),
        ("😀 مرحبا 你好", "😀 مرحبا 你好"),
        ("", ""),
    ],
)
def test_words_are_kept_as_written_without_what_no_page_can_carry(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_the_limit_counts_what_is_kept() -> None:
    assert len(clean("x" * COMMENT_LIMIT + "\x00\r\n")) == COMMENT_LIMIT
    with pytest.raises(TextTooLong) as refused:
        clean("x" * (COMMENT_LIMIT + 1))
    assert (refused.value.length, refused.value.limit) == (10_001, 10_000)


def test_a_line_has_no_breaks_and_no_double_spaces() -> None:
    assert clean_line(" Dora\r\n  Doe\t ") == "Dora Doe"
