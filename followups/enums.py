"""Codes and labels of follow-ups."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    OUT = "OUT", _("To the customer")
    IN = "IN", _("From the customer")


class FollowUpStep(models.TextChoices):
    """The automatic mails of a case; none of them counts as a first response."""

    ACKNOWLEDGE = "ACKNOWLEDGE", _("We have your answer")
    WAITING = "WAITING", _("What we are waiting for")
    CLOSING = "CLOSING", _("What was done")


class FollowUpStatus(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    SENT = "SENT", _("Sent")
    SKIPPED = "SKIPPED", _("Not sent")


class SkippedBecause(models.TextChoices):
    NO_ADDRESS = "NO_ADDRESS", _("the customer has no e-mail address")
    SUPPRESSED = "SUPPRESSED", _("the address is on the suppression list")
    UNDELIVERABLE = "UNDELIVERABLE", _("the address does not work")
    ERASED = "ERASED", _("the person was erased")
    TOO_LATE = "TOO_LATE", _("it would have come too late")
    NO_LONGER_TRUE = "NO_LONGER_TRUE", _("the case had moved on")
    ALREADY_ANSWERED = "ALREADY_ANSWERED", _("a person had already answered")
    TOO_MANY = "TOO_MANY", _("several automatic mails had just been sent")
    OPTED_OUT = "OPTED_OUT", _("wants no automatic mail about cases")
    LEFT_ALONE = "LEFT_ALONE", _("wants no more messages about this case")
    SWITCHED_OFF = "SWITCHED_OFF", _("switched off by hand")
    NO_FIELD = "NO_FIELD", _("a field of the text has no value for this person")
    STOPPED = "STOPPED", _("it was stopped before it left")


def skip_reasons() -> list[tuple[str, Any]]:
    """Why an automatic mail is not sent; by name, so that a new reason is no migration."""
    return SkippedBecause.choices


class ResurveyStatus(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    ASKED = "ASKED", _("Asked")
    ANSWERED = "ANSWERED", _("Answered")
    UNANSWERED = "UNANSWERED", _("No answer")
    CANCELLED = "CANCELLED", _("Cancelled")
    NOT_ASKED = "NOT_ASKED", _("Could not be asked")


class ThenMove(models.TextChoices):
    """What is done with a case in the act of writing to its customer."""

    WAIT = "WAIT", _("Wait for the customer")
    RESOLVE = "RESOLVE", _("Resolve the case")


class Scope(models.TextChoices):
    """Whose list a kept reply is in."""

    SHARED = "SHARED", _("Everybody")
    TEAM = "TEAM", _("My team")
    PERSONAL = "PERSONAL", _("Only me")


class AnnouncementState(models.TextChoices):
    DRAFT = "DRAFT", _("Not sent yet")
    SENDING = "SENDING", _("Going out")
    DONE = "DONE", _("Sent")
    STOPPED = "STOPPED", _("Stopped")
