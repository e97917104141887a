"""What arises in the demo is found by the product itself: a spike of ten cases, three lessons, a case the owner stands behind."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import User, Workspace
from dashboards.services import demo_arising
from detractors.models import Case, CaseStages, Lesson, Notification, Spike, Sponsor
from detractors.queries import spikes
from detractors.rules import anonymising
from detractors.services import decisions
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_a_spike_lessons_and_an_executive_are_there(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    survey = Survey.objects.of(acme).get()
    for name, ago in (("Erika Alt", timedelta(days=70)), ("Clara Winter", timedelta(minutes=5))):
        person = contacts.upsert(
            workspace=acme, email=f"{name[:5]}@customer.example".lower(), name=name, now=MONDAY_9AM
        )[0]
        responses.record(workspace=acme, survey=survey, contact=person, score=2, now=MONDAY_9AM - ago)
        decisions.decide_pending(now=MONDAY_9AM - ago)
    Case.objects.of(acme).filter(contact__name="Erika Alt").update(opened_at=MONDAY_9AM - timedelta(days=70))
    people = {Role.OWNER: [owner], Role.MANAGER: [alice], Role.AGENT: [bob]}
    demo_arising.furnish(workspace=acme, survey=survey, people=people, now=MONDAY_9AM)
    spike = Spike.objects.of(acme).get()
    assert (spike.name, spike.n, spikes.cases_of(spike=spike).count()) == ("Firmware update", 10, 10)
    assert Notification.objects.of(acme).filter(spike=spike).count() == 2
    lessons = list(Lesson.objects.of(acme))
    assert [one.is_published for one in lessons] == [True] * 3
    assert [anonymising.find(one.words, people=[]) for one in lessons] == [[]] * 3
    assert Sponsor.objects.of(acme).select_related("case__contact").get().case.contact.name == "Clara Winter"
    assert CaseStages.objects.of(acme).count() == Case.objects.of(acme).count() == 12
