from datetime import timedelta

from accounts.models import Workspace
from core.tokens import new_nonce
from surveys.models import Contact, Invitation, Survey
from surveys.queries import answers
from surveys.services import responses, surveys
from tests.conftest import MONDAY_9AM


def test_a_link_opens_its_survey_with_the_persons_own_words(survey: Survey, invitation: Invitation) -> None:
    surveys.change(survey=survey, question="{{ first_name }} of {{ attribute.region }}?", now=MONDAY_9AM)
    opening = answers.open_invitation(token=invitation.link, now=MONDAY_9AM)
    assert opening is not None
    assert opening.question == "Dora of North?"
    assert (opening.is_open, opening.is_live, opening.score, opening.comment) == (True, True, None, "")


def test_an_answer_shows_while_it_may_be_changed(invitation: Invitation) -> None:
    responses.record_by_invitation(token=invitation.link, score=3, comment="Slow", now=MONDAY_9AM)
    end = MONDAY_9AM + timedelta(days=7)
    for moment, is_editable in ((end - timedelta(seconds=1), True), (end, False)):
        opening = answers.open_invitation(token=invitation.link, now=moment)
        assert opening is not None
        assert (opening.score, opening.comment, opening.is_editable) == (3, "Slow", is_editable)


def test_what_nobody_has_opens_nothing(survey: Survey) -> None:
    assert answers.open_invitation(token="x" * 44, now=MONDAY_9AM) is None
    assert answers.open_form(survey_public_id="nobody", submission="", now=MONDAY_9AM) is None


def test_a_form_opens_its_own_answer_only(survey: Survey) -> None:
    form = new_nonce()
    responses.record_by_link(
        survey_public_id=survey.public_id, submission=form, score=3, comment="", now=MONDAY_9AM
    )
    found = [
        answers.open_form(survey_public_id=survey.public_id, submission=name, now=MONDAY_9AM)
        for name in (form, new_nonce(), "")
    ]
    assert [opening and opening.score for opening in found] == [3, None, None]


def test_a_persons_answers_tell_what_they_thought_at_each_moment(
    acme: Workspace, globex: Workspace, survey: Survey, dora: Contact
) -> None:
    for days, score in ((3, 9), (1, 2), (2, 7)):
        moment = MONDAY_9AM - timedelta(days=days)
        responses.record(
            workspace=acme, survey=survey, contact=dora, score=score, responded_at=moment, now=MONDAY_9AM
        )
    responses.record(workspace=acme, survey=survey, score=5, now=MONDAY_9AM)
    assert [row.segment for row in answers.of_contact(contact=dora)] == ["DETRACTOR", "PASSIVE", "PROMOTER"]
