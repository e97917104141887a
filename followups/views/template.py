"""One template: its words in each language, its versions, and what one changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import language_choices
from accounts.rules.permissions import Permission
from followups.enums import TemplateKind
from followups.models import MessageTemplate, TemplateVersion
from followups.queries import message_templates as queries
from followups.rules import template_words
from followups.services import templates
from followups.services.templates import ChangedMeanwhile, TemplateError
from followups.template_forms import TemplateForm, TemplateWordsForm
from followups.views.templates import ICONS, TemplateView, ordered
from outbox.rendering import direction
from surveys import words
from surveys.queries import faces

PARTS = {"subject": gettext_lazy("Subject"), "body": gettext_lazy("Words")}


class OneTemplate(TemplateView):
    """What the pages about one template share."""

    @cached_property
    def template(self) -> MessageTemplate:
        found = queries.one(workspace=self.workspace, public_id=self.kwargs["public_id"])
        if found is None:
            raise Http404
        return found

    @property
    def url(self) -> str:
        return reverse("followups:template", args=[self.workspace.slug, self.template.public_id])

    @property
    def versions_url(self) -> str:
        return reverse("followups:template_versions", args=[self.workspace.slug, self.template.public_id])


class TemplatePage(OneTemplate):
    """Read it, write it in a language, publish it, retire it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        act = request.POST.get("act", "")
        acts = {
            "save": self.save, "publish": self.save, "publish-draft": self.publish_draft, "discard": self.discard,
            "about": self.about, "retire": self.retire, "bring-back": self.bring_back, "drop": self.drop,
        }  # fmt: skip
        if act not in acts:
            raise Http404
        return acts[act]()

    # Words ----------------------------------------------------------------------------------------------------

    @cached_property
    def newest(self) -> TemplateVersion | None:
        return queries.newest(template=self.template)

    @cached_property
    def texts(self) -> dict[str, dict[str, str]]:
        """The words an editor goes on with; for a reader, those in use."""
        if self.may_edit:
            return dict(self.newest.words) if self.newest else {}
        live = queries.live(template=self.template)
        return dict(live.words) if live else {}

    @cached_property
    def language(self) -> str:
        asked = self.request.POST.get("language") or self.request.GET.get("language", "")
        offered = {code for code, _name in language_choices()}
        if asked in self.texts or (self.may_edit and asked in offered):
            return asked
        return self.template.language if self.template.language in self.texts else next(
            iter(self.texts), self.template.language
        )  # fmt: skip

    @property
    def said(self) -> dict[str, str]:
        return self.texts.get(self.language, {"subject": "", "body": ""})

    def words_form(self, data: Any = None) -> TemplateWordsForm:
        return TemplateWordsForm(
            data,
            kind=self.template.kind,
            language=self.language,
            direction=direction(self.language),
            initial={**self.said, "seen": templates.mark_of(self.said)},
        )

    # Acts -----------------------------------------------------------------------------------------------------

    def save(self) -> HttpResponse:
        form = self.words_form(self.request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        data, is_published = form.cleaned_data, self.request.POST.get("act") == "publish"
        try:
            version = templates.write_language(
                template=self.template,
                language=self.language,
                subject=data.get("subject", ""),
                body=data["body"],
                by=self.request.user,
                now=timezone.now(),
                seen=data["seen"],
                publish=is_published,
            )
        except TemplateError as error:
            form.add_error(error.field if error.field in form.fields else None, error.sentence)
            is_newer = isinstance(error, ChangedMeanwhile)
            return self.show(form=form, status=409 if is_newer else 422, renewed=is_newer)
        text = _("Version %(n)s is used from now on.") if not version.is_draft else _("Kept as a draft.")
        return self.back(text % {"n": version.number}, language=self.language)

    def publish_draft(self) -> HttpResponse:
        try:
            version = templates.publish(template=self.template, now=timezone.now())
        except TemplateError as error:
            return self.show(error=error.sentence, status=422)
        if version is None:
            return self.back(_("There is no draft any more."))
        return self.back(_("Version %(n)s is used from now on.") % {"n": version.number})

    def discard(self) -> HttpResponse:
        gone = templates.discard(template=self.template)
        return self.back(_("The draft is gone.") if gone else _("There is no draft any more."))

    def drop(self) -> HttpResponse:
        """Without words in a language, it is not spoken."""
        try:
            templates.write_language(
                template=self.template, language=self.language, subject="", body="", by=self.request.user,
                now=timezone.now(), publish=False,
            )  # fmt: skip
        except TemplateError as error:
            return self.show(error=error.sentence, status=422)
        return self.back(_("The draft no longer speaks %(name)s.") % {"name": faces.name_of(self.language)})

    def about(self) -> HttpResponse:
        form = self.about_form(self.request.POST)
        if form.is_valid():
            try:
                templates.change(template=self.template, **form.cleaned_data)
            except TemplateError as error:
                form.add_error(error.field if error.field in form.fields else None, error.sentence)
            else:
                return self.back(_("Saved."))
        return self.show(about=form, status=422)

    def retire(self) -> HttpResponse:
        templates.retire(template=self.template, now=timezone.now())
        return self.back(_("It is no longer offered. What names it still works."))

    def bring_back(self) -> HttpResponse:
        try:
            templates.retire(template=self.template, now=None)
        except TemplateError as error:
            return self.show(error=error.sentence, status=409)
        return self.back(_("It is offered again."))

    def back(self, text: str, language: str = "") -> HttpResponse:
        messages.success(self.request, text)
        return redirect(f"{self.url}?language={language}" if language else self.url)

    # The page -------------------------------------------------------------------------------------------------

    def about_form(self, data: Any = None) -> TemplateForm:
        languages = [(code, faces.name_of(code)) for code in ordered(self.template, self.texts)]
        initial = {"name": self.template.name, "language": self.template.language}
        return TemplateForm(data, languages=languages, initial=initial)

    def show(
        self,
        *,
        form: TemplateWordsForm | None = None,
        about: TemplateForm | None = None,
        error: str = "",
        status: int = 200,
        renewed: bool = False,
    ) -> HttpResponse:
        template, said = self.template, self.said
        if form is not None:
            said = {part: self.request.POST.get(part, "") for part in template_words.PARTS}
        if form is not None and renewed:  # sent again, it is meant
            form.data = {**dict(self.request.POST.items()), "seen": templates.mark_of(self.said)}
        own = self.texts.get(template.language, {})
        context = {
            "title": template.name,
            "crumbs": self.crumbs((template.name, "")),
            "template": template,
            "icon": ICONS[TemplateKind(template.kind)],
            "newest": self.newest,
            "is_draft": self.newest is not None and self.newest.is_draft,
            "may_edit": self.may_edit,
            "language": self.language,
            "language_name": faces.name_of(self.language),
            "is_own_language": self.language == template.language,
            "is_spoken": self.language in self.texts,
            "tabs": self.language_tabs(),
            "more_languages": [
                {"code": code, "name": name} for code, name in language_choices() if code not in self.texts
            ],
            "own": {
                **own, "name": faces.name_of(template.language), "code": template.language,
                "dir": direction(template.language),
            },
            "form": (form or self.words_form()) if self.may_edit else None,
            "about": (about or self.about_form()) if self.may_edit else None,
            "is_about_open": about is not None,
            "error": error,
            "fields": self.field_words(),
            "playbooks": queries.used_by(workspace=self.workspace).get(template.public_id, []),
            "asks_writer": template.kind != TemplateKind.CALL and template_words.asks_writer(said.get("body", "")),
            "may_see_playbooks": self.may(Permission.VIEW_SURVEYS),
            "versions_url": self.versions_url,
            **self.try_out(
                template=template, kind=template.kind, language=self.language, subject=said.get("subject", ""),
                body=said.get("body", ""),
            ),
        }  # fmt: skip
        return render(self.request, "followups/template.html", context, status=status)

    def language_tabs(self) -> list[dict[str, Any]]:
        """The languages it speaks, the one being added, and those customers are asked in that it does not speak."""
        spoken = ordered(self.template, self.texts)
        asked = queries.languages_spoken(workspace=self.workspace) if self.may_edit else []
        missing = [code for code in asked if not words.nearest(spoken, code)]
        if self.language not in spoken and self.language not in missing:
            missing.append(self.language)
        return [
            {"label": faces.name_of(code), "icon": "" if code in spoken else "plus", "url": f"{self.url}?language={code}",
             "active": code == self.language, "count": None}
            for code in [*spoken, *missing]
        ]  # fmt: skip


class TemplateVersions(OneTemplate):
    """Everything it ever said, the newest first."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        rows = queries.versions(template=self.template)
        if not self.may_edit:
            rows = [row for row in rows if not row.is_draft]
        context = {
            "title": _("Versions"),
            "crumbs": self.crumbs((self.template.name, self.url), (_("Versions"), "")),
            "template": self.template,
            "rows": [
                {
                    "version": row,
                    "is_live": row.number == self.template.live_number,
                    "languages": [faces.name_of(code) for code in ordered(self.template, row.words)],
                    "url": f"{self.versions_url}{row.number}/",
                }
                for row in rows
            ],
        }
        return render(request, "followups/template_versions.html", context)


class TemplateVersionPage(OneTemplate):
    """One version, word by word beside another (`?with=`, else the one before), and the way back to it."""

    def get(self, request: HttpRequest, slug: str, public_id: str, version_number: int) -> HttpResponse:
        row = self.version(version_number)
        others = [one for one in queries.versions(template=self.template) if one.number != row.number]
        asked = request.GET.get("with", "")
        other = next((one for one in others if str(one.number) == asked), None)
        if other is None:
            other = next((one for one in others if one.number < row.number), None)
        found = template_words.differences(other.words, row.words) if other else []
        context = {
            "title": _("Version %(n)s") % {"n": row.number},
            "crumbs": self.crumbs(
                (self.template.name, self.url), (_("Versions"), self.versions_url), (str(row.number), "")
            ),
            "template": self.template,
            "version": row,
            "is_live": row.number == self.template.live_number,
            "others": others,
            "other": other,
            "differences": [
                {
                    "language": faces.name_of(one.language),
                    "code": one.language,
                    "dir": direction(one.language),
                    "part": PARTS[one.part],
                    "pieces": one.pieces,
                }
                for one in found
            ],
            "words": [
                {"language": faces.name_of(code), "code": code, "dir": direction(code), **row.words[code]}
                for code in ordered(self.template, row.words)
            ],
            "may_restore": self.may_edit and row.number != self.template.live_number and not row.is_draft,
        }
        return render(request, "followups/template_version.html", context)

    def post(self, request: HttpRequest, slug: str, public_id: str, version_number: int) -> HttpResponse:
        self.version(version_number)
        try:
            made = templates.restore(
                template=self.template, number=version_number, by=self.request.user, now=timezone.now()
            )
        except TemplateError as error:
            messages.warning(request, error.sentence)
            return redirect(f"{self.versions_url}{version_number}/")
        messages.success(
            request,
            _("Version %(old)s is used again, as version %(new)s.")
            % {"old": version_number, "new": made.number},
        )
        return redirect(self.url)

    def version(self, number: int) -> TemplateVersion:
        found = queries.version(template=self.template, number=number)
        if found is None or (found.is_draft and not self.may_edit):
            raise Http404
        return found
