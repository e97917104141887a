from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from core.tokens import link_token, new_nonce
from surveys import signals
from surveys.enums import Metric, Purpose, Trust
from surveys.models import Contact, Invitation, InvitationChange, Response, ResponseChange, Survey
from surveys.rules.verbatim import TextTooLong
from surveys.services import contacts, invitations, responses, surveys, touchpoints
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

MINUTE = timedelta(minutes=1)


def answer(
    invitation: Invitation, score: int, comment: str = "", now: datetime = MONDAY_9AM
) -> responses.Recorded:
    return responses.record_by_invitation(token=invitation.link, score=score, comment=comment, now=now)


def history(workspace: Workspace) -> list[tuple[object, ...]]:
    rows = ResponseChange.objects.of(workspace).order_by("id")
    return list(
        rows.values_list("before_series", "before_score", "after_series", "after_score", "comment_before")
    )


def stages(workspace: Workspace) -> list[str]:
    return sorted(InvitationChange.objects.of(workspace).values_list("stage", flat=True))


def test_the_first_answer_is_kept_with_everything_it_is_counted_by(
    acme: Workspace, survey: Survey, dora: Contact, invitation: Invitation
) -> None:
    recorded = answer(invitation, 3, "Too slow\r\nand rude\x00")
    row = Response.objects.of(acme).get()
    assert (recorded.is_new, recorded.response_id) == (True, row.pk)
    assert (row.survey, row.contact, row.invitation, row.metric) == (survey, dora, invitation, "NPS")
    assert (row.score, row.segment, row.comment) == (3, "DETRACTOR", "Too slow\nand rude")
    assert (row.channel, row.trust, row.purpose, row.language) == ("EMAIL", "CONFIRMED", "SURVEY", "en")
    assert row.dimensions == {"channel": "EMAIL", "language": "en", "attribute:region": "North"}
    assert (row.day, row.responded_at, row.received_at) == (date(2026, 3, 2), MONDAY_9AM, MONDAY_9AM)
    assert row.decide_at == MONDAY_9AM
    assert history(acme) == [(None, None, "HEADLINE", 3, "")]


@pytest.mark.parametrize(
    ("score", "segment"),
    [(0, "DETRACTOR"), (6, "DETRACTOR"), (7, "PASSIVE"), (8, "PASSIVE"), (9, "PROMOTER"), (10, "PROMOTER")],
)
def test_the_segment_in_the_database_is_the_rules(invitation: Invitation, score: int, segment: str) -> None:
    assert answer(invitation, score).segment == segment


@pytest.mark.parametrize(
    ("metric", "low", "high"), [("NPS", 0, 10), ("CSAT", 1, 5), ("CES", 1, 7), ("STARS", 1, 5)]
)
def test_a_score_outside_the_metric_is_refused_with_its_bounds(
    acme: Workspace, survey: Survey, dora: Contact, metric: str, low: int, high: int
) -> None:
    surveys.change(survey=survey, metric=Metric(metric), now=MONDAY_9AM)
    link = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, send=False)
    for wrong in (low - 1, high + 1, 99_999, True):
        with pytest.raises(responses.ScoreOutOfRange) as refused:
            answer(link, wrong)
        assert (refused.value.low, refused.value.high) == (low, high)
        assert str(refused.value) == f"Choose a whole number from {low} to {high}."
    assert not Response.objects.of(acme).exists()
    answer(link, high)
    answer(link, low)
    assert Response.objects.of(acme).get().score == low


def test_the_same_answer_twice_changes_nothing(acme: Workspace, invitation: Invitation) -> None:
    answer(invitation, 3, "Slow")
    again = answer(invitation, 3, "Slow", MONDAY_9AM + MINUTE)
    assert (again.is_new, again.is_changed) == (False, False)
    assert history(acme) == [(None, None, "HEADLINE", 3, "")]
    assert Response.objects.of(acme).get().amended_at is None


