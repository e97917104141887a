"""The command palette: what can be done from here, the views, and cases, by a few letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from detractors.queries import matrix, queue, views
from detractors.views import presenting
from detractors.views import queue_words as words
from detractors.views.saved_views import url_of

CASES_SHOWN = 8
LENGTH = 100  # characters


@dataclass(frozen=True)
class Entry:
    """One line of the palette; a post is a form, everything else a link."""

    word: str
    url: str
    icon: str
    hint: str = ""
    is_post: bool = False


# Where one can go: URL name, permission, icon.
_PLACES: tuple[tuple[str, Permission, str, Any], ...] = (
    ("detractors:queue", Permission.VIEW_CASES, "inbox", lambda: _("Cases")),
    ("surveys:contact_list", Permission.VIEW_CONTACTS, "address-book", lambda: _("Contacts")),
    ("surveys:company_list", Permission.VIEW_CONTACTS, "building", lambda: _("Companies")),
    ("surveys:survey_list", Permission.VIEW_SURVEYS, "clipboard-list", lambda: _("Surveys")),
    ("surveys:campaign_list", Permission.VIEW_SURVEYS, "send", lambda: _("Campaigns")),
    ("detractors:promised", Permission.VIEW_CASES, "heart-handshake", lambda: _("Promised to customers")),
    ("detractors:mention_list", Permission.VIEW_CASES, "message-circle", lambda: _("Mentions")),
    ("detractors:arising", Permission.VIEW_CASES, "chart-bar", lambda: _("Where the work arises")),
    ("detractors:spikes", Permission.VIEW_CASES, "trending-up", lambda: _("Spikes")),
    ("detractors:waits", Permission.VIEW_CASES, "hourglass", lambda: _("Waits and idle time")),
    ("detractors:improvements", Permission.VIEW_CASES, "tool", lambda: _("Improvements")),
    ("followups:playbooks", Permission.VIEW_SURVEYS, "route", lambda: _("Playbooks")),
    ("detractors:remedies", Permission.VIEW_CASES, "gift", lambda: _("Remedies")),
    ("detractors:retention", Permission.VIEW_CASES, "users", lambda: _("Kept and lost")),
    ("followups:gatherings", Permission.EDIT_PLAYBOOKS, "calendar-event", lambda: _("Invitations to events")),
    ("detractors:executives", Permission.VIEW_CASES, "shield-check", lambda: _("Executives")),
    ("detractors:library", Permission.VIEW_CASES, "bookmark", lambda: _("Library of lessons")),
    ("detractors:doubtful", Permission.VIEW_CASES, "eye-check", lambda: _("Doubtful answers")),
    ("dashboards:dashboard", Permission.VIEW_DASHBOARD, "chart-bar", lambda: _("Dashboard")),
    ("dashboards:six", Permission.VIEW_DASHBOARD, "chart-line", lambda: _("Scores and response times")),
    ("surveys:answer_enter", Permission.RECORD_RESPONSES, "phone", lambda: _("Enter an answer")),
    ("followups:tray", Permission.VIEW_CASES, "mail-opened", lambda: _("Incoming mail")),
    ("outbox:mailbox", Permission.VIEW_MAILBOX, "mail", lambda: _("Mailbox")),
    ("detractors:views", Permission.VIEW_CASES, "bookmark", lambda: _("Arrange the views")),
    ("detractors:promises", Permission.MANAGE_SLA, "clock", lambda: _("Promises")),
    ("accounts:people", Permission.MANAGE_PEOPLE, "users", lambda: _("People")),
    ("accounts:settings", Permission.VIEW_CASES, "settings", lambda: _("Settings")),
    ("accounts:profile", Permission.VIEW_CASES, "user-circle", lambda: _("Your profile")),
)


class Palette(WorkspaceView):
    """The lines for `q`: three queries at most, and one more on the page of a case."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:LENGTH].replace("\x00", "")
        needle = text.casefold()
        groups = [
            (_("Cases"), self.cases(text) if text else []),
            (_("Views"), [one for one in self.views() if needle in one.word.casefold()]),
            (_("Do"), [one for one in [*self.here(), *self.acts()] if needle in one.word.casefold()]),
            (_("Go to"), [one for one in self.places() if needle in one.word.casefold()]),
        ]
        shown = [{"word": word, "entries": entries} for word, entries in groups if entries]
        return render(request, "detractors/_palette.html", {"groups": shown, "text": text})

    def cases(self, text: str) -> list[Entry]:
        wanted = queue.Wanted(tab=queue.ALL, words=text)
        found = queue.first(
            workspace=self.workspace,
            user=self.request.user,
            wanted=wanted,
            sight=self.sight,
            most=CASES_SHOWN,
        )
        return [
            Entry(
                word=f"#{case.number} {case.contact.display_name if case.contact else _('Anonymous customer')}",
                url=reverse("detractors:case", kwargs={"slug": self.workspace.slug, "number": case.number}),
                icon="inbox",
                hint=case.contact.company if case.contact else "",
            )
            for case in found
        ]

    def views(self) -> list[Entry]:
        slug = self.workspace.slug
        place = reverse("detractors:queue", kwargs={"slug": slug})
        tabs = [Entry(str(words.TAB_WORDS[tab]), f"{place}?view={tab}", "list") for tab in queue.TABS]
        rows = views.saved(membership=self.request.membership)
        return [*(Entry(row.name, url_of(row, slug), "bookmark") for row in rows), *tabs]

    def here(self) -> list[Entry]:
        """What can be done for the case whose page is open (`at`): playbooks it can be given, by name."""
        try:
            place = resolve(self.request.GET.get("at", "")[:LENGTH])
        except Resolver404:
            return []
        is_ours = place.kwargs.get("slug") == self.workspace.slug and place.view_name == "detractors:case"
        if not is_ours or not self.may(Permission.WORK_CASES):
            return []
        url = presenting.page_url("followups:start_playbook", **place.kwargs)
        if not url:
            return []
        number = place.kwargs["number"]
        named = [
            Entry(_("Start “%(name)s” for #%(number)s") % {"name": name, "number": number},
                  f"{url}?{urlencode({'playbook': name})}", "route")
            for name in matrix.playbook_names(workspace=self.workspace)
        ]  # fmt: skip
        return [Entry(_("Start a playbook for #%(number)s") % {"number": number}, url, "route"), *named]

    def acts(self) -> list[Entry]:
        slug = {"slug": self.workspace.slug}
        found = []
        if self.may(Permission.WORK_CASES):
            found.append(
                Entry(
                    _("Take the next case"),
                    reverse("detractors:next", kwargs=slug),
                    "player-play",
                    is_post=True,
                )
            )
            found.append(
                Entry(
                    _("Enter a complaint or review"),
                    reverse("detractors:mention_add", kwargs=slug),
                    "message-plus",
                )
            )
        if self.may(Permission.MANAGE_CONTACTS):
            found.append(Entry(_("Add a contact"), reverse("surveys:contact_add", kwargs=slug), "user-plus"))
        return found

    def places(self) -> list[Entry]:
        found = []
        for name, permission, icon, word in _PLACES:
            if self.may(permission) and (url := presenting.page_url(name, slug=self.workspace.slug)):
                found.append(Entry(word(), url, icon))
        return found
