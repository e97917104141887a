"""Audiences: the list, building one with live counts, what uses it, deleting it.

The builder is one form. Its buttons and choices post it to its own address, with htmx for a part of the page or without
for the whole; only "save" writes.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from accounts.rules.sight import has_value
from core.numbers import whole
from surveys.models import Attribute, Audience, Contact
from surveys.queries import audience_rows, lists
from surveys.queries import sight as sights
from surveys.rules import audience_filter
from surveys.rules.audience_filter import ATTRIBUTE, BadFilter, Filter
from surveys.services import audiences
from surveys.views.staff import audience_words, base

INPUTS = {"NUMBER": "number", "DATE": "date", "MOMENT": "date"}
DAYS = ("within_days", "before_days")


class AudienceView(WorkspaceView):
    """What the pages of audiences share."""

    permission = Permission.VIEW_CONTACTS
    post_permission = Permission.MANAGE_CONTACTS

    def attributes(self) -> list[Attribute]:
        if not hasattr(self, "_attributes"):
            self._attributes = lists.attributes(workspace=self.workspace)
        return self._attributes

    def labels(self) -> dict[str, str]:
        return {row.name: row.label for row in self.attributes()}

    def kinds(self) -> dict[str, str]:
        return {row.name: row.kind for row in self.attributes()}

    def audience(self, public_id: str) -> Audience:
        """The workspace's audience with this id, or 404."""
        found: Audience = get_object_or_404(
            audience_rows.listed(workspace=self.workspace), public_id=public_id
        )
        return found

    def words(self, data: Any) -> str:
        """A stored filter in words, or what is wrong with it by now."""
        try:
            found = audience_filter.read(data, attributes=self.kinds())
        except BadFilter as error:
            return " ".join(sentence.say(_) for _at, sentence in error.problems)
        return audience_words.of_filter(found, self.labels())

    def people(self, found: Filter) -> dict[str, Any]:
        """How many a filter means, as far as the viewer sees them, and ten of them."""
        fits = audience_filter_condition(self, found)
        count = audience_rows.headcount(fits)
        return {
            "count_words": audience_words.of_headcount(count),
            "is_estimate": count.is_estimate,
            "is_nobody": not count.number,
            "sample": audience_rows.sample(fits) if count.number else [],
        }


def audience_filter_condition(view: AudienceView, found: Filter) -> Any:
    """The people a filter means among those the viewer sees."""
    condition = audience_rows.condition(found, workspace=view.workspace, now=timezone.now())
    seen = sights.contacts(workspace=view.workspace, sight=view.sight)
    return Contact.objects.of(view.workspace).present().filter(condition).filter(seen)


class AudienceList(AudienceView):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = [
            {"audience": row, "words": self.words(row.filter)}
            for row in audience_rows.listed(workspace=self.workspace)
        ]
        context = {
            "title": _("Audiences"),
            "rows": rows,
            "may_manage": self.may(Permission.MANAGE_CONTACTS),
            "crumbs": base.crumbs((_("Contacts"), reverse("surveys:contact_list", args=[slug]))),
        }
        return render(request, "surveys/audience_list.html", context)


