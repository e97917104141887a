"""Sites that may frame a page: one spelling each, and nothing that is more or less than a site."""

import pytest
from django.core.exceptions import ValidationError

from core.origins import MOST, cleaned


def test_each_site_has_one_spelling_and_stands_once() -> None:
    lines = ["https://WWW.Example.com/", " https://www.example.com:443", "", "https://shop.example.com:8443",
             "https://bücher.example", "http://localhost:3000"]  # fmt: skip
    assert cleaned(lines) == ["https://www.example.com", "https://shop.example.com:8443",
                              "https://xn--bcher-kva.example", "http://localhost:3000"]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["example.com", "http://example.com", "https://example.com/shop", "https://example.com?x", "https://example.com#",
     "https://user@example.com", "https://*.example.com", "https://*", "*", "'self'", "https://a.example; script-src *",
     "https://a.example https://b.example", "https://example", "https://a.example:99999", "data:", "https://", "https://a..b"],
)  # fmt: skip
def test_what_is_no_site_is_refused_by_its_name(line: str) -> None:
    with pytest.raises(ValidationError, match=r"This is not the address of a site") as refused:
        cleaned(["https://www.example.com", line])
    assert line in refused.value.messages[0]


def test_the_list_has_an_end() -> None:
    sites = [f"https://s{number}.example.com" for number in range(MOST + 1)]
    assert cleaned(sites[:MOST]) == sites[:MOST]
    with pytest.raises(ValidationError):
        cleaned(sites)
