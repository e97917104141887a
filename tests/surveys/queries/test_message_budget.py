"""Surveys and mails about cases share one budget of messages; SQL and rule say the same of it."""

from datetime import timedelta

import pytest

from accounts.models import BusinessCalendar, User, Workspace
from outbox.enums import Channel, Kind, State
from outbox.models import OutboundMessage
from surveys.models import Contact, Survey
from surveys.queries import asking, audiences, faces
from surveys.services import contact_policies, contacts
from tests.conftest import MONDAY_9AM

DAY = timedelta(days=1)


def written(acme: Workspace, to: str, days_ago: int, **more: object) -> None:
    at = MONDAY_9AM - days_ago * DAY
    facts: dict[str, object] = {
        "workspace": acme, "kind": Kind.CUSTOMER, "mail": "reply", "to": to, "subject": "x", "message_id": "<x>",
        "dedupe_key": f"{to}:{days_ago}:{more}", "state": State.SENT, "sent_at": at, "created_at": at,
    }  # fmt: skip
    OutboundMessage(**{**facts, **more}).save()


@pytest.fixture
def people(acme: Workspace) -> dict[str, Contact]:
    found = {}
    for name in ("none", "below", "full", "texted", "old", "skipped", "asked"):
        found[name], _new = contacts.upsert(
            workspace=acme, email=f"{name}@example.org", phone="+4930555010", name=name, now=MONDAY_9AM
        )
        Contact.objects.of(acme).filter(pk=found[name].pk).update(phone=f"+4930{found[name].pk}")
        found[name].refresh_from_db()
    written(acme, "below@example.org", 1)
    for days in (1, 3):
        written(acme, "FULL@example.org", days, kind=Kind.SURVEY if days == 1 else Kind.CUSTOMER)
        written(acme, "old@example.org", days + 7)
        written(acme, "asked@example.org", days)
    written(acme, "texted@example.org", 2)
    written(acme, found["texted"].phone, 5, channel=Channel.SMS)
    written(acme, "skipped@example.org", 1)
    written(acme, "skipped@example.org", 2, state=State.SKIPPED, sent_at=None, skipped_because="EXPIRED")
    Contact.objects.of(acme).filter(name="asked").update(last_asked_at=MONDAY_9AM - 26 * DAY)
    return found


def test_the_cap_counts_every_kind_and_channel_and_ends_with_its_oldest(
    acme: Workspace, people: dict[str, Contact]
) -> None:
    contact_policies.change(workspace=acme, quiet_days=30, cap_count=2, cap_days=7, now=MONDAY_9AM)
    policy = asking.policy_of(workspace=acme)
    rows = list(Contact.objects.of(acme))
    assert {row.name: asking.capped(policy=policy, contacts=[row], now=MONDAY_9AM).get(row.pk) for row in rows} == {
        "none": None, "below": None, "old": None, "skipped": None,
        "full": MONDAY_9AM + 4 * DAY, "texted": MONDAY_9AM + 2 * DAY, "asked": MONDAY_9AM + 4 * DAY,
    }  # fmt: skip


def test_sql_and_rule_judge_the_budget_alike(acme: Workspace, people: dict[str, Contact]) -> None:
    contact_policies.change(
        workspace=acme, quiet_days=30, cap_count=2, cap_days=7, decline_days=10, now=MONDAY_9AM
    )
    survey = Survey.objects.of(acme).select_related("workspace").get()
    rows = list(
        audiences.judged(Contact.objects.of(acme).all(), survey=survey, touchpoint="", now=MONDAY_9AM)
    )
    found = asking.ground(workspace=acme, contacts=rows, now=MONDAY_9AM)
    face = faces.make(survey=survey)
    verdicts = {}
    for row in rows:
        values = asking.merge_values(survey=survey, contact=row)
        missing = asking.missing_fields(face=face, values=values)
        one = asking.verdict(survey=survey, contact=row, now=MONDAY_9AM, found=found, missing=missing)
        verdicts[row.name] = (one.reason or "", one.until)
    assert {row.name: (row.because, row.until) for row in rows} == verdicts
    assert verdicts["full"] == ("MESSAGE_CAP", MONDAY_9AM + 4 * DAY)
    assert verdicts["asked"] == ("ASKED_RECENTLY", MONDAY_9AM + 4 * DAY)  # both end then: the first is named


def test_the_change_is_taken_back_once(acme: Workspace, owner: User) -> None:
    token = contact_policies.change(workspace=acme, quiet_days=90, cap_count=3, cap_days=30, now=MONDAY_9AM)
    acme.refresh_from_db()
    assert (acme.quiet_days, asking.policy_of(workspace=acme).cap_count) == (90, 3)
    contact_policies.undo(workspace=acme, token=token, now=MONDAY_9AM + timedelta(minutes=1))
    acme.refresh_from_db()
    assert (acme.quiet_days, asking.policy_of(workspace=acme).cap_count) == (30, 0)
    with pytest.raises(contact_policies.TooLate):
        contact_policies.undo(workspace=acme, token=token, now=MONDAY_9AM + timedelta(minutes=2))


def test_what_cannot_hold_is_named_with_its_field(acme: Workspace, globex: Workspace) -> None:
    foreign = BusinessCalendar.objects.of(globex).get()
    with pytest.raises(contact_policies.PolicyError) as refused:
        contact_policies.change(
            workspace=acme, quiet_days=900, cap_days=0, quiet_from=MONDAY_9AM.time(), capacity_share=0,
            minutes_per_case=0, calendar_id=foreign.pk, now=MONDAY_9AM,
        )  # fmt: skip
    assert sorted(refused.value.errors) == [
        "calendar", "cap_days", "capacity_share", "minutes_per_case", "quiet_days", "quiet_to",
    ]  # fmt: skip
