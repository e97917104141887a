"""Widget keys: the list, making one, its pages, rotating, revoking. They are no secret, so they are shown at all times."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import key_life
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core import idempotency
from surveys.enums import SurveyStatus
from surveys.models import Survey, WidgetKey
from surveys.queries import widget_keys as queries
from surveys.services import widget_keys
from surveys.widget_forms import OriginsForm, WidgetKeyForm, WidgetRotateForm


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
        key, now = self.key(public_id), timezone.now()
        return self._show_key(key, OriginsForm(initial={"origins": key.origins}), WidgetRotateForm(now=now))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        key, now = self.key(public_id), timezone.now()
        if request.POST.get("part") == "rotate":
            return self._rotate(key, WidgetRotateForm(request.POST, now=now), now)
        form = OriginsForm(request.POST)
        if not form.is_valid():
            return self._show_key(key, form, WidgetRotateForm(now=now), status=422)
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
        return self._show_key(key, OriginsForm(initial={"origins": key.origins}), form, status=status)

    def _show_key(
        self, key: WidgetKey, form: OriginsForm, rotate_form: WidgetRotateForm, status: int = 200
    ) -> HttpResponse:
        return self.page(
            "surveys/widget_key.html",
            status,
            title=key.name,
            key=key,
            form=form,
            rotate_form=rotate_form,
            may_rotate=key.expires_at is None,
            back=reverse(self.url_name, kwargs={"slug": self.workspace.slug}),
        )


class WidgetKeyRevoke(WidgetKeysView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        key = self.key(public_id)
        widget_keys.revoke(key=key, by=self.request.user, now=timezone.now())
        return self.saved(_("The widget key “%(name)s” is taken from nowhere any more.") % {"name": key.name})
