"""What to say on the phone: the call scripts as they fit one case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from detractors.models import Case
from detractors.views.cases import CaseView
from followups.enums import TemplateKind
from followups.queries import message_templates as queries
from followups.services import templates
from followups.views import trying
from surveys.queries import faces


class CallScripts(CaseView):
    """Beside the log of a call; a page of its own without script."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        context = {
            "title": _("What to say"),
            "crumbs": [
                {"label": f"#{case.number}", "url": reverse("detractors:case", args=[slug, case.number])},
                {"label": _("What to say"), "url": ""},
            ],
            "case": case,
            "scripts": self.scripts(case),
            "may_edit": self.may(Permission.EDIT_PLAYBOOKS),
        }
        is_part = bool(request.headers.get("HX-Request"))
        template = "followups/_call_scripts.html" if is_part else "followups/call_scripts.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def scripts(self, case: Case) -> list[dict[str, Any]]:
        wanted, now = templates.wanted_by(case=case), timezone.now()
        found = []
        for template, version in queries.in_use(workspace=self.workspace, kind=TemplateKind.CALL):
            language, is_fallback = templates.language_for(
                template=template, texts=version.words, wanted=wanted
            )
            tried = trying.tried(
                kind=template.kind, language=language, subject="", body=version.words[language]["body"],
                workspace=self.workspace, case=case, by=self.request.user, now=now,
            )  # fmt: skip
            found.append(
                {
                    "template": template,
                    "tried": tried,
                    "spoken": faces.name_of(language) if is_fallback else "",
                }
            )
        return found
