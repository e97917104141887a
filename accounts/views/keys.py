"""Keys of the REST API: the list, making one, rotating, adopting, revoking.

A secret is in the answer to the form that made it and nowhere else: a redirect would have to store it on the way.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import key_queries
from accounts.key_forms import ApiKeyForm, RotateForm
from accounts.models import ApiKey
from accounts.rules import key_life, scopes
from accounts.rules.permissions import Permission
from accounts.services import api_keys
from accounts.views.settings import SettingsView
from core import idempotency

# What a first try with curl asks for: the first of these that the key may read.
TRIED = (
    ("contacts", "contacts/"), ("surveys", "surveys/"), ("responses", "responses/"), ("cases", "cases/"),
    ("invitations", "invitations/"), ("metrics", "metrics/nps/"),
)  # fmt: skip


class KeysView(SettingsView):
    permission = Permission.MANAGE_KEYS
    url_name = "accounts:keys"

    def key(self, prefix: str) -> ApiKey:
        """The workspace's key that begins so and was not revoked, or 404."""
        rows = ApiKey.objects.filter(workspace=self.workspace, revoked=False)
        found: ApiKey = get_object_or_404(rows.select_related("workspace", "created_by"), prefix=prefix)
        return found

    def new_form(self, data: Any = None) -> ApiKeyForm:
        taken = key_queries.taken_names(workspace=self.workspace) if data is not None else set()
        return ApiKeyForm(data, taken=taken)

    def show(self, form: ApiKeyForm, status: int = 200, **facts: Any) -> HttpResponse:
        now = timezone.now()
        lines = key_queries.listed(workspace=self.workspace, now=now)
        response = self.page(
            "accounts/keys.html",
            status,
            title=_("API keys"),
            rows=[self._row(line) for line in lines],
            form=form,
            base_url=self._base_url(),
            now=now,
            **facts,
        )
        return _kept_nowhere(response)

    def show_secret(self, key: ApiKey | None, secret: str, *, old: ApiKey | None = None) -> HttpResponse:
        """The page with the secret, this once; without one the same form was sent before."""
        curl = self._curl(key, secret) if key is not None and secret else ""
        return self.show(self.new_form(), fresh=key, secret=secret, curl=curl, old=old, is_again=not secret)

    def still_running(self, form: ApiKeyForm) -> HttpResponse:
        form.add_error(None, _("The same form is being worked on. Look at the list in a moment."))
        return self.show(form, status=409)

    def _row(self, line: key_queries.KeyLine) -> dict[str, Any]:
        return {
            "key": line.key,
            "says": [_(sentence) for sentence in line.says],
            "is_ended": line.state == key_life.KeyState.ENDED,
            "is_replaced": line.state == key_life.KeyState.REPLACED,
            "ends_soon": line.state == key_life.KeyState.ENDS_SOON,
            "is_orphan": line.is_orphan,
            "heir": line.heir,
            "is_heir": line.is_heir,
            "may_rotate": line.state in (key_life.KeyState.OPEN, key_life.KeyState.ENDS_SOON),
        }

    def _base_url(self) -> str:
        return self.request.build_absolute_uri("/api/v1/")

    def _curl(self, key: ApiKey, secret: str) -> str:
        path = next((path for name, path in TRIED if key.allows(name, write=False)), "")
        return f'curl "{self._base_url()}{path}" -H "Authorization: Bearer {secret}"' if path else ""


