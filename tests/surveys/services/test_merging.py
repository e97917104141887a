"""Two contacts become one."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent, User, Workspace
from detractors.models import Case, CaseEvent
from detractors.services import decisions
from surveys.models import Campaign, Contact, Invitation, InvitationReminder, Response, Survey
from surveys.services import campaigns, contacts, invitations, merging, responses
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pair(acme: Workspace) -> tuple[Contact, Contact]:
    keep, _ = contacts.upsert(
        workspace=acme,
        email="maya@x.example",
        name="Maya Keller",
        attributes={"region": "North"},
        now=MONDAY_9AM,
    )
    other, _ = contacts.upsert(
        workspace=acme, email="m.keller@work.example", external_id="M7", name="M. Keller", company="Keller AG",
        phone="+4930901820", attributes={"region": "South", "plan": "pro"}, now=MONDAY_9AM - timedelta(days=9),
    )  # fmt: skip
    return keep, other


def answer(acme: Workspace, survey: Survey, contact: Contact, score: int, days_ago: int) -> None:
    responses.record(
        workspace=acme, survey=survey, contact=contact, score=score, now=MONDAY_9AM,
        responded_at=MONDAY_9AM - timedelta(days=days_ago), open_case=True,
    )  # fmt: skip


def test_everything_moves_values_of_the_one_kept_win_and_gaps_are_filled(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact], owner: User
) -> None:
    keep, other = pair
    answer(acme, survey, keep, 10, 30)
    answer(acme, survey, other, 2, 1)
    invitations.invite(workspace=acme, survey=survey, contact=other, now=MONDAY_9AM, send=False)
    decisions.decide_pending(now=MONDAY_9AM)
    before = sorted(Response.objects.of(acme).values_list("pk", "score", "day", "dimensions__channel"))
    shown = merging.preview(keep=keep, other=other)
    assert (shown.counts["answers"], shown.counts["invitations"], shown.counts["cases"], shown.hinders) == (
        1,
        1,
        1,
        "",
    )
    assert ("attribute:region", "North", "South", "North") in shown.values
    merged = merging.merge(keep=keep, other=other, by=owner, now=MONDAY_9AM)
    assert (merged.name, merged.email, merged.external_id, merged.company, merged.phone) == (
        "Maya Keller", "maya@x.example", "M7", "Keller AG", "+4930901820",
    )  # fmt: skip
    assert merged.attributes == {"region": "North", "plan": "pro"}
    assert (merged.last_score, merged.last_segment) == (2, "DETRACTOR")
    assert merged.created_at == MONDAY_9AM - timedelta(days=9)
    assert {row.contact_id for row in Response.objects.of(acme)} == {keep.pk}
    assert {row.contact_id for row in Invitation.objects.of(acme)} == {keep.pk}
    assert Case.objects.of(acme).get().contact_id == keep.pk
    assert CaseEvent.objects.of(acme).filter(kind="NOTE", by=owner).count() == 1
    assert (
        sorted(Response.objects.of(acme).values_list("pk", "score", "day", "dimensions__channel")) == before
    )
    assert AuditEvent.objects.of(acme).filter(act="CONTACTS_MERGED").count() == 1
    assert list(Contact.objects.of(acme).present()) == [keep]


def test_the_other_address_leads_to_the_one_kept(acme: Workspace, pair: tuple[Contact, Contact]) -> None:
    keep, other = pair
    merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)
    again, is_new = contacts.upsert(
        workspace=acme, email="M.Keller@work.example", phone="+491", now=MONDAY_9AM
    )
    assert (again.pk, is_new, again.email, again.phone) == (keep.pk, False, "maya@x.example", "+491")
    counts = contacts.upsert_many(
        workspace=acme, rows=[{"email": "m.keller@work.example", "name": "Maya K."}], now=MONDAY_9AM
    )
    assert (counts.new, counts.changed) == (0, 1)
    assert Contact.objects.of(acme).present().get().name == "Maya K."


def test_two_open_cases_are_in_the_way_and_nothing_moves(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact]
) -> None:
    keep, other = pair
    for contact in pair:
        answer(acme, survey, contact, 1, 0)
    decisions.decide_pending(now=MONDAY_9AM)
    with pytest.raises(merging.CannotMerge, match="Both have an open case"):
        merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)
    assert {row.contact_id for row in Response.objects.of(acme)} == {keep.pk, other.pk}


def test_a_campaign_that_meant_both_asks_once(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact]
) -> None:
    keep, other = pair
    campaign = Campaign(workspace=acme, name="Spring", survey=survey, created_at=MONDAY_9AM)
    campaign.save()
    for contact in pair:
        invitations.invite(workspace=acme, survey=survey, contact=contact, campaign=campaign, now=MONDAY_9AM)
    merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)
    states = list(
        Invitation.objects.of(acme).order_by("round").values_list("contact", "round", "not_sent_because")
    )
    assert states == [(keep.pk, 1, "MERGED"), (keep.pk, 2, "")]


def test_a_campaign_that_asked_both_reminds_once_and_a_late_answer_is_the_ones(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact], owner: User
) -> None:
    keep, other = pair
    campaign = campaigns.create(
        workspace=acme, name="Spring", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM,
        reminders=[campaigns.Reminder(3)],
    )  # fmt: skip
    first, second = (
        invitations.invite(
            workspace=acme, survey=survey, contact=contact, campaign=campaign, now=MONDAY_9AM + at * MINUTE
        )
        for at, contact in enumerate((other, keep))
    )
    invitations.send_due(now=MONDAY_9AM + MINUTE)
    merging.merge(keep=keep, other=other, by=owner, now=MONDAY_9AM + 2 * MINUTE)
    plans = InvitationReminder.objects.of(acme).order_by("pk").values_list("invitation", "skipped_because")
    assert sorted(plans) == [(first.pk, "MERGED"), (second.pk, "")]
    late = responses.record_by_invitation(
        token=first.link, score=9, comment="", now=MONDAY_9AM + timedelta(days=1)
    )
    assert Response.objects.of(acme).get(pk=late.response_id).contact_id == keep.pk
    rows = Invitation.objects.of(acme).filter(campaign=campaign).order_by("round")
    assert [(row.pk, row.contact_id, row.round) for row in rows] == [
        (first.pk, keep.pk, 1),
        (second.pk, keep.pk, 2),
    ]


def test_who_answered_at_the_other_address_is_not_reminded(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact], owner: User
) -> None:
    keep, other = pair
    campaign = campaigns.create(
        workspace=acme, name="Spring", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM,
        reminders=[campaigns.Reminder(3)],
    )  # fmt: skip
    asked = [
        invitations.invite(workspace=acme, survey=survey, contact=contact, campaign=campaign, now=MONDAY_9AM)
        for contact in (keep, other)
    ]
    invitations.send_due(now=MONDAY_9AM)
    responses.record_by_invitation(token=asked[1].link, score=9, comment="", now=MONDAY_9AM)
    merging.merge(keep=keep, other=other, by=owner, now=MONDAY_9AM)
    plans = dict(InvitationReminder.objects.of(acme).values_list("invitation", "skipped_because"))
    assert plans == {asked[0].pk: "ALREADY_ANSWERED", asked[1].pk: "MERGED"}


def test_who_could_not_be_asked_is_asked_at_the_other_address(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact], owner: User
) -> None:
    keep, other = pair
    Contact.objects.of(acme).filter(pk=keep.pk).update(email="")
    keep.refresh_from_db()
    campaign = Campaign(workspace=acme, name="Spring", survey=survey, created_at=MONDAY_9AM)
    campaign.save()
    for contact in pair:
        invitations.invite(workspace=acme, survey=survey, contact=contact, campaign=campaign, now=MONDAY_9AM)
    merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    rows = Invitation.objects.of(acme).order_by("round").values_list("status", "not_sent_because")
    assert list(rows) == [("NOT_SENT", "NO_ADDRESS"), ("QUEUED", "")]


def test_a_no_of_either_is_a_no(acme: Workspace, pair: tuple[Contact, Contact]) -> None:
    keep, other = pair
    contacts.opt_out(contact=other, now=MONDAY_9AM)
    assert merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM).opted_out_at == MONDAY_9AM


def test_nobody_is_merged_with_themselves_nor_twice(acme: Workspace, pair: tuple[Contact, Contact]) -> None:
    keep, other = pair
    with pytest.raises(merging.CannotMerge):
        merging.merge(keep=keep, other=keep, by=None, now=MONDAY_9AM)
    merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)
    with pytest.raises(merging.CannotMerge):
        merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)


def test_erasing_the_one_kept_erases_the_alias(acme: Workspace, pair: tuple[Contact, Contact]) -> None:
    keep, other = pair
    merging.merge(keep=keep, other=other, by=None, now=MONDAY_9AM)
    contacts.erase(contact=keep, now=MONDAY_9AM)
    other.refresh_from_db()
    assert (other.email, other.name, other.erased_at) == ("", "", MONDAY_9AM)


def test_settling_reads_the_last_answer_only(
    acme: Workspace, survey: Survey, pair: tuple[Contact, Contact]
) -> None:
    keep, _other = pair
    Contact.objects.of(acme).filter(pk=keep.pk).update(respondent_type="EMPLOYEE")
    answer(acme, survey, keep, 9, 1)
    answer(acme, survey, keep, 3, 20)
    settle(acme)
    keep.refresh_from_db()
    assert (keep.last_score, keep.last_segment, keep.last_answered_at) == (
        9, "PROMOTER", MONDAY_9AM - timedelta(days=1),
    )  # fmt: skip
    assert set(Response.objects.of(acme).values_list("respondent_type", flat=True)) == {"EMPLOYEE"}
