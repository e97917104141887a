"""Who works here: everybody, one person, going and coming back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import queries
from accounts.ability_forms import AbilitiesForm
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.people_forms import (
    Addressee,
    AwayForm,
    GoForm,
    InviteForm,
    MemberForm,
    ProfileForm,
    SightForm,
)
from accounts.rules import absence
from accounts.rules.permissions import Permission, can, may_grant, table
from accounts.rules.sight import LIMITED_ROLES
from accounts.services import invites, people
from accounts.views.settings import SettingsView


def moved_words(moved: int) -> str:
    """A sentence about cases that went over, empty for none."""
    if not moved:
        return ""
    return " " + ngettext("%(n)s case went over.", "%(n)s cases went over.", moved) % {"n": moved}


class PeopleView(SettingsView):
    """What the pages about people share."""

    permission = Permission.MANAGE_PEOPLE
    url_name = "accounts:people"

    @property
    def role(self) -> str:
        return str(self.request.membership.role)

    def member(self, member_id: int) -> Membership:
        found: Membership = get_object_or_404(queries.everybody(workspace=self.workspace), pk=member_id)
        return found

    def may_change(self, member: Membership) -> bool:
        """Nobody changes somebody above them."""
        return may_grant(self.role, member.role)

    def case_facts(self, member: Membership, now: datetime) -> dict[str, Any]:
        """What the forms that hand cases over need to know."""
        return {
            "people": heirs_for(member),
            "away": queries.away_days(workspace=self.workspace, now=now),
        }

    def refused(self, error: Exception) -> HttpResponse:
        messages.error(self.request, str(error))
        return redirect(self.url_name, slug=self.workspace.slug)


def heirs_for(member: Membership) -> list[User]:
    """Who can take the cases of `member`: active colleagues who may work on cases, by name."""
    found = queries.members(workspace=member.workspace).filter(user__is_active=True)
    return [one.user for one in found if one.pk != member.pk and can(one.role, Permission.WORK_CASES)]


class People(PeopleView):
    """Everybody, the open invitations, and a form to invite more."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self._form(), timezone.now())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Valid lines go; the others come back with what is wrong with each."""
        now = timezone.now()
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form, now, status=422)
        data = form.cleaned_data
        sent: list[str] = []
        left: list[tuple[Addressee, str]] = []
        for one in data["addresses"]:
            problem = one.problem or self._invite(one, data, now)
            if problem:
                left.append((one, problem))
            else:
                sent.append(one.email)
        said = self._said(sent)
        if not left:
            return self.saved(said)
        again = self._form({**request.POST.dict(), "addresses": "\n".join(one.line for one, _why in left)})
        again.is_valid()
        for _one, problem in left:
            again.add_error("addresses", problem)
        if sent:
            messages.success(request, said)
        return self._show(again, now, status=422)

    def _invite(self, one: Addressee, data: dict[str, Any], now: datetime) -> str:
        """Invite one; what stood in the way, or an empty string."""
        try:
            invites.invite(
                workspace=self.workspace,
                by=self.request.user,
                email=one.email,
                name=one.name,
                role=data["role"],
                team=data["team"],
                takes_cases=data["takes_cases"],
                now=now,
            )
        except invites.InviteError as error:
            return str(error)
        return ""

    def _said(self, sent: list[str]) -> str:
        if len(sent) == 1:
            return _("An invitation is on its way to %(email)s.") % {"email": sent[0]}
        return _("%(n)s invitations are on their way.") % {"n": len(sent)}

    def _form(self, data: Any = None) -> InviteForm:
        teams = list(queries.teams(workspace=self.workspace))
        start = {"role": Role.AGENT, "takes_cases": True, "team": str(teams[0].pk) if teams else ""}
        return InviteForm(data, initial=start, granter=self.role, teams=teams)

    def _show(self, form: InviteForm, now: datetime, status: int = 200) -> HttpResponse:
        everybody = list(queries.everybody(workspace=self.workspace))
        return self.page(
            "accounts/people.html",
            status,
            title=_("People"),
            rows=[self._row(member, now) for member in everybody],
            invitations=[
                {
                    "invitation": one,
                    "is_expired": one.state_at(now) == "EXPIRED",
                    "may_act": may_grant(self.role, one.role),
                }
                for one in queries.open_invites(workspace=self.workspace)
            ],
            form=form,
            undo=self._undo(everybody),
            permissions=[{"says": _(sentence), "roles": roles} for _code, sentence, roles in table()],
            role_codes=Role.values,
        )

    def _row(self, member: Membership, now: datetime) -> dict[str, Any]:
        today = absence.local_day(now=now, zone=member.user.time_zone or self.workspace.time_zone)
        first, last = member.away_from, member.away_until
        is_limited = member.role in LIMITED_ROLES and (
            member.only_own_teams or member.only_touchpoints or member.only_attribute
        )
        return {
            "member": member,
            "away_until": last if absence.is_away(first=first, last=last, today=today) else None,
            "away_from": first if absence.is_coming(first=first, today=today) else None,
            "is_limited": bool(is_limited),
        }

    def _undo(self, everybody: list[Membership]) -> dict[str, str] | None:
        """The way back from a deactivation made just now."""
        gone = self.request.GET.get("deactivated", "")
        for member in everybody:
            if str(member.pk) == gone and member.deactivated_at is not None:
                return {
                    "text": _("%(name)s can no longer get in.") % {"name": member.user.display_name},
                    "url": reverse(
                        "accounts:member_back",
                        kwargs={"slug": self.workspace.slug, "member_id": member.pk},
                    ),
                }
        return None