class Keys(KeysView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(self.new_form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Make a key. The same form again makes no second one: its token is known for a day."""
        now = timezone.now()
        form = self.new_form(request.POST)
        # The name is taken by the first of two sendings; that one is told apart by the token, not refused.
        if form.is_ours:
            known = api_keys.made_by(workspace=self.workspace, token=request.POST["once"], now=now)
            if known is not None:
                return self.show_secret(known, "")
        if not form.is_valid():
            return self.show(form, status=422)

        def work() -> tuple[ApiKey, str]:
            return api_keys.issue(
                workspace=self.workspace,
                name=form.cleaned_data["name"],
                can_do=scopes.parse(form.can_do),
                expires_at=key_life.end_after(form.cleaned_data["days"], now),
                by=self.request.user,
                now=now,
            )

        try:
            key, secret = api_keys.once(
                workspace=self.workspace, token=form.cleaned_data["once"], now=now, work=work
            )
        except idempotency.StillRunning:
            return self.still_running(form)
        return self.show_secret(key, secret)


class KeyRotate(KeysView):
    """A new key in the place of one that works, without a gap."""

    def get(self, request: HttpRequest, slug: str, prefix: str) -> HttpResponse:
        now, key = timezone.now(), self.key(prefix)
        days = key_life.lifetime_of(key.created, key.expiry_date)
        return self._show_form(key, RotateForm(now=now, initial={"days": days}))

    def post(self, request: HttpRequest, slug: str, prefix: str) -> HttpResponse:
        now, key = timezone.now(), self.key(prefix)
        form = RotateForm(request.POST, now=now)
        if not form.is_valid():
            return self._show_form(key, form, status=422)

        def work() -> tuple[ApiKey, str]:
            return api_keys.rotate(
                key=key,
                until=form.cleaned_data["until"],
                expires_at=key_life.end_after(form.cleaned_data["days"], now),
                by=self.request.user,
                now=now,
            )

        try:
            new, secret = api_keys.once(
                workspace=self.workspace, token=form.cleaned_data["once"], now=now, work=work
            )
        except idempotency.StillRunning:
            form.add_error(None, _("The same form is being worked on. Look at the list in a moment."))
            return self._show_form(key, form, status=409)
        except api_keys.InRotation:
            form.add_error(None, _("This key is being replaced already: finish or cancel that first."))
            return self._show_form(key, form, status=409)
        except api_keys.Ended:
            form.add_error(None, _("This key has ended: make a new one."))
            return self._show_form(key, form, status=409)
        return self.show_secret(new, secret, old=self._again(prefix))

    def _again(self, prefix: str) -> ApiKey | None:
        return ApiKey.objects.filter(workspace=self.workspace, prefix=prefix).first()

    def _show_form(self, key: ApiKey, form: RotateForm, status: int = 200) -> HttpResponse:
        title = _("Rotate “%(name)s”") % {"name": key.name}
        says = [_(sentence) for sentence in scopes.sentences(key.scopes)]
        response = self.page("accounts/key_rotate.html", status, title=title, key=key, form=form, says=says)
        return _kept_nowhere(response)


class _KeyAct(KeysView):
    """One press of a button on the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, prefix: str) -> HttpResponse:
        key = self.key(prefix)
        try:
            return self.saved(self.act(key))
        except api_keys.NotInRotation:
            return self._refused(_("No key is in the place of this one any more."))
        except api_keys.Ended:
            return self._refused(_("This key has ended: make a new one."))

    def act(self, key: ApiKey) -> str:
        """Do it, and say what was done."""
        raise NotImplementedError

    def _refused(self, text: str) -> HttpResponse:
        return self.show(self.new_form(), status=409, problem=text)


class KeyFinish(_KeyAct):
    def act(self, key: ApiKey) -> str:
        api_keys.finish_rotation(key=key, by=self.request.user, now=timezone.now())
        return _("The old key of “%(name)s” opens nothing any more; the new one goes on.") % {
            "name": key.name
        }


class KeyCancel(_KeyAct):
    def act(self, key: ApiKey) -> str:
        api_keys.cancel_rotation(key=key, by=self.request.user, now=timezone.now())
        return _("The new key of “%(name)s” opens nothing any more; the old one goes on.") % {
            "name": key.name
        }


class KeyAdopt(_KeyAct):
    def act(self, key: ApiKey) -> str:
        api_keys.adopt(key=key, by=self.request.user, now=timezone.now())
        return _("“%(name)s” is yours now: what is done with it is done by you.") % {"name": key.name}


class KeyRevoke(_KeyAct):
    def act(self, key: ApiKey) -> str:
        api_keys.revoke(key=key, by=self.request.user, now=timezone.now())
        return _("The key “%(name)s” opens nothing any more.") % {"name": key.name}


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
