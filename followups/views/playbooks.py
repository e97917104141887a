"""Playbooks in the browser: the list, one with what runs by it, and the acts on either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit_queries, audit_words
from accounts.access import WorkspaceView
from accounts.models import Workspace
from accounts.queries import members, teams
from accounts.rules.permissions import Permission, can
from detractors.queries import places, statuses
from detractors.views import desk_undo
from followups import playbook_story
from followups.enums import TemplateKind
from followups.models import Playbook
from followups.playbook_enums import StepState
from followups.playbook_story import Names
from followups.queries import message_templates, playbook_figures
from followups.queries import playbooks as queries
from followups.queries.playbook_figures import Figures
from followups.services import playbook_editing, playbooks
from followups.services.playbooks import PlaybookError

HISTORY, VERSIONS = 10, 5  # changes and former versions shown on the page of one


def names_of(workspace: Workspace) -> Names:
    """What steps and conditions name."""
    workers = [one for one in members(workspace=workspace) if can(one.role, Permission.WORK_CASES)]
    templates: dict[str, dict[str, str]] = {kind: {} for kind in TemplateKind.values}
    for row in message_templates.listed(workspace=workspace):
        if row.is_live:
            templates[row.kind][row.public_id] = row.name
    return Names(
        fields=queries.fields(workspace=workspace),
        members={one.user_id: one.user.display_name for one in workers},
        teams={team.pk: team.name for team in teams(workspace=workspace)},
        tags=places.tags(workspace=workspace),
        statuses={
            row.public_id: str(row)
            for row in statuses.everything(workspace=workspace)
            if row.retired_at is None
        },
        templates=templates,
    )


class PlaybookView(WorkspaceView):
    """What all pages of playbooks share."""

    permission = Permission.VIEW_SURVEYS
    post_permission = Permission.EDIT_PLAYBOOKS

    def one(self, public_id: str) -> Playbook:
        found = queries.playbook_with(workspace=self.workspace, public_id=public_id)
        if found is None or found.archived_at is not None:
            raise Http404
        return found

    def names(self) -> Names:
        """What steps and conditions name."""
        return names_of(self.workspace)

    def crumbs(self, label: str) -> list[dict[str, str]]:
        home = reverse("followups:playbooks", args=[self.workspace.slug])
        return [{"label": _("Playbooks"), "url": home}, {"label": label, "url": ""}]

    def url(self, name: str, playbook: Playbook) -> str:
        return reverse(f"followups:{name}", args=[self.workspace.slug, playbook.public_id])

    def stories(self, rows: Sequence[Playbook], names: Names) -> dict[int, playbook_story.Story]:
        """How each of them reads, by id."""
        steps = queries.steps_of(playbooks=rows)
        return {
            row.pk: playbook_story.story(
                {**vars(row), "steps": [queries.step_data(step) for step in steps[row.pk]]}, names
            )
            for row in rows
        }


class Playbooks(PlaybookView):
    """All of them as sentences, in their order, with what they did."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        names, listed = self.names(), queries.listed(workspace=self.workspace)
        stories = self.stories(listed, names)
        found = playbook_figures.figures(workspace=self.workspace, now=timezone.now(), sight=self.sight)
        rows = [
            {
                "playbook": row,
                "story": stories[row.pk],
                "is_first": place == 1,
                "is_last": place == len(listed),
                **told(found.get(row.pk, Figures())),
            }
            for place, row in enumerate(listed, start=1)
        ]
        context = {
            "title": _("Playbooks"),
            "rows": rows,
            "may_edit": self.may(Permission.EDIT_PLAYBOOKS),
            "undo": desk_undo.take(request, self.workspace),
        }
        return render(request, "followups/playbooks.html", context)


def told(figures: Figures) -> dict[str, Any]:
    """The figures of one playbook, its ends in words."""
    ends = [(playbook_story.end_in_words(code), n) for code, n in figures.ends]
    return {
        "figures": figures,
        "ends": ([(_("gone to the last step"), figures.done)] if figures.done else []) + ends,
    }


