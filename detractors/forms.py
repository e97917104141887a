"""What people type at the desk; each form knows how it was drawn, so that it is taken once and not over unseen words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people_forms import person_label
from core.looks import look
from core.tokens import new_token
from detractors import retention_forms
from detractors.enums import CallOutcome, Category, Priority
from detractors.models import CaseStatus, LossReason, RootCause
from detractors.rules import closing
from detractors.rules.closing import Missing

TEXT_LENGTH = 10_000  # characters, as detractors.services.cases takes


class DeskForm(forms.Form):
    """`seen` is the newest timeline entry when the form was drawn, `submission` the form's own random word."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    submission = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    minds_changes = True  # whether what others did meanwhile matters to this act

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{act}-%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    @property
    def words(self) -> dict[str, Any]:
        """What was typed, without how the form was drawn."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("seen", "submission")
        }


def _text(label: Any, rows: int, placeholder: Any = "", **kwargs: Any) -> forms.CharField:
    attrs = {"rows": rows, "placeholder": placeholder, "dir": "auto"}
    if kwargs.pop("names_people", False):
        attrs["data-mentions"] = "mention-people"
    widget = forms.Textarea(attrs=attrs)
    return forms.CharField(
        label=label, widget=widget, max_length=kwargs.pop("max_length", TEXT_LENGTH), **kwargs
    )


def usual_status(statuses: Iterable[CaseStatus], code: str) -> str:
    """What a case shows that was given none of `statuses`: the usual one of them, else the word of its own `code`."""
    return next((row.name for row in statuses if row.is_default), None) or str(look("status", code).word)


def said_as_usual(name: str) -> str:
    """The choice of no status of one's own, which says what the case then shows."""
    return _("%(name)s (usual)") % {"name": name}


class NoteForm(DeskForm):
    text = _text(
        gettext_lazy("Note"),
        3,
        gettext_lazy("For the team only; the customer never sees it. @name tells a colleague."),
        names_people=True,
    )
    minds_changes = False  # a note stands beside whatever else happened


class CallForm(DeskForm):
    # nothing is chosen beforehand: "reached" keeps a promise, which no careless press may do
    outcome = forms.ChoiceField(
        label=gettext_lazy("How did it go?"),
        choices=CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how the call went.")},
    )
    note = _text(gettext_lazy("What was said"), 3, required=False)
    minds_changes = False  # a call took place, whatever else happened


class WithStatus(DeskForm):
    """A move into another category, which may choose one of the workspace's own statuses there."""

    lands_in = ""  # the status a case has after it without one of those

    own_status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, statuses: Sequence[CaseStatus] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.public_id: row for row in statuses}
        self.fields["own_status"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", said_as_usual(usual_status(statuses, self.lands_in))),
            *((key, row.name) for key, row in self.rows.items() if not row.is_default),
        ]
        if len(self.fields["own_status"].choices) < 2:  # type: ignore[attr-defined]
            del self.fields["own_status"]

    @property
    def words(self) -> dict[str, Any]:
        """As the services take it: the status itself."""
        data = super().words
        status = self.rows.get(data.pop("own_status", ""))
        return {**data, "status": status}


class WaitForm(WithStatus):
    lands_in = Category.WAITING
    waiting_for = forms.CharField(
        label=gettext_lazy("What are we waiting for?"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("for example: the order number"), "dir": "auto"}
        ),
        help_text=gettext_lazy(
            "The resolution clock stops until you go on. The customer is told what we need."
        ),
    )
    field_order = ("waiting_for", "own_status")


class ResumeForm(DeskForm):
    minds_changes = False  # going on twice is going on


class IssueForm(DeskForm):
    stated_complaint = _text(
        gettext_lazy("What the customer complains about"),
        3,
        gettext_lazy("In their terms: “The parcel came late.”"),
        required=False,
    )
    underlying_issue = _text(
        gettext_lazy("What is really behind it"),
        3,
        gettext_lazy("What you found: “The warehouse moved, nobody told her.”"),
        required=False,
    )


class ReasonForm(DeskForm):
    """Dismiss and reopen: one sentence."""

    reason = _text(gettext_lazy("Why?"), 2, max_length=2000)


class ReopenForm(ReasonForm):
    reason = _text(gettext_lazy("What is not solved?"), 2, max_length=2000)


class DismissForm(ReasonForm):
    reason = _text(
        gettext_lazy("Why does this case need no answer?"),
        2,
        gettext_lazy("A test, a duplicate, not a customer…"),
        max_length=2000,
    )


class AssignForm(DeskForm):
    owner = forms.ChoiceField(label=gettext_lazy("New owner"))
    because = forms.CharField(
        label=gettext_lazy("Why? (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(
        self,
        *args: Any,
        owners: Sequence[User],
        away: Mapping[int, date] | None = None,
        must_say: bool = False,
        **kwargs: Any,
    ) -> None:
        """`away` says until when those who are not there are away, by their id; with `must_say` not without a why."""
        super().__init__(*args, **kwargs)
        if must_say:
            why = self.fields["because"]
            why.required, why.label = True, _("Why, and what comes next?")
            why.error_messages["required"] = _("Say in a few words why, so that whoever takes it can go on.")
        self.people = {str(user.pk): user for user in owners}
        people = [(key, person_label(user, away or {})) for key, user in self.people.items()]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", _("Choose a colleague")),
            *people,
            ("none", _("Nobody (back to unassigned)")),
        ]  # type: ignore[attr-defined]

    def clean_owner(self) -> User | None:
        """The chosen person, None for nobody."""
        return self.people.get(self.cleaned_data["owner"])


