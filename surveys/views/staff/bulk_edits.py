"""Many contacts changed at once: who, what, how far it is, and back again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.forms import language_choices, time_zones
from accounts.rules.permissions import Permission
from core.numbers import wholes
from outbox.enums import SuppressionScope
from surveys.enums import BulkEditStatus, RespondentType
from surveys.models import BulkEdit
from surveys.queries import audience_rows, lists
from surveys.queries import bulk_edits as queries
from surveys.rules import bulk_edits as rules
from surveys.rules import csv_mapping
from surveys.services import bulk_edits
from surveys.views.staff import audience_words, base, contact_words

FIELDS: dict[str, Any] = {
    rules.LANGUAGE: gettext_lazy("Language"),
    rules.TIME_ZONE: gettext_lazy("Time zone"),
    rules.COMPANY: gettext_lazy("Company"),
    rules.RESPONDENT: gettext_lazy("Who this is"),
    rules.OPTED_OUT: gettext_lazy("Opt out of surveys"),
    rules.SUPPRESSED: gettext_lazy("Put the address on the suppression list"),
}
OTHER = "new-attribute"


class BulkEditView(WorkspaceView):
    """Changing people: for those who may manage contacts."""

    permission = Permission.MANAGE_CONTACTS

    def one(self, public_id: str) -> BulkEdit:
        """The workspace's edit with this id, or 404."""
        found: BulkEdit = get_object_or_404(queries.edits(workspace=self.workspace), public_id=public_id)
        return found

    def labels(self) -> dict[str, str]:
        """The attributes with their labels, asked for once."""
        if not hasattr(self, "_labels"):
            self._labels = {row.name: row.label for row in lists.attributes(workspace=self.workspace)}
        return self._labels

    def words(self, edit: BulkEdit) -> str:
        """What an edit does, in a line."""
        if edit.field == rules.OPTED_OUT:
            return _("Opt out of surveys")
        if edit.field == rules.SUPPRESSED:
            facts = {"mail": dict(SuppressionScope.choices).get(edit.value, edit.value)}
            return _("Put on the suppression list: %(mail)s") % facts
        if edit.field.startswith(rules.ATTRIBUTE):
            name = edit.field.removeprefix(rules.ATTRIBUTE)
            label = self.labels().get(name, name)
        else:
            label = str(FIELDS[edit.field])
        if not edit.value:
            return _("Empty “%(field)s”") % {"field": label}
        said: dict[str, dict[str, Any]] = {
            rules.LANGUAGE: dict(language_choices()),
            rules.RESPONDENT: dict(RespondentType.choices),
        }
        value = said.get(edit.field, {}).get(edit.value, edit.value)
        return _("Set “%(field)s” to “%(value)s”") % {"field": label, "value": value}

    def crumbs(self, *, deep: bool = True) -> list[dict[str, Any]]:
        slug = self.workspace.slug
        first = (_("Contacts"), reverse("surveys:contact_list", args=[slug]))
        second = (_("Bulk edits"), reverse("surveys:bulk_edit_list", args=[slug]))
        return base.crumbs(first, *([second] if deep else []))

    def state(self, edit: BulkEdit) -> dict[str, Any]:
        """What the page says of an edit; templates only show it."""
        states = {code.lower(): edit.status == code for code in BulkEditStatus.values}
        return {
            "row": edit,
            "words": self.words(edit),
            **{f"is_{name}": value for name, value in states.items()},
            "is_working": edit.status in bulk_edits.WORKING,
            "may_undo": bulk_edits.can_be_undone(edit, now=timezone.now()),
            "kept_until": edit.finished_at + bulk_edits.KEPT_FOR if edit.finished_at else None,
            "is_opt_out": edit.field == rules.OPTED_OUT,
        }


