"""Who was never asked and who never answered, by the value of an attribute: one look at the contacts, however many.

A contact knows when it was last asked and last answered, and the class of its latest NPS answer (kept by
surveys/services/settling.py), so neither requests nor answers are read.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, NullIf, Trim

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.ledger import ATTRIBUTE
from dashboards.rules.silence import Group
from surveys.enums import Segment
from surveys.models import Attribute, Contact
from surveys.models.contact import MAX_VALUES
from surveys.queries import sight as sights

LANGUAGE = "language"


def choices(*, workspace: Workspace) -> list[tuple[str, str]]:
    """(dimension, label) of what people can be told apart by: attributes of few enough values, those with figures first.

    The language is the workspace's word and stands for itself.
    """
    rows = Attribute.objects.of(workspace).order_by("-is_reportable", "label", "pk")
    return [(ATTRIBUTE + row.name, row.label) for row in rows if 0 < len(row.values) <= MAX_VALUES]


def groups(*, workspace: Workspace, by: str, sight: Sight = EVERYTHING) -> list[Group]:
    """Everybody who may be seen, by their value of `by` ("attribute:<name>" or "language"), largest group first.

    Kinds of respondents that the workspace leaves out of NPS are left out here.
    """
    source: Any = (
        F("language")
        if by == LANGUAGE
        else Cast(KeyTextTransform(by.removeprefix(ATTRIBUTE), "attributes"), TextField())
    )
    asked, answered = Q(last_asked_at__isnull=False), Q(last_answered_at__isnull=False)
    rows = (
        Contact.objects.of(workspace)
        .present()
        .filter(sights.contacts(workspace=workspace, sight=sight))
        .exclude(respondent_type__in=workspace.left_out_of_nps)
        .order_by()
        .annotate(value=NullIf(Trim(source), Value(""), output_field=TextField()))
        .values("value")
        .annotate(
            never_asked=Count("pk", filter=~asked & ~answered),
            silent=Count("pk", filter=asked & ~answered),
            answered=Count("pk", filter=answered),
            promoters=Count("pk", filter=answered & Q(last_segment=Segment.PROMOTER)),
            passives=Count("pk", filter=answered & Q(last_segment=Segment.PASSIVE)),
            detractors=Count("pk", filter=answered & Q(last_segment=Segment.DETRACTOR)),
        )
    )
    found = [Group(**row) for row in rows]
    return sorted(found, key=lambda one: (-one.people, one.value is None, one.value or ""))
