"""May this person be asked this survey? The facts of the contact policy, collected from where they are kept.

`ground` reads once what holds for many people of a workspace: its policy, the holidays, suppressed addresses, and who
reached the cap of messages. `verdict` judges one of them by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Holiday, Workspace
from core import merge_fields
from outbox import queries as outbox
from outbox import text_rules
from outbox.channels.sms import Gateway, gateway_of
from outbox.enums import SuppressionReason
from surveys import wording
from surveys.enums import Purpose, ResponseChannel
from surveys.models import Contact, ContactPolicy, Survey
from surveys.queries.faces import Face
from surveys.rules import contact_policy, sending_hours
from surveys.rules.contact_policy import Facts, Policy, Verdict
from surveys.rules.sending_hours import Delay, Hours, Window


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a workspace's people are judged by, read once for many of them."""

    settings: ContactPolicy
    holidays: frozenset[date] = frozenset()
    suppressed: Mapping[str, str] = field(default_factory=dict)  # address -> reason
    capped: Mapping[int, datetime] = field(default_factory=dict)  # contact id -> until
    gateway: Gateway | None = None  # of text messages, where some of them would be asked by one

    def hours(self, window: Window | None = None) -> Hours:
        """When messages may reach people, in a campaign's window if there is one."""
        return Hours(
            quiet_from=self.settings.quiet_from,
            quiet_to=self.settings.quiet_to,
            holidays=self.holidays,
            window=window or Window(),
        )


def policy_of(*, workspace: Workspace) -> ContactPolicy:
    """The workspace's contact policy; the defaults, unsaved, where nobody has set one."""
    found: ContactPolicy | None = (
        ContactPolicy.objects.of(workspace).select_related("calendar").filter(workspace=workspace).first()
    )
    return found or ContactPolicy(workspace=workspace)


def holidays_of(*, policy: ContactPolicy, now: datetime) -> frozenset[date]:
    """The days on which nobody is written to, from yesterday on; none unless the policy keeps them."""
    if not policy.keeps_holidays:
        return frozenset()
    rows = Holiday.objects.of(policy.workspace_id).filter(
        is_worked=False, holiday_on__gte=(now - timedelta(days=2)).date()
    )
    rows = (
        rows.filter(calendar=policy.calendar_id)
        if policy.calendar_id
        else rows.filter(calendar__is_default=True)
    )
    return frozenset(rows.values_list("holiday_on", flat=True))


def ground(
    *, workspace: Workspace, contacts: Iterable[Contact], now: datetime, by_text: bool = False
) -> Ground:
    """What `contacts` are judged by at `now`: a few queries at most, whatever their number.

    `by_text`: some of them would be asked by text message, so their numbers and the gateway are looked up too.
    """
    people, policy = list(contacts), policy_of(workspace=workspace)
    gateway = gateway_of(workspace.pk) if by_text else None
    numbers = [number_of(contact=contact, gateway=gateway) for contact in people] if by_text else []
    return Ground(
        settings=policy,
        holidays=holidays_of(policy=policy, now=now),
        suppressed=suppressed_addresses(workspace=workspace, contacts=people, numbers=numbers),
        capped=capped(policy=policy, contacts=people, now=now),
        gateway=gateway,
    )


def number_of(*, contact: Contact, gateway: Gateway | None) -> str:
    """The contact's number in E.164, as texts are sent to it; "" when there is none that can be written to.

    One without its country is of the gateway's.
    """
    return text_rules.e164(contact.phone, gateway.region if gateway else "") if contact.phone else ""


def capped(*, policy: ContactPolicy, contacts: Iterable[Contact], now: datetime) -> dict[int, datetime]:
    """Who got as many messages as one person may get, and until when: surveys and mails about cases, on all channels."""
    if not policy.cap_count:
        return {}
    people, length = list(contacts), timedelta(days=policy.cap_days)
    sent = outbox.latest_to(
        workspace=policy.workspace_id,
        to=[one for contact in people for one in (contact.email, contact.phone) if one],
        since=now - length,
    )
    found = {}
    for contact in people:
        moments = [at for one in {contact.email, contact.phone} - {""} for at in sent.get(one.lower(), ())]
        if len(moments) >= policy.cap_count:
            found[contact.pk] = sorted(moments, reverse=True)[policy.cap_count - 1] + length
    return found


@lru_cache(maxsize=700)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, LookupError, OSError):  # misspelled, or a folder of the tz database
        return None


def zone_of(*, contact: Contact | None, workspace: Workspace) -> ZoneInfo:
    """Where this person's clock is: their own zone, or the workspace's where theirs (or they) are not known."""
    return (_zone(contact.time_zone) if contact else None) or _zone(workspace.time_zone) or ZoneInfo("UTC")


