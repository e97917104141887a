import pytest

from followups.rules import cursor


@pytest.mark.parametrize(
    ("typed", "kept", "at", "body", "place"),
    [
        ("", "Hello {{ cursor }}there", None, "Hello there", 6),
        ("Typed before", "Hello", None, "Typed before\n\nHello", 19),
        ("ab", "X{{cursor}}Y", 1, "aXYb", 2),
        ("Hi 👋 you", "{{ CURSOR }}!", 6, "Hi 👋 !you", 6),
        ("one\r\ntwo", "-", 4, "one\n-two", 5),
        ("ab", "x{{ cursor }}y{{ cursor }}z", 99, "abxyz", 3),
        ("ab", "x", -5, "xab", 1),
    ],
)
def test_a_kept_reply_is_put_in_and_says_where_to_go_on(
    typed: str, kept: str, at: int | None, body: str, place: int
) -> None:
    assert cursor.put_in(typed, kept, at=at) == (body, place)


def test_the_mark_never_stays_in_a_text() -> None:
    assert cursor.without("a {{ cursor }} b {{cursor}}{{ first_name }}") == "a  b {{ first_name }}"
