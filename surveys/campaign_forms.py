"""The form of a campaign: who is asked which survey, when, how many, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.enums import CampaignKind, ResponseChannel
from surveys.forms import CampaignForm
from surveys.models import Audience, Campaign
from surveys.models.reminder import MAX_REMINDERS
from surveys.policy_forms import ClockInput
from surveys.services.campaigns import Reminder

SAVED = "saved"
UNITS = {"minutes": 60, "hours": 3600, "days": 86_400}
DAYS = [
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")), (6, _("Saturday")),
    (7, _("Sunday")),
]  # fmt: skip
_WAYS = {"filter": "filter", "saved": SAVED, "chosen": "contacts"}
KIND_SAYS = {
    CampaignKind.ONCE: _("Everybody of the audience, one time: now or at a moment you choose."),
    CampaignKind.RECURRING: _("Each person some days after they were added, and again every so many days."),
    CampaignKind.TRIGGERED: _("Whenever one of your programs reports that something happened to somebody."),
    CampaignKind.MANUAL: _("Nobody by itself: you ask one person after the other, from their page."),
}


class MomentInput(forms.DateTimeInput):
    """Day and time, as a browser's own field."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


def _number(label: Any, help_text: Any = "", **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, help_text=help_text, **more)


class CampaignPlanForm(CampaignForm):
    """All of a campaign. What cannot be kept is said by the service, by field."""

    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(ResponseChannel.EMAIL, _("By mail")), (ResponseChannel.SMS, _("By text message"))],
        initial=ResponseChannel.EMAIL,
        required=False,
        help_text=_(
            "Of a text message, the words below are the whole text: a short link follows by itself. Subject and sender are a"
            " mail's."
        ),
    )
    kind = forms.ChoiceField(
        label=_("When"),
        choices=CampaignKind.choices,
        widget=forms.RadioSelect,
        initial=CampaignKind.ONCE,
        required=False,
    )
    starts_at = forms.DateTimeField(
        label=_("Start"), required=False, widget=MomentInput(), help_text=_("Empty: when you press Start.")
    )
    ends_at = forms.DateTimeField(
        label=_("End"), required=False, widget=MomentInput(), help_text=_("Nobody is asked after it.")
    )
    first_after_days = _number(_("First, days after a person was added"))
    every_days = _number(_("Then again every so many days"))
    trigger = forms.CharField(
        label=_("Name of the event"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "support.ticket_closed", "autocomplete": "off"}),
        help_text=_("As your program reports it to /api/v1/events/."),
    )
    delay = _number(_("Wait"), help_text=_("After the event. The hours below still hold."))
    delay_unit = forms.ChoiceField(
        label=_("in"),
        required=False,
        initial="hours",
        choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
    )
    window_days = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    # A browser sends nothing for days of which none is ticked: this says that they were there to be ticked.
    window_shown = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    window_from = forms.TimeField(label=_("From"), required=False, widget=ClockInput())
    window_to = forms.TimeField(label=_("until"), required=False, widget=ClockInput())
    uses_send_hour = forms.BooleanField(
        label=_("At the hour at which a person usually answers, where it is known"), required=False
    )
    sample_percent = forms.IntegerField(
        label=_("Percent of them"), min_value=0, required=False, help_text=_("A sample, drawn by lot.")
    )
    daily_cap = _number(_("At most a day"), _("Empty: no limit."))
    spread_days = _number(_("Spread over days"), _("Empty: all at once."))
    keeps_capacity = forms.BooleanField(
        label=_("No more than your team can answer"),
        required=False,
        help_text=_("Holds people back while the unhappy answers to be expected exceed your free hours."),
    )
    subject = forms.CharField(label=_("Subject of the mail"), max_length=200, required=False)
    intro = forms.CharField(
        label=_("Words before the question"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    from_name = forms.CharField(label=_("Sender name"), max_length=120, required=False)
    reply_to = forms.EmailField(label=_("Replies go to"), required=False)
    saved_audience = forms.ChoiceField(label=_("Saved audience"), required=False)

    REMINDERS: ClassVar[range] = range(1, MAX_REMINDERS + 1)

    def __init__(
        self, *args: Any, audiences: Sequence[Audience] = (), by_text: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not by_text and self["channel"].value() != ResponseChannel.SMS:
            del self.fields["channel"]  # nothing to choose
        self._audiences = {row.public_id: row for row in audiences}
        self.fields["window_days"].initial = [day for day, _label in DAYS]
        self.fields["sample_percent"].initial = 100
        saved: Any = self.fields["saved_audience"]
        saved.choices = [("", "–"), *((key, row.name) for key, row in self._audiences.items())]
        audience: Any = self.fields["audience"]
        if self._audiences:
            audience.choices = [*audience.choices, (SAVED, _("A saved audience"))]
        for number in self.REMINDERS:
            self.fields[f"reminder_{number}_days"] = _number(_("Days after the mail before"))
            self.fields[f"reminder_{number}_subject"] = forms.CharField(
                label=_("Subject"), max_length=200, required=False
            )
            self.fields[f"reminder_{number}_intro"] = forms.CharField(
                label=_("Words before the question"),
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def reminder_rows(self) -> list[dict[str, Any]]:
        """The five reminders as the page shows them; one that is used is open."""
        return [
            {
                "number": number,
                "days": self[f"reminder_{number}_days"],
                "subject": self[f"reminder_{number}_subject"],
                "intro": self[f"reminder_{number}_intro"],
                "is_used": self._is_used(
                    f"reminder_{number}_days", f"reminder_{number}_subject", f"reminder_{number}_intro"
                ),
            }
            for number in self.REMINDERS
        ]

    @property
    def kind_cards(self) -> list[dict[str, Any]]:
        """The kinds with what each is good for."""
        found = []
        for radio in self["kind"]:
            kind = CampaignKind(str(radio.data["value"]))
            found.append(
                {
                    "radio": radio,
                    "says": KIND_SAYS[kind],
                    "is_recurring": kind == CampaignKind.RECURRING,
                    "is_triggered": kind == CampaignKind.TRIGGERED,
                }
            )
        return found

    @property
    def audience_cards(self) -> list[dict[str, Any]]:
        """The ways to say who is asked, with what each needs."""
        return [
            {"radio": radio, **{f"is_{name}": radio.data["value"] == value for name, value in _WAYS.items()}}
            for radio in self["audience"]
        ]

    @property
    def has_hours(self) -> bool:
        """Whether the part about hours is used, or has something to put right."""
        days = self["window_days"].value()
        return self._is_used("window_from", "window_to", "uses_send_hour") or (
            days is not None and len(days) < len(DAYS)
        )

    @property
    def has_amounts(self) -> bool:
        """Whether the part about numbers is used, or has something to put right."""
        return self._is_used("daily_cap", "spread_days", "keeps_capacity") or str(
            self["sample_percent"].value() or "100"
        ) != "100"  # fmt: skip

    @property
    def has_words(self) -> bool:
        """Whether the part about words is used, or has something to put right."""
        return self._is_used("subject", "intro", "from_name", "reply_to")

    def _is_used(self, *names: str) -> bool:
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") == SAVED and not data.get("saved_audience"):
            self.add_error("saved_audience", _("Choose one of the saved audiences."))
        for number in self.REMINDERS:
            words = data.get(f"reminder_{number}_subject") or data.get(f"reminder_{number}_intro")
            if words and not data.get(f"reminder_{number}_days"):
                self.add_error(f"reminder_{number}_days", _("After how many days is this reminder sent?"))
        return data

    def audience_spec(self) -> dict[str, Any]:
        """The audience as a campaign keeps it; a saved one is kept by its row."""
        return {} if self.cleaned_data["audience"] == SAVED else super().audience_spec()

    def reminders(self) -> list[Reminder]:
        """Those with a day, in order."""
        data = self.cleaned_data
        return [
            Reminder(data[f"reminder_{n}_days"], data[f"reminder_{n}_subject"], data[f"reminder_{n}_intro"])
            for n in self.REMINDERS
            if data[f"reminder_{n}_days"] is not None
        ]

    def schedule(self) -> dict[str, Any]:
        """The fields of Campaign as the service takes them."""
        data = self.cleaned_data
        is_recurring, is_triggered = data["kind"] == "RECURRING", data["kind"] == "TRIGGERED"
        return {
            "kind": data["kind"] or CampaignKind.ONCE,
            "channel": data.get("channel") or ResponseChannel.EMAIL,
            "starts_at": data["starts_at"],
            "ends_at": data["ends_at"],
            "first_after_days": data["first_after_days"] if is_recurring else None,
            "every_days": data["every_days"] if is_recurring else None,
            "trigger": data["trigger"].strip() if is_triggered else "",
            "delay_seconds": (data["delay"] or 0) * UNITS.get(data["delay_unit"], 3600) if is_triggered else 0,
            "window": self._window(),
            "uses_send_hour": data["uses_send_hour"],
            "sample_percent": 100 if data["sample_percent"] is None else data["sample_percent"],
            "daily_cap": data["daily_cap"],
            "spread_days": data["spread_days"],
            "keeps_capacity": data["keeps_capacity"],
            "subject": data["subject"],
            "intro": data["intro"],
            "from_name": data["from_name"],
            "reply_to": data["reply_to"],
            "saved_audience": self._audiences.get(data["saved_audience"]) if data["audience"] == SAVED else None,
        }  # fmt: skip

    def _window(self) -> dict[str, Any]:
        """{} for always; an empty list of days is kept, for the service to refuse."""
        data = self.cleaned_data
        if not data["window_shown"] and not data["window_days"]:
            data = {**data, "window_days": [day for day, _label in DAYS]}
        days = sorted(data["window_days"])
        start, end = data["window_from"] or time(0), data["window_to"] or time(0)
        if len(days) == len(DAYS) and start == end == time(0):
            return {}
        return {"days": days, "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}


def initial_of(campaign: Campaign, reminders: Sequence[Reminder]) -> dict[str, Any]:
    """What the form shows of a draft."""
    window = campaign.window
    unit = next(
        (name for name in ("days", "hours", "minutes") if campaign.delay_seconds % UNITS[name] == 0),
        "minutes",
    )
    found: dict[str, Any] = {
        name: getattr(campaign, name)
        for name in (
            "name", "kind", "channel", "first_after_days", "every_days", "trigger", "uses_send_hour", "sample_percent", "daily_cap",
            "spread_days", "keeps_capacity", "subject", "intro", "from_name", "reply_to",
        )
    }  # fmt: skip
    audience = campaign.audience
    found |= {
        "survey": campaign.survey_id,
        "touchpoint": campaign.touchpoint.name if campaign.touchpoint else "",
        "starts_at": _local(campaign.starts_at),
        "ends_at": _local(campaign.ends_at),
        "delay": campaign.delay_seconds // UNITS[unit] or None,
        "delay_unit": unit if campaign.delay_seconds else "hours",
        "window_days": window.get("days") or [day for day, _label in DAYS],
        "window_from": _clock(window.get("from")),
        "window_to": _clock(window.get("to")),
        "search": audience.get("search", ""),
        "attribute": audience.get("attribute", ""),
        "value": audience.get("value", ""),
        "audience": "contacts" if "contacts" in audience else "all" if audience.get("all") else "filter",
    }
    if campaign.saved_audience is not None:
        found |= {"audience": SAVED, "saved_audience": campaign.saved_audience.public_id}
    for number, reminder in enumerate(reminders, start=1):
        found[f"reminder_{number}_days"] = reminder.after_days
        found[f"reminder_{number}_subject"] = reminder.subject
        found[f"reminder_{number}_intro"] = reminder.intro
    return found


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def _clock(text: Any) -> time | None:
    return time.fromisoformat(text) if text and text != "00:00" else None


class AskForm(forms.Form):
    """Ask one person now; the note overrules a wait of the contact policy. By text where texts leave (`by_text`)."""

    about = forms.ChoiceField(label=_("Survey or campaign"))
    note = forms.CharField(
        label=_("Why now, although the policy would wait"),
        max_length=300,
        required=False,
        help_text=_("Kept with your name. Without it the policy decides."),
    )

    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(ResponseChannel.EMAIL, _("By mail")), (ResponseChannel.SMS, _("By text message"))],
        initial=ResponseChannel.EMAIL,
        required=False,
        help_text=_("A campaign asks in its own way."),
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, Any]], by_text: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not by_text:
            del self.fields["channel"]
        about: Any = self.fields["about"]
        about.choices = choices
