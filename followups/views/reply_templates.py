"""Settings: the replies kept for reuse."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.queries import teams
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.numbers import whole
from detractors.queries import pages
from followups import queries
from followups.forms import ReplyTemplateForm
from followups.models import ReplyTemplate
from followups.queries import merging
from followups.services import reply_templates
from followups.wording import MERGE_FIELDS

ONLY_ME = "me"


class ReplyTemplates(SettingsView):
    """Add, change and remove kept replies; what was typed stays when it cannot be kept."""

    permission = Permission.EDIT_PLAYBOOKS
    url_name = "followups:reply_templates"

    @property
    def heading(self) -> str:
        return _("Kept replies")

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act = request.POST.get("act", "")
        template = None if act == "add" else self.found(request.POST.get("template", ""))
        if template is not None and act == "remove":
            reply_templates.remove(template=template)
            return self.saved(_("“%(name)s” is gone.") % {"name": template.name})
        if act not in ("add", "change"):
            raise Http404
        form = self.form(template, request.POST)
        if form.is_valid():
            try:
                kept = self.keep(template, form)
            except reply_templates.ReplyTemplateError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.saved(_("“%(name)s” is kept.") % {"name": kept.name})
        return self.show(form=form, failed=template, status=422)

    def keep(self, template: ReplyTemplate | None, form: ReplyTemplateForm) -> ReplyTemplate:
        words = form.words | self.chosen_list(form)
        if template is None:
            return reply_templates.add(workspace=self.workspace, now=timezone.now(), **words)
        return reply_templates.change(template=template, **words)

    def chosen_list(self, form: ReplyTemplateForm) -> dict[str, Any]:
        """Whose list was chosen, as `Kept` names it."""
        chosen = form.cleaned_data.get("list", "")
        if chosen == ONLY_ME:
            return {"owner": self.request.user}
        return {"team": self.teams.get(chosen)}

    @cached_property
    def teams(self) -> dict[str, Team]:
        return {str(team.pk): team for team in teams(workspace=self.workspace)}

    def lists(self) -> list[tuple[str, str]]:
        """Whose lists the viewer may write."""
        of_teams = [(pk, team.name) for pk, team in self.teams.items()]
        return [("", _("Everybody")), *of_teams, (ONLY_ME, _("Only me"))]

    def rows(self) -> list[ReplyTemplate]:
        """The replies the viewer may change: everybody's, every team's and their own."""
        return queries.kept_replies(workspace=self.workspace, user=self.request.user)

    def found(self, text: str) -> ReplyTemplate:
        pk = whole(text)
        found = next((row for row in self.rows() if row.pk == pk), None)
        if found is None:
            raise Http404
        return found

    def form(self, template: ReplyTemplate | None, data: Any = None) -> ReplyTemplateForm:
        choices: dict[str, Any] = {
            "lists": self.lists(),
            "causes": pages.root_causes(workspace=self.workspace),
        }
        if template is None:
            return ReplyTemplateForm(data, auto_id="new-%s", **choices)
        words = {
            name: getattr(template, name) for name in ("name", "subject", "body", "shortcut", "then_move")
        }
        words |= {"list": ONLY_ME if template.owner_id else str(template.team_id or ""), **template.then}
        return ReplyTemplateForm(data, initial=words, auto_id=f"reply-{template.pk}-%s", **choices)

    def show(
        self, *, form: ReplyTemplateForm | None = None, failed: ReplyTemplate | None = None, status: int = 200
    ) -> HttpResponse:
        rows = []
        for template in self.rows():
            is_failed = failed is not None and failed.pk == template.pk
            rows.append(
                {
                    "template": template,
                    "list_name": _("Only me")
                    if template.owner_id
                    else template.team.name
                    if template.team
                    else "",
                    "form": form if is_failed else self.form(template),
                    "is_open": is_failed,
                }
            )
        fields = {name: MERGE_FIELDS.get(name, "") for name in merging.known_fields(workspace=self.workspace)}
        return self.page(
            "followups/reply_templates.html",
            status,
            title=self.heading,
            rows=rows,
            form=self.form(None) if form is None or failed is not None else form,
            fields=fields,
        )


class MyReplies(ReplyTemplates):
    """The replies somebody keeps for themselves: everybody who writes to customers may."""

    permission = Permission.WORK_CASES
    url_name = "followups:my_replies"

    @property
    def heading(self) -> str:
        return _("My replies")

    def lists(self) -> list[tuple[str, str]]:
        return [(ONLY_ME, _("Only me"))]

    def chosen_list(self, form: ReplyTemplateForm) -> dict[str, Any]:
        return {"owner": self.request.user}

    def rows(self) -> list[ReplyTemplate]:
        return [row for row in super().rows() if row.owner_id == self.request.user.pk]
