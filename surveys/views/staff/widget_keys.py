"""Widget keys: the list, making one, its pages, rotating, revoking. They are no secret, so they are shown at all times."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.rules import key_life
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core import idempotency
from core.links import absolute_url
from surveys.enums import SurveyStatus
from surveys.models import Survey, WidgetKey
from surveys.queries import widget_config
from surveys.queries import widget_keys as queries
from surveys.rules import widget_settings
from surveys.services import widget_keys
from surveys.widget_forms import OriginsForm, WidgetKeyForm, WidgetLookForm, WidgetRotateForm


class WidgetKeysView(SettingsView):
    permission = Permission.MANAGE_KEYS
    url_name = "surveys:widget_keys"

    def key(self, public_id: str) -> WidgetKey:
        """The workspace's widget key with this id that was not revoked, or 404."""
        found: WidgetKey = get_object_or_404(queries.listed(workspace=self.workspace), public_id=public_id)
        return found

    def new_form(self, data: Any = None) -> WidgetKeyForm:
        rows = Survey.objects.of(self.workspace).exclude(status=SurveyStatus.ARCHIVED).order_by("name", "id")
        return WidgetKeyForm(data, surveys=rows)

    def show(self, form: WidgetKeyForm, status: int = 200) -> HttpResponse:
        now = timezone.now()
        keys = list(queries.listed(workspace=self.workspace))
        heirs = {key.replaces_id: key for key in keys if key.replaces_id is not None}
        return self.page(
            "surveys/widget_keys.html",
            status,
            title=_("Widget keys"),
            rows=[self._row(key, heirs.get(key.pk), now) for key in keys],
            form=form,
            has_surveys=form.fields["survey"].queryset.exists(),  # type: ignore[attr-defined]  # a ModelChoiceField
            endpoint=self.request.build_absolute_uri("/api/v1/widget/answers/"),
            example=json.dumps({"key": "pk_…", "score": 9, "comment": "…"}, ensure_ascii=False),
        )

    def _row(self, key: WidgetKey, heir: WidgetKey | None, now: datetime) -> dict[str, Any]:
        state = key_life.state(expires_at=key.expires_at, is_replaced=heir is not None, now=now)
        return {
            "key": key,
            "heir": heir,
            "is_ended": state == key_life.KeyState.ENDED,
            "is_replaced": state == key_life.KeyState.REPLACED,
        }


class WidgetKeys(WidgetKeysView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(self.new_form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Make a key. The same form again makes no second one: its token is known for a day."""
        form = self.new_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        given = dict(form.cleaned_data)
        facts = {"token": given.pop("once"), "by": self.request.user, "now": timezone.now()}
        try:
            key = widget_keys.issue_once(workspace=self.workspace, **facts, **given)
        except idempotency.StillRunning:
            form.add_error(None, _("The same form is being worked on. Look at the list in a moment."))
            return self.show(form, status=409)
        return self.saved(_("The widget key “%(name)s” is made: copy it from the list.") % {"name": key.name})


class WidgetKeyPage(WidgetKeysView):
    """One key: its pages, and rotating it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show_key(self.key(public_id), {})

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        key, now = self.key(public_id), timezone.now()
        part = request.POST.get("part")
        if part == "rotate":
            return self._rotate(key, WidgetRotateForm(request.POST, now=now), now)
        if part == "look":
            return self._change_look(key, WidgetLookForm(request.POST))
        if part == "secret":
            return self._renew_secret(key, now)
        form = OriginsForm(request.POST)
        if not form.is_valid():
            return self._show_key(key, {"form": form}, status=422)
        widget_keys.change_origins(key=key, origins=form.cleaned_data["origins"])
        return self.saved(
            _("“%(name)s” is taken from these sites now, and from no others.") % {"name": key.name}
        )

    def _rotate(self, key: WidgetKey, form: WidgetRotateForm, now: datetime) -> HttpResponse:
        status = 422
        if form.is_valid():
            try:
                widget_keys.rotate(key=key, by=self.request.user, until=form.cleaned_data["until"], now=now)
            except widget_keys.WidgetKeyRefused:
                form.add_error(None, _("This key is being replaced already, or has ended."))
                status = 409
            else:
                return self.saved(
                    _("“%(name)s” has a new key; the old one works until then.") % {"name": key.name}
                )
        return self._show_key(key, {"rotate_form": form}, status=status)

    def _change_look(self, key: WidgetKey, form: WidgetLookForm) -> HttpResponse:
        if not form.is_valid():
            return self._show_key(key, {"look_form": form}, status=422)
        widget_keys.change_settings(key=key, settings=form.cleaned_data)
        messages.success(self.request, _("Saved. Pages that were open keep the old way for five minutes."))
        return redirect("surveys:widget_key", slug=self.workspace.slug, public_id=key.public_id)

    def _renew_secret(self, key: WidgetKey, now: datetime) -> HttpResponse:
        try:
            secret = widget_keys.renew_secret(key=key, by=self.request.user, now=now)
        except widget_keys.Ended:
            messages.error(self.request, _("This key has ended."))
            return redirect("surveys:widget_key", slug=self.workspace.slug, public_id=key.public_id)
        return self._show_key(self.key(key.public_id), {"secret": secret})

    def _show_key(self, key: WidgetKey, facts: dict[str, Any], status: int = 200) -> HttpResponse:
        settings = widget_settings.complete(key.settings)
        usual: dict[str, Any] = {
            "form": OriginsForm(initial={"origins": key.origins}),
            "rotate_form": WidgetRotateForm(now=timezone.now()),
            "look_form": WidgetLookForm(initial=settings | {"urls": "\n".join(settings["urls"])}),
            "secret": "",
        }
        script = absolute_url("surveys:widget_script")
        return self.page(
            "surveys/widget_key.html",
            status,
            title=key.name,
            key=key,
            may_rotate=key.expires_at is None,
            back=reverse(self.url_name, kwargs={"slug": self.workspace.slug}),
            snippet=format_html('<script src="{}" data-key="{}" async></script>', script, key.public_id),
            policy=f"script-src {script}; connect-src {site.BASE_URL}",
            **usual | facts,
        )


class WidgetKeyPreview(WidgetKeysView):
    """The widget on a page of ours as it will be on theirs; nothing is handed in."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        key = self.key(public_id)
        settings = widget_settings.complete(key.settings)
        context = {"key": key, "is_inline": settings["mode"] == widget_settings.INLINE}
        return render(request, "surveys/widget_preview.html", context)


class WidgetKeyPreviewConfig(WidgetKeysView):
    """What the preview reads: how the widget looks; with `?score=` and `?said=` (JSON) what it asks next. Keeps nothing."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        key, language = self.key(public_id), request.GET.get("lang", "")[:16]
        score = request.GET.get("score", "")
        if not score:
            return JsonResponse(widget_config.config(key=key, language=language))
        try:
            said = json.loads(request.GET.get("said", "") or "{}")
        except ValueError:
            said = None
        if not (score.isascii() and score.isdecimal() and len(score) <= 2 and isinstance(said, dict)):
            return JsonResponse({"questions": []}, status=400)
        questions = widget_config.open_questions(key=key, score=int(score), said=said, language=language)
        return JsonResponse({"questions": questions})


class WidgetKeyRevoke(WidgetKeysView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        key = self.key(public_id)
        widget_keys.revoke(key=key, by=self.request.user, now=timezone.now())
        return self.saved(_("The widget key “%(name)s” is taken from nowhere any more.") % {"name": key.name})
