"""What is typed beside the desk: tasks, call-backs, tags, a snooze, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from detractors.enums import CallOutcome, Digest
from detractors.forms import TEXT_LENGTH, DeskForm
from detractors.services import attachments

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
MINUTES_BEFORE = (
    (0, gettext_lazy("at the time itself")),
    (5, gettext_lazy("5 minutes before")),
    (15, gettext_lazy("15 minutes before")),
    (60, gettext_lazy("an hour before")),
    (1440, gettext_lazy("a day before")),
)


def moment_field(label: Any, *, required: bool) -> forms.DateTimeField:
    """A moment in the viewer's time zone, which `name_zone` names."""
    return forms.DateTimeField(
        label=label,
        required=required,
        input_formats=MOMENT_FORMATS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class MomentForm(forms.Form):
    """The new time of a promise."""

    due_at = moment_field(gettext_lazy("New time"), required=True)


def name_zone(field: forms.Field) -> None:
    """Say beside the field in which zone its moment is meant."""
    field.help_text = _("Time in %(zone)s") % {"zone": get_current_timezone()}


class WorkForm(DeskForm):
    """What others do meanwhile does not matter to these."""

    minds_changes = False


class TaskForm(WorkForm):
    """A task for a colleague, for nobody yet, or a question to somebody outside."""

    title = forms.CharField(
        label=gettext_lazy("What has to be done?"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"dir": "auto", "placeholder": gettext_lazy("for example: ask the depot for the scan")}
        ),
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    due_at = moment_field(gettext_lazy("By when"), required=False)
    blocks_resolving = forms.BooleanField(
        label=gettext_lazy("The case cannot be resolved before"), required=False
    )
    is_promise = forms.BooleanField(label=gettext_lazy("The customer was promised this"), required=False)
    helper_email = forms.EmailField(
        label=gettext_lazy("Or ask somebody outside by mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "They need no account: they get a link, read what has to be done and answer in their own words."
        ),
    )
    helper_name = forms.CharField(label=gettext_lazy("Their name"), required=False, max_length=200)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", _("Nobody yet")),
            *((key, user.display_name) for key, user in self.people.items()),
        ]
        name_zone(self.fields["due_at"])

    def clean_owner(self) -> User | None:
        """The chosen colleague."""
        return self.people.get(self.cleaned_data["owner"])


class CallPlanForm(WorkForm):
    """A call-back agreed with the customer."""

    at = moment_field(gettext_lazy("When"), required=True)
    owner = forms.ChoiceField(label=gettext_lazy("Who calls"), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("How long (minutes)"), min_value=5, max_value=480, initial=15
    )
    remind_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Remind"), choices=MINUTES_BEFORE, coerce=int, initial=15
    )
    note = forms.CharField(
        label=gettext_lazy("What about? (optional)"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", _("Me")),
            *((key, user.display_name) for key, user in self.people.items()),
        ]
        name_zone(self.fields["at"])

    def clean_owner(self) -> User | None:
        """The chosen colleague, None for oneself."""
        return self.people.get(self.cleaned_data["owner"])


class CallMadeForm(WorkForm):
    """How a planned call went."""

    outcome = forms.ChoiceField(choices=CallOutcome.choices)
    note = forms.CharField(required=False, max_length=TEXT_LENGTH)


class SnoozeForm(WorkForm):
    """Until a day, or until the customer says something."""

    until = moment_field(gettext_lazy("Until"), required=False)
    on_answer = forms.BooleanField(
        label=gettext_lazy("Only until the customer answers, however long that takes"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_zone(self.fields["until"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not data.get("until") and not data.get("on_answer"):
            self.add_error("until", _("Choose a time, or wait for the customer's answer."))
        return data

    @property
    def words(self) -> dict[str, Any]:
        """As `snoozing.snooze` takes it."""
        data = super().words
        return {"until": None if data["on_answer"] else data["until"]}


class TagsForm(WorkForm):
    """All tags of the case, with commas between them."""

    tags = forms.CharField(
        label=gettext_lazy("Tags, with commas between them"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "tag-names", "autocomplete": "off"}),
    )

    @property
    def words(self) -> dict[str, Any]:
        """As `tags.put` takes it."""
        return {"names": [name for name in self.cleaned_data["tags"].split(",") if name.strip()]}


class FileForm(WorkForm):
    """A file for the team, with a note if there is something to say."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,  # the service asks for it, so that the note is not lost with the file
        help_text=gettext_lazy("Pictures, PDF, office documents, plain text, up to 10 MB."),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(attachments.ENDINGS)}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note (optional)"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class AnswerForm(forms.Form):
    """What somebody outside answers."""

    words = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class DigestForm(forms.Form):
    """How often a mail tells what was not seen."""

    digest = forms.ChoiceField(label=gettext_lazy("By mail, what I have not seen"), choices=Digest.choices)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
