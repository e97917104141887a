"""Templates: the list, the ready-made ones, a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from followups import ready_made
from followups.enums import TemplateKind
from followups.models import MessageTemplate, TemplateVersion
from followups.queries import merging
from followups.queries import message_templates as queries
from followups.rules import template_words
from followups.services import ready_templates, templates
from followups.template_forms import NewTemplateForm
from followups.views import trying
from followups.wording import MERGE_FIELDS
from surveys import words
from surveys.queries import faces

ICONS = {TemplateKind.MAIL: "mail", TemplateKind.SMS: "device-mobile", TemplateKind.CALL: "phone"}
PLURALS = {
    TemplateKind.MAIL: gettext_lazy("Mails"),
    TemplateKind.SMS: gettext_lazy("Text messages"),
    TemplateKind.CALL: gettext_lazy("Call scripts"),
}


class TemplateView(WorkspaceView):
    """Whoever sees cases reads them; who writes planned mails writes them."""

    permission = Permission.VIEW_CASES
    post_permission: Permission | None = Permission.EDIT_PLAYBOOKS

    @property
    def may_edit(self) -> bool:
        return self.may(Permission.EDIT_PLAYBOOKS)

    def crumbs(self, *more: tuple[str, str]) -> list[dict[str, str]]:
        """The way here; `more` are (label, url) below the list."""
        slug = self.workspace.slug
        way = [
            (_("Settings"), reverse("accounts:settings", args=[slug])),
            (_("Templates"), reverse("followups:templates", args=[slug])),
            *more,
        ]
        return [{"label": label, "url": url} for label, url in [*way[:-1], (way[-1][0], "")]]

    def field_words(self) -> list[dict[str, Any]]:
        """The fields that can stand in the words, and what each means."""
        return [
            {"name": name, "label": MERGE_FIELDS.get(name, "")}
            for name in merging.known_fields(workspace=self.workspace)
        ]

    def try_out(
        self, *, kind: str, language: str, subject: str, body: str, template: MessageTemplate | None = None
    ) -> dict[str, Any]:
        """The preview with the case of the viewer's choice."""
        asked = self.request.POST.get("case") or self.request.GET.get("case", "")
        offered, case = trying.cases(workspace=self.workspace, sight=self.sight, chosen=asked)
        found = trying.tried(
            kind=kind, language=language, subject=subject, body=body, workspace=self.workspace, case=case,
            by=self.request.user, now=timezone.now(), purpose=queries.purpose_of(template=template),
        )  # fmt: skip
        return {"tried": found, "cases": offered}


class Templates(TemplateView):
    """All of them by kind, with the languages they speak and where they are used."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        asked = request.GET.get("kind", "")
        kind = asked if asked in TemplateKind.values else ""
        everything = queries.listed(workspace=self.workspace, with_retired=True)
        live = [row for row in everything if row.archived_at is None]
        shown = [row for row in live if not kind or row.kind == kind]
        newest = queries.newest_of(templates=everything, workspace=self.workspace)
        used = queries.used_by(workspace=self.workspace)
        spoken = queries.languages_spoken(workspace=self.workspace)
        context = {
            "title": _("Templates"),
            "crumbs": self.crumbs(),
            "tabs": self.tabs(live, kind),
            "rows": [row_of(row, newest.get(row.pk), spoken, used) for row in shown],
            "retired": [row for row in everything if row.archived_at is not None],
            "may_edit": self.may_edit,
        }
        return render(request, "followups/templates.html", context)

    def tabs(self, rows: list[MessageTemplate], kind: str) -> list[dict[str, Any]]:
        here = reverse("followups:templates", args=[self.workspace.slug])
        kinds = [
            {"label": str(PLURALS[one]), "icon": ICONS[one], "url": f"{here}?kind={one.value}", "active": kind == one,
             "count": sum(row.kind == one for row in rows)}
            for one in TemplateKind
        ]  # fmt: skip
        return [{"label": _("All"), "icon": "", "url": here, "active": not kind, "count": len(rows)}, *kinds]


class ReadyTemplates(TemplateView):
    """Good words for common occasions, to copy and change."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        copied = queries.copied_keys(workspace=self.workspace)
        groups = [
            {
                "label": PLURALS[kind],
                "icon": ICONS[kind],
                "rows": [self.shown(one, copied) for one in ready_made.ALL if one.kind == kind],
            }
            for kind in TemplateKind
        ]
        context = {
            "title": _("Ready-made templates"),
            "crumbs": self.crumbs((_("Ready-made"), "")),
            "groups": groups,
            "may_edit": self.may_edit,
        }
        return render(request, "followups/ready_templates.html", context)

    def shown(self, one: ready_made.ReadyMade, copied: set[str]) -> dict[str, Any]:
        language = words.nearest(one.words, self.workspace.language) or "en"
        tried = trying.tried(
            kind=one.kind, language=language, workspace=self.workspace, case=None, by=self.request.user,
            now=timezone.now(), purpose=template_words.purpose(one.key), **one.words[language],
        )  # fmt: skip
        return {
            "ready": one,
            "languages": [faces.name_of(code) for code in one.words],
            "language": language,
            "tried": tried,
            "asks_writer": template_words.asks_writer(one.words[language]["body"]) and not tried.is_call,
            "is_copied": one.key in copied,
        }

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            made = ready_templates.copy(
                workspace=self.workspace, key=request.POST.get("key", ""), by=self.request.user, now=timezone.now()
            )  # fmt: skip
        except templates.TemplateError:
            raise Http404 from None
        messages.success(request, _("“%(name)s” is yours now: change it as you like.") % {"name": made.name})
        return redirect("followups:template", slug=slug, public_id=made.public_id)


