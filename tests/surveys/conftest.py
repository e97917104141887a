"""Dora is a customer of Acme; the survey is the one every workspace starts with."""

import pytest

from accounts.models import Workspace
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services import contacts, invitations, settling
from tests.conftest import MONDAY_9AM


def settle(workspace: Workspace) -> None:
    """What the sweep that decides does first: the answers that wait are settled with their invitations."""
    waiting = Response.objects.of(workspace).filter(decide_at__isnull=False)
    settling.settle(responses=list(waiting.values_list("pk", flat=True)))
    waiting.update(decide_at=None)


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).select_related("workspace").get()


@pytest.fixture
def dora(acme: Workspace) -> Contact:
    person, _ = contacts.upsert(
        workspace=acme,
        email="dora@customer.example",
        name="Dora Doe",
        attributes={"region": "North"},
        now=MONDAY_9AM,
    )
    return person


@pytest.fixture
def invitation(acme: Workspace, survey: Survey, dora: Contact) -> Invitation:
    """A link in Dora's hands, valid for 60 days from Monday 09:00; an answer can be changed for 7."""
    return invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, send=False)
