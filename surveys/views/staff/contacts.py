"""Contacts: the list, one person, adding and editing, opting out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from accounts.rules.sight import has_value
from core.moments import in_words
from outbox.channels.sms import gateway_of
from surveys import pictures
from surveys.campaign_forms import AskForm
from surveys.enums import NotSentBecause, ResponseChannel, Segment
from surveys.forms import ContactForm
from surveys.models import Attribute, Contact
from surveys.queries import asking, lists, rows
from surveys.queries import campaigns as campaign_queries
from surveys.services import by_hand, contacts, person_archives
from surveys.views.staff import base, contact_words
from surveys.views.staff.contact_words import STATE_LABELS

SEGMENTS = (Segment.PROMOTER, Segment.PASSIVE, Segment.DETRACTOR)


class ContactList(WorkspaceView):
    """Everybody, newest first; search and filters are in the address."""

    permission = Permission.VIEW_CONTACTS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = {
            name: request.GET.get(name, "").strip()
            for name in ("search", "attribute", "value", "segment", "state")
        }
        found = lists.contacts(workspace=self.workspace, sight=self.sight, **chosen)
        cursor = base.cursor(request)
        page = lists.keyset(found, **cursor)
        attributes = lists.attributes(workspace=self.workspace)
        context = {
            "title": _("Contacts"),
            "page": page,
            "chosen": chosen,
            "chips": self._chips(request, chosen, {row.name: row.label for row in attributes}),
            "attributes": base.options([(row.name, row.label) for row in attributes], chosen["attribute"]),
            "values": next((self._values(row) for row in attributes if row.name == chosen["attribute"]), []),
            "segments": base.options(
                [*((code.value, code.label) for code in SEGMENTS), ("NONE", _("No answer yet"))],
                chosen["segment"],
            ),
            "states": base.options(list(STATE_LABELS.items()), chosen["state"]),
            "shown": base.counted(lists.shown_count(found, page, is_first=not any(cursor.values()))),
            "may_manage": self.may(Permission.MANAGE_CONTACTS),
            "may_export": self.may(Permission.EXPORT),
            "export_url": reverse("surveys:contacts_csv", args=[slug]) + base.without(request),
            "may_send": self.may(Permission.SEND_CAMPAIGNS),
            "may_tick": self.may(Permission.SEND_CAMPAIGNS) or self.may(Permission.MANAGE_CONTACTS),
            "all_url": self._all_url(slug, chosen),
            "may_enter": self.may(Permission.RECORD_RESPONSES),
            **base.paging(request, page),
        }
        return render(request, "surveys/contact_list.html", context)

    def _all_url(self, slug: str, chosen: dict[str, str]) -> str:
        """Where everybody who fits is changed at once."""
        used = {name: value for name, value in chosen.items() if value}
        return f"{reverse('surveys:bulk_edit_new', args=[slug])}?{urlencode({'all': '1', **used})}"

    def _values(self, attribute: Attribute) -> list[str]:
        """The values offered; of the attribute the viewer is limited to, only theirs."""
        limited = attribute.name == self.sight.attribute
        return [value for value in attribute.values if not limited or has_value(self.sight, value)]

    def _chips(
        self, request: HttpRequest, chosen: dict[str, str], labels: dict[str, str]
    ) -> list[dict[str, Any]]:
        """The filters in use, each with the address that takes it off."""
        names = [("search",), ("attribute", "value"), ("segment",), ("state",)]
        used = [
            group
            for group in names
            if chosen[group[0]] and (group != ("state",) or chosen["state"] in STATE_LABELS)
        ]
        words = contact_words.of_filters(chosen, labels)
        return [base.chip(request, *said, *group) for said, group in zip(words, used, strict=True)]


class ContactPage(WorkspaceView):
    """One person: class today and before, what they were asked and why not, what they said."""

    permission = Permission.VIEW_CONTACTS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        now = timezone.now()
        answers = lists.answers_of(contact=contact, sight=self.sight)
        nps = [answer for answer in answers if answer.metric == "NPS" and not answer.is_doubted]
        labels = {row.name: row.label for row in lists.attributes(workspace=self.workspace)}
        verdict = asking.verdict_of_contact(workspace=self.workspace, contact=contact, now=now)
        context = {
            "title": contact.display_name,
            "crumbs": base.crumbs((_("Contacts"), reverse("surveys:contact_list", args=[slug]))),
            "hours": [{"value": hour, "is_chosen": hour == contact.chosen_send_hour} for hour in range(24)],
            "contact": contact,
            "answers": answers,
            "latest": nps[0] if nps else None,
            "history": pictures.history(
                [(answer.responded_at, answer.score, answer.segment) for answer in nps]
            ),
            "invitations": lists.invitations_of(contact=contact, sight=self.sight),
            "verdict": verdict,
            "verdict_words": capfirst(dict(NotSentBecause.choices).get(verdict.reason or "", "")),
            "attributes": [
                (labels.get(name, name), value) for name, value in sorted(contact.attributes.items())
            ],
            "cases_url": self._cases_url(slug, contact),
            "may_manage": self.may(Permission.MANAGE_CONTACTS),
            "ask_form": self._ask_form(),
            "may_erase": self.may(Permission.ERASE_CONTACTS),
            "archive": person_archives.latest(contact=contact, now=now),
            "may_enter": self.may(Permission.RECORD_RESPONSES),
        }
        return render(request, "surveys/contact.html", context)

    def _ask_form(self) -> AskForm | None:
        """What this person can be asked by hand; None for whoever may not, and where there is nothing."""
        choices = campaign_queries.askable(workspace=self.workspace)
        if not choices or not self.may(Permission.SEND_CAMPAIGNS):
            return None
        return AskForm(choices=choices, by_text=gateway_of(self.workspace.pk) is not None)

    def _cases_url(self, slug: str, contact: Contact) -> str:
        """The fragment with this person's cases; it belongs to an app above, known by its name only."""
        try:
            return reverse(
                "detractors:cases_of_contact", kwargs={"slug": slug, "public_id": contact.public_id}
            )
        except NoReverseMatch:
            return ""


