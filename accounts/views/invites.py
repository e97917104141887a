"""Invitations: sent again and taken back by those who may; followed by those who got one."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import queries
from accounts.models import MemberInvite, Membership
from accounts.people_forms import JoinForm
from accounts.services import invites
from accounts.views.people import PeopleView


class InviteAct(PeopleView):
    """One act on an open invitation, and back to the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        rows = MemberInvite.objects.of(self.workspace).select_related("workspace")
        invitation = get_object_or_404(rows, public_id=public_id)
        try:
            return self.saved(self.do(invitation))
        except invites.Closed:
            return self.refused(invites.InviteError(_("This invitation was accepted or taken back already.")))
        except invites.InviteError as error:
            return self.refused(error)

    def do(self, invitation: MemberInvite) -> str:
        """The one service call; what to say about it."""
        raise NotImplementedError


class InviteResend(InviteAct):
    def do(self, invitation: MemberInvite) -> str:
        invites.resend(invitation=invitation, by=self.request.user, now=timezone.now())
        return _("A new link is on its way to %(email)s; the earlier one works no longer.") % {
            "email": invitation.email
        }


class InviteRevoke(InviteAct):
    def do(self, invitation: MemberInvite) -> str:
        invites.revoke(invitation=invitation, by=self.request.user, now=timezone.now())
        return _("The invitation of %(email)s is taken back.") % {"email": invitation.email}


MINE, OTHER, SIGN_IN, NEW = "mine", "other", "sign_in", "new"


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class Invitation(View):
    """The page of a link. GET says who invites whom where as what and changes nothing; POST accepts."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            invitation = invites.find(token=token, now=timezone.now())
        except (invites.Unknown, invites.Closed) as error:
            return self._closed(error)
        return self._show(invitation, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        try:
            invitation = self._found(token)
            situation = self._situation(invitation)
            if situation == MINE:
                user: Any = request.user
                return self._welcome(invites.accept(invitation=invitation, user=user, now=now))
            if situation == NEW and invitation.state_at(now) == "OPEN":
                return self._join(invitation, token)
            invites.find(token=token, now=now)
        except (invites.Unknown, invites.Closed, invites.Deactivated) as error:
            return self._closed(error)
        return self._show(invitation, token, status=409)

    def _found(self, token: str) -> MemberInvite:
        """The invitation, open or used: the second of two clicks finds it used and its sender in."""
        try:
            return invites.find(token=token, now=timezone.now())
        except invites.Closed:
            found = invites.any_with(token=token)
            if found.state_at(timezone.now()) != "ACCEPTED" or self._situation(found) != MINE:
                raise
            return found

    def _situation(self, invitation: MemberInvite) -> str:
        user = self.request.user
        if user.is_authenticated:
            return MINE if user.email.lower() == invitation.email.lower() else OTHER  # type: ignore[union-attr]
        return SIGN_IN if queries.user_with(email=invitation.email) else NEW

    def _join(self, invitation: MemberInvite, token: str) -> HttpResponse:
        form = JoinForm(self.request.POST, email=invitation.email)
        if not form.is_valid():
            return self._show(invitation, token, form=form, status=422)
        try:
            member = invites.accept_anew(invitation=invitation, now=timezone.now(), **form.cleaned_data)
        except invites.AccountExists:
            return self._show(invitation, token, status=409)  # made in this moment: sign in instead
        self._say_welcome(member)
        response: HttpResponse = perform_login(
            self.request,
            member.user,
            redirect_url=reverse("accounts:workspace", kwargs={"slug": member.workspace.slug}),
        )
        return response

    def _welcome(self, member: Membership) -> HttpResponse:
        self._say_welcome(member)
        return redirect("accounts:workspace", slug=member.workspace.slug)

    def _say_welcome(self, member: Membership) -> None:
        messages.success(self.request, _("Welcome to %(name)s.") % {"name": member.workspace.name})

    def _show(
        self, invitation: MemberInvite, token: str, *, form: JoinForm | None = None, status: int = 200
    ) -> HttpResponse:
        here = reverse("accounts:invite", kwargs={"token": token})
        situation = self._situation(invitation)
        if situation == NEW and form is None:
            form = JoinForm(initial={"name": invitation.name}, email=invitation.email)
        return render(
            self.request,
            "accounts/invite.html",
            {
                "invitation": invitation,
                "inviter": invitation.invited_by.display_name if invitation.invited_by else "",
                "situation": situation,
                "is_mine": situation == MINE,
                "is_other": situation == OTHER,
                "is_known": situation == SIGN_IN,
                "form": form if situation == NEW else None,
                "here": here,
                "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
            },
            status=status,
        )

    def _closed(self, error: Exception) -> HttpResponse:
        """One page for every link that opens nothing; 404 for what never was, 410 for what was."""
        state = "DEACTIVATED" if isinstance(error, invites.Deactivated) else getattr(error, "state", "")
        words = {
            "EXPIRED": (
                _("This invitation is too old"),
                _("It was open for seven days. Ask the person who invited you to send it again."),
            ),
            "REVOKED": (
                _("This invitation was taken back"),
                _("Ask an admin of the workspace if you think that is a mistake."),
            ),
            "ACCEPTED": (
                _("This invitation was used already"),
                _("Whoever accepted it signs in as usual."),
            ),
            "DEACTIVATED": (
                _("You were in this workspace before"),
                _("An owner or admin of it can let you in again; a link cannot."),
            ),
        }
        title, text = words.get(
            state,
            (
                _("This link opens nothing"),
                _("It is not complete, or a newer invitation was sent since: look for the latest mail."),
            ),
        )
        context = {"heading": title, "text": text}
        return render(self.request, "accounts/invite_closed.html", context, status=410 if state else 404)
