"""The chooser of one more language opens on one that makes sense."""

import pytest

from accounts.models import User, Workspace
from surveys import words
from surveys.models import Survey
from surveys.queries import spoken
from surveys.services import wordings
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


def chosen(acme: Workspace, alice: User) -> str:
    survey = Survey.objects.of(acme).get()
    page = signed_in(alice).get(f"/w/acme/surveys/{survey.public_id}/languages/")
    return str(page.context["form"]["language"].value())


def test_it_opens_on_the_workspaces_language_else_on_the_first_not_spoken_yet(
    acme: Workspace, alice: User
) -> None:
    survey = Survey.objects.of(acme).select_related("workspace").get()
    assert survey.language == acme.language == "en"
    assert chosen(acme, alice) == "de"
    wordings.write(survey=survey, language="de", texts={}, now=MONDAY_9AM)
    assert chosen(acme, alice) == "fr"
    Workspace.objects.filter(pk=acme.pk).update(language="sv")
    assert chosen(acme, alice) == "sv"


def test_every_language_with_words_of_its_own_is_offered() -> None:
    assert set(spoken.OFFERED) == set(words.LANGUAGES)
