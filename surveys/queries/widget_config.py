"""What the script of a widget key shows: the survey's words and colours for nobody in particular, and how it asks."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.looks import SHADES
from surveys import wording
from surveys.models import WidgetKey
from surveys.queries import faces
from surveys.rules import widget_settings


def config(*, key: WidgetKey) -> dict[str, Any]:
    """All a page of another site needs; `key.survey.workspace` is loaded. Holds nothing of a person and no secret."""
    face = faces.make(survey=key.survey)
    known = wording.values(company=face.company)
    thanks = {SHADES[segment]: wording.fill(text, known) for segment, text in face.thanks.items()}
    return {
        "question": wording.fill(face.question, known),
        "low": face.low_label,
        "high": face.high_label,
        "scale": [[step["value"], SHADES[step["segment"]]] for step in face.scale],
        "prompts": {shade.lower(): wording.fill(text, known) for shade, text in face.prompts.items()},
        "thanks": thanks,
        "accent": face.accent,
        "ink": face.accent_text,
        "lang": face.language,
        "dir": face.direction,
        "contact": [[line, ""] for line in face.contact_lines],
        "words": _words(face),
        **widget_settings.complete(key.settings),
    }


def _words(face: faces.Face) -> dict[str, str]:
    with translation.override(face.language):
        return {
            "name": _("A question from %(company)s") % {"company": face.company},
            "send": _("Send my answer"),
            "close": _("Close"),
            "thanks": _("Thank you"),
            "choose": _("Please choose a number from %(low)d to %(high)d.")
            % {"low": face.scale[0]["value"], "high": face.scale[-1]["value"]},
            "failed": _("That did not arrive. Please send it again: what you wrote is still here."),
            "later": _("That was a lot at once. Please send it again in a minute."),
            "closed": _("This survey takes no answers any more. Thank you for wanting to answer."),
        }
