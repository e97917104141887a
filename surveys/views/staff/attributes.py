"""Settings: the attributes of contacts, seen on imports and calls, and correctable by a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from surveys.enums import AttributeKind
from surveys.models import Attribute
from surveys.models.contact import MAX_REPORTABLE, MAX_VALUES
from surveys.queries import attribute_fit, lists
from surveys.services import attributes
from surveys.views.staff import base


class Attributes(SettingsView):
    permission = Permission.MANAGE_CONTACTS
    url_name = "surveys:attributes"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = [
            {"attribute": row, "count": len(row.values), "is_full": len(row.values) > MAX_VALUES}
            for row in lists.attributes(workspace=self.workspace)
        ]
        return self.page(
            "surveys/attributes.html",
            title=_("Contact attributes"),
            rows=rows,
            most_values=MAX_VALUES,
            most=MAX_REPORTABLE,
        )


class AttributePage(SettingsView):
    """One attribute. "Look" shows which values a kind would not fit; "save" keeps it."""

    permission = Permission.MANAGE_CONTACTS
    url_name = "surveys:attributes"

    def _attribute(self, pk: int) -> Attribute:
        found: Attribute = get_object_or_404(Attribute.objects.of(self.workspace), pk=pk)
        return found

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        row = self._attribute(pk)
        typed = {"label": row.label, "kind": row.kind, "is_reportable": row.is_reportable}
        return self._show(row, typed)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        row = self._attribute(pk)
        typed: dict[str, Any] = {
            "label": request.POST.get("label", ""),
            "kind": request.POST.get("kind", ""),
            "is_reportable": bool(request.POST.get("is_reportable")),
        }
        if request.POST.get("act") == "look":
            return self._show(row, typed)
        try:
            row = attributes.change(attribute=row, **typed)
        except (attributes.BadAttribute, attributes.TooManyReportable) as error:
            return self._show(row, typed, str(error))
        return self.saved(_("The attribute “%(name)s” is saved.") % {"name": row.label})

    def _show(self, row: Attribute, typed: dict[str, Any], error: str = "") -> HttpResponse:
        kind = typed["kind"] if typed["kind"] in AttributeKind.values else row.kind
        return self.page(
            "surveys/attribute.html",
            422 if error else 200,
            title=row.label,
            attribute=row,
            typed=typed,
            error=error,
            kinds=base.options(list(AttributeKind.choices), kind),
            kind_label=AttributeKind(kind).label,
            misfits=attribute_fit.misfits(attribute=row, kind=kind),
            examples=row.values[:12],
        )
