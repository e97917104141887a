"""The first steps fill themselves."""

from datetime import timedelta

import pytest

from accounts.enums import Act
from accounts.models import AuditEvent, BusinessCalendar, MemberInvite, User, Workspace
from accounts.services import calendars, checklist, invites, workspaces
from surveys.models import Survey
from surveys.services import contacts, surveys, trying
from tests.conftest import MONDAY_9AM


def done(workspace: Workspace) -> list[str]:
    return [step.code for step in checklist.of(workspace=workspace).steps if step.is_done]


def test_a_new_workspace_has_everything_before_it(acme: Workspace) -> None:
    found = checklist.of(workspace=acme)
    assert [step.code for step in found.steps] == [
        "SENDER", "HOURS", "SURVEY", "TEST_MAIL", "CONTACTS", "PEOPLE",
    ]  # fmt: skip
    assert (found.done, found.total, found.is_open) == (0, 6, True)


def test_each_step_is_done_by_doing_it(acme: Workspace, owner: User) -> None:
    workspaces.change(workspace=acme, reply_to="care@acme.example")
    assert done(acme) == ["SENDER"]
    calendars.change(
        calendar=BusinessCalendar.objects.of(acme).get(),
        time_zone="UTC",
        week={"mon": [["10:00", "12:00"]]},
        now=MONDAY_9AM,
    )
    assert done(acme) == ["SENDER", "HOURS"]
    survey = Survey.objects.of(acme).get()
    surveys.change(survey=survey, question="Would you recommend us?", now=MONDAY_9AM + timedelta(days=1))
    assert done(acme) == ["SENDER", "HOURS", "SURVEY"]
    trying.send(survey=survey, to=owner, now=MONDAY_9AM)
    assert done(acme) == ["SENDER", "HOURS", "SURVEY", "TEST_MAIL"]
    contacts.upsert(workspace=acme, email="ines@customer.example", now=MONDAY_9AM)
    assert done(acme) == ["SENDER", "HOURS", "SURVEY", "TEST_MAIL", "CONTACTS"]
    invites.invite(workspace=acme, by=owner, email="nina@acme.example", role="AGENT", now=MONDAY_9AM)
    found = checklist.of(workspace=acme)
    assert (found.done, found.is_complete, found.is_open) == (6, True, False)


def test_an_invitation_taken_back_invited_nobody(acme: Workspace, owner: User) -> None:
    invites.invite(workspace=acme, by=owner, email="nina@acme.example", role="AGENT", now=MONDAY_9AM)
    assert done(acme) == ["PEOPLE"]
    invites.revoke(invitation=MemberInvite.objects.of(acme).get(), by=owner, now=MONDAY_9AM)
    assert done(acme) == []


def test_a_colleague_who_is_in_counts(acme: Workspace, bob: User) -> None:
    assert done(acme) == ["PEOPLE"]


def test_hours_and_words_can_be_right_as_they_are_and_it_is_recorded_once(
    acme: Workspace, owner: User
) -> None:
    for code in ("HOURS", "SURVEY", "HOURS"):
        checklist.confirm(workspace=acme, code=code, by=owner, now=MONDAY_9AM)
    assert done(acme) == ["HOURS", "SURVEY"]
    lines = AuditEvent.objects.of(acme).filter(act=Act.STEP_CONFIRMED).order_by("pk")
    assert [(line.subject_id, line.actor_id) for line in lines] == [
        ("HOURS", owner.pk), ("SURVEY", owner.pk),
    ]  # fmt: skip


def test_what_must_be_done_cannot_be_waved_through(acme: Workspace, owner: User) -> None:
    with pytest.raises(ValueError, match="CONTACTS"):
        checklist.confirm(workspace=acme, code="CONTACTS", by=owner, now=MONDAY_9AM)


def test_the_steps_of_one_workspace_say_nothing_about_another(
    acme: Workspace, owner: User, globex: Workspace
) -> None:
    checklist.confirm(workspace=acme, code="HOURS", by=owner, now=MONDAY_9AM)
    contacts.upsert(workspace=acme, email="ines@customer.example", now=MONDAY_9AM)
    assert done(globex) == []


def test_hidden_and_shown_again(acme: Workspace) -> None:
    checklist.hide(workspace=acme, now=MONDAY_9AM)
    assert checklist.of(workspace=Workspace.objects.get()).is_open is False
    checklist.show(workspace=acme)
    assert checklist.of(workspace=Workspace.objects.get()).is_open is True