class Member(PeopleView):
    """One person: role, team and round robin; days away; which cases they meet."""

    def get(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        return self.show(self.member(member_id))

    def post(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        member = self.member(member_id)
        now = timezone.now()
        part = request.POST.get("part", "role")
        try:
            if part == "away":
                return self._save_away(member, now)
            if part == "sight":
                return self._save_sight(member)
            if part == "abilities":
                return self._save_abilities(member)
            return self._save_role(member)
        except people.NotAMember as error:
            return self.refused(error)
        except people.AboveYou as error:
            return self.refused(error)

    def _save_role(self, member: Membership) -> HttpResponse:
        if not self.may_change(member):
            return self.refused(people.AboveYou(_("Only an owner can change another owner.")))
        form = self.role_form(member, self.request.POST)
        if form.is_valid():
            try:
                people.change(membership=member, by=self.request.user, **form.cleaned_data)
            except people.LastOwner as error:
                form.add_error("role", str(error))
            else:
                return self._done(member, _("%(name)s is saved.") % {"name": member.user.display_name})
        return self.show(self.member(member.pk), form=form, status=422)

    def _save_away(self, member: Membership, now: datetime) -> HttpResponse:
        form = self.away_form(member, now, self.request.POST)
        if not form.is_valid():
            return self.show(member, away_form=form, status=422)
        data = form.cleaned_data
        moved = people.set_away(
            membership=member,
            first=data["away_from"],
            last=data["away_until"],
            heirs=data.get("heirs"),
            by=self.request.user,
            now=now,
        )
        said = _("Days away are saved.") if data["away_until"] else _("Saved: present.")
        return self._done(member, said + moved_words(moved))

    def _save_sight(self, member: Membership) -> HttpResponse:
        form = self.sight_form(member, self.request.POST)
        if not form.is_valid():
            return self.show(member, sight_form=form, status=422)
        people.limit(membership=member, by=self.request.user, **form.limits)
        return self._done(
            member, _("Saved. %(name)s sees it at the next page.") % {"name": member.user.display_name}
        )

    def _save_abilities(self, member: Membership) -> HttpResponse:
        form = AbilitiesForm(self.request.POST, membership=member)
        if not form.is_valid():
            return self.show(member, abilities_form=form, status=422)
        people.set_abilities(membership=member, by=self.request.user, **form.abilities)
        return self._done(member, _("%(name)s is saved.") % {"name": member.user.display_name})

    def _done(self, member: Membership, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return redirect("accounts:member", slug=self.workspace.slug, member_id=member.pk)

    def role_form(self, member: Membership, data: Any = None) -> MemberForm:
        start = {
            "role": member.role,
            "team": str(member.team_id or ""),
            "takes_cases": member.takes_cases,
        }
        teams = queries.teams(workspace=self.workspace)
        return MemberForm(data, initial=start, granter=self.role, teams=teams)

    def away_form(self, member: Membership, now: datetime, data: Any = None) -> AwayForm:
        return away_form(member, now, data)

    def sight_form(self, member: Membership, data: Any = None) -> SightForm:
        choices = queries.sight_choices(workspace=self.workspace)
        return SightForm(data, choices=choices, membership=member)

    def show(
        self,
        member: Membership,
        *,
        form: MemberForm | None = None,
        away_form: AwayForm | None = None,
        sight_form: SightForm | None = None,
        abilities_form: AbilitiesForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        now = timezone.now()
        can_be_limited = member.role in LIMITED_ROLES
        return self.page(
            "accounts/member.html",
            status,
            title=member.user.display_name,
            member=member,
            may_change=self.may_change(member),
            form=form or self.role_form(member),
            away_form=away_form or self.away_form(member, now),
            sight_form=(sight_form or self.sight_form(member)) if can_be_limited else None,
            abilities_form=abilities_form or AbilitiesForm(membership=member),
            is_self=member.user_id == self.request.user.pk,
        )


def away_form(member: Membership, now: datetime, data: Any = None) -> AwayForm:
    """The form for days away, with the hand-over when there is something to hand over."""
    workspace = member.workspace
    return AwayForm(
        data,
        initial={"away_from": member.away_from, "away_until": member.away_until},
        has_work=bool(queries.work_of(workspace=workspace, users=[member.user_id])),
        people=heirs_for(member),
        away=queries.away_days(workspace=workspace, now=now),
    )


class MemberGo(PeopleView):
    """Deactivate or remove somebody: how many cases they have, and to whom these go."""

    def get(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        member = self.member(member_id)
        if member.user_id == self.request.user.pk:
            return redirect("accounts:leave", slug=slug)
        if not self.may_change(member):
            return self.refused(people.AboveYou(_("Only an owner can change another owner.")))
        now = timezone.now()
        return self._show(member, GoForm(**self.case_facts(member, now)))

    def post(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        member = self.member(member_id)
        now = timezone.now()
        form = GoForm(request.POST, **self.case_facts(member, now))
        if not form.is_valid():
            return self._show(member, form, status=422)
        act = people.remove if request.POST.get("act") == "remove" else people.deactivate
        try:
            moved = act(membership=member, by=self.request.user, heirs=form.cleaned_data["heirs"], now=now)
        except people.PeopleError as error:
            messages.error(request, str(error))
            return redirect("accounts:member", slug=slug, member_id=member_id)
        if act is people.remove:
            name = member.user.display_name
            return self.saved(
                _("%(name)s is no longer in this workspace.") % {"name": name} + moved_words(moved)
            )
        if moved:
            messages.success(request, moved_words(moved).strip())
        return redirect(f"{reverse(self.url_name, kwargs={'slug': slug})}?deactivated={member.pk}")

    def _show(self, member: Membership, form: GoForm, status: int = 200) -> HttpResponse:
        opened, resolved = queries.work_of(workspace=self.workspace, users=[member.user_id]).get(
            member.user_id, (0, 0)
        )
        return self.page(
            "accounts/member_go.html",
            status,
            title=_("%(name)s goes") % {"name": member.user.display_name},
            member=member,
            form=form,
            opened=opened,
            resolved=resolved,
        )


class MemberBack(PeopleView):
    """Let somebody in again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        member = self.member(member_id)
        try:
            people.reactivate(membership=member, by=self.request.user, now=timezone.now())
        except people.PeopleError as error:
            return self.refused(error)
        return self.saved(
            _("%(name)s can get in again. Their cases stay where they went.")
            % {"name": member.user.display_name}
        )


class Profile(SettingsView):
    """One's own name, clock and absence: for everybody."""

    permission = Permission.VIEW_CASES
    url_name = "accounts:profile"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        user, now = self.request.user, timezone.now()
        form = ProfileForm(initial={"name": user.name, "time_zone": user.time_zone, "phone": user.phone})
        member = self.request.membership
        return self._show(form, away_form(member, now), AbilitiesForm(membership=member))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Name, zone and days away, saved together."""
        member, now = self.request.membership, timezone.now()
        form, away = ProfileForm(request.POST), away_form(member, now, request.POST)
        able = AbilitiesForm(request.POST if "skills" in request.POST else None, membership=member)
        if not (form.is_valid() and away.is_valid() and (able.is_valid() or not able.is_bound)):
            return self._show(form, away, able, status=422)
        data = away.cleaned_data
        people.change_profile(user=self.request.user, **form.cleaned_data)
        if able.is_bound:
            people.set_abilities(membership=member, by=self.request.user, **able.abilities)
        try:
            moved = people.set_away(
                membership=member,
                first=data["away_from"],
                last=data["away_until"],
                heirs=data.get("heirs"),
                by=self.request.user,
                now=now,
            )
        except people.NotAMember as error:
            away.add_error("heirs", str(error))
            return self._show(form, away, able, status=422)
        return self.saved(_("Saved.") + moved_words(moved))

    def _show(
        self, form: ProfileForm, away: AwayForm, able: AbilitiesForm, status: int = 200
    ) -> HttpResponse:
        return self.page(
            "accounts/profile.html",
            status,
            title=_("You"),
            form=form,
            away_form=away,
            abilities_form=able,
        )


class Leave(SettingsView):
    """Leave the workspace oneself."""

    permission = Permission.VIEW_CASES
    url_name = "accounts:profile"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self._form(timezone.now()))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        form = self._form(now, request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            people.leave(membership=self.request.membership, heirs=form.cleaned_data["heirs"], now=now)
        except people.PeopleError as error:
            form.add_error(None, str(error))
            return self._show(form, status=422)
        messages.success(request, _("You have left %(name)s.") % {"name": self.workspace.name})
        return redirect("accounts:home")

    def _form(self, now: datetime, data: Any = None) -> GoForm:
        return GoForm(
            data,
            people=heirs_for(self.request.membership),
            away=queries.away_days(workspace=self.workspace, now=now),
        )

    def _show(self, form: GoForm, status: int = 200) -> HttpResponse:
        user = self.request.user
        opened, resolved = queries.work_of(workspace=self.workspace, users=[user.pk]).get(user.pk, (0, 0))
        return self.page(
            "accounts/leave.html",
            status,
            title=_("Leave %(name)s") % {"name": self.workspace.name},
            form=form,
            opened=opened,
            resolved=resolved,
        )
