"""Values of an attribute that are none of a kind, for the page that corrects it. Bounded by what the attribute keeps."""

from dataclasses import dataclass

from surveys.models import Attribute, Contact
from surveys.models.contact import MAX_VALUES
from surveys.rules import attribute_kinds

LOOKED_AT = 5_000  # contacts, where the attribute has more values than it keeps
SHOWN = 8


@dataclass(frozen=True)
class Misfits:
    """Distinct values that do not fit, the first few of them, and whether only a part was looked at."""

    number: int
    examples: list[str]
    is_part: bool


def misfits(*, attribute: Attribute, kind: str) -> Misfits:
    """What would not fit if the attribute were of this kind."""
    is_part = len(attribute.values) > MAX_VALUES
    values = set(attribute.values)
    if is_part:
        rows = Contact.objects.of(attribute.workspace_id).present().filter(attributes__has_key=attribute.name)
        values |= {
            attributes[attribute.name]
            for attributes in rows.order_by("-pk").values_list("attributes", flat=True)[:LOOKED_AT]
        }
    wrong = sorted(value for value in values if not attribute_kinds.fits(kind, value))
    return Misfits(len(wrong), wrong[:SHOWN], is_part)
