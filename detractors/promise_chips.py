"""Promises found in words, as chips of a form: ticked ones become tasks; the day and the words can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from core.moments import in_words
from detractors.rules.promised import Promise
from detractors.services.errors import Incomplete
from detractors.services.promise_keeping import MOST, Kept

FIELD = "promise"
SHOWN = "D j M, H:i"
TYPED = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Chip:
    """One of them. `key` holds for the same day again, so that what was ticked or changed stays while somebody writes on."""

    key: str
    title: str
    due: str  # as a field of day and hour takes it, in the writer's zone
    says: str
    zone: str
    is_ticked: bool
    is_changed: bool
    doubt: str
    was: str  # what was proposed, to see whether somebody changed it


def chips(found: Sequence[Promise], typed: Any = None) -> list[Chip]:
    """What was found in the words, with what stands in the form already."""
    zone = get_current_timezone()
    seen = typed.getlist(f"{FIELD}-seen") if typed is not None else []
    ticked = typed.getlist(FIELD) if typed is not None else []
    made: list[Chip] = []
    for promise in found:
        local = promise.due_at.astimezone(zone)
        day = local.strftime("%Y%m%d")
        key = f"{day}-{sum(chip.key.startswith(day) for chip in made)}"
        title, due = promise.title, local.strftime(TYPED)
        was = f"{due}|{title}"
        is_changed = False
        if typed is not None and key in seen:
            given = (typed.get(f"{FIELD}-due-{key}", ""), typed.get(f"{FIELD}-title-{key}", ""))
            before = typed.get(f"{FIELD}-was-{key}", "")
            if "|".join(given) != before and all(given):
                (due, title), was, is_changed = given, before, True
        made.append(
            Chip(
                key=key,
                title=title,
                due=due,
                says=_said(due, promise.due_at),
                zone=str(zone),
                is_ticked=key in ticked if key in seen else promise.is_sure,
                is_changed=is_changed,
                doubt=promise.doubt.say(_) if promise.doubt else "",
                was=was,
            )
        )
    return made


def chosen(typed: Any) -> list[Kept]:
    """The promises that were ticked. Raises Incomplete for a day or an hour nobody can read."""
    kept = []
    for key in list(dict.fromkeys(typed.getlist(FIELD)))[: MOST + 1]:
        title = str(typed.get(f"{FIELD}-title-{key}", ""))
        due = _read(str(typed.get(f"{FIELD}-due-{key}", "")))
        if due is None:
            raise Incomplete(
                _("Please give a day and an hour for the promise “%(title)s”.") % {"title": title},
                field=FIELD,
            )
        kept.append(Kept(title=title, due_at=due))
    return kept


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=get_current_timezone())
    except ValueError:
        return None


def _said(due: str, proposed: datetime) -> str:
    moment = _read(due) or proposed
    return in_words(moment, get_current_timezone(), SHOWN)
