"""Mentions: the list, one of them, writing one down, uploading a file of them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from detractors.queries import mentions as queries
from surveys import mention_files
from surveys.enums import ResponseChannel, Segment, SourceKind
from surveys.mention_forms import MentionFileForm, MentionForm
from surveys.models import FeedbackSource
from surveys.rules import mention_values
from surveys.services import mentions
from surveys.views.staff import base

CLASSES = (Segment.DISSATISFIED, Segment.NEUTRAL, Segment.SATISFIED)
SHOWN_BAD = 200


class MentionsView(WorkspaceView):
    permission = Permission.VIEW_CASES

    def source(self, public_id: str, *kinds: str) -> FeedbackSource | None:
        """The workspace's source with this id that takes mentions."""
        rows = FeedbackSource.objects.of(self.workspace).filter(archived_at__isnull=True, kind__in=kinds)
        found: FeedbackSource | None = rows.filter(public_id=public_id).first()
        return found

    def crumbs(self, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        home = (_("Mentions"), reverse("detractors:mention_list", args=[self.workspace.slug]))
        return base.crumbs(home, *more)


class MentionList(MentionsView):
    """Everything heard, newest first; filters are in the address."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = {
            name: request.GET.get(name, "").replace("\0", "").strip()
            for name in ("source", "class", "channel", "open")
        }
        rows = queries.wanted(
            workspace=self.workspace,
            sight=self.sight,
            source=chosen["source"],
            segment=chosen["class"],
            channel=chosen["channel"],
            is_open=chosen["open"] == "1",
        )
        before = None
        if place := request.GET.get("before", "").replace("\0", ""):
            before = queries.one(workspace=self.workspace, public_id=place, sight=self.sight)
        found, has_more = queries.page(rows=rows, before=before)
        sources = queries.sources(workspace=self.workspace)
        context = {
            "title": _("Mentions"),
            "rows": queries.with_decisions(workspace=self.workspace, page=found, sight=self.sight),
            "sources": base.options([(row.public_id, row.name) for row in sources], chosen["source"]),
            "classes": base.options(
                [
                    *((code.value, code.label) for code in CLASSES),
                    (queries.NO_CLASS, _("Nobody can say")),
                ],
                chosen["class"],
            ),
            "channels": base.options(list(ResponseChannel.choices), chosen["channel"]),
            "is_open": chosen["open"] == "1",
            "chips": self._chips(request, chosen, {row.public_id: row.name for row in sources}),
            "older_url": self._place(request, found[-1].public_id) if has_more else "",
            "newer_url": base.without(request, "before") if before is not None else "",
            "may_enter": self.may(Permission.RECORD_RESPONSES),
            "may_set_up": self.may(Permission.EDIT_SURVEYS),
        }
        return render(request, "detractors/mention_list.html", context)

    def _place(self, request: HttpRequest, public_id: str) -> str:
        query = request.GET.copy()
        query["before"] = public_id
        return "?" + query.urlencode()

    def _chips(
        self, request: HttpRequest, chosen: dict[str, str], names: dict[str, str]
    ) -> list[dict[str, Any]]:
        found = []
        if chosen["source"]:
            found.append(base.chip(request, _("Source"), names.get(chosen["source"], _("unknown")), "source"))
        if chosen["class"]:
            words = dict(Segment.choices) | {queries.NO_CLASS: _("Nobody can say")}
            found.append(base.chip(request, _("Class"), words.get(chosen["class"], chosen["class"]), "class"))
        if chosen["channel"]:
            word = dict(ResponseChannel.choices).get(chosen["channel"], chosen["channel"])
            found.append(base.chip(request, _("Channel"), word, "channel"))
        if chosen["open"] == "1":
            found.append(base.chip(request, _("Case"), _("still open"), "open"))
        return found


class MentionPage(MentionsView):
    """One of them, with where it stands and what became of it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        mention = queries.one(workspace=self.workspace, public_id=public_id, sight=self.sight)
        if mention is None:
            raise Http404
        [mention] = queries.with_decisions(workspace=self.workspace, page=[mention], sight=self.sight)
        context = {
            "title": mention.title or (_("A complaint") if mention.is_complaint else mention.source.name),
            "crumbs": self.crumbs(),
            "mention": mention,
        }
        return render(request, "detractors/mention.html", context)


class MentionAdd(MentionsView):
    """Writing one down that somebody read or heard."""

    permission = Permission.RECORD_RESPONSES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = self.source(request.GET.get("source", "").replace("\0", ""), SourceKind.STAFF)
        return self._show(self._form(initial={"source": chosen, "channel": chosen and chosen.channel}))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form, now = self._form(request.POST), timezone.now()
        if form.is_valid():
            given = form.cleaned_data
            moment = given["published_at"]
            try:
                heard = mention_values.read(
                    {**given, "published_at": moment.isoformat() if moment else ""}, now=now
                )
            except mention_values.NotHeard as error:
                for sentence in error.sentences:
                    form.add_error(None, sentence.say(_))
            else:
                taken = mentions.take(
                    source=given["source"] or mentions.by_hand(workspace=self.workspace, now=now),
                    heard=[heard],
                    by=self.request.user,
                    channel=given["channel"],
                    is_complaint=given["is_complaint"],
                    is_public=not given["is_complaint"],
                    now=now,
                )
                return self._taken(taken)
        return self._show(form, 422)

    def _taken(self, taken: mentions.Taken) -> HttpResponse:
        slug = self.workspace.slug
        if not taken.new:
            messages.info(self.request, _("This one is here already: the same words by the same person."))
            return redirect("detractors:mention_list", slug=slug)
        messages.success(
            self.request, _("It is written down. What becomes of it stands beside it in a moment.")
        )
        if self.sight.is_limited:
            return redirect("detractors:mention_list", slug=slug)
        return redirect("detractors:mention", slug=slug, public_id=taken.new[0].public_id)

    def _form(self, data: Any = None, **given: Any) -> MentionForm:
        sources = FeedbackSource.objects.of(self.workspace).filter(
            kind=SourceKind.STAFF, archived_at__isnull=True
        )
        return MentionForm(
            data, sources=sources.exclude(url="").order_by("name"), zone=self.workspace.time_zone, **given
        )

    def _show(self, form: MentionForm, status: int = 200) -> HttpResponse:
        context = {"title": _("Enter a mention"), "crumbs": self.crumbs(), "form": form}
        return render(self.request, "detractors/mention_add.html", context, status=status)


class MentionUpload(MentionsView):
    """A file of them; rows that are none come back with their reasons, the others are taken."""

    permission = Permission.EDIT_SURVEYS
    rates = {"POST": "60/hour"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(MentionFileForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form, now = MentionFileForm(request.POST, request.FILES), timezone.now()
        source = self._source()
        if not form.is_valid() or source is None:
            return self._show(form, status=422)
        try:
            table = mention_files.read(
                form.cleaned_data["file"].read(), now=now, zone=ZoneInfo(self.workspace.time_zone)
            )
        except mention_files.UnreadableFile as error:
            form.add_error("file", _unreadable(error.code))
            return self._show(form, status=422)
        taken = mentions.take(source=source, heard=table.heard, by=self.request.user, now=now)
        result = {
            "new": len(taken.new),
            "known": taken.known,
            "bad_count": len(table.bad),
            "ignored": ", ".join(table.ignored)[:300],
            "bad": [
                {
                    "line": row.line,
                    "cells": " | ".join(row.cells)[:300],
                    "why": " ".join(reason.say(_) for reason in row.reasons),
                }
                for row in table.bad[:SHOWN_BAD]
            ],
        }
        return self._show(MentionFileForm(), result=result)

    def _source(self) -> FeedbackSource | None:
        """The source of the address; without one the only source of files there is."""
        named = self.request.GET.get("source", "").replace("\0", "")
        if named:
            return self.source(named, SourceKind.CSV)
        only = list(self._sources()[:2])
        return only[0] if len(only) == 1 else None

    def _sources(self) -> Any:
        rows = FeedbackSource.objects.of(self.workspace).filter(kind=SourceKind.CSV, archived_at__isnull=True)
        return rows.order_by("name")

    def _show(
        self, form: MentionFileForm, *, status: int = 200, result: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Upload mentions"),
            "crumbs": self.crumbs(),
            "form": form,
            "source": self._source(),
            "sources": list(self._sources()),
            "result": result,
        }
        return render(self.request, "detractors/mention_upload.html", context, status=status)


def _unreadable(code: str) -> str:
    return {
        "EMPTY": _("The file is empty."),
        "NO_COLUMN": _("The first line names no column “text”, “title” or “stars”."),
        "TOO_MANY": _("More than %(most)s rows. Split the file; nothing of it was taken.")
        % {"most": f"{mention_files.MOST_ROWS:,}"},
    }.get(code, _("This is no CSV file."))
