"""What a person may ask for: everything we hold about them, and to be forgotten."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import EXPORTS, WorkspaceView
from accounts.rules.permissions import Permission
from core.downloads import attachment
from surveys.models import Contact
from surveys.services import erasing, person_export
from surveys.views.staff import base
from surveys.views.staff.contacts import contact_or_404


class ContactExport(WorkspaceView):
    """Everything about one person as a file. A POST: it is written down who took it."""

    permission = Permission.ERASE_CONTACTS
    rates: ClassVar[dict[str, str]] = {"POST": EXPORTS}
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
        contact = contact_or_404(self, public_id)
        file = person_export.export(contact=contact, now=timezone.now(), by=self.request.user)
        return attachment(file=file, name=person_export.file_name(contact), content_type="application/zip")


class ContactErase(WorkspaceView):
    """Erase a person for good: first what would go, counted; then, ticked, it goes."""

    permission = Permission.ERASE_CONTACTS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(contact_or_404(self, public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        if request.POST.get("confirm") != "yes":
            return self._show(contact, is_unticked=True)
        erasing.erase(contact=contact, now=timezone.now(), by=self.request.user)
        messages.success(
            request, _("The person is erased. Their scores stay in the figures, without a name.")
        )
        return redirect("surveys:contact_list", slug=slug)

    def _show(self, contact: Contact, *, is_unticked: bool = False) -> HttpResponse:
        slug = self.workspace.slug
        page = reverse("surveys:contact", args=[slug, contact.public_id])
        context = {
            "title": _("Erase %(name)s") % {"name": contact.display_name},
            "crumbs": base.crumbs(
                (_("Contacts"), reverse("surveys:contact_list", args=[slug])), (contact.display_name, page)
            ),
            "contact": contact,
            "counts": erasing.preview(contact=contact),
            "is_unticked": is_unticked,
            "cancel_url": page,
        }
        response = render(
            self.request, "surveys/contact_erase.html", context, status=422 if is_unticked else 200
        )
        response["Cache-Control"] = "no-store"
        return response
