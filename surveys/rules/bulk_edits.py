"""What can be set on many contacts at once, and what is wrong with a value.

A field is a key of `FIELDS` or `attribute:<name>`; `read` gives back its value in the one stored form.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.sentences import Sentence, gettext_noop
from surveys.rules import attribute_kinds, contact_values
from surveys.rules.contact_values import BadValue

ATTRIBUTE = "attribute:"
LANGUAGE, TIME_ZONE, COMPANY, RESPONDENT = "language", "time_zone", "company", "respondent_type"
OPTED_OUT, SUPPRESSED = "opted_out", "suppressed"
FIELDS = (LANGUAGE, TIME_ZONE, COMPANY, RESPONDENT, OPTED_OUT, SUPPRESSED)
NEVER_EMPTY = (RESPONDENT, OPTED_OUT, SUPPRESSED)
SCOPES = ("SURVEYS", "ALL")
FILTERS = ("search", "attribute", "value", "segment", "state")  # those of the list of contacts
MOST_TICKED = 1_000  # more are chosen by a filter
LONGEST_NAME, LONGEST_VALUE = 60, 500  # of an attribute

SENTENCES: dict[str, str] = {
    "UNKNOWN_FIELD": gettext_noop("Choose what to change."),
    "NO_VALUE": gettext_noop("Give the new value, or tick that it is to be emptied."),
    "NEVER_EMPTY": gettext_noop("This cannot be emptied: choose a value."),
    "BAD_SCOPE": gettext_noop("Choose which mail is not to reach these addresses."),
    "UNFIT": gettext_noop(
        "%(value)s does not fit: the values of this attribute are of another kind (Contact attributes)."
    ),
    "NOBODY": gettext_noop("Tick at least one contact, or choose all that match."),
    "TOO_MANY": gettext_noop("At most %(most)s can be ticked; choose more by a filter."),
}


class BadEdit(ValueError):
    """The change cannot be made; `sentence` says why, for an edge to translate."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


def problem(code: str, **facts: object) -> BadEdit:
    """The refusal for a code of this module."""
    return BadEdit(Sentence(code, SENTENCES[code], facts))


def is_field(field: str, attributes: Mapping[str, str]) -> bool:
    """Whether this can be set: an attribute need not be known, its name must be one that can be kept.

    `attributes` maps the names of those known to their kinds.
    """
    name = field.removeprefix(ATTRIBUTE)
    if not field.startswith(ATTRIBUTE):
        return field in FIELDS
    return name in attributes or (
        0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    )


def read(field: str, value: str, *, empties: bool, attributes: Mapping[str, str]) -> str:
    """The value as it is stored; empty if it is to be taken off (`empties`). Raises BadEdit."""
    if not is_field(field, attributes):
        raise problem("UNKNOWN_FIELD")
    text = " ".join(value.split())
    if field == OPTED_OUT:
        return ""
    if empties:
        if field in NEVER_EMPTY:
            raise problem("NEVER_EMPTY")
        return ""
    if field == SUPPRESSED:
        if text not in SCOPES:
            raise problem("BAD_SCOPE")
        return text
    if not text:
        raise problem("NO_VALUE")
    try:
        if not field.startswith(ATTRIBUTE):
            return str(contact_values.read(field, text))
        contact_values.check_characters(text)
        if len(text) > LONGEST_VALUE:
            raise BadValue("TOO_LONG", most=LONGEST_VALUE)
    except BadValue as error:
        raise BadEdit(error.sentence) from None
    if not attribute_kinds.fits(attributes.get(field.removeprefix(ATTRIBUTE), attribute_kinds.TEXT), text):
        raise problem("UNFIT", value=text[:60])
    return text