class _Builder(AudienceView):
    def given(self) -> tuple[str, dict[str, Any]]:
        """Name and filter as they were typed."""
        post = self.request.POST
        rows = zip(post.getlist("field"), post.getlist("op"), post.getlist("value"), strict=False)
        conditions = [self._fitting(field, op, value) for field, op, value in rows]
        act = post.get("act", "")
        if act.startswith("remove-") and (at := whole(act.removeprefix("remove-"))) is not None:
            conditions = [row for place, row in enumerate(conditions) if place != at]
        if act == "add":
            conditions.append({"field": "", "op": "", "value": ""})
        return post.get("name", ""), {"match": post.get("match", "all"), "conditions": conditions}

    def _fitting(self, field: str, op: str, value: str) -> dict[str, str]:
        """A line as the form shows it: for a field just chosen the first comparison, and the first of its choices."""
        ops = audience_filter.ops_of(field, self.kinds())
        codes = [code for code, _label in audience_words.VALUES.get(field, [])]
        if ops and op not in ops:
            op = ops[0]
        if codes and value not in codes:
            value = codes[0]
        return {"field": field, "op": op, "value": value}

    def posted(self, audience: Audience | None) -> HttpResponse:
        """Save, or show the form again with what was typed."""
        name, data = self.given()
        if self.request.POST.get("act") != "save":
            return self.show(audience, name, data)
        facts: dict[str, Any] = {"name": name, "filter": self._filled(data)[0], "now": timezone.now()}
        try:
            if audience is None:
                audience = audiences.create(workspace=self.workspace, by=self.request.user, **facts)
            else:
                audience = audiences.change(audience=audience, **facts)
        except BadFilter:
            return self.show(audience, name, data, status=422)
        except ValidationError as error:
            return self.show(audience, name, data, status=422, name_error=" ".join(error.messages))
        messages.success(self.request, _("The audience “%(name)s” is saved.") % {"name": audience.name})
        return redirect("surveys:audience", slug=self.workspace.slug, public_id=audience.public_id)

    @staticmethod
    def _filled(data: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        """The filter without lines in which nothing was chosen, and where its lines stand in the form."""
        places = [at for at, row in enumerate(data["conditions"]) if row["field"]]
        return {**data, "conditions": [data["conditions"][at] for at in places]}, places

    def show(
        self,
        audience: Audience | None,
        name: str,
        data: dict[str, Any],
        status: int = 200,
        name_error: str = "",
    ) -> HttpResponse:
        """The builder with a filter, its people or what is wrong with it."""
        filled, places = self._filled(data)
        problems: dict[int | None, str] = {}
        people: dict[str, Any] = {}
        try:
            people = self.people(audience_filter.read(filled, attributes=self.kinds()))
        except BadFilter as error:
            for at, sentence in error.problems:
                problems[None if at is None else places[at]] = sentence.say(_)
        unfinished = self._unfinished(data, problems) if status == 200 else []
        for at in unfinished:
            del problems[at]
        slug = self.workspace.slug
        may_manage = self.may(Permission.MANAGE_CONTACTS)
        context = {
            "title": audience.name if audience else _("New audience"),
            "audience": audience,
            "name": name,
            "name_error": name_error,
            "words": self.words(audience.filter) if audience else "",
            "matches": base.options(
                [("all", _("all of these hold")), ("any", _("at least one of these holds"))], data["match"]
            ),
            "conditions": [
                self._line(at, row, problems.get(at, "")) for at, row in enumerate(data["conditions"])
            ],
            "is_full": len(data["conditions"]) >= audience_filter.MOST_CONDITIONS,
            "problem": problems.get(None, "") if filled["conditions"] or status != 200 else "",
            "has_problems": bool(set(problems) - {None}),
            "is_unfinished": bool(unfinished),
            "problem_places": ",".join(f"#problem-{at}" for at in range(audience_filter.MOST_CONDITIONS)),
            "people": people,
            "users": audience_rows.users_of(audience=audience) if audience else [],
            "may_manage": may_manage,
            "crumbs": base.crumbs(
                (_("Contacts"), reverse("surveys:contact_list", args=[slug])),
                (_("Audiences"), reverse("surveys:audience_list", args=[slug])),
            ),
        }
        return render(self.request, "surveys/audience.html", context, status=status)

    @staticmethod
    def _unfinished(data: dict[str, Any], problems: dict[int | None, str]) -> list[int]:
        """The lines whose value is still to be typed: not wrong before somebody saves."""
        return [at for at, row in enumerate(data["conditions"]) if at in problems and not row["value"]]

    def _line(self, at: int, row: dict[str, str], problem: str) -> dict[str, Any]:
        kind = audience_filter.kind_of(row["field"], self.kinds())
        ops = audience_filter.ops_of(row["field"], self.kinds())
        op = row["op"] if row["op"] in ops else (ops[0] if ops else "")
        attribute = next((one for one in self.attributes() if ATTRIBUTE + one.name == row["field"]), None)
        return {
            "at": at,
            "problem": problem,
            "facts": base.options(list(audience_words.FIELDS.items()), row["field"]),
            "attributes": base.options(
                [(ATTRIBUTE + one.name, one.label) for one in self.attributes()], row["field"]
            ),
            "ops": base.options([(code, audience_words.OPS[code]) for code in ops], op),
            "has_value": bool(kind) and op not in audience_filter.BARE,
            "choices": base.options(audience_words.VALUES.get(row["field"], []), row["value"]),
            "input": "number" if op in DAYS else INPUTS.get(kind or "", "text"),
            "value": row["value"],
            "values": self._values(attribute),
        }

    def _values(self, attribute: Attribute | None) -> list[str]:
        """Values to choose from; of the attribute the viewer is limited to, only theirs."""
        if attribute is None or attribute.kind != "TEXT":
            return []
        limited = attribute.name == self.sight.attribute
        return [value for value in attribute.values if not limited or has_value(self.sight, value)]


class AudienceAdd(_Builder):
    permission = Permission.MANAGE_CONTACTS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(None, "", {"match": "all", "conditions": [{"field": "", "op": "", "value": ""}]})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.posted(None)


class AudiencePage(_Builder):
    """One audience: who it means now, and for managers its conditions."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        audience = self.audience(public_id)
        stored = audience.filter if isinstance(audience.filter, dict) else {"conditions": audience.filter}
        return self.show(audience, audience.name, {"match": "all", **stored})

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.posted(self.audience(public_id))


class AudienceDelete(AudienceView):
    permission = Permission.MANAGE_CONTACTS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        audience = self.audience(public_id)
        try:
            audiences.delete(audience=audience)
        except audiences.AudienceInUse as error:
            messages.error(request, str(error))
            return redirect("surveys:audience", slug=slug, public_id=public_id)
        messages.success(request, _("The audience “%(name)s” is deleted.") % {"name": audience.name})
        return redirect("surveys:audience_list", slug=slug)
