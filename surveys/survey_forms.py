"""Forms of surveys: their words, their further questions, their words in other languages, starting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import language_choices
from core import looks
from surveys import library, wording
from surveys.enums import Metric, QuestionKind
from surveys.models import Survey
from surveys.queries import spoken
from surveys.rules import metrics
from surveys.rules.questions import CHOICES, LONGEST_TEXT, MOST_OPTIONS, RATING, Condition, Question

LONGEST_OPTIONS = 4_000  # characters of all choices together


class SurveyForm(forms.ModelForm):
    """The words, colours and waits of a survey."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    accent = forms.RegexField(
        r"^(#[0-9a-fA-F]{6})?$",
        label=_("Own colour"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "#7a3a6c", "maxlength": 7, "autocomplete": "off"}),
        help_text=_("As #rrggbb. Empty: the workspace's brand colour."),
    )

    class Meta:
        model = Survey
        fields: ClassVar[list[str]] = [
            "name", "language", "question", "low_label", "high_label", "prompt_promoter", "prompt_passive",
            "prompt_detractor", "thanks_promoter", "thanks_passive", "thanks_detractor", "subject", "intro", "sms_text", "accent",
            "quiet_days", "link_days", "edit_days", "resurvey_days", "asks_mismatch",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "question": forms.Textarea(attrs={"rows": 2}),
            "thanks_promoter": forms.Textarea(attrs={"rows": 2}),
            "thanks_passive": forms.Textarea(attrs={"rows": 2}),
            "thanks_detractor": forms.Textarea(attrs={"rows": 2}),
            "intro": forms.Textarea(attrs={"rows": 3}),
            "sms_text": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("For you and your colleagues; customers do not see it."),
            "sms_text": _("The link follows it. Empty uses good words of ours."),
            "quiet_days": _("The workspace's own wait holds as well: the larger one wins."),
            "asks_mismatch": _(
                "“0 – love it!” is asked “did you mean 10?” on the thank-you page. A case opens when the score is kept, or"
                " after ten minutes without an answer."
            ),
            "resurvey_days": _("How long after a fix the customer is asked again."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for shade in wording.CLASSES:
            kept = (self.instance.thanks_links or {}).get(shade, {})
            self.fields[f"link_label_{shade.lower()}"] = forms.CharField(
                label=_("Words of a link"), required=False, max_length=60, initial=kept.get("label", "")
            )
            self.fields[f"link_url_{shade.lower()}"] = forms.CharField(
                label=_("Its address"),
                required=False,
                max_length=500,
                initial=kept.get("url", ""),
                widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
            )
        low, high = metrics.bounds(self.instance.metric)
        self.fields["low_label"].label = _("Words at %(score)s") % {"score": low}
        self.fields["high_label"].label = _("Words at %(score)s") % {"score": high}
        language = self.instance.language
        words = {"prompt": wording.default_prompts(language), "thanks": wording.default_thanks(language)}
        for kind, by_class in words.items():
            for segment, text in by_class.items():
                self.fields[f"{kind}_{segment.lower()}"].widget.attrs["placeholder"] = text

    def changes(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        links = {}
        fields = dict(self.cleaned_data)
        for shade in wording.CLASSES:
            label, url = (fields.pop(f"link_{name}_{shade.lower()}") for name in ("label", "url"))
            if label or url:
                links[shade] = {"label": label, "url": url}
        return {**fields, "thanks_links": links}

    def refuse(self, error: Any) -> None:
        """Show what a service refused at its field; what belongs to several stands above all."""
        for name, sentences in getattr(error, "message_dict", {"__all__": error.messages}).items():
            self.add_error(name if name in self.fields else None, sentences)


class NewSurveyForm(forms.Form):
    """All it takes to begin: the rest has good defaults."""

    start = forms.ChoiceField(label=_("Begin with"), required=False, initial="", widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_(
            "For you and your colleagues; customers do not see it. Empty: the name of what you begin with."
        ),
    )
    metric = forms.ChoiceField(
        label=_("What it measures"),
        choices=Metric.choices,
        required=False,
        help_text=_("Only for a blank one; a ready-made one knows what it measures."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start: Any = self.fields["start"]
        start.choices = [("", _("A blank survey")), *((one.key, one.name) for one in library.all_starts())]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and not data.get("start"):
            self.add_error("name", _("Give the survey a name."))
        data["metric"] = data.get("metric") or Metric.NPS.value
        return data


class QuestionForm(forms.Form):
    """One further question, and whom it is put to."""

    text = forms.CharField(label=_("Question"), max_length=LONGEST_TEXT)
    kind = forms.ChoiceField(
        label=_("Kind of answer"), choices=QuestionKind.choices, initial=QuestionKind.SINGLE
    )
    options = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=LONGEST_OPTIONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, for the two kinds with choices; at most %(most)s.") % {"most": MOST_OPTIONS},
    )
    is_required = forms.BooleanField(label=_("An answer is needed to go on"), required=False)
    classes = forms.MultipleChoiceField(
        label=_("Only for these classes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    score_from = forms.IntegerField(label=_("Only for scores from"), required=False)
    score_to = forms.IntegerField(label=_("to"), required=False)
    answers = forms.MultipleChoiceField(
        label=_("Only after one of these answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Answers of one earlier question; any of them is enough."),
    )

    def __init__(
        self,
        *args: Any,
        survey: Survey,
        earlier: Sequence[Question],
        question: Question | None = None,
        **kwargs: Any,
    ) -> None:
        if question is not None:
            kwargs.setdefault("initial", _initial(question))
        super().__init__(*args, **kwargs)
        self._bounds = metrics.bounds(survey.metric)
        classes: Any = self.fields["classes"]
        classes.choices = [
            (segment, looks.look("segment", segment).word)
            for segment, _low, _high in metrics.segment_ranges(survey.metric)
        ]
        answers: Any = self.fields["answers"]
        answers.choices = [
            (one.text, [(f"{one.id}:{ident}", words) for ident, words in _answers(one)])
            for one in earlier
            if one.kind in (*CHOICES, RATING)
        ]
        if not answers.choices:
            del self.fields["answers"]
        for name in ("score_from", "score_to"):
            self.fields[name].widget.attrs |= {"min": self._bounds[0], "max": self._bounds[1]}

    def clean_answers(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["answers"]
        if len({one.partition(":")[0] for one in chosen}) > 1:
            raise forms.ValidationError(_("Choose answers of one question only."))
        return chosen

    def values(self) -> dict[str, Any]:
        """The question as the service takes it."""
        data, (lowest, highest) = self.cleaned_data, self._bounds
        low, high = data["score_from"], data["score_to"]
        scores = (lowest if low is None else low, highest if high is None else high)
        chosen = data.get("answers") or []
        return {
            "text": data["text"],
            "kind": data["kind"],
            "options": data["options"].splitlines(),
            "is_required": data["is_required"],
            "condition": Condition(
                tuple(data["classes"]),
                None if low is None and high is None else scores,
                chosen[0].partition(":")[0] if chosen else "",
                tuple(one.partition(":")[2] for one in chosen),
            ),
        }

    def refuse(self, error: Any) -> None:
        """Show what the service refused at the field it belongs to."""
        for name, sentences in error.message_dict.items():
            field = "score_from" if name == "scores" else name
            self.add_error(field if field in self.fields else None, sentences)


def _answers(one: Question) -> list[tuple[str, str]]:
    words = dict(one.options)
    return [(ident, words.get(ident, ident)) for ident in one.answer_ids]


def _initial(question: Question) -> dict[str, Any]:
    condition = question.condition
    low, high = condition.scores or (None, None)
    return {
        "text": question.text,
        "kind": question.kind,
        "options": "\n".join(words for _ident, words in question.options),
        "is_required": question.is_required,
        "classes": list(condition.classes),
        "score_from": low,
        "score_to": high,
        "answers": [f"{condition.question}:{ident}" for ident in condition.answers],
    }


class WordingForm(forms.Form):
    """The survey's texts in one more language, each beside the one it translates."""

    def __init__(
        self,
        *args: Any,
        says: spoken.Spoken,
        language: str,
        limits: Mapping[str, int],
        links: Mapping[str, Mapping[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        usual = spoken.defaults(says.metric, language)
        written = says.wordings.get(language, {})
        self.originals = _originals(says, links)
        for key, longest in limits.items():
            long = longest > 100
            attrs = {"placeholder": usual.get(key, ""), "dir": "auto", "lang": language}
            self.fields[key] = forms.CharField(
                label=self.originals[key] or str(getattr(Survey._meta.get_field(key), "verbose_name", key)),
                required=False,
                max_length=longest,
                initial=written.get(key, ""),
                widget=forms.Textarea(attrs={**attrs, "rows": 2}) if long else forms.TextInput(attrs=attrs),
            )


def _originals(says: spoken.Spoken, links: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    found = dict(says.texts)
    found |= {f"{spoken.LINK_LABEL}{shade}": link["label"] for shade, link in links.items()}
    for one in says.questions:
        found[spoken.QUESTION + one.id] = one.text
        found |= {f"{spoken.OPTION}{one.id}:{ident}": words for ident, words in one.options}
    return found


class LanguageForm(forms.Form):
    """One more language."""

    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, spoken_already: Sequence[str], wanted: str = "", **kwargs: Any) -> None:
        """`wanted` is chosen to begin with."""
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = [(code, name) for code, name in language_choices() if code not in spoken_already]
        self.initial.setdefault("language", wanted)
