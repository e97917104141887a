"""The contact policy: one page for how much one person is asked, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from surveys.policy_forms import ContactPolicyForm
from surveys.queries import asking, capacity, lists
from surveys.services import contact_policies

UNDO = "contact_policy_undo"  # in the session: workspace and the token that takes it back


class _PolicyView(SettingsView):
    permission = Permission.MANAGE_SETTINGS
    url_name = "surveys:contact_policy"


class ContactPolicyPage(_PolicyView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(self._form(initial=self._values()))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self._form(request.POST, initial=self._values())
        if form.is_valid():
            try:
                token = contact_policies.change(workspace=self.workspace, now=timezone.now(), **form.values())
            except contact_policies.PolicyError as error:
                for field, sentence in error.errors.items():
                    form.add_error(field, sentence)
            else:
                request.session[UNDO] = [self.workspace.slug, token]
                return redirect(self.url_name, slug=slug)
        return self._show(form, 422)

    def _values(self) -> dict[str, Any]:
        row = asking.policy_of(workspace=self.workspace)
        found = {name: getattr(row, name) for name in contact_policies.FIELDS if name != "calendar_id"}
        return {**found, "calendar": row.calendar_id or "", "quiet_days": self.workspace.quiet_days}

    def _form(self, data: Any = None, **more: Any) -> ContactPolicyForm:
        return ContactPolicyForm(data, calendars=lists.calendars(workspace=self.workspace), **more)

    def _show(self, form: ContactPolicyForm, status: int = 200) -> HttpResponse:
        now = timezone.now()
        policy = asking.policy_of(workspace=self.workspace)
        return self.page(
            "surveys/contact_policy.html",
            status,
            title=_("Contact policy"),
            form=form,
            room=capacity.room(policy=policy, workspace=self.workspace, now=now),
            team=capacity.team(workspace=self.workspace, now=now),
            undo=self._undo(),
        )

    def _undo(self) -> dict[str, str] | None:
        """The way back from what was saved just before this page."""
        slug, token = self.request.session.pop(UNDO, ("", ""))
        if slug != self.workspace.slug:
            return None
        return {
            "text": _(
                "Saved. It holds for whoever is asked from now on, also by campaigns that are running."
            ),
            "url": reverse("surveys:contact_policy_undo", args=[slug]),
            "token": token,
        }


class ContactPolicyUndo(_PolicyView):
    """The former values, if nothing else has changed meanwhile."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            contact_policies.undo(
                workspace=self.workspace, token=request.POST.get("token", ""), now=timezone.now()
            )
        except contact_policies.TooLate:
            messages.error(
                request, _("This cannot be undone any more: time has passed, or something was changed since.")
            )
            return redirect(self.url_name, slug=slug)
        return self.saved(_("Undone: the former values hold again."))
