"""How the filters of the list of contacts are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.enums import Segment

STATE_LABELS = {
    "opted-out": gettext_lazy("Opted out"),
    "undeliverable": gettext_lazy("Undeliverable"),
    "no-address": gettext_lazy("No address"),
    "never-asked": gettext_lazy("Never asked"),
}


def of_filters(chosen: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[str, Any]]:
    """(name, value) of each filter in use; `labels` are those of the attributes."""
    found: list[tuple[str, Any]] = []
    if text := chosen.get("search"):
        found.append((_("Search"), text))
    if name := chosen.get("attribute"):
        found.append((labels.get(name, name), chosen.get("value") or _("any value")))
    if segment := chosen.get("segment"):
        words = dict(Segment.choices) | {"NONE": _("No answer yet")}
        found.append((_("Class"), words.get(segment, segment)))
    if (state := chosen.get("state")) in STATE_LABELS:
        found.append((_("State"), STATE_LABELS[str(state)]))
    return found