class StatusForm(DeskForm):
    """One of the workspace's own statuses of the category, or the usual one."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select", "data-key": "f"}),
    )
    minds_changes = False  # the service asks whether it still fits

    def __init__(self, *args: Any, statuses: Sequence[CaseStatus], usual: str, **kwargs: Any) -> None:
        """`usual` is the name the case shows when none is chosen."""
        super().__init__(*args, **kwargs)
        self.rows = {row.public_id: row for row in statuses}
        self.fields["status"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            ("", said_as_usual(usual)),
            *((key, row.name) for key, row in self.rows.items() if not row.is_default),
        ]

    def clean_status(self) -> CaseStatus | None:
        """The chosen status, None for the usual one."""
        return self.rows.get(self.cleaned_data["status"])


class PriorityForm(DeskForm):
    """How urgent somebody says the case is, or that the sum decides."""

    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        required=False,
        choices=[("", gettext_lazy("As the sum says")), *Priority.choices],
        widget=forms.Select(attrs={"class": "form-select", "data-key": "p"}),
    )
    minds_changes = False  # the service asks whether it still fits


class ResolveForm(WithStatus):
    """`needs_contact`: nobody has spoken to the customer yet, so a call that reached them is logged in the same act."""

    lands_in = Category.RESOLVED
    reached = forms.BooleanField(label=gettext_lazy("I have spoken to the customer by phone"), required=False)
    call_note = _text(gettext_lazy("What was said"), 2, required=False)
    root_cause = forms.ChoiceField(label=gettext_lazy("Why did it happen?"))
    resolution = _text(
        gettext_lazy("What was done"),
        4,
        gettext_lazy("We have refunded the delivery and changed the carrier for your street."),
        help_text=gettext_lazy("The customer reads these words in the closing mail."),
    )

    underlying_issue = _text(gettext_lazy("What is really behind it"), 3, required=False)
    note = _text(
        gettext_lazy("Internal note"),
        3,
        gettext_lazy("What you found. For the team only."),
        required=False,
        names_people=True,
    )
    customer = forms.ChoiceField(
        label=gettext_lazy("The customer"),
        required=False,
        help_text=gettext_lazy("If you know it already. It can be said later, on the case."),
    )
    field_order = (
        "reached", "call_note", "root_cause", "resolution", "underlying_issue", "note", "own_status", "customer",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        causes: Sequence[RootCause],
        needs_contact: bool,
        missing: Sequence[Missing] = (),
        reasons: Sequence[LossReason] = (),
        **kwargs: Any,
    ) -> None:
        """`missing` is what the workspace asks for besides; what can be given here has its field."""
        super().__init__(*args, **kwargs)
        lacking = {one.field for one in missing}
        for name in (closing.ISSUE, closing.NOTE):
            if name not in lacking:
                del self.fields[name]
        self.before = [one.sentence.say(_) for one in missing if one.field == closing.TASKS]
        self.causes = {cause.public_id: cause for cause in causes}
        self.needs_contact, self.reasons = needs_contact, reasons
        self.fields["customer"].choices = retention_forms.choices_at_resolving(reasons)  # type: ignore[attr-defined]
        self.fields["root_cause"].choices = [("", _("Choose a root cause")), *grouped(causes)]  # type: ignore[attr-defined]
        if not needs_contact:
            del self.fields["reached"], self.fields["call_note"]

    def clean_root_cause(self) -> RootCause:
        """The chosen cause."""
        return self.causes[self.cleaned_data["root_cause"]]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.needs_contact and not data.get("reached"):
            self.add_error(
                "reached",
                _("Nobody has spoken to this customer yet. Write to them first, or call and say so here."),
            )
        return data

    @property
    def words(self) -> dict[str, Any]:
        """As `cases.resolve` takes it: the call becomes its `contact`; `kept` is for `retention.say`, None if unknown."""
        data = super().words
        reached, note = data.pop("reached", False), data.pop("call_note", "")
        contact = {"channel": "CALL", "note": note, "outcome": CallOutcome.REACHED} if reached else None
        kept = retention_forms.said_at_resolving(data.pop("customer", ""), self.reasons)
        return {**data, "contact": contact, "kept": kept}


def grouped(causes: Sequence[RootCause]) -> list[tuple[str, Any]]:
    """The tree as choices: a cause with children is a group whose first choice is the cause itself."""
    children: dict[int, list[RootCause]] = {}
    for cause in causes:
        if cause.parent_id is not None:
            children.setdefault(cause.parent_id, []).append(cause)
    choices: list[tuple[str, Any]] = []
    tops = [cause for cause in causes if cause.parent_id is None]
    for top in tops:
        below = children.pop(top.pk, [])
        if below:
            itself = (top.public_id, _("%(cause)s, in general") % {"cause": top.name})
            choices.append((top.name, [itself, *((cause.public_id, cause.name) for cause in below)]))
        else:
            choices.append((top.public_id, top.name))
    choices += [(cause.public_id, cause.name) for left in children.values() for cause in left]
    return choices


def drawn(
    form: type[DeskForm], *, act: str, seen: int, data: Any = None, initial: Any = None, **kwargs: Any
) -> DeskForm:
    """A fresh form, or the one in `data` with its words kept; either may be sent once more from here."""
    if data is None:
        return form(act=act, initial={**(initial or {}), "seen": seen, "submission": new_token()}, **kwargs)
    bound = form(data, act=act, **kwargs)
    bound.is_valid()
    bound.data = {**{name: data.get(name) for name in data}, "seen": str(seen), "submission": new_token()}
    return bound
