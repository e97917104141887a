"""Codes and labels of playbooks."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.enums import SkippedBecause


class PlaybookEvent(models.TextChoices):
    """What a playbook begins with."""

    CASE_OPENED = "CASE_OPENED", _("A case is opened")
    NO_COMMENT = "NO_COMMENT", _("A score comes without words")
    SILENCE = "SILENCE", _("The customer does not answer")
    WAITING = "WAITING", _("We wait for the customer")
    RESOLVED = "RESOLVED", _("A case is resolved")
    RECOVERED = "RECOVERED", _("A customer is recovered")
    NOT_RECOVERED = "NOT_RECOVERED", _("A customer is not recovered")
    PASSIVE = "PASSIVE", _("A passive answers")
    PROMOTER = "PROMOTER", _("A promoter answers")


class StepKind(models.TextChoices):
    """What a step does."""

    MAIL = "MAIL", _("Send a mail")
    SMS = "SMS", _("Send a text message")
    TASK = "TASK", _("Give somebody a task")
    STATUS = "STATUS", _("Move the case")
    TAG = "TAG", _("Put tags on the case")
    ASSIGN = "ASSIGN", _("Give the case to somebody")


class TaskWhat(models.TextChoices):
    """What a person is asked to do."""

    CALL = "CALL", _("Call")
    LETTER = "LETTER", _("Write a letter")
    GIFT = "GIFT", _("Send a gift")
    OTHER = "OTHER", _("Something else")


class Whom(models.TextChoices):
    """Who does a task, or gets the case."""

    OWNER = "OWNER", _("The owner of the case")
    LEAD = "LEAD", _("The team's lead")
    MANAGER = "MANAGER", _("A manager")
    EXECUTIVE = "EXECUTIVE", _("An executive")
    MEMBER = "MEMBER", _("One person")
    TEAM = "TEAM", _("A team")


class MoveTo(models.TextChoices):
    """Where a step moves a case."""

    WAITING = "WAITING", _("Waiting for the customer")
    OPEN = "OPEN", _("Back to work")
    STATUS = "STATUS", _("A status of your own, of the same kind")


class DelayUnit(models.TextChoices):
    MINUTES = "MINUTES", _("minutes")
    HOURS = "HOURS", _("hours")
    DAYS = "DAYS", _("days")


class DelayFrom(models.TextChoices):
    """What a delay is counted from."""

    EVENT = "EVENT", _("after it happened")
    STEP = "STEP", _("after the step before")


class Stop(models.TextChoices):
    """What ends a running playbook, where it says so."""

    CUSTOMER_WROTE = "CUSTOMER_WROTE", _("the customer wrote")
    PERSON_REPLIED = "PERSON_REPLIED", _("a person wrote or called")
    RESOLVED = "RESOLVED", _("the case was resolved")
    CLOSED = "CLOSED", _("the case was closed")
    REASSIGNED = "REASSIGNED", _("the case was given to somebody else")
    OPTED_OUT = "OPTED_OUT", _("the customer wants no more of these messages")


class RunState(models.TextChoices):
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    STOPPED = "STOPPED", _("Stopped")


class RunEnd(models.TextChoices):
    """Why a running playbook ended before its last step; besides every Stop."""

    NO_LONGER_TRUE = "NO_LONGER_TRUE", _("what it began with is no longer so")
    CONDITIONS = "CONDITIONS", _("its conditions no longer hold")
    ERASED = "ERASED", _("the person was erased")
    CALLED_OFF = "CALLED_OFF", _("the playbook was switched off")
    ANEW = "ANEW", _("it began anew")
    BY_HAND = "BY_HAND", _("somebody stopped it")


class StepState(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    DONE = "DONE", _("Done")
    SKIPPED = "SKIPPED", _("Not done")


class NotDone(models.TextChoices):
    """Why a step was not done; besides the reasons of mails, and of its run's end."""

    BY_HAND = "BY_HAND", _("skipped by hand")
    CONDITION = "CONDITION", _("its condition did not hold")
    OVERTAKEN = "OVERTAKEN", _("the next message was due already")
    NO_NUMBER = "NO_NUMBER", _("the customer has no telephone number")
    NO_GATEWAY = "NO_GATEWAY", _("text messages are not set up")
    NO_WORDS = "NO_WORDS", _("its template has no words")
    NOT_POSSIBLE = "NOT_POSSIBLE", _("the case could not be moved there")
    NOBODY = "NOBODY", _("there is nobody to do it")


def playbook_events() -> list[tuple[str, Any]]:
    """What a playbook can begin with; by name, so that a new event is no migration."""
    return PlaybookEvent.choices


def step_kinds() -> list[tuple[str, Any]]:
    """What a step can do; by name, so that a new kind is no migration."""
    return StepKind.choices


def run_ends() -> list[tuple[str, Any]]:
    """Why a run can end early."""
    return [*Stop.choices, *RunEnd.choices]


def not_done() -> list[tuple[str, Any]]:
    """Why a step may not be done: of its own, as a message, or because its run ended."""
    return list(dict([*run_ends(), *SkippedBecause.choices, *NotDone.choices]).items())
