"""Who works here."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries
from accounts.enums import Role
from accounts.forms import InviteForm, LeadForm, MemberForm
from accounts.models import Membership, Team
from accounts.rules.permissions import Permission, table
from accounts.services import people
from accounts.views.settings import SettingsView


class People(SettingsView):
    """Everybody, the team's lead, and a form to let somebody in."""

    permission = Permission.MANAGE_PEOPLE
    url_name = "accounts:people"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self._invite_form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self._invite_form(request.POST)
        if form.is_valid():
            try:
                member = people.invite(
                    workspace=self.workspace, team=self._team(), now=timezone.now(), **form.cleaned_data
                )
            except people.AlreadyMember as error:
                form.add_error("email", str(error))
            else:
                self._send_link(member)
                return self.saved(
                    _("%(name)s is in. A link to choose a password is on its way to %(email)s.")
                    % {"name": member.user.display_name, "email": member.user.email}
                )
        return self._show(form, status=422)

    def _send_link(self, member: Membership) -> None:
        """The reset link of the sign-in pages: who has a password already can ignore it."""
        form = ResetPasswordForm({"email": member.user.email})
        if form.is_valid():
            form.save(self.request)

    def _invite_form(self, data: Any = None) -> InviteForm:
        may_make_owners = self.may(Permission.MANAGE_OWNERS)
        return InviteForm(
            data, initial={"role": Role.AGENT, "takes_cases": True}, may_make_owners=may_make_owners
        )

    def _team(self) -> Team | None:
        return Team.objects.of(self.workspace).select_related("lead").order_by("pk").first()

    def _show(self, form: InviteForm, status: int = 200) -> HttpResponse:
        team = self._team()
        return self.page(
            "accounts/people.html",
            status,
            title=_("People"),
            members=list(queries.members(workspace=self.workspace)),
            form=form,
            team=team,
            lead_form=LeadForm(team=team) if team else None,
            permissions=[{"says": _(sentence), "roles": roles} for _code, sentence, roles in table()],
            role_codes=Role.values,
        )


class Member(SettingsView):
    """One person: role, round robin, absence."""

    permission = Permission.MANAGE_PEOPLE
    url_name = "accounts:people"

    def get(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        return self._show(self._member(member_id))

    def post(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        member = self._member(member_id)
        if refusal := self._refusal(member):
            return refusal
        form = MemberForm(
            request.POST, initial={"role": member.role}, may_make_owners=self.may(Permission.MANAGE_OWNERS)
        )
        if form.is_valid():
            try:
                people.change(membership=member, team=member.team, **form.cleaned_data)
                return self.saved(_("%(name)s is saved.") % {"name": member.user.display_name})
            except people.PeopleError as error:
                form.add_error("role", str(error))
        return self._show(self._member(member_id), form, status=422)

    def _member(self, member_id: int) -> Membership:
        found: Membership = get_object_or_404(queries.members(workspace=self.workspace), pk=member_id)
        return found

    def _refusal(self, member: Membership) -> HttpResponse | None:
        """Only an owner may change an owner."""
        if member.role != Role.OWNER or self.may(Permission.MANAGE_OWNERS):
            return None
        messages.error(self.request, _("Only an owner can change another owner."))
        return redirect(self.url_name, slug=self.workspace.slug)

    def _show(self, member: Membership, form: MemberForm | None = None, status: int = 200) -> HttpResponse:
        start = {"role": member.role, "takes_cases": member.takes_cases, "away_until": member.away_until}
        return self.page(
            "accounts/member.html",
            status,
            title=member.user.display_name,
            member=member,
            form=form or MemberForm(initial=start, may_make_owners=self.may(Permission.MANAGE_OWNERS)),
            is_self=member.user_id == self.request.user.pk,
        )


class MemberRemove(Member):
    """Take somebody out of the workspace."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        member = self._member(member_id)
        if refusal := self._refusal(member):
            return refusal
        name = member.user.display_name
        try:
            people.remove(membership=member)
        except people.PeopleError as error:
            messages.error(request, str(error))
            return redirect("accounts:member", slug=slug, member_id=member_id)
        return self.saved(_("%(name)s can no longer open this workspace.") % {"name": name})


class TeamLead(SettingsView):
    """Choose who hears first."""

    permission = Permission.MANAGE_PEOPLE
    url_name = "accounts:people"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
        team = get_object_or_404(Team.objects.of(self.workspace), pk=team_id)
        form = LeadForm(request.POST, team=team)
        if not form.is_valid():
            messages.error(request, _("Only a member of the workspace can lead the team."))
            return redirect(self.url_name, slug=slug)
        people.set_lead(team=team, lead=form.cleaned_data["lead"])
        lead = form.cleaned_data["lead"]
        return self.saved(
            _("%(name)s leads the team now.") % {"name": lead.display_name}
            if lead
            else _("The team has no lead now.")
        )
