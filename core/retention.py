"""What is kept how long: the kinds, and the parts of them that each app removes.

A workspace may choose other days for a kind (accounts.services.retention); `least` guards against a slip of the finger.
An app's `privacy.py` enters its parts with `remove_by`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

MOST_DAYS = 3_650
COUNTED_TO = 10_000  # a preview counts no further
SHARED_BATCH = 500

MAIL_WORDS, MAIL_REPORTS, IMPORTS, COMMENTS = "MAIL_WORDS", "MAIL_REPORTS", "IMPORTS", "COMMENTS"
CASE_WORDS, CONTACTS, AUDIT = "CASE_WORDS", "CONTACTS", "AUDIT"


@dataclass(frozen=True)
class Kind:
    """`days` is the default; None keeps until somebody deletes. A workspace may choose `least` to MOST_DAYS."""

    code: str
    label: Any
    says: Any
    days: int | None
    least: int


@dataclass(frozen=True)
class Part:
    """How one app counts and removes what is older than `before`.

    `count(workspace_id, before, limit)` counts no further than `limit`. `remove(workspace_id, before, now, limit)` takes
    at most `limit`, in the caller's transaction, and returns how many went; fewer than `limit` means that nothing is left.
    """

    count: Callable[[int, datetime, int], int]
    remove: Callable[[int, datetime, datetime, int], int]
    batch: int = 500


_parts: dict[str, list[Part]] = defaultdict(list)
_shared: list[tuple[int, Callable[[datetime, int], int]]] = []


def kinds() -> tuple[Kind, ...]:
    """All kinds in the order people read them."""
    return (
        Kind(MAIL_WORDS, _("Words of mails"), _("What was written goes; that, when and how it was sent stays."), settings.MAIL_BODIES_KEPT.days, 1),
        Kind(MAIL_REPORTS, _("Reports of mail servers"), _("Delivered, bounced, opened: the single reports, with the address they name."), 90, 3),
        Kind(IMPORTS, _("Import files and refused rows"), _("The counts of each import stay."), 30, 1),
        Kind(COMMENTS, _("Comments of answers"), _("Scores, dates and figures stay."), None, 30),
        Kind(CASE_WORDS, _("Words of closed cases"), _("Notes, replies and descriptions go; what happened when, causes and outcomes stay."), None, 30),
        Kind(CONTACTS, _("People not heard of"), _("Who was not asked, changed and did not answer for so long is erased like on request; an open case keeps them."), None, 90),
        Kind(AUDIT, _("Audit log"), _("Acts and changes of settings."), 730, 90),
    )  # fmt: skip


def kind(code: str) -> Kind:
    """The kind with this code; KeyError for an unknown one."""
    return {found.code: found for found in kinds()}[code]


def remove_by(code: str, part: Part) -> None:
    """Enter an app's part of a kind."""
    _parts[code].append(part)


def parts(code: str) -> list[Part]:
    """The parts of a kind; the first ones entered belong to the lowest apps, so the highest come first here."""
    return _parts[code][::-1]


def share(days: int, remove: Callable[[datetime, int], int]) -> None:
    """Enter something that belongs to no workspace and is kept `days`: `remove(before, limit)` as in Part."""
    _shared.append((days, remove))


def shared(now: datetime) -> list[tuple[datetime, Callable[[datetime, int], int]]]:
    """What belongs to no workspace: the moment before which it goes, and how."""
    return [(now - timedelta(days=days), remove) for days, remove in _shared]
