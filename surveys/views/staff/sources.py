"""Sources of opinions: the list with what works and what does not, adding, changing, trying, archiving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.links import absolute_url
from core.sealing import CannotUnseal
from surveys.enums import SourceKind
from surveys.mention_forms import SourceForm
from surveys.models import FeedbackSource, Touchpoint
from surveys.queries import heard
from surveys.services import feeds, sources


class SourcesView(SettingsView):
    permission = Permission.EDIT_SURVEYS
    url_name = "surveys:sources"

    def source(self, public_id: str) -> FeedbackSource:
        """The workspace's source with this id, or 404."""
        found: FeedbackSource = get_object_or_404(
            FeedbackSource.objects.of(self.workspace), public_id=public_id
        )
        return found

    def form(self, data: Any = None, **given: Any) -> SourceForm:
        return SourceForm(data, touchpoints=Touchpoint.objects.of(self.workspace).order_by("name"), **given)

    def show_list(self, form: SourceForm, status: int = 200) -> HttpResponse:
        return self.page(
            "surveys/sources.html",
            status,
            title=_("Sources of mentions"),
            rows=heard.sources_with_counts(workspace=self.workspace),
            form=form,
        )

    def show_one(
        self, source: FeedbackSource, form: SourceForm, status: int = 200, **found: Any
    ) -> HttpResponse:
        context: dict[str, Any] = {"tried": None, "cannot": "", "secret": "", "address": ""} | found
        if source.kind == SourceKind.WEBHOOK:
            context["address"] = absolute_url("surveys:mention_hook", public_id=source.public_id)
            try:
                context["secret"] = sources.secret_of(source=source)
            except CannotUnseal:
                context["cannot"] = _("The secret was sealed under another key. Make a new one.")
        if source.kind == SourceKind.FORM:
            context["address"] = absolute_url("surveys:complain", public_id=source.public_id)
        return self.page(
            "surveys/source.html",
            status,
            title=source.name,
            source=source,
            form=form,
            is_feed=source.kind == SourceKind.FEED,
            is_webhook=source.kind == SourceKind.WEBHOOK,
            is_form=source.kind == SourceKind.FORM,
            is_file=source.kind == SourceKind.CSV and source.archived_at is None,
            back=reverse(self.url_name, kwargs={"slug": self.workspace.slug}),
            **context,
        )

    def initial(self, source: FeedbackSource) -> dict[str, Any]:
        return {name: getattr(source, name) for name in sources.FIELDS}


class Sources(SourcesView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show_list(self.form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                source = sources.add(
                    workspace=self.workspace, by=self.request.user, now=timezone.now(), **form.cleaned_data
                )
            except sources.BadSource as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("“%(name)s” is added.") % {"name": source.name})
                return redirect("surveys:source", slug=slug, public_id=source.public_id)
        return self.show_list(form, 422)


class SourcePage(SourcesView):
    """One source: what it is, how it is, and what to give to the other side."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        source = self.source(public_id)
        return self.show_one(source, self.form(kind=source.kind, initial=self.initial(source)))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        source = self.source(public_id)
        form = self.form(request.POST, kind=source.kind)
        if form.is_valid():
            try:
                sources.change(source=source, now=timezone.now(), **form.cleaned_data)
            except sources.BadSource as error:
                form.add_error(None, str(error))
            else:
                return self.saved(_("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
        return self.show_one(source, form, 422)


class SourceTry(SourcesView):
    """What a feed says right now; nothing is stored."""

    http_method_names = ["post"]
    rates = {"POST": "30/hour"}

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        source = self.source(public_id)
        form = self.form(kind=source.kind, initial=self.initial(source))
        if source.kind != SourceKind.FEED:
            return self.show_one(source, form, cannot=_("Only a feed can be tried."))
        try:
            reading = feeds.try_out(source=source, now=timezone.now())
        except feeds.CannotRead as error:
            return self.show_one(source, form, cannot=str(error))
        return self.show_one(source, form, tried=reading.heard[:10], tried_count=len(reading.heard))


class SourceArchive(SourcesView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        source, now = self.source(public_id), timezone.now()
        if request.POST.get("undo") == "1":
            sources.bring_back(source=source, now=now)
            return self.saved(_("“%(name)s” takes mentions again.") % {"name": source.name})
        sources.archive(source=source, now=now)
        return self.saved(
            _("“%(name)s” takes nothing any more; what it brought stays.") % {"name": source.name}
        )


class SourceSecret(SourcesView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        source = self.source(public_id)
        sources.new_secret_for(source=source)
        return self.saved(
            _("“%(name)s” has a new secret; calls signed with the old one are refused.")
            % {"name": source.name}
        )
