"""The words of "kept or lost", and of answers to invitations, in timelines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def title(facts: Mapping[str, Any]) -> str:
    """What was said, in a few words."""
    day = _day(facts.get("day"))
    if facts.get("state") == "KEPT":
        return _("Customer kept, since %(day)s") % {"day": day}
    if facts.get("state") == "LOST":
        return _("Customer lost, since %(day)s") % {"day": day}
    return _("Whether the customer stayed is not known after all")


def details(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The reason, and what was said before."""
    before = {"KEPT": _("kept, since %(day)s"), "LOST": _("lost, since %(day)s")}.get(
        str(facts.get("before"))
    )
    return [
        (_("Reason"), str(facts.get("loss_reason") or "")),
        (_("Said before"), before % {"day": _day(facts.get("day_before"))} if before else ""),
    ]


def coming(facts: Mapping[str, Any]) -> str:
    """What a customer answered to an invitation."""
    said = {
        "YES": _("Comes to “%(title)s”"),
        "MAYBE": _("Comes perhaps to “%(title)s”"),
        "NO": _("Does not come to “%(title)s”"),
    }
    text = said.get(str(facts.get("coming")), _("Answered the invitation to “%(title)s”"))
    with_them = int(facts.get("companions") or 0)
    more = _(", with %(n)s more") % {"n": with_them} if with_them else ""
    return text % {"title": facts.get("title", "")} + more


def _day(text: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(text)), "j M Y")
    except ValueError:
        return "?"
