"""What somebody typed for a move the case no longer allows: shown to be copied, because its form is gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django import forms

# Drawn as long as the case is open; every other form beside the moves stays.
_WHILE_OPEN = frozenset({"snooze", "task_add", "call_plan"})


@dataclass(frozen=True)
class LeftWords:
    """One text of the form, and what its field was called."""

    label: str
    text: str


def of_form(
    form: forms.Form | None, *, act: str, moves: Collection[str], drawn: Collection[str], is_open: bool
) -> list[LeftWords]:
    """The words in `form` when `act` is one of `moves` that is not `drawn`, or needs an open case; else nothing."""
    is_gone = act not in drawn if act in moves else act in _WHILE_OPEN and not is_open
    if form is None or not form.is_bound or not is_gone:
        return []
    typed = [(field.label, field.value()) for field in form.visible_fields() if _is_typed(field)]
    return [LeftWords(str(label), str(value)) for label, value in typed if str(value or "").strip()]


def _is_typed(field: forms.BoundField) -> bool:
    widget = field.field.widget
    return isinstance(widget, forms.Textarea) or type(widget) is forms.TextInput
