"""The words a survey starts with, and how merge fields in its texts are checked and filled."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import merge_fields
from surveys import words
from surveys.enums import Metric

# What a survey's texts may name, besides `attribute.<name>` for every attribute of the workspace.
MERGE_FIELDS = {
    "company": gettext_lazy("your company"),
    "first_name": gettext_lazy("the customer's first name"),
    "name": gettext_lazy("the customer's whole name"),
    "customer_company": gettext_lazy("the customer's company"),
    "touchpoint": gettext_lazy("the moment you ask about"),
}
ATTRIBUTE = "attribute."
CLASSES = ("PROMOTER", "PASSIVE", "DETRACTOR")  # of an answer, whatever its metric calls them

_HOLE = "\x00"  # stands for a value that is not known; no text of ours contains it
_SPACE_BEFORE_STOP = re.compile(r"[ \t]+(?=[,.!?;:])")
_SPACES = re.compile(r"[ \t]{2,}")


class UnknownMergeFields(ValueError):
    """`fields` are written in a text but exist neither as merge field nor as attribute."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(
            _("There is no merge field %(fields)s. Write one of: %(known)s.")
            % {"fields": ", ".join(self.fields), "known": ", ".join(MERGE_FIELDS)}
        )


class Words(NamedTuple):
    """Default words of a metric: the question, the ends of its scale."""

    question: str
    low_label: str
    high_label: str


def defaults(metric: str, language: str = "en") -> Words:
    """The words for a survey of `metric` whose own are empty, in `language`."""
    table, kind = words.of(language), Metric(metric).value.lower()
    return Words(table[f"{kind}_question"], table[f"{kind}_low"], table[f"{kind}_high"])


def default_prompts(language: str = "en") -> dict[str, str]:
    """The follow-up question by class of answer."""
    return {shade: words.of(language)[f"prompt_{shade.lower()}"] for shade in CLASSES}


def default_thanks(language: str = "en") -> dict[str, str]:
    """The thank-you by class of answer; it promises nothing a workspace might not keep."""
    return {shade: words.of(language)[f"thanks_{shade.lower()}"] for shade in CLASSES}


def check(text: str, *, attributes: Collection[str] = ()) -> None:
    """Raise `UnknownMergeFields` or `merge_fields.MergeSyntaxError` when `text` cannot be filled for anybody."""
    known = {*MERGE_FIELDS, *(f"{ATTRIBUTE}{name.lower()}" for name in attributes)}
    if unknown := merge_fields.unknown_fields(text, known):
        raise UnknownMergeFields(unknown)


def values(
    *,
    company: str,
    name: str = "",
    customer_company: str = "",
    touchpoint: str = "",
    attributes: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What the merge fields stand for, for one person."""
    known = {
        "company": company,
        "first_name": name.split(" ")[0],
        "name": name,
        "customer_company": customer_company,
        "touchpoint": touchpoint,
    }
    return known | {f"{ATTRIBUTE}{key.lower()}": str(value) for key, value in (attributes or {}).items()}


def fill(text: str, known: Mapping[str, str]) -> str:
    """`text` for a page, which is never refused: a field that is empty and has no fall-back leaves no trace."""
    if "{{" not in text:
        return text
    missing = merge_fields.missing_fields(text, known)
    filled = merge_fields.render(text, {**known, **dict.fromkeys(missing, _HOLE)}, single_line=False)
    if not missing:
        return filled
    return _SPACES.sub(" ", _SPACE_BEFORE_STOP.sub("", filled.replace(_HOLE, ""))).strip()
