"""The contact policy in SQL says what the rule says, for every combination of facts."""

from datetime import timedelta
from itertools import product

import pytest

from accounts.models import User, Workspace
from outbox.enums import SuppressionReason, SuppressionScope
from outbox.services.messages import suppress
from surveys.models import Contact, Survey
from surveys.queries import asking, audiences, faces
from surveys.services import campaigns, contacts, surveys
from tests.conftest import MONDAY_9AM

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
ASKED = (None, MONDAY_9AM - 30 * DAY, MONDAY_9AM - 30 * DAY + TICK, MONDAY_9AM - 5 * DAY)
DECLINED = (None, MONDAY_9AM - 30 * DAY, MONDAY_9AM - 5 * DAY, MONDAY_9AM - 2 * DAY)


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).select_related("workspace").get()


@pytest.mark.parametrize(
    ("question", "survey_days"),
    [
        ("Would you recommend {{ company }}?", 0),
        ("{{ first_name }}, {{ attribute.region }}: how was {{ touchpoint }}?", 60),
    ],
)
@pytest.mark.parametrize("touchpoint", ["", "Delivery"])
def test_sql_and_rule_judge_alike(
    acme: Workspace, survey: Survey, question: str, survey_days: int, touchpoint: str
) -> None:
    contacts.upsert(workspace=acme, email="seed@example.org", attributes={"Region": "North"}, now=MONDAY_9AM)
    Contact.objects.of(acme).delete()
    survey = surveys.change(survey=survey, question=question, quiet_days=survey_days, now=MONDAY_9AM)
    rows = []
    facts = product(
        ["", "mail"],
        ["", "Maya Keller"],
        [{}, {"Region": "North"}],
        [None, MONDAY_9AM],
        [None, MONDAY_9AM],
        ASKED,
        DECLINED,
    )
    for at, (email, name, attributes, opted_out, undeliverable, asked, declined) in enumerate(facts):
        rows.append(
            Contact(
                workspace=acme, email=f"{email}{at}@example.org" if email else "", external_id=str(at), name=name,
                attributes=attributes, opted_out_at=opted_out, undeliverable_at=undeliverable, last_asked_at=asked,
                last_declined_at=declined, created_at=MONDAY_9AM, updated_at=MONDAY_9AM,
            )
        )  # fmt: skip
    Contact.objects.of(acme).bulk_create(rows)
    for address in Contact.objects.of(acme).exclude(email="").values_list("email", flat=True)[::7]:
        suppress(
            workspace=acme, address=address, scope=SuppressionScope.SURVEYS, reason=SuppressionReason.MANUAL,
            source="staff", now=MONDAY_9AM,
        )  # fmt: skip
    face = faces.make(survey=survey)
    judged = list(
        audiences.judged(Contact.objects.of(acme).all(), survey=survey, touchpoint=touchpoint, now=MONDAY_9AM)
    )
    ground = asking.ground(workspace=acme, contacts=judged, now=MONDAY_9AM)
    by_sql = [(row.external_id, row.because, row.until) for row in judged]
    by_rule = []
    for row in judged:
        values = asking.merge_values(survey=survey, contact=row, touchpoint=touchpoint)
        verdict = asking.verdict(
            survey=survey, contact=row, now=MONDAY_9AM, found=ground,
            missing=asking.missing_fields(face=face, values=values),
        )  # fmt: skip
        by_rule.append((row.external_id, verdict.reason or "", verdict.until))
    assert len(judged) == 512
    assert by_sql == by_rule


def test_a_closed_survey_asks_nobody(acme: Workspace, owner: User, survey: Survey) -> None:
    contacts.upsert(workspace=acme, email="a@example.org", now=MONDAY_9AM)
    surveys.close(survey=survey, now=MONDAY_9AM)
    campaign = campaigns.create(
        workspace=acme, name="x", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM
    )
    preview = audiences.preview(campaign=campaign, now=MONDAY_9AM)
    assert (preview.people, preview.asked, preview.left_out) == (1, 0, {"SURVEY_CLOSED": 1})


def test_a_preview_counts_every_reason_most_frequent_first(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    for at in range(4):
        contacts.upsert(workspace=acme, email=f"fine{at}@example.org", now=MONDAY_9AM)
    for at in range(2):
        contacts.upsert(workspace=acme, external_id=f"none{at}", now=MONDAY_9AM)
    out, _new = contacts.upsert(workspace=acme, email="out@example.org", now=MONDAY_9AM)
    contacts.opt_out(contact=out, now=MONDAY_9AM)
    campaign = campaigns.create(
        workspace=acme, name="x", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM
    )
    preview = audiences.preview(campaign=campaign, now=MONDAY_9AM)
    assert (preview.people, preview.asked) == (7, 4)
    assert list(preview.left_out.items()) == [("NO_ADDRESS", 2), ("OPTED_OUT", 1)]
