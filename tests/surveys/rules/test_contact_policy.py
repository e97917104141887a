from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.contact_policy import DELAYS, PRECEDENCE, SENTENCES, WAITS, Facts, Policy, may_ask

MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
REACHABLE = Facts(has_address=True)

HOLDS = {
    "ERASED": {"erased": True},
    "MERGED": {"merged": True},
    "SURVEY_CLOSED": {"survey_open": False},
    "NO_ADDRESS": {"has_address": False},
    "NO_PHONE": {"lacks_phone": True},
    "SMS_STOPPED": {"sms_stopped": True},
    "SMS_OFF": {"sms_off": True},
    "SMS_COUNTRY": {"sms_country_closed": True},
    "SUPPRESSED": {"suppressed": True},
    "OPTED_OUT": {"opted_out": True},
    "UNDELIVERABLE": {"undeliverable": True},
    "MISSING_FIELD": {"missing_fields": ("first_name",)},
    "DECLINED_RECENTLY": {"last_declined_at": MONDAY_9AM - DAY},
    "ASKED_RECENTLY": {"last_asked_at": MONDAY_9AM - 2 * DAY},
    "MESSAGE_CAP": {"capped_until": MONDAY_9AM + DAY},
}


def test_nothing_in_the_way_means_yes():
    verdict = may_ask(REACHABLE, Policy(), now=MONDAY_9AM)
    assert (verdict.allowed, verdict.reason, verdict.until, str(verdict.sentence)) == (
        True,
        None,
        None,
        "May be asked now.",
    )


@pytest.mark.parametrize("reason", PRECEDENCE)
def test_each_reason_alone_is_named(reason):
    verdict = may_ask(replace(REACHABLE, **HOLDS[reason]), Policy(), now=MONDAY_9AM)
    assert (verdict.allowed, verdict.reason, verdict.sentence.code) == (False, reason, reason)
    assert (verdict.until is not None) is (reason in WAITS)


@given(st.sets(st.sampled_from(PRECEDENCE), min_size=1))
def test_of_several_reasons_exactly_the_first_by_precedence_is_named(reasons):
    facts = REACHABLE
    for reason in reasons:
        facts = replace(facts, **HOLDS[reason])
    assert may_ask(facts, Policy(), now=MONDAY_9AM).reason == min(reasons, key=PRECEDENCE.index)


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == {*PRECEDENCE, *DELAYS}


@pytest.mark.parametrize(
    ("quiet", "survey", "days"), [(30, 0, 30), (30, 90, 90), (90, 30, 90), (30, 30, 30), (0, 7, 7)]
)
def test_the_larger_of_floor_and_survey_wait_wins_to_the_second(quiet, survey, days):
    policy = Policy(quiet_days=quiet, survey_wait_days=survey)
    asked = replace(REACHABLE, last_asked_at=MONDAY_9AM)
    end = MONDAY_9AM + days * DAY
    early = may_ask(asked, policy, now=end - timedelta(seconds=1))
    assert (early.reason, early.until) == ("ASKED_RECENTLY", end)
    assert may_ask(asked, policy, now=end).allowed is True


def test_a_decline_is_respected_for_thirty_days_even_without_a_quiet_period():
    facts = replace(REACHABLE, last_declined_at=MONDAY_9AM)
    policy = Policy(quiet_days=0)
    assert (
        may_ask(facts, policy, now=MONDAY_9AM + 30 * DAY - timedelta(seconds=1)).reason == "DECLINED_RECENTLY"
    )
    assert may_ask(facts, policy, now=MONDAY_9AM + 30 * DAY).allowed is True


@pytest.mark.parametrize(
    ("asked_days_ago", "declined_days_ago", "reason"),
    [(1, 10, "ASKED_RECENTLY"), (10, 1, "DECLINED_RECENTLY"), (5, 5, "DECLINED_RECENTLY")],
)
def test_of_two_waits_the_one_that_ends_last_is_named(asked_days_ago, declined_days_ago, reason):
    facts = replace(
        REACHABLE,
        last_asked_at=MONDAY_9AM - asked_days_ago * DAY,
        last_declined_at=MONDAY_9AM - declined_days_ago * DAY,
    )
    verdict = may_ask(facts, Policy(), now=MONDAY_9AM)
    assert (verdict.reason, verdict.until) == (
        reason,
        MONDAY_9AM + 29 * DAY if 1 in (asked_days_ago, declined_days_ago) else MONDAY_9AM + 25 * DAY,
    )
    assert may_ask(facts, Policy(), now=verdict.until).allowed is True


def test_the_sentence_says_when_and_what_is_missing():
    asked = may_ask(replace(REACHABLE, last_asked_at=MONDAY_9AM), Policy(), now=MONDAY_9AM + DAY)
    assert (
        str(asked.sentence) == "Asked within the last 30 days; may be asked again from 2026-12-23 09:00 UTC."
    )
    missing = may_ask(replace(REACHABLE, missing_fields=("first_name", "company")), Policy(), now=MONDAY_9AM)
    assert str(missing.sentence) == "The mail needs first_name, company, which this person does not have."
