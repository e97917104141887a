"""Settings of the case: own names of statuses, and what must be there before a case is resolved."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors import case_settings_forms as forms
from detractors.enums import Category, TagColour
from detractors.models import CaseStatus, Tag
from detractors.queries import statuses as status_queries
from detractors.queries import tags as tag_queries
from detractors.services import closing, statuses, tags


class NamedOnes(SettingsView):
    """Things with names of the workspace's own: one more is added, or an act is done to the one a form names."""

    posted_as: ClassVar[str]  # the field that names it
    refused: ClassVar[type[Exception]]  # what the services raise

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act = request.POST.get("act", "")
        if act == "add":
            return self.add()
        public_id = request.POST.get(self.posted_as, "")
        one = self.one(public_id)
        if one is None:
            raise Http404
        try:
            return self.saved(self.change(one, act))
        except self.refused as error:
            return self.show(error=error, status=422, at=public_id)

    def one(self, public_id: str) -> Any:
        """The one of this workspace, None if there is none."""
        raise NotImplementedError

    def add(self) -> HttpResponse:
        """One more, from the form."""
        raise NotImplementedError

    def change(self, one: Any, act: str) -> str:
        """One act on one of them; the sentence that says what happened."""
        raise NotImplementedError

    def show(self, *, form: Any = None, error: Any = None, at: str = "", status: int = 200) -> HttpResponse:
        """The page; `error` stands at the one with the id `at`."""
        raise NotImplementedError


class Statuses(NamedOnes):
    """The names within each category, in their order; the category alone says what a case may do."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:statuses"

    posted_as, refused = "status", statuses.StatusError

    def one(self, public_id: str) -> CaseStatus | None:
        return status_queries.status_with(workspace=self.workspace, public_id=public_id)

    def add(self) -> HttpResponse:
        form = forms.StatusForm(self.request.POST)
        if form.is_valid():
            try:
                added = statuses.add(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except statuses.StatusError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.saved(_("“%(name)s” can be chosen now.") % {"name": added.name})
        return self.show(form=form, status=422)

    def change(self, status: CaseStatus, act: str) -> str:
        """One act on one status; the sentence that says what happened."""
        name = {"name": status.name}
        if act == "rename":
            renamed = statuses.rename(status=status, name=self.request.POST.get("name", ""))
            return _("It is called “%(name)s” now.") % {"name": renamed.name}
        if act in ("up", "down"):
            statuses.move(status=status, up=act == "up")
            return _("“%(name)s” was moved.") % name
        if act in ("usual", "not-usual"):
            statuses.make_default(status=status, is_default=act == "usual")
            if act == "usual":
                return _("“%(name)s” is the usual one now.") % name
            return _("“%(name)s” is no longer the usual one.") % name
        if act == "retire":
            statuses.retire(status=status, now=timezone.now())
            return _("“%(name)s” is no longer offered. Cases that have it keep it.") % name
        if act == "bring-back":
            statuses.bring_back(status=status)
            return _("“%(name)s” can be chosen again.") % name
        raise Http404

    def show(
        self, *, form: Any = None, error: statuses.StatusError | None = None, at: str = "", status: int = 200
    ) -> HttpResponse:
        uses = status_queries.uses(workspace=self.workspace)
        rows: list[dict[str, Any]] = [
            {
                "status": row,
                "uses": uses.get(row.pk, 0),
                "error": error.sentence if error is not None and row.public_id == at else "",
                "typed": self.request.POST.get("name", row.name) if row.public_id == at else row.name,
            }
            for row in status_queries.everything(workspace=self.workspace)
        ]
        kept = [row for row in rows if row["status"].retired_at is None]
        context = {
            "title": _("Statuses"),
            "form": form or forms.StatusForm(),
            "groups": [
                {"code": code, "rows": [row for row in kept if row["status"].category == code]}
                for code in Category.values
            ],
            "retired": [row for row in rows if row["status"].retired_at is not None],
        }
        return self.page("detractors/statuses.html", status, **context)


class Tags(NamedOnes):
    """Every tag with its use: renamed, coloured, merged, removed."""

    permission = Permission.MANAGE_IMPROVEMENTS
    url_name = "detractors:tags"

    posted_as, refused = "tag", tags.TagError

    def one(self, public_id: str) -> Tag | None:
        return tag_queries.tag_with(workspace=self.workspace, public_id=public_id)

    def add(self) -> HttpResponse:
        form = forms.TagForm(self.request.POST)
        if form.is_valid():
            try:
                tag = tags.add(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except tags.TagError as error:
                form.add_error("name", error.sentence)
            else:
                return self.saved(_("“%(name)s” can be put on cases now.") % {"name": tag.name})
        return self.show(form=form, status=422)

    def change(self, tag: Tag, act: str) -> str:
        """One act on one tag; the sentence that says what happened."""
        post, name = self.request.POST, {"name": tag.name}
        if act == "change":
            tags.rename(tag=tag, name=post.get("name", ""))
            tags.colour(tag=tag, colour=post.get("colour", ""))
            return _("Saved.")
        if act == "merge":
            into = tag_queries.tag_with(workspace=self.workspace, public_id=post.get("into", ""))
            if into is None:
                raise tags.TagError(_("Choose another tag to merge it with."))
            count = tags.merge(tag=tag, into=into)
            return _("“%(name)s” is “%(into)s” now, on %(count)s cases.") % {
                **name,
                "into": into.name,
                "count": count,
            }
        if act == "remove":
            count = tags.remove(tag=tag)
            return _("“%(name)s” is gone, from %(count)s cases.") % {**name, "count": count}
        raise Http404

    def show(
        self, *, form: Any = None, error: tags.TagError | None = None, at: str = "", status: int = 200
    ) -> HttpResponse:
        uses = tag_queries.uses(workspace=self.workspace)
        everything = tag_queries.everything(workspace=self.workspace)
        context = {
            "title": _("Tags"),
            "form": form or forms.TagForm(),
            "colours": TagColour.choices,
            "rows": [
                {
                    "tag": tag,
                    "uses": uses.get(tag.pk, 0),
                    "error": error.sentence if error is not None and tag.public_id == at else "",
                    "typed": self.request.POST.get("name", tag.name) if tag.public_id == at else tag.name,
                    "colour": self.request.POST.get("colour", tag.colour)
                    if tag.public_id == at
                    else tag.colour,
                    "colour_word": tag.get_colour_display(),
                    "others": [other for other in everything if other.pk != tag.pk],
                }
                for tag in everything
            ],
        }
        return self.page("detractors/tags.html", status, **context)


class Closing(SettingsView):
    """What a case needs before it is resolved."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:closing"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        asked = closing.discipline(workspace=self.workspace)
        initial = {name: getattr(asked, name) for name in forms.ClosingForm.base_fields}
        return self.show(forms.ClosingForm(initial=initial))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = forms.ClosingForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        closing.change(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
        return self.saved(_("Saved. It holds for every case that is resolved from now on."))

    def show(self, form: forms.ClosingForm, status: int = 200) -> HttpResponse:
        return self.page("detractors/closing.html", status, title=_("Closing a case"), form=form)
