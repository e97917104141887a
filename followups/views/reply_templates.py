"""Settings: the replies kept for reuse."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from followups import queries
from followups.forms import ReplyTemplateForm
from followups.models import ReplyTemplate
from followups.services import reply_templates
from followups.wording import MERGE_FIELDS


class ReplyTemplates(SettingsView):
    """Add, change and remove kept replies; what was typed stays when it cannot be kept."""

    permission = Permission.EDIT_PLAYBOOKS
    url_name = "followups:reply_templates"

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
                kept = self.keep(template, form.cleaned_data)
            except reply_templates.ReplyTemplateError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.saved(_("“%(name)s” is kept.") % {"name": kept.name})
        return self.show(form=form, failed=template, status=422)

    def keep(self, template: ReplyTemplate | None, words: dict[str, str]) -> ReplyTemplate:
        if template is None:
            return reply_templates.add(workspace=self.workspace, now=timezone.now(), **words)
        return reply_templates.change(template=template, **words)

    def found(self, text: str) -> ReplyTemplate:
        is_id = text.isascii() and text.isdigit() and len(text) < 19
        template = queries.template(workspace=self.workspace, pk=int(text)) if is_id else None
        if template is None:
            raise Http404
        return template

    def form(self, template: ReplyTemplate | None, data: Any = None) -> ReplyTemplateForm:
        if template is None:
            return ReplyTemplateForm(data, auto_id="new-%s")
        words = {"name": template.name, "subject": template.subject, "body": template.body}
        return ReplyTemplateForm(data, initial=words, auto_id=f"reply-{template.pk}-%s")

    def show(
        self, *, form: ReplyTemplateForm | None = None, failed: ReplyTemplate | None = None, status: int = 200
    ) -> HttpResponse:
        rows = []
        for template in queries.templates(workspace=self.workspace):
            is_failed = failed is not None and failed.pk == template.pk
            rows.append(
                {
                    "template": template,
                    "form": form if is_failed else self.form(template),
                    "is_open": is_failed,
                }
            )
        fields = {name: MERGE_FIELDS.get(name, "") for name in queries.known_fields(workspace=self.workspace)}
        return self.page(
            "followups/reply_templates.html",
            status,
            title=_("Kept replies"),
            rows=rows,
            form=self.form(None) if form is None or failed is not None else form,
            fields=fields,
        )
