"""The early warning of a contact, and the hour at which they are asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.numbers import whole
from surveys.services import watching
from surveys.views.staff.contacts import contact_or_404


class ContactWatch(WorkspaceView):
    """Somebody has looked at a low score: no warning any more, with a note why."""

    permission = Permission.MANAGE_CONTACTS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        note = request.POST.get("note", "").strip()
        if not note:
            messages.error(request, _("Write in a few words why this person need not be watched."))
        elif contact.watch_since:
            watching.clear(contact=contact, note=note, now=timezone.now())
            messages.success(request, _("The early sign is cleared."))
        return redirect("surveys:contact", slug=slug, public_id=public_id)


class ContactHour(WorkspaceView):
    """The hour at which this person is asked: chosen, or as learned."""

    permission = Permission.MANAGE_CONTACTS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        text = request.POST.get("hour", "")
        hour = whole(text, digits=2)
        is_hour = hour is not None and hour < 24
        if text and not is_hour:
            messages.error(request, _("Choose an hour from 0 to 23."))
        else:
            watching.choose_hour(contact=contact, hour=hour if is_hour else None, now=timezone.now())
            messages.success(request, _("The hour is kept."))
        return redirect("surveys:contact", slug=slug, public_id=public_id)
