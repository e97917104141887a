"""Forms nobody has typed into yet: drawn by crispy once for each face they have, and only filled in afterwards.

A page of a case shows a dozen of them, and what differs from page to page are the two hidden words that every form carries
(`seen` and `submission`). All else a form is drawn from, its fields with their widgets, choices and first values, is what
is compared; one that was sent is drawn anew each time.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from types import FunctionType
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django.forms import HiddenInput
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.stencils import Stencil

EACH_TIME = ("seen", "submission")
_stencil = Stencil()


def drawn(form: Any) -> SafeString:
    """The form as crispy draws it."""
    if form.is_bound:
        return SafeString(as_crispy_form(form))
    words = {
        name: form.get_initial_for_field(form.fields[name], name)
        for name in EACH_TIME
        if name in form.fields and isinstance(form.fields[name].widget, HiddenInput)
    }

    def draw(names: dict[str, Any]) -> str:
        own, bound = form.initial, form._bound_fields_cache
        form.initial = {**own, **{name: names[name] for name in words}}
        form._bound_fields_cache = {}
        try:
            return str(as_crispy_form(form))
        finally:  # whoever asks the form itself hears its own words
            form.initial, form._bound_fields_cache = own, bound

    fill = {name: "" if word is None else str(word) for name, word in words.items()}
    return _stencil.filled(draw, {"face": _face(form, words)}, fill)


def _face(form: Any, but: Any) -> Any:
    """All that a form is drawn from."""
    fields = tuple(
        (
            name, type(field), type(field.widget), _same(vars(field.widget)), _same(field.label), _same(field.help_text),
            field.required, field.disabled, field.localize, field.show_hidden_initial, field.template_name,
            None if name in but else _same(form.get_initial_for_field(field, name)),
        )
        for name, field in form.fields.items()
    )  # fmt: skip
    return (
        type(form),
        timezone.get_current_timezone_name(),  # moments are written in it
        form.auto_id,
        form.prefix,
        form.label_suffix,
        form.use_required_attribute,
        getattr(form, "error_css_class", None),
        getattr(form, "required_css_class", None),
        fields,
    )


def _same(value: Any) -> Any:
    """Something equal for what is drawn alike, and only for that."""
    if isinstance(value, dict):
        return tuple((name, _same(one)) for name, one in value.items())
    if isinstance(value, SafeString):
        return SafeString, str(value)
    if value is None or isinstance(value, str | int | float | Decimal | date | time):
        return type(value), value
    if isinstance(value, Promise):
        return Promise, str(value)
    if isinstance(value, type | FunctionType):
        return value
    if hasattr(value, "__iter__") and iter(value) is not value:
        return tuple(map(_same, value))
    return object()  # of which nothing is known: like nothing else
