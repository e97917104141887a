"""What all settings pages share, their index and the company's page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.forms import BrandForm, WorkspaceForm
from accounts.models import Workspace
from accounts.rules.permissions import Permission
from accounts.services import checklist, company, workspaces
from accounts.views import sections as table
from core.colours import ink_on

UNDO = "company_undo"  # in the session: workspace, what was said, and the token that takes it back


class SettingsView(WorkspaceView):
    """A settings page: its side lists the rooms the viewer may open."""

    url_name = ""

    def sections(self) -> list[dict[str, Any]]:
        """The rooms the viewer may enter, this one marked."""
        return table.rooms(slug=self.workspace.slug, may=self.may, current=self.url_name)

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render a page inside the settings frame."""
        return render(self.request, template, {"sections": self.sections(), **context}, status=status)

    def saved(self, text: str, url_name: str = "") -> HttpResponse:
        """Say what was done and show the page again."""
        messages.success(self.request, text)
        return redirect(url_name or self.url_name, slug=self.workspace.slug)


class Settings(SettingsView):
    """The index: rooms in groups, a search by words (?q=), and the way back to the first steps."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        query = " ".join(request.GET.get("q", "")[:100].split())
        everything = self.sections()
        found = checklist.of(workspace=self.workspace) if self.may(Permission.MANAGE_SETTINGS) else None
        said = _("%(done)s of %(total)s done") % {"done": found.done, "total": found.total} if found else ""
        return render(
            request,
            "accounts/settings.html",
            {
                "title": _("Settings"),
                "sections": everything,
                "found": table.matching(everything, query),
                "q": query,
                "checklist": None if found is None or found.is_complete or query else found,
                "said": said,
            },
        )


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
                return self._saved(_("Saved. New mails and pages show it at once."), form.has_changed())
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
        return self._saved(_("Colour and logo are saved."), form.has_changed())

    def _saved(self, text: str, is_changed: bool) -> HttpResponse:
        """Say it, with the way back beside it for the next page."""
        token = company.undo_token(workspace=self.workspace) if is_changed else ""
        if not token:
            return self.saved(text)
        self.request.session[UNDO] = [self.workspace.slug, text, token]
        return redirect(self.url_name, slug=self.workspace.slug)

    def _undo(self) -> dict[str, str] | None:
        """The way back from what was saved just before this page."""
        slug, text, token = self.request.session.pop(UNDO, ("", "", ""))
        if slug != self.workspace.slug:
            return None
        url = reverse("accounts:workspace_settings_undo", kwargs={"slug": slug})
        return {"text": text, "url": url, "token": token}

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
            undo=self._undo(),
        )


class WorkspaceSettingsUndo(SettingsView):
    """The company's former values, if nothing else has changed meanwhile."""

    permission = Permission.MANAGE_SETTINGS
    url_name = "accounts:workspace_settings"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            company.undo(workspace=self.workspace, token=request.POST.get("token", ""), now=timezone.now())
        except company.TooLate:
            messages.error(
                request, _("This cannot be undone any more: time has passed, or something was changed since.")
            )
            return redirect(self.url_name, slug=slug)
        return self.saved(_("Undone: the former values hold again."))
