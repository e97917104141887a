import pytest

from core.merge_fields import MergeSyntaxError
from surveys import wording
from surveys.enums import Metric

KNOWN = wording.values(company="Acme", name="Dora Doe", attributes={"Plan": "Gold"})


@pytest.mark.parametrize("metric", Metric.values)
def test_every_metric_has_words_that_can_be_filled_for_anybody(metric: str) -> None:
    for words in wording.defaults(metric):
        wording.check(words)
        assert "{{" not in wording.fill(words, wording.values(company="Acme"))


def test_a_field_that_does_not_exist_is_named() -> None:
    with pytest.raises(wording.UnknownMergeFields) as refused:
        wording.check("Hi {{ frist_name }}, {{ attribute.plan }} and {{ company }}?", attributes=["Region"])
    assert refused.value.fields == ("frist_name", "attribute.plan")
    wording.check("{{ attribute.region }}", attributes=["Region"])


def test_half_a_field_is_refused() -> None:
    with pytest.raises(MergeSyntaxError):
        wording.check("Hi {{ first name }}")


@pytest.mark.parametrize(
    ("text", "known", "filled"),
    [
        ("Hi {{ first_name }}!", KNOWN, "Hi Dora!"),
        ("Hi {{ first_name }}!", wording.values(company="Acme"), "Hi!"),
        ('Hi {{ first_name | "there" }}!', wording.values(company="Acme"), "Hi there!"),
        ("You have {{ attribute.plan }} at {{ company }}.", KNOWN, "You have Gold at Acme."),
        ("You have {{ attribute.size }} at {{ company }}.", KNOWN, "You have at Acme."),
        ("No field", KNOWN, "No field"),
    ],
)
def test_on_a_page_an_empty_field_leaves_no_trace(text: str, known: dict[str, str], filled: str) -> None:
    assert wording.fill(text, known) == filled


def test_a_value_that_looks_like_a_field_is_only_words() -> None:
    tricky = wording.values(company="Acme", name="{{ company }}")
    assert wording.fill("Hi {{ name }}", tricky) == "Hi {{ company }}"
