"""The timeline of a contact as a fragment, paged by moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from surveys.queries import history
from surveys.views.staff.contacts import contact_or_404

# code: (words with their facts, icon, tone)
WORDS: dict[str, tuple[Any, str, str]] = {
    "ASKED": (gettext_lazy("Asked “%(survey)s” (%(channel)s)"), "send", "info"),
    "OPENED": (gettext_lazy("Opened the request “%(survey)s”"), "mail-opened", ""),
    "NOT_ASKED": (gettext_lazy("Not asked “%(survey)s”: %(reason)s"), "ban", "warning"),
    "ANSWERED": (gettext_lazy("Answered “%(survey)s” with %(score)s (%(channel)s)"), "message", "good"),
    "EVENT": (gettext_lazy("Reported: %(name)s"), "bolt", ""),
    "ADDED": (gettext_lazy("Added to the contacts"), "user-plus", ""),
    "OPTED_OUT": (gettext_lazy("Asked not to be surveyed"), "ban", "warning"),
    "DECLINED": (gettext_lazy("Declined to answer"), "x", "warning"),
    "UNDELIVERABLE": (gettext_lazy("Mail did not arrive"), "mail-off", "bad"),
    "SMS_STOPPED": (gettext_lazy("Wants no text messages"), "ban", "warning"),
    "WATCHED": (gettext_lazy("Is watched since then"), "eye", "warning"),
    "MERGED": (gettext_lazy("Merged with %(name)s"), "users", ""),
    "CASE_OPENED": (gettext_lazy("Case #%(number)s was opened"), "alert-triangle", "bad"),
    "CASE_CONTACTED": (gettext_lazy("Case #%(number)s: the customer was reached"), "phone", "info"),
    "CASE_RESOLVED": (gettext_lazy("Case #%(number)s was resolved"), "check", "good"),
    "CUSTOMER_KEPT": (gettext_lazy("Kept, as said on case #%(number)s"), "users", "good"),
    "CUSTOMER_LOST": (gettext_lazy("Lost, as said on case #%(number)s"), "users", "bad"),
}


class ContactHistory(WorkspaceView):
    """`?before=` goes on from a moment; anything else begins at the newest."""

    permission = Permission.VIEW_CONTACTS
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        page = history.of_contact(contact=contact, before=_moment(request), sight=self.sight)
        context = {
            "is_first": not request.GET.get("before"),
            "contact": contact,
            "entries": [self._entry(entry) for entry in page.entries],
            "before": page.before.isoformat() if page.before else "",
        }
        return render(request, "surveys/_contact_history.html", context)

    @staticmethod
    def _entry(entry: history.Entry) -> dict[str, Any]:
        words, icon, tone = WORDS[entry.code]
        by = entry.facts.get("by", "")
        return {
            "title": str(words) % entry.facts,
            "at": entry.at,
            "icon": icon,
            "tone": tone,
            "by": _("entered by %(name)s") % {"name": by} if by else "",
        }


def _moment(request: HttpRequest) -> datetime | None:
    """The moment of the address; None for none, and for nonsense."""
    try:
        found = parse_datetime(request.GET.get("before", "").replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None
