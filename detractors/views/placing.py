"""What the case page says of matrix, history and value: in words, from what stands on the case."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from detractors import rule_words
from detractors.models import Case
from detractors.queries import places

UNDO = "case_place_undo"  # in the session: the case, and the way back


def facts(request: Any, case: Case, *, may_place: bool) -> dict[str, Any]:
    """The context of templates/detractors/_placing.html."""
    choices = places.choices(workspace=case.workspace)
    undo = request.session.get(UNDO)
    shown = None
    if undo and undo.get("case") == case.pk:
        del request.session[UNDO]
        shown = undo
    return {
        "place": {
            "cell": case.cell,
            "value": places.value_of(case.cell),
            "choices": choices if may_place and case.is_open else [],
            "has_matrix": bool(choices),
            "url": reverse("detractors:place", args=[case.workspace.slug, case.number]),
            "undo": shown,
        },
        "standing": {
            "title": rule_words.standing_title(case),
            "words": rule_words.standing_in_words(case),
            "is_chronic": case.is_chronic,
        },
    }
