"""Rows of the queue under the headings of their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from core.looks import look
from detractors.views.presenting import Row


def rows(found: Sequence[Row], *, group: str) -> list[Row]:
    """The same rows; the first of each group carries its heading."""
    if not group:
        return list(found)
    shown, before = [], None
    for row in found:
        heading = _heading(row, group)
        shown.append(replace(row, heading=heading) if heading != before else row)
        before = heading
    return shown


def _heading(row: Row, group: str) -> str:
    if group == "owner":
        return row.owner or _("Nobody yet")
    if group in ("priority", "status"):
        return str(look(group, row.case.priority if group == "priority" else row.status).word)
    if group == "team":
        return row.case.team.name if row.case.team else _("No team")
    return row.case.touchpoint.name if row.case.touchpoint else _("No touchpoint")
