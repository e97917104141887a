"""Incoming mail in the settings: the rules, the mailbox, and whether it can be read right now."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.links import absolute_url
from followups import mailboxes, providers
from followups.inbound_forms import IntakeForm
from followups.queries import inbound as queries
from followups.services import intakes


class IntakeView(SettingsView):
    permission = Permission.MANAGE_SETTINGS
    url_name = "followups:intake"

    def show(self, form: IntakeForm | None = None, status: int = 200) -> HttpResponse:
        intake = intakes.current(workspace=self.workspace, now=timezone.now())
        provider = settings.MAIL.provider if settings.MAIL.provider in providers.VIEWS else ""
        return self.page(
            "followups/intake.html",
            status,
            title=_("Incoming mail"),
            lead=_("Where your customers' answers come in, and what becomes of them."),
            form=form or IntakeForm.of(intake),
            intake=intake,
            is_stored=intake.pk is not None,
            domain=settings.INBOUND_DOMAIN,
            direct=f"{self.workspace.slug}@{settings.INBOUND_DOMAIN}" if settings.INBOUND_DOMAIN else "",
            hook=absolute_url("followups:inbound", provider=provider) if provider else "",
            counts=queries.counts(workspace=self.workspace, sight=self.sight),
            tray_url=reverse("followups:tray", kwargs={"slug": self.workspace.slug}),
        )


class IntakePage(IntakeView):
    """Look and change."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = IntakeForm(request.POST)
        if form.is_valid():
            try:
                intakes.save(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except intakes.BadIntake as error:
                form.add_error(error.field, str(error))
            else:
                return self.saved(_("Saved. “Check now” says whether the mailbox can be read."))
        return self.show(form, 422)


class IntakeCheck(IntakeView):
    """Can it be read right now? Nothing is taken."""

    http_method_names = ["post"]
    rates = {"POST": "30/hour"}

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        intake = queries.intake(workspace=self.workspace)
        if intake is None or not intake.host:
            messages.error(request, _("Enter a mailbox and save it first."))
            return redirect(self.url_name, slug=slug)
        try:
            waiting = intakes.check(intake=intake, now=timezone.now())
        except mailboxes.CannotRead as error:
            messages.error(request, _("The mailbox cannot be read. %(why)s") % {"why": str(error)})
        else:
            messages.success(
                request,
                ngettext(
                    "The mailbox can be read: %(count)s mail waits in it.",
                    "The mailbox can be read: %(count)s mails wait in it.",
                    waiting,
                )
                % {"count": waiting},
            )
        return redirect(self.url_name, slug=slug)
