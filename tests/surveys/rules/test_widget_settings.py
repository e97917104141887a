from typing import Any

import pytest

from surveys.rules import widget_settings
from surveys.rules.widget_settings import BadSettings, checked, complete, is_pattern


def test_without_a_choice_it_asks_everybody_after_five_seconds_and_stores_nothing() -> None:
    assert complete({}) == checked({}) == {
        "mode": "POPOVER", "side": "RIGHT", "urls": [], "delay": 5, "scroll": 0, "percent": 100, "again_days": 0,
    }  # fmt: skip
    assert complete({"delay": 9, "colour": "red"}) == widget_settings.USUAL | {"delay": 9}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"mode": "BANNER"}, "mode"), ({"side": "TOP"}, "side"), ({"delay": -1}, "delay"), ({"delay": 601}, "delay"),
        ({"delay": True}, "delay"), ({"delay": "5"}, "delay"), ({"scroll": 101}, "scroll"), ({"percent": 0}, "percent"),
        ({"again_days": 366}, "again_days"), ({"urls": "/x"}, "urls"), ({"urls": ["x"]}, "urls"), ({"urls": ["/"] * 51}, "urls"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(BadSettings) as refused:
        checked(given)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("/checkout/*", True), ("!/checkout/pay", True), ("https://shop.example/*", True), ("*", True), ("!*", True),
        ("checkout", False), ("", False), ("!", False), ("/a b", False), ("/" + "x" * 200, False), (7, False),
        ("javascript:alert(1)", False),
    ],
)  # fmt: skip
def test_a_pattern_is_a_path_or_a_whole_address(text: object, fits: bool) -> None:
    assert is_pattern(text) is fits