class PlaybookPage(PlaybookView):
    """One playbook: how it reads, what runs by it and what comes next, what was not done and why, who changed it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        playbook, now, names = self.one(public_id), timezone.now(), self.names()
        found = playbook_figures.figures(workspace=self.workspace, now=now, sight=self.sight)
        runs = playbook_figures.running(playbook=playbook, sight=self.sight)
        context = {
            "title": playbook.name,
            "crumbs": self.crumbs(playbook.name),
            "playbook": playbook,
            "story": self.stories([playbook], names)[playbook.pk],
            "runs": [self.line(run, names) for run in runs],
            "most_runs": playbook_figures.MOST_RUNS,
            "ended": [
                {
                    "run": run,
                    "how": playbook_story.end_in_words(run.stopped_because) if run.stopped_because else "",
                    "did": sum(step.state == StepState.DONE for step in run.planned),
                    "of": len(run.planned),
                }
                for run in playbook_figures.ended(playbook=playbook, now=now, sight=self.sight)
            ],
            "not_done": [
                {"place": place, "why": playbook_story.why_not_done(why), "n": n}
                for place, why, n in playbook_figures.not_done(playbook=playbook, now=now, sight=self.sight)
            ],
            "former": list(playbook_figures.oldest_versions(playbook=playbook)),
            "history": self.history(playbook),
            "versions": self.versions(playbook, names),
            "now": now,
            "may_edit": self.may(Permission.EDIT_PLAYBOOKS),
            "may_work": self.may(Permission.WORK_CASES),
            "undo": desk_undo.take(request, self.workspace),
            **told(found.get(playbook.pk, Figures())),
        }
        return render(request, "followups/playbook.html", context)

    def line(self, run: Any, names: Names) -> dict[str, Any]:
        """One running playbook: for whom, how far it is, what comes next."""
        planned = [step for step in run.planned if step.state == StepState.PLANNED]
        after = planned[0] if planned else None
        return {
            "run": run,
            "next": after,
            "does": playbook_story.does_in_words(after.step.kind, after.step.does, names) if after else "",
            "of": len(run.planned),
        }

    def history(self, playbook: Playbook) -> list[dict[str, Any]]:
        """The last changes of the playbook itself; steps follow as versions."""
        lines = audit_queries.lines(
            workspace=self.workspace,
            wanted=audit_queries.Wanted(thing=f"playbook:{playbook.pk}"),
            most=HISTORY,
        )
        return [
            {"entry": entry, "says": change_in_words(entry)}
            for entry in audit_words.entries(workspace=self.workspace, lines=lines)
        ]

    def versions(self, playbook: Playbook, names: Names) -> list[dict[str, Any]]:
        """How its steps read in former versions, the latest first."""
        numbers = range(playbook.version - 1, max(playbook.version - 1 - VERSIONS, 0), -1)
        return [
            {
                "version": number,
                "steps": playbook_story.steps(
                    [queries.step_data(step) for step in queries.steps(playbook=playbook, version=number)],
                    names,
                ),
            }
            for number in numbers
        ]


def change_in_words(entry: audit_words.Entry) -> str:
    """The change in a line: with old and new where they read well, else which parts changed."""
    if not entry.is_update or not entry.values:
        return entry.says
    coded = {str(_("conditions")), str(_("ends when"))}
    parts = [
        one.label if one.label in coded or one.is_long else f"{one.label}: {one.was} → {one.now}"
        for one in entry.values
    ]
    return f"{entry.says}: {', '.join(parts)}"


class PlaybookAct(PlaybookView):
    """Switch on or off, move in the list, copy, remove; each with the way back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        found = queries.playbook_with(workspace=self.workspace, public_id=public_id)
        act = request.POST.get("act") or request.GET.get("act", "")
        if found is None or (found.archived_at is not None and act != "restore"):
            raise Http404
        try:
            return self.act(found, act)
        except PlaybookError as error:
            messages.error(request, error.sentence)
            return self.back(found)

    def act(self, playbook: Playbook, act: str) -> HttpResponse:
        now, name = timezone.now(), {"name": playbook.name}
        if act in ("on", "off", "off-all"):
            return self.switch(playbook, act, now)
        if act in ("up", "down"):
            playbooks.move(playbook=playbook, up=act == "up", now=now)
            self.offer(playbook, _("“%(name)s” has another place.") % name, "down" if act == "up" else "up")
        elif act == "copy":
            copy = playbooks.duplicate(playbook=playbook, now=now)
            messages.success(self.request, _("A copy, switched off: change it as you like."))
            return redirect(self.url("playbook_edit", copy))
        elif act == "remove":
            playbooks.archive(playbook=playbook, now=now)
            self.offer(playbook, _("“%(name)s” is removed. What it did stays written.") % name, "restore")
        elif act == "restore":
            playbook_editing.restore(playbook=playbook, now=now)
            messages.success(self.request, _("“%(name)s” is back, switched off.") % name)
        else:
            raise Http404
        return redirect("followups:playbooks", slug=self.workspace.slug)

    def switch(self, playbook: Playbook, act: str, now: Any) -> HttpResponse:
        name = {"name": playbook.name}
        playbooks.switch(playbook=playbook, on=act == "on", now=now, stop_running=act == "off-all")
        if act == "on":
            said = _("“%(name)s” is on: what happens from now on begins it.") % name
        elif act == "off":
            said = _("“%(name)s” is off. What runs goes on.") % name
        else:
            said = _("“%(name)s” is off, and what ran by it is stopped.") % name
        self.offer(playbook, said, "off" if act == "on" else "on")
        return self.back(playbook)

    def offer(self, playbook: Playbook, said: str, act: str) -> None:
        """Say it on the next page, with the way back."""
        url = f"{self.url('playbook_act', playbook)}?act={act}"
        desk_undo.offer(self.request, self.workspace, text=said, url=url)

    def back(self, playbook: Playbook) -> HttpResponse:
        if self.request.POST.get("from") == "page":
            return redirect(self.url("playbook", playbook))
        return redirect("followups:playbooks", slug=self.workspace.slug)