class NewTemplate(TemplateView):
    """A name, a language and the first words; a draft until it is published."""

    permission = Permission.EDIT_PLAYBOOKS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(self.form())

    def form(self, data: Any = None) -> NewTemplateForm:
        return NewTemplateForm(data, kind=self.kind, initial={"language": self.workspace.language or "en"})

    @property
    def kind(self) -> str:
        asked = self.request.POST.get("kind") or self.request.GET.get("kind", "")
        return asked if asked in TemplateKind.values else TemplateKind.MAIL

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        said = form.cleaned_data
        is_published = request.POST.get("act") == "publish"
        try:
            made = templates.create(
                workspace=self.workspace,
                kind=self.kind,
                name=said["name"],
                language=said["language"],
                words={said["language"]: {"subject": said.get("subject", ""), "body": said["body"]}},
                by=self.request.user,
                now=timezone.now(),
                publish=is_published,
            )
        except templates.TemplateError as error:
            form.add_error(error.field if error.field in form.fields else None, error.sentence)
            return self.show(form, status=422)
        text = _("“%(name)s” can be used now.") if is_published else _("“%(name)s” is kept as a draft.")
        messages.success(request, text % {"name": made.name})
        return redirect("followups:template", slug=slug, public_id=made.public_id)

    def show(self, form: NewTemplateForm, status: int = 200) -> HttpResponse:
        here = reverse("followups:template_new", args=[self.workspace.slug])
        chosen = str(form["language"].value() or "en")
        context = {
            "title": _("New template"),
            "crumbs": self.crumbs((_("New"), "")),
            "form": form,
            "kind": self.kind,
            "tabs": [
                {"label": str(one.label), "icon": ICONS[one], "url": f"{here}?kind={one.value}", "active": one == self.kind,
                 "count": None}
                for one in TemplateKind
            ],
            "fields": self.field_words(),
            **self.try_out(
                kind=self.kind, language=chosen, subject=str(self.request.POST.get("subject", "")),
                body=str(self.request.POST.get("body", "")),
            ),
        }  # fmt: skip
        return render(self.request, "followups/template_new.html", context, status=status)


class TemplatePreview(TemplateView):
    """What is being typed, as a customer of one's choice would read it; nothing is stored."""

    post_permission = Permission.VIEW_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        kind = request.POST.get("kind", "")
        if kind not in TemplateKind.values:
            raise Http404
        context = self.try_out(
            template=queries.one(workspace=self.workspace, public_id=request.POST.get("template", "")),
            kind=kind,
            language=request.POST.get("language", "")[: templates.LANGUAGE_LENGTH] or "en",
            subject=request.POST.get("subject", "")[: templates.SUBJECT_LENGTH],
            body=request.POST.get("body", "")[: templates.BODY_LENGTH],
        )
        return render(request, "followups/_template_preview.html", context)


def row_of(
    row: MessageTemplate, newest: TemplateVersion | None, spoken: list[str], used: dict[str, Any]
) -> dict[str, Any]:
    """One template of the list."""
    texts = newest.words if newest else {}
    return {
        "template": row,
        "icon": ICONS[TemplateKind(row.kind)],
        "newest": newest,
        "is_unpublished": row.live_number is None,
        "has_draft": newest is not None and newest.is_draft and row.live_number is not None,
        "languages": [{"code": code, "name": faces.name_of(code)} for code in ordered(row, texts)],
        "missing": [
            {"code": code, "name": faces.name_of(code)} for code in spoken if not words.nearest(texts, code)
        ],
        "playbooks": used.get(row.public_id, []),
        "asks_writer": row.kind != TemplateKind.CALL
        and any(template_words.asks_writer(said.get("body", "")) for said in texts.values()),
    }


def ordered(row: MessageTemplate, texts: Any) -> list[str]:
    """The languages of its words: its own first, the others by code."""
    return sorted(texts, key=lambda code: (code != row.language, code))
