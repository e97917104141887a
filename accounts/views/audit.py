"""The record: who changed what, when and from where. Only ever read."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit_queries
from accounts.access import EXPORTS
from accounts.audit_forms import AuditForm, place, signed
from accounts.audit_words import Entry, Value, entries, thing_name
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from accounts.views.settings import SettingsView
from core import exports
from core.moments import zone_word

PAGE = 50  # lines
BATCH = 500  # lines of a file read at once


class AuditView(SettingsView):
    permission = Permission.VIEW_AUDIT
    url_name = "accounts:audit"

    def question(self, data: Any) -> AuditForm:
        """The filters in `data`, cleaned; what is wrong in it is left out of the question."""
        people = [
            (f"user:{person.pk}", person.display_name)
            for person in audit_queries.people(workspace=self.workspace)
        ]
        form = AuditForm(data, people=people, keys=audit_queries.keys(workspace=self.workspace))
        form.full_clean()
        return form

    def url(self, **query: str) -> str:
        """The address of the list with this question."""
        address = reverse(self.url_name, kwargs={"slug": self.workspace.slug})
        kept = {name: value for name, value in query.items() if value}
        return f"{address}?{urlencode(kept)}" if kept else address


class Audit(AuditView):
    """The list, newest first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.question(request.GET)
        asked, wanted = form.asked(), form.wanted()
        after = place(request.GET.get("after", ""))
        lines = audit_queries.lines(workspace=self.workspace, wanted=wanted, after=after, most=PAGE + 1)
        shown = entries(workspace=self.workspace, lines=lines[:PAGE])
        is_more = len(lines) > PAGE
        return self.page(
            "accounts/audit.html",
            status=422 if form.errors else 200,
            title=_("Audit log"),
            form=form,
            rows=[self._row(entry) for entry in shown],
            zone=zone_word(timezone.localtime()),
            about=thing_name(workspace=self.workspace, thing=wanted.thing) if wanted.thing else "",
            asked=asked,
            is_filtered=bool(asked),
            all_url=self.url(),
            older_url=self.url(**asked, after=signed(lines[PAGE - 1].place)) if is_more else "",
            newer_url=self.url(**asked) if after else "",
        )

    def _row(self, entry: Entry) -> dict[str, Any]:
        return {"entry": entry, "thing_url": self.url(thing=entry.thing) if entry.thing else ""}


class AuditExport(AuditView):
    """The same list, all of it, as a file. A POST, because it is an act that is recorded itself."""

    rates: ClassVar[dict[str, str]] = {"POST": EXPORTS}
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        form = self.question(request.POST)
        now = timezone.now()
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=now, workspace=self.workspace, subject_kind="audit",
            detail={name: value for name, value in form.asked().items() if name != "words"},
        )  # fmt: skip
        zone = timezone.get_current_timezone()
        header = ["at", "who", "what", "changes", "about", "address", "page", "request"]
        day = timezone.localdate(now)
        return exports.csv_response(
            name=f"{self.workspace.slug}-audit-{day:%Y-%m-%d}.csv",
            header=header,
            rows=self._lines(form, zone),
        )

    def _lines(self, form: AuditForm, zone: Any) -> Iterator[list[Any]]:
        wanted, after = form.wanted(), None
        while True:
            lines = audit_queries.lines(workspace=self.workspace, wanted=wanted, after=after, most=BATCH)
            for one in entries(workspace=self.workspace, lines=lines, zone=zone):
                yield [
                    one.at.astimezone(zone).isoformat(timespec="seconds"), one.who, one.says,
                    "; ".join(_told(value) for value in one.values), one.kind, one.address, one.route,
                    one.request_id,
                ]  # fmt: skip
            if len(lines) < BATCH:
                return
            after = lines[-1].place


def _told(value: Value) -> str:
    return f"{value.label}: {value.was} → {value.now}" if value.was else f"{value.label}: {value.now}"
