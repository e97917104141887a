"""Teams: made, renamed, led, filled and dissolved."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import Team, User
from accounts.people_forms import TeamDissolveForm, TeamForm, TeamMembersForm
from accounts.rules.permissions import Permission
from accounts.services import teams
from accounts.views.people import moved_words
from accounts.views.settings import SettingsView


class TeamView(SettingsView):
    """What the pages about teams share."""

    permission = Permission.MANAGE_PEOPLE
    url_name = "accounts:teams"

    def team(self, team_id: int) -> Team:
        found: Team = get_object_or_404(queries.teams(workspace=self.workspace), pk=team_id)
        return found

    def people(self) -> list[User]:
        found = queries.members(workspace=self.workspace).filter(user__is_active=True)
        return [member.user for member in found]


class Teams(TeamView):
    """All teams, and a form for one more."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(TeamForm(people=self.people()))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = TeamForm(request.POST, people=self.people())
        if form.is_valid():
            try:
                team = teams.create(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except teams.TeamError as error:
                form.add_error("name", str(error))
            else:
                messages.success(request, _("%(name)s is there. Choose who is in it.") % {"name": team.name})
                return redirect("accounts:team", slug=slug, team_id=team.pk)
        return self._show(form, status=422)

    def _show(self, form: TeamForm, status: int = 200) -> HttpResponse:
        found = list(queries.teams(workspace=self.workspace))
        return self.page("accounts/teams.html", status, title=_("Teams"), teams=found, form=form)


class OneTeam(TeamView):
    """One team: name and lead, members, and its end."""

    def get(self, request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
        return self.show(self.team(team_id))

    def post(self, request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
        team = self.team(team_id)
        if request.POST.get("part") == "members":
            return self._save_members(team)
        form = TeamForm(request.POST, people=self.people())
        if form.is_valid():
            try:
                teams.change(team=team, **form.cleaned_data)
            except teams.TeamError as error:
                form.add_error("name", str(error))
            else:
                return self._done(team, _("%(name)s is saved.") % {"name": team.name})
        return self.show(self.team(team_id), form=form, status=422)

    def _save_members(self, team: Team) -> HttpResponse:
        form = self._members_form(team, self.request.POST)
        if not form.is_valid():
            return self.show(team, members_form=form, status=422)
        try:
            moved = teams.set_members(team=team, members=form.cleaned_data["members"])
        except teams.TeamError as error:
            form.add_error("members", str(error))
            return self.show(team, members_form=form, status=422)
        said = _("Saved: %(n)s people moved.") % {"n": moved} if moved else _("Nobody had to move.")
        return self._done(team, said)

    def _done(self, team: Team, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return redirect("accounts:team", slug=self.workspace.slug, team_id=team.pk)

    def _members_form(self, team: Team, data: Any = None) -> TeamMembersForm:
        members = queries.members(workspace=self.workspace).filter(user__is_active=True)
        return TeamMembersForm(data, team=team, members=members)

    def show(
        self,
        team: Team,
        *,
        form: TeamForm | None = None,
        members_form: TeamMembersForm | None = None,
        dissolve_form: TeamDissolveForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        start = {"name": team.name, "lead": str(team.lead_id or "")}
        others = list(queries.teams(workspace=self.workspace).exclude(pk=team.pk))
        return self.page(
            "accounts/team.html",
            status,
            title=team.name,
            team=team,
            form=form or TeamForm(initial=start, people=self.people()),
            members_form=members_form or self._members_form(team),
            dissolve_form=dissolve_form or TeamDissolveForm(others=others),
            is_only=not others,
        )


class TeamDissolve(OneTeam):
    """Delete a team; what is in it goes to another."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
        team = self.team(team_id)
        others = queries.teams(workspace=self.workspace).exclude(pk=team.pk)
        form = TeamDissolveForm(request.POST, others=others)
        name = team.name
        if form.is_valid():
            try:
                moved = teams.dissolve(team=team, into=form.cleaned_data["into"], now=timezone.now())
            except teams.TeamError as error:
                form.add_error("into", str(error))
            else:
                return self.saved(_("The team %(name)s is dissolved.") % {"name": name} + moved_words(moved))
        return self.show(self.team(team_id), dissolve_form=form, status=422)