def test_a_second_answer_amends_the_first_and_keeps_the_history(
    acme: Workspace, invitation: Invitation
) -> None:
    answer(invitation, 9)
    Response.objects.of(acme).update(decide_at=None)
    later = MONDAY_9AM + MINUTE
    down = answer(invitation, 2, "It broke", later)
    assert (down.is_new, down.is_changed, down.segment) == (False, True, "DETRACTOR")
    row = Response.objects.of(acme).get()
    assert (row.score, row.segment, row.comment) == (2, "DETRACTOR", "It broke")
    assert (row.amended_at, row.decide_at, row.responded_at) == (later, later, MONDAY_9AM)
    answer(invitation, 10, "Repaired!", later + MINUTE)
    assert history(acme) == [
        (None, None, "HEADLINE", 9, ""),
        ("HEADLINE", 9, "HEADLINE", 2, ""),
        ("HEADLINE", 2, "HEADLINE", 10, "It broke"),
    ]
    settle(acme)
    assert stages(acme) == ["ANSWERED", "COMMENTED"]


def test_an_empty_comment_leaves_the_earlier_one_and_words_alone_reach_whoever_has_the_case(
    acme: Workspace, invitation: Invitation
) -> None:
    answer(invitation, 3, "Slow")
    answer(invitation, 4, "")
    assert Response.objects.of(acme).get().comment == "Slow"
    Response.objects.of(acme).update(decide_at=None)
    answer(invitation, 4, "Slow and rude")
    row = Response.objects.of(acme).get()
    assert (row.comment, row.decide_at) == ("Slow and rude", row.amended_at)


def test_the_edit_window_ends_to_the_second(acme: Workspace, invitation: Invitation) -> None:
    answer(invitation, 3)
    end = MONDAY_9AM + timedelta(days=7)
    answer(invitation, 4, now=end - timedelta(seconds=1))
    with pytest.raises(responses.NoLongerEditable):
        answer(invitation, 5, now=end)
    assert answer(invitation, 4, now=end).is_changed is False  # what is there already is no change
    assert Response.objects.of(acme).get().score == 4


def test_a_link_ends_to_the_second_but_an_answer_given_in_time_can_still_be_changed(
    acme: Workspace, invitation: Invitation, survey: Survey
) -> None:
    end = MONDAY_9AM + timedelta(days=60)
    with pytest.raises(responses.ExpiredLink):
        answer(invitation, 3, now=end)
    answer(invitation, 3, now=end - timedelta(seconds=1))
    answer(invitation, 4, now=end + timedelta(days=1))
    surveys.close(survey=survey, now=MONDAY_9AM)
    answer(invitation, 5, now=end + timedelta(days=2))
    assert Response.objects.of(acme).get().score == 5


def test_a_closed_survey_takes_no_answer(acme: Workspace, invitation: Invitation, survey: Survey) -> None:
    surveys.close(survey=survey, now=MONDAY_9AM)
    with pytest.raises(responses.ClosedSurvey):
        answer(invitation, 3)
    assert not Response.objects.of(acme).exists()


@pytest.mark.parametrize("token", ["", "x" * 44, "../../etc", "another purpose"])
def test_a_token_of_nobody_or_of_another_purpose_is_unknown(invitation: Invitation, token: str) -> None:
    if token == "another purpose":
        token = link_token("unsubscribe", invitation.link_nonce)
    with pytest.raises(responses.UnknownLink):
        responses.record_by_invitation(token=token, score=3, comment="", now=MONDAY_9AM)


def test_a_well_made_token_without_invitation_is_unknown(db: None) -> None:
    with pytest.raises(responses.UnknownLink):
        responses.record_by_invitation(
            token=link_token("survey", new_nonce()), score=3, comment="", now=MONDAY_9AM
        )


def test_a_second_question_after_a_fix_has_a_line_of_its_own(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    first = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, send=False)
    second = invitations.invite(
        workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, send=False, purpose=Purpose.RESURVEY
    )
    answer(first, 2)
    answer(second, 10)
    assert history(acme) == [(None, None, "HEADLINE", 2, ""), (None, None, "RESURVEY", 10, "")]
    assert [row.score for row in Response.objects.of(acme).headline()] == [2]


