"""Addresses as people paste them."""

import pytest

from accounts.people_forms import addressees


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n , ;\n", []),
        ("a@x.example", [("a@x.example", "")]),
        ("A@X.example\na@x.example", [("a@x.example", "")]),
        ("a@x.example, b@x.example;c@x.example d@x.example", [(f"{one}@x.example", "") for one in "abcd"]),
        ("Nina New <nina@x.example>", [("nina@x.example", "Nina New")]),
        ('"New, Nina" <nina@x.example>; Bo <bo@x.example>', [("nina@x.example", "New, Nina"), ("bo@x.example", "Bo")]),
        ("Nina New <n@x.example>, Bo <b@x.example>", [("n@x.example", "Nina New"), ("b@x.example", "Bo")]),
    ],
)  # fmt: skip
def test_addresses_are_found_with_their_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.email, one.name) for one in addressees(text)] == expected


@pytest.mark.parametrize("text", ["nobody", "a@", "@x.example", "a b@x", f"{'a' * 300}@x.example", "<>"])
def test_what_is_no_address_comes_back_as_typed(text: str) -> None:
    [one] = addressees(text)
    assert (one.email, one.line, bool(one.problem)) == ("", text, True)
