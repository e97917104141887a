"""The sender page: name and reply address of our mails, and what DNS says about the domain they come from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages as notes
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Workspace
from accounts.rules.permissions import Permission
from accounts.services import workspaces
from accounts.views.settings import SettingsView
from core.looks import Look
from outbox import queries, sender_rules
from outbox.channels.envelope import sender_address
from outbox.forms import CheckForm, SenderForm
from outbox.models import SenderCheck
from outbox.sender_rules import State
from outbox.services import sender_checks

KINDS = (
    ("spf", "SPF", gettext_lazy("which servers may send")),
    ("dkim", "DKIM", gettext_lazy("the key mails are signed with")),
    ("dmarc", "DMARC", gettext_lazy("what becomes of mail that only claims to be yours")),
)
LOOKS = {
    State.GOOD: Look(gettext_lazy("All well"), "good", "circle-check"),
    State.WEAK: Look(gettext_lazy("Could be better"), "warning", "alert-triangle"),
    State.WRONG: Look(gettext_lazy("Wrong"), "bad", "alert-circle"),
    State.MISSING: Look(gettext_lazy("Missing"), "bad", "alert-circle"),
    State.UNASKED: Look(gettext_lazy("Could not be asked"), "neutral", "info-circle"),
}
VERDICTS = {
    State.GOOD: gettext_lazy("Receivers can tell that your mail is yours."),
    State.WEAK: gettext_lazy("Your mail is believed; something could be better."),
    State.WRONG: gettext_lazy("Something is wrong: some of your mail may be taken for spam."),
    State.MISSING: gettext_lazy("Something is missing: some of your mail may be taken for spam."),
    State.UNASKED: gettext_lazy(
        "The name server gave no answer to some questions; what it did answer is below."
    ),
}
TONES = {State.GOOD: "good", State.WEAK: "warning", State.UNASKED: "info"}  # the others: bad


class Sender(SettingsView):
    """From name, reply address, and the findings about the domain; while a check waits the page asks for itself again."""

    permission = Permission.MANAGE_SETTINGS
    url_name = "outbox:sender"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(self._form(), None)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = SenderForm(request.POST)
        if form.is_valid():
            try:
                # A copy: what does not fit must not stand in the frame around the form.
                workspaces.change(workspace=Workspace.objects.get(pk=self.workspace.pk), **form.cleaned_data)
                return self.saved(_("Saved. New mails show it at once."))
            except ValidationError as error:
                form.add_error(None, error)
        return self.show(form, None, status=422)

    def _form(self) -> SenderForm:
        return SenderForm(
            initial={"sender_name": self.workspace.sender_name, "reply_to": self.workspace.reply_to}
        )

    def show(self, form: SenderForm | None, check_form: CheckForm | None, status: int = 200) -> HttpResponse:
        domain = sender_checks.domain()
        check = queries.sender_check(workspace=self.workspace, domain=domain)
        return self.page(
            "outbox/sender.html",
            status,
            title=_("Sender"),
            lead=_("Who mails to your customers seem to come from, and whether the world may believe it."),
            form=form or self._form(),
            check_form=check_form or CheckForm(initial={"selector": check.selector if check else ""}),
            address=sender_address(),
            from_name=self.workspace.sender_name or self.workspace.name,
            domain=domain,
            is_kept=settings.MAIL.is_kept,
            **_shown(check),
        )


class CheckSender(Sender):
    """Check (again)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = CheckForm(request.POST)
        if form.is_valid():
            try:
                sender_checks.ask(
                    workspace=self.workspace, selector=form.cleaned_data["selector"], now=timezone.now()
                )
            except sender_checks.NoSelector:
                form.add_error("selector", _("A selector is letters, digits, hyphens and dots."))
            except sender_checks.NoDomain:
                notes.error(request, _("The sender address has no domain that could be asked about."))
                return redirect("outbox:sender", slug=slug)
        if form.is_valid():
            return redirect("outbox:sender", slug=slug)
        return self.show(None, form, status=422)


def _shown(check: SenderCheck | None) -> dict[str, Any]:
    """The findings in words, the former checks, and whether one waits."""
    if check is None:
        return {"is_waiting": False, "findings": [], "history": []}
    findings = [
        _finding(kind, name, about, check.findings[kind])
        for kind, name, about in KINDS
        if kind in check.findings
    ]
    overall = sender_rules.worst([found["state"] for found in check.findings.values()])
    return {
        "checked_domain": check.domain,
        "is_waiting": check.next_at is not None,
        "checked_at": check.checked_at,
        "findings": findings,
        "verdict": VERDICTS[State(overall)] if findings else "",
        "verdict_tone": TONES.get(State(overall), "bad"),
        "history": [_former(entry) for entry in check.history[1:]],
    }


def _finding(kind: str, name: str, about: Any, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "ident": f"record-{kind}",
        "name": name,
        "about": about,
        "look": LOOKS[State(found["state"])],
        "says": sender_rules.sentence(found["code"], found["facts"]).say(_),
        "place": found["name"],
        "found": found["found"],
        "record": found["record"],
        "is_template": found["record"].endswith("p=…"),
    }


def _former(entry: dict[str, str]) -> dict[str, Any]:
    return {
        "at": datetime.fromisoformat(entry["at"]),
        "states": [(name, LOOKS[State(entry[kind])]) for kind, name, _about in KINDS if kind in entry],
    }
