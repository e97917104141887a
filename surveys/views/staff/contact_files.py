"""The filtered list of contacts as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from core.exports import csv_response
from surveys.models import Contact
from surveys.queries import lists

COLUMNS = (
    "external_id", "email", "name", "phone", "company", "language", "time_zone", "account_value", "respondent_type",
    "last_score", "last_segment", "last_answered_at", "last_asked_at", "opted_out_at", "created_at",
)  # fmt: skip
CHUNK = 2_000  # rows read at once
FILTERS = ("search", "attribute", "value", "segment", "state")


class ContactsCsv(WorkspaceView):
    """Everybody the list shows under its filters, attributes too; it comes line by line, however many they are."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        chosen = {name: request.GET.get(name, "").strip() for name in FILTERS}
        found = lists.contacts(workspace=self.workspace, sight=self.sight, **chosen)
        names = [row.name for row in lists.attributes(workspace=self.workspace)]
        audit.record(
            act=Act.EXPORTED,
            by=self.request.user,
            now=timezone.now(),
            workspace=self.workspace,
            subject_kind="contacts",
            subject_id="",
            detail={"filters": sorted(name for name, value in chosen.items() if value)},
        )
        day = timezone.localdate()
        return csv_response(
            name=f"{self.workspace.slug}-contacts-{day}.csv",
            header=[*COLUMNS, *names],
            rows=self._rows(found, names),
        )

    def _rows(self, found: Any, names: list[str]) -> Iterator[list[Any]]:
        """By key, so that a slow reader holds no transaction open."""
        last = 0
        while True:
            chunk: list[Contact] = list(found.filter(pk__gt=last).order_by("pk")[:CHUNK])
            for contact in chunk:
                cells = [getattr(contact, name) for name in COLUMNS]
                yield [
                    *("" if cell is None else cell for cell in cells),
                    *(contact.attributes.get(name, "") for name in names),
                ]
            if len(chunk) < CHUNK:
                return
            last = chunk[-1].pk