class BulkEditList(BulkEditView):
    """What was changed for many at once, newest first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = lists.keyset(queries.edits(workspace=self.workspace), **base.cursor(request))
        context = {
            "title": _("Bulk edits"),
            "crumbs": self.crumbs(deep=False),
            "rows": [{"edit": edit, "words": self.words(edit)} for edit in page.rows],
            "page": page,
            **base.paging(request, page),
        }
        return render(request, "surveys/bulk_edit_list.html", context)


class BulkEditNew(BulkEditView):
    """First who and which field, by the address; then the value. Only the last step writes."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        selection = self._selection(request.GET)
        if not selection:
            messages.error(request, _("Tick at least one contact, or choose all that match."))
            return redirect("surveys:contact_list", slug=slug)
        return self._show(selection, request.GET.get("field", ""), "", "")

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        selection = self._selection(request.POST)
        field, value = request.POST.get("field", ""), request.POST.get("new_value", "")
        if field == OTHER:
            field = rules.ATTRIBUTE + csv_mapping.slug(request.POST.get("name", ""))
        try:
            edit = bulk_edits.start(
                workspace=self.workspace,
                selection=selection or {"contacts": []},
                field=field,
                value=value,
                empties=bool(request.POST.get("empties")),
                by=self.request.user,
                now=timezone.now(),
            )
        except bulk_edits.BadEdit as error:
            return self._show(selection, request.POST.get("field", ""), value, error.sentence.say(_))
        return redirect("surveys:bulk_edit", slug=slug, public_id=edit.public_id)

    def _selection(self, sent: Any) -> dict[str, Any]:
        """Who is meant: those ticked, or all that fit the filters; nothing for nobody."""
        if sent.get("all"):
            return {name: sent.get(name, "").strip() for name in rules.FILTERS}
        ticked = wholes(sent.getlist("contacts"))
        return {"contacts": ticked} if ticked else {}

    def _show(self, selection: dict[str, Any], field: str, value: str, error: str) -> HttpResponse:
        people = queries.people(workspace=self.workspace, selection=selection, sight=self.sight)
        count = audience_rows.headcount(people)
        sent = [("all", "1"), *((name, text) for name, text in selection.items() if text)]
        if "contacts" in selection:
            sent = [("contacts", str(pk)) for pk in selection["contacts"]]
        is_attribute = field.startswith(rules.ATTRIBUTE)
        chosen = field if field in FIELDS or is_attribute or field == OTHER else ""
        context = {
            "title": _("Change many contacts"),
            "crumbs": self.crumbs(),
            "count_words": audience_words.of_headcount(count),
            "is_nobody": not count.number,
            "is_all": "contacts" not in selection,
            "filters": contact_words.of_filters(selection, self.labels()),
            "sample": audience_rows.sample(people) if count.number else [],
            "sent": sent,
            "fields": self._fields(chosen),
            "chosen": chosen,
            "label": self._label(chosen),
            "value": value,
            "error": error,
            **self._inputs(chosen, value),
        }
        return render(self.request, "surveys/bulk_edit_new.html", context, status=422 if error else 200)

    def _fields(self, chosen: str) -> list[dict[str, Any]]:
        own = [(rules.ATTRIBUTE + name, label) for name, label in self.labels().items()]
        return base.options([*FIELDS.items(), *own, (OTHER, _("Another attribute"))], chosen)

    def _label(self, chosen: str) -> str:
        name = chosen.removeprefix(rules.ATTRIBUTE)
        return str(FIELDS.get(chosen) or self.labels().get(name, name))

    def _inputs(self, chosen: str, value: str) -> dict[str, Any]:
        """How the value is asked for."""
        choices: dict[str, list[tuple[str, Any]]] = {
            rules.LANGUAGE: language_choices(),
            rules.TIME_ZONE: time_zones(),
            rules.RESPONDENT: list(RespondentType.choices),
            rules.SUPPRESSED: [
                ("SURVEYS", _("No surveys any more; replies about a case still reach them")),
                ("ALL", _("No mail at all")),
            ],
        }
        usual = {rules.LANGUAGE: self.workspace.language, rules.TIME_ZONE: self.workspace.time_zone}
        return {
            "choices": base.options(choices[chosen], value or usual.get(chosen, ""))
            if chosen in choices
            else [],
            "known": self._known(chosen),
            "is_other": chosen == OTHER,
            "is_bare": chosen == rules.OPTED_OUT,
            "is_suppression": chosen == rules.SUPPRESSED,
            "may_empty": bool(chosen) and chosen not in (*rules.NEVER_EMPTY, OTHER),
        }

    def _known(self, chosen: str) -> list[str]:
        """The values an attribute has already, to choose from."""
        name = chosen.removeprefix(rules.ATTRIBUTE)
        rows = lists.attributes(workspace=self.workspace) if chosen.startswith(rules.ATTRIBUTE) else []
        return next((row.values for row in rows if row.name == name), [])


class BulkEditPage(BulkEditView):
    """One edit: how far it is, or what came of it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        edit = self.one(public_id)
        selection = edit.selection
        context = {
            "title": self.words(edit),
            "crumbs": self.crumbs(),
            "is_all": "contacts" not in selection,
            "filters": contact_words.of_filters(selection, self.labels()),
            **self.state(edit),
        }
        return render(request, "surveys/bulk_edit.html", context)


class BulkEditProgress(BulkEditView):
    """The part of the page that changes while contacts are worked on; asked for again and again."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return render(request, "surveys/_bulk_edit_progress.html", self.state(self.one(public_id)))


class BulkEditStop(BulkEditView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        try:
            bulk_edits.stop(edit=self.one(public_id), now=timezone.now())
        except bulk_edits.NotNow as error:
            messages.error(request, str(error))
        return redirect("surveys:bulk_edit", slug=slug, public_id=public_id)


class BulkEditUndo(BulkEditView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        try:
            bulk_edits.undo(edit=self.one(public_id), by=self.request.user, now=timezone.now())
        except bulk_edits.NotNow as error:
            messages.error(request, str(error))
        return redirect("surveys:bulk_edit", slug=slug, public_id=public_id)