def test_an_answer_is_never_lost_whatever_its_mail_came_to(acme: Workspace, invitation: Invitation) -> None:
    Invitation.objects.of(acme).update(status="NOT_SENT", not_sent_because="MAIL_FAILED")
    answer(invitation, 3)
    settle(acme)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.not_sent_because) == ("ANSWERED", "")


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 2, 10, 59, tzinfo=UTC), date(2026, 3, 2)),
        ("Pacific/Auckland", datetime(2026, 3, 2, 11, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("America/New_York", datetime(2026, 3, 2, 4, 59, tzinfo=UTC), date(2026, 3, 1)),
        ("America/New_York", datetime(2026, 3, 2, 5, 0, tzinfo=UTC), date(2026, 3, 2)),
        (
            "Europe/Berlin",
            datetime(2026, 3, 29, 21, 59, tzinfo=UTC),
            date(2026, 3, 29),
        ),  # the day summer time begins
        ("Europe/Berlin", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_the_day_is_the_workspaces(
    acme: Workspace, survey: Survey, zone: str, moment: datetime, day: date
) -> None:
    Workspace.objects.filter(pk=acme.pk).update(time_zone=zone)
    row = responses.record(workspace=acme, survey=survey, score=5, now=moment)
    assert row.day == day
    assert ResponseChange.objects.of(acme).get().day == day


def test_dimensions_are_those_of_the_moment(
    acme: Workspace, survey: Survey, dora: Contact, invitation: Invitation
) -> None:
    answer(invitation, 3)
    contacts.update(contact=dora, attributes={"region": "South"}, now=MONDAY_9AM)
    answer(invitation, 4, now=MONDAY_9AM + MINUTE)
    changes = ResponseChange.objects.of(acme).order_by("id").values_list("dimensions", flat=True)
    assert [change["attribute:region"] for change in changes] == ["North", "North"]


def test_record_keeps_what_the_api_says(acme: Workspace, survey: Survey, dora: Contact) -> None:
    place = touchpoints.ensure(workspace=acme, name="Checkout", now=MONDAY_9AM)
    moment = MONDAY_9AM - timedelta(days=400)
    row = responses.record(
        workspace=acme, survey=survey, contact=dora, score=8, comment="Fine", touchpoint=place, channel="SMS",
        responded_at=moment, answers={"why": "price"}, trust=Trust.IMPORTED, open_case=True, now=MONDAY_9AM,
    )  # fmt: skip
    assert (row.contact, row.touchpoint, row.channel, row.trust) == (dora, place, "SMS", "IMPORTED")
    assert (row.responded_at, row.received_at, row.day) == (moment, MONDAY_9AM, moment.date())
    assert (row.answers, row.open_case) == ({"why": "price"}, True)
    assert row.dimensions == {
        "channel": "SMS", "language": "en", "touchpoint": "Checkout", "attribute:region": "North"
    }  # fmt: skip


def test_record_takes_answers_given_elsewhere_to_a_closed_survey(acme: Workspace, survey: Survey) -> None:
    surveys.close(survey=survey, now=MONDAY_9AM)
    assert responses.record(workspace=acme, survey=survey, score=8, now=MONDAY_9AM).score == 8


def test_an_answer_cannot_come_from_the_future(acme: Workspace, survey: Survey) -> None:
    soon = MONDAY_9AM + timedelta(minutes=5)
    responses.record(workspace=acme, survey=survey, score=8, responded_at=soon, now=MONDAY_9AM)
    with pytest.raises(responses.AnswerFromTheFuture):
        responses.record(
            workspace=acme, survey=survey, score=8, responded_at=soon + timedelta(seconds=1), now=MONDAY_9AM
        )


def test_rows_of_another_workspace_are_refused(
    acme: Workspace, globex: Workspace, survey: Survey, dora: Contact
) -> None:
    with pytest.raises(ValueError, match="another workspace"):
        responses.record(workspace=globex, survey=survey, score=8, now=MONDAY_9AM)
    with pytest.raises(ValueError, match="another workspace"):
        responses.record(
            workspace=globex, survey=Survey.objects.of(globex).get(), contact=dora, score=8, now=MONDAY_9AM
        )


def test_one_submission_is_one_answer(acme: Workspace, survey: Survey) -> None:
    form = new_nonce()
    for score in (3, 3, 4):
        responses.record(workspace=acme, survey=survey, score=score, submission=form, now=MONDAY_9AM)
    assert Response.objects.of(acme).get().score == 4
    responses.record(workspace=acme, survey=survey, score=3, submission=new_nonce(), now=MONDAY_9AM)
    assert Response.objects.of(acme).count() == 2


def test_amend_and_its_window(acme: Workspace, survey: Survey) -> None:
    row = responses.record(workspace=acme, survey=survey, score=3, comment="Slow", now=MONDAY_9AM)
    row = responses.amend(response=row, score=7, now=MONDAY_9AM)
    assert (row.score, row.segment, row.comment) == (7, "PASSIVE", "Slow")
    assert responses.amend(response=row, comment="", now=MONDAY_9AM).comment == ""
    with pytest.raises(responses.ScoreOutOfRange):
        responses.amend(response=row, score=11, now=MONDAY_9AM)
    with pytest.raises(responses.NoLongerEditable):
        responses.amend(response=row, score=1, now=MONDAY_9AM + timedelta(days=7))
    with pytest.raises(TextTooLong):
        responses.amend(response=row, comment="x" * 10_001, now=MONDAY_9AM)


def test_trust_moves_an_answer_between_the_lines_at_any_time(acme: Workspace, survey: Survey) -> None:
    row = responses.record(workspace=acme, survey=survey, score=3, now=MONDAY_9AM)
    years_later = MONDAY_9AM + timedelta(days=1000)
    row = responses.set_trust(response=row, trust=Trust.LIKELY_SCANNER, now=years_later)
    assert (row.trust, row.decide_at) == ("LIKELY_SCANNER", years_later)
    assert not Response.objects.of(acme).headline().exists()
    responses.set_trust(response=row, trust=Trust.STAFF, now=years_later)
    assert history(acme)[1:] == [("HEADLINE", 3, "DOUBTFUL", 3, ""), ("DOUBTFUL", 3, "HEADLINE", 3, "")]


def test_what_happened_is_told_after_commit(
    acme: Workspace, invitation: Invitation, django_capture_on_commit_callbacks: object
) -> None:
    told: list[tuple[str, int]] = []

    def on_recorded(*, response_id: int, **_: object) -> None:
        told.append(("recorded", response_id))

    def on_amended(*, response_id: int, purpose: str, **_: object) -> None:
        told.append((f"amended {purpose}", response_id))

    def on_trust_changed(*, response_id: int, **_: object) -> None:
        told.append(("trust changed", response_id))

    signals.response_recorded.connect(on_recorded)
    signals.response_amended.connect(on_amended)
    signals.response_trust_changed.connect(on_trust_changed)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        pk = answer(invitation, 3).response_id
        answer(invitation, 3)
        answer(invitation, 4)
        row = Response.objects.of(acme).get()
        responses.set_trust(response=row, trust=Trust.FORWARDED, now=MONDAY_9AM)
        responses.set_trust(response=row, trust=Trust.FORWARDED, now=MONDAY_9AM)
        assert told == []
    signals.response_recorded.disconnect(on_recorded)
    signals.response_amended.disconnect(on_amended)
    signals.response_trust_changed.disconnect(on_trust_changed)
    assert told == [("recorded", pk), ("amended SURVEY", pk), ("trust changed", pk)]


def test_a_first_answer_is_one_statement_and_a_changed_one_two(invitation: Invitation) -> None:
    with CaptureQueriesContext(
        connection,
    ) as first:
        answer(invitation, 3, "Slow")
    with CaptureQueriesContext(connection) as second:
        answer(invitation, 4, "Slow")
    assert (len(first), len(second)) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_sixteen_racers_on_one_link_make_one_answer_with_an_unbroken_history(
    acme: Workspace, invitation: Invitation
) -> None:
    def race(turn: int) -> bool:
        try:
            return answer(invitation, turn % 11, f"racer {turn}").is_new
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(race, range(48)))
    assert sum(outcomes) == 1
    row = Response.objects.of(acme).get()
    changes = history(acme)
    assert (changes[0][0], changes[0][1]) == (None, None)
    for earlier, later in pairwise(changes):
        assert later[1] == earlier[3], "each change starts from what the one before left"
    assert changes[-1][3] == row.score
    settle(acme)
    assert stages(acme) == ["ANSWERED", "COMMENTED"]


@pytest.mark.django_db(transaction=True)
def test_racers_of_one_form_make_one_answer(acme: Workspace, survey: Survey) -> None:
    form = new_nonce()

    def race(turn: int) -> bool:
        try:
            return responses.record_by_link(
                survey_public_id=survey.public_id,
                submission=form,
                score=turn % 11,
                comment="",
                now=MONDAY_9AM,
            ).is_new
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(race, range(48))) == 1
    assert Response.objects.of(acme).count() == 1
