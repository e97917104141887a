"""What somebody chose for a campaign, checked and written: its survey, people, moment, schedule and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import merge_fields
from outbox.channels.sms import gateway_of
from surveys import wording
from surveys.enums import CampaignStatus, ResponseChannel
from surveys.models import Attribute, Campaign, CampaignReminder
from surveys.queries import asking
from surveys.rules import campaign_schedule
from surveys.rules.campaign_schedule import Schedule
from surveys.rules.sending_hours import Window

FIELDS = (
    "name", "survey", "kind", "channel", "saved_audience", "audience", "starts_at", "ends_at", "first_after_days",
    "every_days", "trigger", "delay_seconds", "window", "uses_send_hour", "sample_percent", "daily_cap", "spread_days",
    "keeps_capacity", "subject", "intro", "from_name", "reply_to",
)  # fmt: skip


EMPTY: dict[str, Any] = {
    "trigger": "",
    "subject": "",
    "intro": "",
    "from_name": "",
    "reply_to": "",
    "window": {},
}


class CampaignError(ValueError):
    """The campaign cannot do this; the text says why."""


class BadCampaign(CampaignError):
    """The draft stays as it was; `errors` says by field what to put right."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


@dataclass(frozen=True)
class Reminder:
    """One reminder as it was chosen; empty words are those of the first mail."""

    after_days: int
    subject: str = ""
    intro: str = ""


def schedule_of(*, campaign: Campaign, reminders: Sequence[Reminder]) -> Schedule:
    """The campaign's schedule, for the rule."""
    window = Window.from_json(campaign.window)
    # An empty list of days is a choice that cannot be kept, a missing one is every day.
    days = campaign.window.get("days")
    return Schedule(
        kind=campaign.kind,
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
        first_after_days=campaign.first_after_days,
        every_days=campaign.every_days,
        trigger=campaign.trigger,
        delay_seconds=campaign.delay_seconds,
        window_days=window.days if days is None else frozenset(days),
        window_from=window.start,
        window_to=window.end,
        sample_percent=campaign.sample_percent,
        daily_cap=campaign.daily_cap,
        spread_days=campaign.spread_days,
        reminders=[reminder.after_days for reminder in reminders],
        link_days=campaign.survey.link_days,
    )


def reminders_of(*, campaign: Campaign) -> list[Reminder]:
    """The campaign's reminders, in order."""
    rows = CampaignReminder.objects.of(campaign.workspace_id).filter(campaign=campaign).order_by("number")
    return [Reminder(row.after_days, row.subject, row.intro) for row in rows]


def reminder_of(*, campaign: Campaign, number: int) -> Reminder:
    """The campaign's reminder of this number, 1 the first. Raises CampaignError when there is none."""
    reminders = reminders_of(campaign=campaign)
    if not 1 <= number <= len(reminders):
        raise CampaignError(_("This campaign has no such reminder."))
    return reminders[number - 1]


def check(*, campaign: Campaign, reminders: Sequence[Reminder], now: datetime) -> None:
    """Raises BadCampaign unless schedule and words can be kept. `campaign.survey` is loaded."""
    policy = asking.policy_of(workspace=campaign.workspace)
    hours = asking.Ground(settings=policy).hours()
    chosen = schedule_of(campaign=campaign, reminders=reminders)
    errors = {
        name: sentence.say(_)
        for name, sentence in reversed(campaign_schedule.problems(chosen, hours=hours, now=now))
    }
    if campaign.channel == ResponseChannel.SMS and gateway_of(campaign.workspace_id) is None:
        errors["channel"] = _("Text messages are not set up, or switched off.")
    known = list(Attribute.objects.of(campaign.workspace_id).values_list("name", flat=True))
    words = [("subject", campaign.subject), ("intro", campaign.intro)]
    for number, reminder in enumerate(reminders, start=1):
        words += [
            (f"reminder_{number}_subject", reminder.subject),
            (f"reminder_{number}_intro", reminder.intro),
        ]
    for name, text in words:
        try:
            wording.check(text, attributes=known)
        except (wording.UnknownMergeFields, merge_fields.MergeSyntaxError) as error:
            errors[name] = str(error)
    if errors:
        raise BadCampaign(errors)


@transaction.atomic
def write(*, campaign: Campaign, reminders: Sequence[Reminder], now: datetime) -> Campaign:
    """Save a draft with its reminders. Raises BadCampaign, and CampaignError once it was started."""
    if campaign.pk is not None:
        rows = Campaign.objects.of(campaign.workspace_id).select_for_update(of=("self",))
        if rows.get(pk=campaign.pk).status != CampaignStatus.DRAFT:
            raise CampaignError(_("This campaign was started; it stays as it was sent."))
    check(campaign=campaign, reminders=reminders, now=now)
    campaign.save()
    mine = CampaignReminder.objects.of(campaign.workspace_id).filter(campaign=campaign)
    mine.filter(number__gt=len(reminders)).delete()
    for number, reminder in enumerate(reminders, start=1):
        row = mine.filter(number=number).first() or CampaignReminder(
            workspace_id=campaign.workspace_id, campaign=campaign, number=number
        )
        row.after_days, row.subject, row.intro = reminder.after_days, reminder.subject, reminder.intro
        row.save()
    return campaign


def apply(campaign: Campaign, fields: dict[str, Any]) -> None:
    """Set the given fields of a draft."""
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"no fields of a campaign: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(campaign, name, value)
