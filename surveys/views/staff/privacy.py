"""What a person may ask for: everything we hold about them, and to be forgotten."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import EXPORTS, WorkspaceView
from accounts.rules.permissions import Permission
from core.downloads import attachment
from surveys.enums import ArchiveStatus
from surveys.models import Contact, PersonArchive
from surveys.services import erasing, person_archives, person_export
from surveys.views.staff import base
from surveys.views.staff.contacts import contact_or_404


class ContactExport(WorkspaceView):
    """Have everything about one person put together. A POST, and only so often: it reads every table."""

    permission = Permission.ERASE_CONTACTS
    rates: ClassVar[dict[str, str]] = {"POST": EXPORTS}
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        archive = person_archives.start(contact=contact, by=self.request.user, now=timezone.now())
        return redirect(
            "surveys:contact_archive", slug=slug, public_id=public_id, archive_id=archive.public_id
        )


class _ArchiveView(WorkspaceView):
    permission = Permission.ERASE_CONTACTS

    def one(self, public_id: str, archive_id: str) -> PersonArchive:
        """The archive of this contact, or 404."""
        contact = contact_or_404(self, public_id)
        rows = PersonArchive.objects.of(self.workspace).select_related("workspace", "contact", "created_by")
        found: PersonArchive = get_object_or_404(rows, contact=contact, public_id=archive_id)
        return found


class ContactArchive(_ArchiveView):
    """How far it is, then the file; the page asks again while it is being made."""

    def get(self, request: HttpRequest, slug: str, public_id: str, archive_id: str) -> HttpResponse:
        archive, now = self.one(public_id, archive_id), timezone.now()
        page = reverse("surveys:contact", args=[slug, public_id])
        until = person_archives.kept_until(archive)
        context = {
            "title": _("Everything about %(name)s") % {"name": archive.contact.display_name},
            "crumbs": base.crumbs(
                (_("Contacts"), reverse("surveys:contact_list", args=[slug])),
                (archive.contact.display_name, page),
            ),
            "archive": archive,
            "contact": archive.contact,
            "is_running": archive.status == ArchiveStatus.RUNNING,
            "is_ready": archive.status == ArchiveStatus.READY and now < until,
            "is_failed": archive.status == ArchiveStatus.FAILED,
            "until": until,
        }
        response = render(request, "surveys/contact_archive.html", context)
        response["Cache-Control"] = "no-store"
        return response


class ContactArchiveFile(_ArchiveView):
    """The file itself. A POST: it is written down who took it."""

    rates: ClassVar[dict[str, str]] = {"POST": EXPORTS}
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str, archive_id: str) -> HttpResponseBase:
        archive = self.one(public_id, archive_id)
        try:
            file = person_archives.opened(archive=archive, by=self.request.user, now=timezone.now())
        except person_archives.Gone:
            messages.error(request, _("The file is not there any more, or not yet. Have it made again."))
            return redirect("surveys:contact_archive", slug=slug, public_id=public_id, archive_id=archive_id)
        name = person_export.file_name(archive.contact)
        return attachment(file=file, name=name, content_type="application/zip")


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
