"""The settings of chat targets: rooms and programs that hear of cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from outbox.chat_forms import TargetForm
from outbox.enums import TargetEvent, TargetKind
from outbox.models import ChatTarget
from outbox.services import chat_targets

SECRET = "chat_secret"  # in the session, for one page: target and secret
TESTS = "20/hour"


class TargetView(SettingsView):
    """What the pages of chat targets share."""

    permission = Permission.MANAGE_SETTINGS
    url_name = "outbox:chat_targets"

    def one(self, public_id: str) -> ChatTarget:
        found = chat_targets.one(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found


class ChatTargets(TargetView):
    """All targets, how each is, and the secret of one that was just made."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = [
            {
                "target": target,
                "kind": target.get_kind_display(),
                "events": [
                    TargetEvent(event).label for event in target.events if event in TargetEvent.values
                ],
                "is_webhook": target.kind == TargetKind.WEBHOOK,
            }
            for target in chat_targets.listed(workspace=self.workspace)
        ]
        shown: Any = request.session.pop(SECRET, None)
        return self.page("outbox/chat_targets.html", title=_("Chat"), rows=rows, secret=shown)


class ChatTargetPage(TargetView):
    """One target."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        target = self.one(public_id)
        return self.show(TargetForm(target=target), target)

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.keep(self.one(public_id))

    def keep(self, target: ChatTarget | None) -> HttpResponse:
        """Save what was posted."""
        form = TargetForm(self.request.POST, target=target)
        if form.is_valid():
            try:
                row, secret = chat_targets.save(
                    workspace=self.workspace, target=target, now=timezone.now(), **form.cleaned_data
                )
            except chat_targets.BadTarget as error:
                for field, sentence in error.errors.items():
                    form.add_error(field, sentence)
            else:
                if secret:
                    self.request.session[SECRET] = {"name": row.name, "secret": secret}
                return self.saved(
                    _("“%(name)s” is saved. Try whether a message arrives.") % {"name": row.name}
                )
        return self.show(form, target, status=422)

    def show(self, form: TargetForm, target: ChatTarget | None, status: int = 200) -> HttpResponse:
        return self.page(
            "outbox/chat_target.html",
            status,
            title=target.name if target else _("New chat target"),
            form=form,
            target=target,
            helps=[(kind.label, chat_targets.HELP[kind]()) for kind in TargetKind],
        )


class ChatTargetAdd(ChatTargetPage):
    """A new target."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:  # type: ignore[override]
        return self.show(TargetForm(), None)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:  # type: ignore[override]
        return self.keep(None)


class ChatTargetAct(TargetView):
    """Try, switch on or off, make a new secret, remove."""

    http_method_names = ["post"]
    rates = {"POST": TESTS}

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        target, now, act = self.one(public_id), timezone.now(), request.POST.get("act", "")
        name = {"name": target.name}
        if act == "test":
            chat_targets.send_test(target=target, by=self.request.user, now=now)
            messages.success(
                request, _("A message to “%(name)s” is on its way. This page says if it fails.") % name
            )
        elif act in ("on", "off"):
            chat_targets.switch(target=target, on=act == "on", now=now)
            said = _("“%(name)s” is told again.") if act == "on" else _("“%(name)s” is left alone.")
            messages.success(request, said % name)
        elif act == "secret":
            made = chat_targets.renew_secret(target=target, now=now)
            request.session[SECRET] = {"name": target.name, "secret": made}
        elif act == "remove":
            chat_targets.remove(target=target)
            messages.success(request, _("“%(name)s” is gone.") % name)
        else:
            raise Http404
        return redirect(self.url_name, slug=slug)
