"""Merging two contacts: who may be the same person, what would move, and doing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from surveys.models import Contact
from surveys.queries import duplicates, lists, rows
from surveys.rules.audience_filter import ATTRIBUTE
from surveys.services import merging
from surveys.views.staff import base
from surveys.views.staff.contacts import contact_or_404

FOUND = 10  # contacts a search offers
COUNTS: dict[str, Any] = {
    "answers": gettext_lazy("answers"),
    "invitations": gettext_lazy("requests"),
    "cases": gettext_lazy("cases"),
    "events": gettext_lazy("events"),
    "mentions": gettext_lazy("mentions"),
    "texts": gettext_lazy("text messages"),
}


class ContactMerge(WorkspaceView):
    """The contact of the address is the one that is kept; `other` names the one that goes."""

    permission = Permission.MANAGE_CONTACTS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        keep = contact_or_404(self, public_id)
        if request.GET.get("other"):
            return self._preview(keep, contact_or_404(self, request.GET["other"]))
        search = request.GET.get("search", "").strip()
        seen = rows.contacts(workspace=self.workspace, sight=self.sight).exclude(pk=keep.pk)
        found = (
            list(seen.matching(search).order_by("-pk")[:FOUND])
            if search
            else duplicates.of_contact(contact=keep, sight=self.sight)
        )
        return self._show("surveys/contact_merge_choose.html", keep, search=search, found=found)

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        keep = contact_or_404(self, public_id)
        if not request.POST.get("other"):
            messages.error(request, _("Choose two different contacts."))
            return redirect("surveys:contact_merge", slug=slug, public_id=public_id)
        other = contact_or_404(self, request.POST["other"])
        try:
            merging.merge(keep=keep, other=other, by=self.request.user, now=timezone.now())
        except merging.CannotMerge as error:
            messages.error(request, str(error))
            return redirect("surveys:contact_merge", slug=slug, public_id=public_id)
        messages.success(request, _("%(name)s is one contact now.") % {"name": keep.display_name})
        return redirect("surveys:contact", slug=slug, public_id=public_id)

    def _preview(self, keep: Contact, other: Contact) -> HttpResponse:
        found = merging.preview(keep=keep, other=other)
        labels = {ATTRIBUTE + row.name: row.label for row in lists.attributes(workspace=self.workspace)}
        fields = {
            field.name: field.verbose_name
            for field in Contact._meta.get_fields()
            if hasattr(field, "verbose_name")
        }
        values = [
            {"label": labels.get(name) or fields.get(name, name), "mine": mine, "theirs": theirs, "stays": stays,
             "is_lost": bool(theirs) and theirs != stays}
            for name, mine, theirs, stays in found.values
        ]  # fmt: skip
        counts = [(label, found.counts.get(name, 0)) for name, label in COUNTS.items()]
        swap = reverse("surveys:contact_merge", args=[self.workspace.slug, other.public_id])
        return self._show(
            "surveys/contact_merge.html",
            keep,
            other=other,
            values=values,
            counts=[(label, n) for label, n in counts if n],
            hinders=found.hinders,
            swap_url=f"{swap}?other={keep.public_id}",
        )

    def _show(self, template: str, keep: Contact, **context: Any) -> HttpResponse:
        slug = self.workspace.slug
        page = reverse("surveys:contact", args=[slug, keep.public_id])
        crumbs = base.crumbs(
            (_("Contacts"), reverse("surveys:contact_list", args=[slug])), (keep.display_name, page)
        )
        title = _("Merge %(name)s") % {"name": keep.display_name}
        return render(self.request, template, {"title": title, "contact": keep, "crumbs": crumbs, **context})
