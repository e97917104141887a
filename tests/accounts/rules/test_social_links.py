import pytest

from accounts.rules import social_links
from accounts.rules.social_links import BadLink, TooMany


def test_a_line_is_a_label_and_an_address() -> None:
    links = social_links.parsed(
        ["Instagram: https://instagram.com/acme ", "", "Our blog https://acme.example/blog"]
    )
    assert links == [
        {"label": "Instagram", "url": "https://instagram.com/acme"},
        {"label": "Our blog", "url": "https://acme.example/blog"},
    ]
    assert social_links.parsed(social_links.written(links).splitlines()) == links


@pytest.mark.parametrize(
    "line",
    [
        "https://instagram.com/acme", "Instagram", "Instagram http://instagram.com/acme", "Instagram javascript:alert(1)",
        "Instagram https://nowhere/acme", "Instagram https://me:secret@instagram.com/", "x" * 31 + " https://acme.example",
        "Instagram https://acme.example/" + "x" * 200, 'Instagram https://acme.example/"onclick=', "Instagram https://[::1",
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_named(line: str) -> None:
    with pytest.raises(BadLink) as refused:
        social_links.parsed([line])
    assert str(refused.value) == line


def test_at_most_six_each_once() -> None:
    lines = [f"Site https://acme.example/{number}" for number in range(7)]
    assert len(social_links.parsed([*lines[:6], lines[0]])) == 6
    with pytest.raises(TooMany):
        social_links.parsed(lines)
