"""A link for each source, and what its answers carry."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import User, Workspace
from core.tokens import new_nonce
from surveys.models import PublicLink, Response, Survey, Touchpoint
from surveys.queries import answers
from surveys.queries import public_links as queries
from surveys.services import public_links, responses
from tests.conftest import MONDAY_9AM

LATER = MONDAY_9AM + timedelta(hours=1)


def make(survey: Survey, source: str = "Newsletter", **facts: object) -> PublicLink:
    return public_links.create(
        workspace=survey.workspace, survey=survey, source=source, now=MONDAY_9AM, **facts  # type: ignore[arg-type]
    )  # fmt: skip


def answer(public_id: str, score: int, submission: str = "", channel: str = "LINK") -> Response:
    recorded = responses.record_by_link(
        survey_public_id=public_id,
        submission=submission or new_nonce(),
        score=score,
        comment="",
        channel=channel,
        now=LATER,
    )
    row: Response = Response.objects.across_workspaces().get(pk=recorded.response_id)
    return row


@pytest.fixture
def delivery(acme: Workspace) -> Touchpoint:
    row = Touchpoint(workspace=acme, name="Delivery", created_at=MONDAY_9AM)
    row.save()
    return row


def test_an_answer_through_a_link_carries_its_source_touchpoint_and_channel(
    survey: Survey, delivery: Touchpoint
) -> None:
    plain, kiosk = make(survey, touchpoint=delivery), make(survey, "Counter", is_kiosk=True)
    one, two, three = answer(plain.public_id, 9), answer(kiosk.public_id, 3), answer(survey.public_id, 8)
    assert [(row.survey, row.source, row.touchpoint, row.channel) for row in (one, two, three)] == [
        (survey, "Newsletter", delivery, "LINK"),
        (survey, "Counter", None, "KIOSK"),
        (survey, "", None, "LINK"),
    ]
    assert [row.dimensions for row in (one, two)] == [
        {"touchpoint": "Delivery", "channel": "LINK", "language": "en"},
        {"channel": "KIOSK", "language": "en"},
    ]


def test_one_form_is_one_answer_through_whatever_link_it_is_sent(survey: Survey) -> None:
    link, form = make(survey), new_nonce()
    first, again = answer(link.public_id, 9, form), answer(link.public_id, 4, form)
    assert (first.pk, again.score, again.source) == (again.pk, 4, "Newsletter")
    assert Response.objects.of(survey.workspace).count() == 1


def test_a_source_has_one_link_of_a_survey(survey: Survey) -> None:
    make(survey, "  Newsletter ")
    with pytest.raises(ValidationError) as refused:
        make(survey, "Newsletter")
    assert refused.value.message_dict == {"source": ["This source has a link already."]}
    assert PublicLink.objects.of(survey.workspace).count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"source": " \t "}, "source"),
        ({"source": "x" * 81}, "source"),
        ({"kiosk_seconds": 2}, "kiosk_seconds"),
        ({"kiosk_seconds": 121}, "kiosk_seconds"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(survey: Survey, facts: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make(survey, **facts)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]


def test_a_link_of_another_workspaces_survey_cannot_be_made(survey: Survey, globex: Workspace) -> None:
    with pytest.raises(ValueError, match="another workspace"):
        public_links.create(workspace=globex, survey=survey, source="Newsletter", now=MONDAY_9AM)


def test_an_archived_link_takes_no_answers_until_it_is_taken_back(survey: Survey) -> None:
    link = public_links.archive(link=make(survey), now=LATER)
    assert public_links.archive(link=link, now=LATER + timedelta(days=1)).archived_at == LATER
    with pytest.raises(responses.ClosedSurvey):
        answer(link.public_id, 9)
    opening = answers.open_form(survey_public_id=link.public_id, submission="", now=LATER)
    assert opening is not None
    assert opening.is_open is False
    assert answer(survey.public_id, 9).score == 9  # the survey itself is open
    assert public_links.restore(link=link).archived_at is None
    assert answer(link.public_id, 10).source == "Newsletter"


def test_a_kiosk_shows_no_answer_that_was_given(survey: Survey) -> None:
    kiosk, plain, form = make(survey, "Counter", is_kiosk=True, kiosk_seconds=20), make(survey), new_nonce()
    answer(kiosk.public_id, 2, form)
    shown = [
        answers.open_form(survey_public_id=public_id, submission=form, now=LATER)
        for public_id in (kiosk.public_id, plain.public_id)
    ]
    assert [(one.score, one.kiosk_seconds) for one in shown if one] == [(None, 20), (2, None)]


def test_figures_count_each_source_with_its_n(survey: Survey, delivery: Touchpoint) -> None:
    poster, letter = make(survey, "Poster"), make(survey, "Letter")
    for score in (10, 9, 8, 0):
        answer(poster.public_id, score)
    doubtful = answer(poster.public_id, 0)
    responses.set_trust(response=doubtful, trust="LIKELY_SCANNER", now=LATER)
    answer(letter.public_id, 3)
    answer(survey.public_id, 10)
    assert queries.figures(survey=survey) == {
        "Poster": queries.Figures(5, 4, 25.0),
        "Letter": queries.Figures(1, 1, -100.0),
    }


@pytest.mark.django_db
def test_the_figures_of_links_have_an_index_of_their_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'response_of_source'")
        (definition,) = cursor.fetchone()
    assert "(survey_id, source) WHERE" in definition


def test_who_made_a_link_is_remembered(survey: Survey, owner: User) -> None:
    assert make(survey, by=owner).created_by == owner
