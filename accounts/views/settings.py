"""What all settings pages share, their index and the company's page."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.forms import BrandForm, WorkspaceForm
from accounts.models import Workspace
from accounts.rules.permissions import Permission
from accounts.services import workspaces
from core.colours import ink_on


@dataclass(frozen=True)
class Section:
    """One room of the settings; `url_name` may belong to an app above, which is only known by its name."""

    url_name: str
    label: Any
    says: Any
    icon: str
    permission: Permission


SECTIONS = (
    Section("accounts:workspace_settings", gettext_lazy("Company"), gettext_lazy("Name, sender, contact details, how often people are asked, colour and logo."), "building", Permission.MANAGE_SETTINGS),
    Section("accounts:people", gettext_lazy("People"), gettext_lazy("Who works here, as what, and who gets cases; invitations."), "users", Permission.MANAGE_PEOPLE),
    Section("accounts:teams", gettext_lazy("Teams"), gettext_lazy("Who belongs together, and who leads."), "users-group", Permission.MANAGE_PEOPLE),
    Section("accounts:hours", gettext_lazy("Working hours"), gettext_lazy("When promises run: hours, breaks, holidays."), "calendar", Permission.MANAGE_SLA),
    Section("detractors:promises", gettext_lazy("Promises"), gettext_lazy("How fast customers are answered, and who hears if not."), "alarm", Permission.MANAGE_SLA),
    Section("detractors:causes", gettext_lazy("Root causes"), gettext_lazy("Why things go wrong: the list people choose from when they resolve a case."), "tags", Permission.MANAGE_IMPROVEMENTS),
    Section("followups:reply_templates", gettext_lazy("Kept replies"), gettext_lazy("Good beginnings for what people write to customers."), "template", Permission.EDIT_PLAYBOOKS),
    Section("outbox:suppressions", gettext_lazy("Suppression list"), gettext_lazy("Addresses that get no mail, and why."), "mail-off", Permission.VIEW_MAILBOX),
    Section("accounts:sign_in_settings", gettext_lazy("Sign-in"), gettext_lazy("Whether everybody needs a second factor, and single sign-on."), "shield-check", Permission.MANAGE_SETTINGS),
    Section("accounts:keys", gettext_lazy("API keys"), gettext_lazy("Keys for your own programs."), "key", Permission.MANAGE_KEYS),
    Section("accounts:privacy", gettext_lazy("Privacy"), gettext_lazy("How long what is kept, and what was removed."), "eye-off", Permission.MANAGE_SETTINGS),
    Section("accounts:audit", gettext_lazy("Audit log"), gettext_lazy("Who changed what, when and from where."), "history", Permission.VIEW_AUDIT),
    Section("accounts:profile", gettext_lazy("You"), gettext_lazy("Your name, time zone and days away."), "user", Permission.VIEW_CASES),
)  # fmt: skip


class SettingsView(WorkspaceView):
    """A settings page: draws the tabs of the sections the viewer may open."""

    url_name = ""

    def sections(self) -> list[dict[str, Any]]:
        """The rooms the viewer may enter; one whose app has no such page is left out."""
        found = []
        for section in SECTIONS:
            if not self.may(section.permission):
                continue
            try:
                url = reverse(section.url_name, kwargs={"slug": self.workspace.slug})
            except NoReverseMatch:
                continue
            found.append(
                {"url": url, "label": section.label, "says": section.says, "icon": section.icon,
                 "active": section.url_name == self.url_name}
            )  # fmt: skip
        return found

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render a page inside the settings frame."""
        sections = self.sections()
        tabs = [{key: room[key] for key in ("url", "label", "active")} for room in sections]
        return render(self.request, template, {"sections": sections, "tabs": tabs, **context}, status=status)

    def saved(self, text: str, url_name: str = "") -> HttpResponse:
        """Say what was done and show the page again."""
        messages.success(self.request, text)
        return redirect(url_name or self.url_name, slug=self.workspace.slug)


class Settings(SettingsView):
    """The index."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page("accounts/settings.html", title=_("Settings"))


class WorkspaceSettings(SettingsView):
    """The company as customers see it."""

    permission = Permission.MANAGE_SETTINGS
    url_name = "accounts:workspace_settings"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(WorkspaceForm(instance=self.workspace), self._brand_form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.POST.get("part") == "brand":
            return self._save_brand(BrandForm(request.POST, request.FILES, initial=self._brand()))
        # A copy: a form writes what was typed into its instance, and the frame around it shows the real one.
        form = WorkspaceForm(request.POST, instance=Workspace.objects.get(pk=self.workspace.pk))
        if form.is_valid():
            try:
                workspaces.change(workspace=self.workspace, **form.cleaned_data)
                return self.saved(_("Saved. New mails and pages show it at once."))
            except ValidationError as error:
                form.add_error(None, error)
        return self._show(form, self._brand_form(), status=422)

    def _save_brand(self, form: BrandForm) -> HttpResponse:
        if not form.is_valid():
            return self._show(WorkspaceForm(instance=self.workspace), form, status=422)
        fields = {"accent": form.cleaned_data["accent"]}
        if form.cleaned_data["logo"] or form.cleaned_data["remove_logo"]:
            fields["logo"] = form.cleaned_data["logo"]
        workspaces.change(workspace=self.workspace, **fields)
        return self.saved(_("Colour and logo are saved."))

    def _brand(self) -> dict[str, str]:
        return {"accent": self.workspace.accent}

    def _brand_form(self) -> BrandForm:
        return BrandForm(initial=self._brand())

    def _show(self, form: WorkspaceForm, brand: BrandForm, status: int = 200) -> HttpResponse:
        return self.page(
            "accounts/workspace_settings.html",
            status,
            title=_("Company"),
            form=form,
            brand_form=brand,
            accent=self.workspace.accent,
            ink=ink_on(self.workspace.accent),
        )
