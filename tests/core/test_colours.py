"""Contrast after WCAG 2.2: published values and both edges."""

import pytest

from core import colours


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_has_its_published_value(one: str, other: str, ratio: float) -> None:
    assert round(colours.contrast(one, other), 2) == ratio
    assert colours.contrast(one, other) == colours.contrast(other, one)


@pytest.mark.parametrize(
    ("colour", "ink"), [("#0f766e", "#ffffff"), ("#e2a72e", "#000000"), ("#FFFF00", "#000000")]
)
def test_the_ink_that_reads_better_is_chosen(colour: str, ink: str) -> None:
    assert colours.ink_on(colour) == ink


def test_any_colour_leaves_readable_ink() -> None:
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    assert all(colours.contrast(grey, colours.ink_on(grey)) >= 4.5 for grey in greys)


@pytest.mark.parametrize(
    ("colour", "seen"), [("#949494", True), ("#959595", False), ("#0f766e", True), ("#ffee88", False)]
)
def test_a_button_must_stand_out_from_a_white_page(colour: str, seen: bool) -> None:
    assert colours.is_seen_on_white(colour) is seen


@pytest.mark.parametrize("text", ["", "teal", "#fff", "#12345", "#12345g", "0f766e", "#0f766e;"])
def test_anything_but_a_colour_is_refused(text: str) -> None:
    with pytest.raises(colours.NotAColour):
        colours.luminance(text)