def holding(
    *, workspace: Workspace, contact: Contact, found: Ground, now: datetime, window: Window | None = None
) -> Delay | None:
    """What holds any message to `contact` back at `now`: a holiday, their quiet hours, the campaign's window."""
    zone = zone_of(contact=contact, workspace=workspace)
    return sending_hours.holding(found.hours(window), zone=zone, moment=now)


def suppressed_addresses(
    *, workspace: Workspace, contacts: Iterable[Contact], numbers: Iterable[str] = ()
) -> dict[str, str]:
    """Which of these addresses and numbers must get no survey, whatever the scope of their suppression, and its reason."""
    addresses = [contact.email for contact in contacts if contact.email]
    addresses += [number for number in numbers if number]
    found = outbox.standing(workspace=workspace, addresses=addresses)
    return {address: reason for address, (_scope, reason) in found.items()}


def merge_values(*, survey: Survey, contact: Contact, touchpoint: str = "") -> dict[str, str]:
    """What the merge fields of the survey's texts stand for, for this person. `survey.workspace` is loaded."""
    return wording.values(
        company=survey.workspace.name,
        name=contact.name,
        customer_company=contact.company,
        touchpoint=touchpoint,
        attributes=contact.attributes,
    )


def missing_fields(
    *, face: Face, values: dict[str, str], channel: str = ResponseChannel.EMAIL
) -> tuple[str, ...]:
    """Fields of the mail, or of the text message, that this person's values leave empty and that have no fall-back."""
    is_text = channel == ResponseChannel.SMS
    texts = (face.sms_text,) if is_text else (face.question, face.subject, face.intro)
    return tuple(dict.fromkeys(name for text in texts for name in merge_fields.missing_fields(text, values)))


def verdict(
    *,
    survey: Survey,
    contact: Contact,
    now: datetime,
    found: Ground | None = None,
    missing: tuple[str, ...] = (),
    purpose: str = Purpose.SURVEY,
    channel: str = ResponseChannel.EMAIL,
    is_mailed: bool = True,
    window: Window | None = None,
    overruled: bool = False,
) -> Verdict:
    """Whether `contact` may be asked `survey` at `now`; `survey.workspace` is loaded, `found` is their ground.

    A second question after a fix keeps no quiet period: the case rules its moment; but it counts in the budget of
    messages. A link that others hand out keeps neither, nor does its mail have to arrive; but who asked not to be
    surveyed, or was erased, gets neither. `overruled`: somebody decided that they are asked now all the same.
    """
    keeps_quiet = is_mailed and purpose == Purpose.SURVEY
    is_text = is_mailed and channel == ResponseChannel.SMS
    by_mail = is_mailed and not is_text
    found = found or ground(workspace=survey.workspace, contacts=[contact], now=now, by_text=is_text)
    settings, because = found.settings, found.suppressed.get(contact.email, "")
    number = number_of(contact=contact, gateway=found.gateway) if is_text else ""
    barred = found.suppressed.get(number, "") if is_text else because
    open_to = found.gateway.limits.countries if found.gateway else frozenset()
    facts = Facts(
        has_address=bool(contact.email) or not by_mail,
        # "No more surveys" in a mail is said of texts too; STOP in a text is said of texts alone.
        opted_out=contact.opted_out_at is not None or (is_text and because == SuppressionReason.UNSUBSCRIBED),
        suppressed=bool(barred) and is_mailed,
        undeliverable=contact.undeliverable_at is not None and by_mail,
        erased=contact.erased_at is not None or because == SuppressionReason.ERASED,
        merged=contact.merged_into_id is not None,
        lacks_phone=is_text and not number,
        sms_stopped=is_text and contact.sms_stopped_at is not None,
        sms_off=is_text and found.gateway is None,
        sms_country_closed=bool(number and open_to) and text_rules.country(number) not in open_to,
        survey_open=survey.is_active,
        last_asked_at=contact.last_asked_at if keeps_quiet else None,
        last_declined_at=contact.last_declined_at if keeps_quiet else None,
        capped_until=found.capped.get(contact.pk) if is_mailed else None,
        missing_fields=missing if is_mailed else (),
        zone=zone_of(contact=contact, workspace=survey.workspace),
    )
    policy = Policy(
        quiet_days=survey.workspace.quiet_days,
        survey_wait_days=survey.quiet_days,
        decline_days=settings.decline_days,
        cap_days=settings.cap_days,
        hours=found.hours(window) if is_mailed else Hours(),
    )
    return contact_policy.may_ask(facts, policy, now=now, overruled=overruled)


def verdict_of_contact(*, workspace: Workspace, contact: Contact, now: datetime) -> Verdict:
    """May this person be asked today by mail, by the workspace's own policy, whatever the survey?"""
    any_survey: Any = Survey(workspace=workspace, status="ACTIVE", quiet_days=0)
    return verdict(survey=any_survey, contact=contact, now=now)