class _ContactEdit(WorkspaceView):
    permission = Permission.MANAGE_CONTACTS

    def form(self, contact: Contact, data: Any = None) -> ContactForm:
        """The form for `contact`, with what was typed."""
        attributes = lists.attributes(workspace=self.workspace)
        return ContactForm(data, instance=contact, workspace=self.workspace, attributes=attributes)

    def show(self, form: ContactForm, title: str, cancel_url: str, status: int = 200) -> HttpResponse:
        """The page with the form."""
        slug = self.workspace.slug
        context = {
            "title": title,
            "form": form,
            "cancel_url": cancel_url,
            "crumbs": base.crumbs((_("Contacts"), reverse("surveys:contact_list", args=[slug]))),
        }
        return render(self.request, "surveys/contact_form.html", context, status=status)


class ContactAdd(_ContactEdit):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self.form(Contact(workspace=self.workspace)))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(Contact(workspace=self.workspace), request.POST)
        if form.is_valid():
            try:
                contact, _created = contacts.upsert(
                    workspace=self.workspace, now=timezone.now(), **form.facts()
                )
            except (contacts.NoIdentity, contacts.Conflict, ValidationError) as error:
                form.add_error(None, error if isinstance(error, ValidationError) else str(error))
            else:
                messages.success(request, _("%(name)s is added.") % {"name": contact.display_name})
                return redirect("surveys:contact", slug=slug, public_id=contact.public_id)
        return self._show(form, 422)

    def _show(self, form: ContactForm, status: int = 200) -> HttpResponse:
        return self.show(
            form, _("New contact"), reverse("surveys:contact_list", args=[self.workspace.slug]), status
        )


class ContactEdit(_ContactEdit):
    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        return self._show(contact, self.form(contact))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        # The form writes into its instance, so the service gets a row of its own.
        form = self.form(contact_or_404(self, public_id), request.POST)
        contact = contact_or_404(self, public_id)
        if form.is_valid():
            try:
                contacts.update(contact=contact, now=timezone.now(), **form.facts())
            except (contacts.NoIdentity, contacts.Conflict, ValidationError) as error:
                form.add_error(None, error if isinstance(error, ValidationError) else str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("surveys:contact", slug=slug, public_id=public_id)
        return self._show(contact_or_404(self, public_id), form, 422)

    def _show(self, contact: Contact, form: ContactForm, status: int = 200) -> HttpResponse:
        page = reverse("surveys:contact", args=[self.workspace.slug, contact.public_id])
        return self.show(form, _("Edit %(name)s") % {"name": contact.display_name}, page, status)


class ContactAsk(WorkspaceView):
    """Ask this person now; a note overrules a wait of the contact policy."""

    permission = Permission.SEND_CAMPAIGNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        choices = campaign_queries.askable(workspace=self.workspace)
        form = AskForm(
            request.POST, choices=choices, by_text=True
        )  # without a gateway it is refused by its reason
        row = None
        if form.is_valid():
            row = by_hand.ask(
                workspace=self.workspace,
                contact=contact,
                about=form.cleaned_data["about"],
                note=form.cleaned_data["note"],
                channel=form.cleaned_data["channel"] or ResponseChannel.EMAIL,
                by=self.request.user,
                now=timezone.now(),
            )
        if row is None:
            messages.error(
                request, _("Choose a survey that is active, and keep the note below 300 characters.")
            )
        elif row.not_sent_because:
            messages.error(
                request, _("Not asked: %(reason)s.") % {"reason": row.get_not_sent_because_display()}
            )
        elif row.wait_because:
            facts = {"reason": row.get_wait_because_display(), "moment": in_words(row.due_at)}
            messages.success(request, _("Planned for %(moment)s: %(reason)s.") % facts)
        else:
            messages.success(request, _("The request is on its way."))
        return redirect("surveys:contact", slug=slug, public_id=public_id)


class ContactOptOut(WorkspaceView):
    """The person asked not to be surveyed, or changed their mind."""

    permission = Permission.MANAGE_CONTACTS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        contact = contact_or_404(self, public_id)
        if request.POST.get("undo"):
            contacts.opt_in(contact=contact, now=timezone.now())
            messages.success(request, _("%(name)s may be asked again.") % {"name": contact.display_name})
        else:
            contacts.opt_out(contact=contact, now=timezone.now())
            messages.success(
                request, _("%(name)s will not be surveyed any more.") % {"name": contact.display_name}
            )
        return redirect("surveys:contact", slug=slug, public_id=public_id)


def contact_or_404(view: WorkspaceView, public_id: str) -> Contact:
    """The workspace's contact with this id; 404 for others', hidden and erased ones."""
    seen = rows.contacts(workspace=view.workspace, sight=view.sight)
    found: Contact = get_object_or_404(seen, public_id=public_id)
    return found
