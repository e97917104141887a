"""A form is taken once, and not over words its author has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.models import IdempotencyKey
from detractors.models import Case, CaseEvent
from detractors.queries import pages


class AlreadyTaken(Exception):
    """This very form was taken before: a double click, or the browser's Back and Send."""


class Changed(Exception):
    """Somebody else changed the case after the form was drawn; `events` say what, nothing was done."""

    def __init__(self, events: list[CaseEvent]) -> None:
        self.events = events
        super().__init__(f"{len(events)} changes")


@contextmanager
def once(*, case: Case, by: User, submission: str, seen: int | None, now: datetime) -> Iterator[None]:
    """Run the body in one transaction, once for each `submission` (the form's own random word).

    `seen` is the id of the newest timeline entry when the form was drawn, or None when later changes do not matter.
    The case stays locked from the check to the commit. Raises AlreadyTaken and Changed; when the body raises, the
    submission may be sent again.
    """
    with transaction.atomic():
        if submission:
            _row, is_first = IdempotencyKey.objects.get_or_create(
                scope=f"page:{by.pk}",
                key=submission,
                defaults={"fingerprint": f"case:{case.pk}", "status": 302, "created_at": now},
            )
            if not is_first:
                raise AlreadyTaken
        if seen is not None:
            list(
                Case.objects.of(case.workspace_id)
                .filter(pk=case.pk)
                .select_for_update(of=("self",))
                .values_list("pk")
            )
            if events := pages.changes_since(case=case, seen=seen, by=by):
                raise Changed(events)
        yield
