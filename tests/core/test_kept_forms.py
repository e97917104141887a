from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import kept_forms
from core.stencils import Stencil


class Desk(forms.Form):
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("Words"), widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ChoiceField(required=False)
    is_late = forms.BooleanField(required=False)
    at = forms.DateTimeField(required=False)

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people


@pytest.fixture
def drawn(monkeypatch):
    """The texts of all forms that were drawn by crispy and not filled in."""
    found = []

    def draw(form):
        found.append(form.initial.get("text", ""))
        return as_crispy_form(form)

    monkeypatch.setattr(kept_forms, "as_crispy_form", draw)
    monkeypatch.setattr(kept_forms, "_stencil", Stencil())
    return found


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make(n=0, text="", people=(("1", "Ann <b>"),), **initial):
    return Desk(initial={"seen": n, "submission": f'w"{n}', "text": text, **initial}, people=people)


def test_each_form_is_what_crispy_makes_of_it_and_is_drawn_once_for_its_face(drawn):
    faces = [
        {}, {"n": 1}, {"n": 2, "text": "a<b"}, {"n": 3, "text": "a<b"}, {"n": 4, "text": "c"},
        {"people": (("1", "Eve"),)}, {"n": 7, "people": (("1", "Eve"),)}, {"is_late": True}, {"at": NOON},
        {"at": NOON + timedelta(hours=1), "n": 9}, {"at": NOON, "n": 8},
    ]  # fmt: skip
    for face in faces:
        assert kept_forms.drawn(make(**face)) == as_crispy_form(make(**face)), face
    assert drawn == ["", "a<b", "c", "", "", "", ""]


def test_moments_are_written_in_the_readers_zone(drawn):
    shown = []
    for zone in ("UTC", "Asia/Tokyo", "UTC"):
        with timezone.override(ZoneInfo(zone)):
            shown.append(kept_forms.drawn(make(at=NOON)))
            assert shown[-1] == as_crispy_form(make(at=NOON))
    assert shown[0] == shown[2] != shown[1]


def test_what_was_sent_is_drawn_with_its_words_and_what_is_wrong(drawn):
    for text in ("", "typed"):
        form = Desk({"text": text, "seen": "1"})
        form.is_valid()
        assert kept_forms.drawn(form) == as_crispy_form(form)
    assert len(drawn) == 2


def test_two_widgets_of_which_nothing_is_known_are_not_taken_for_the_same(drawn):
    for words in ("one", "two"):
        form = make()
        form.fields["text"].widget.own = object()
        form.fields["text"].help_text = words
        assert kept_forms.drawn(form) == as_crispy_form(form)
    assert len(drawn) == 2
