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


class TemplateKind(models.TextChoices):
    """What the words of a template are for."""

    MAIL = "MAIL", _("Mail")
    SMS = "SMS", _("Text message")
    CALL = "CALL", _("Call script")


class Scope(models.TextChoices):
    """Whose list a kept reply is in."""

    SHARED = "SHARED", _("Everybody")
    TEAM = "TEAM", _("My team")
    PERSONAL = "PERSONAL", _("Only me")


class Came(models.TextChoices):
    """The way a mail came in."""

    WEBHOOK = "WEBHOOK", _("From the mail provider")
    IMAP = "IMAP", _("From a mailbox")


class Line(models.TextChoices):
    """How a mail server is spoken to."""

    TLS = "TLS", _("TLS from the first word")
    STARTTLS = "STARTTLS", _("STARTTLS")
    NONE = "NONE", _("Not encrypted")


class MailKind(models.TextChoices):
    """What a mail that came in is."""

    HUMAN = "HUMAN", _("From a person")
    ABSENCE = "ABSENCE", _("Out of office")
    AUTOMATIC = "AUTOMATIC", _("Automatic answer")
    BOUNCE = "BOUNCE", _("Could not be delivered")
    CHALLENGE = "CHALLENGE", _("Asks the sender to confirm")
    LIST = "LIST", _("Newsletter or mailing list")
    RECEIPT = "RECEIPT", _("Read receipt")
    OWN = "OWN", _("Sent by us")
    DOUBLE = "DOUBLE", _("Already here")
    DOUBTFUL = "DOUBTFUL", _("Perhaps automatic")


class ReceivedState(models.TextChoices):
    """Where a mail that came in is. WAITING is read next; OPENING waits for the case of its complaint."""

    WAITING = "WAITING", _("Being read")
    OPENING = "OPENING", _("Its case is being opened")
    PLACED = "PLACED", _("In its case")
    FILED = "FILED", _("Filed, nothing to do")
    TRAY = "TRAY", _("To be sorted")
    SORTING = "SORTING", _("Sorted, can be undone")


class TrayReason(models.TextChoices):
    """Why nobody but a person can say where a mail belongs."""

    OTHER_ADDRESS = "OTHER_ADDRESS", _("written from an address this customer is not known by")
    OLD_ADDRESS = "OLD_ADDRESS", _("sent to a reply address that is no longer valid")
    UNPROVEN = "UNPROVEN", _("the sender's mail server says it may be forged")
    OPEN_CASE = "OPEN_CASE", _("the customer has an open case, but answers no mail of it")
    DOUBTFUL = "DOUBTFUL", _("perhaps written by a program")
    STRANGER = "STRANGER", _("from somebody who is not known, and mail to us opens no cases")
    TOO_MANY = "TOO_MANY", _("several mails from this address opened cases today")
    EMPTY = "EMPTY", _("there are no words in it")
    NO_SENDER = "NO_SENDER", _("nobody can say who wrote it")
    UNREADABLE = "UNREADABLE", _("it could not be read")
    ERASED = "ERASED", _("this person was erased")
    GONE = "GONE", _("its case is gone")


class SortedAs(models.TextChoices):
    """What a person decided about a mail of the tray."""

    CASE = "CASE", _("Put into a case")
    COMPLAINT = "COMPLAINT", _("Made a case of its own")
    SPAM = "SPAM", _("Spam")
    AUTOMATIC = "AUTOMATIC", _("Automatic")


class Coming(models.TextChoices):
    """What an invited customer answers."""

    YES = "YES", _("Comes")
    MAYBE = "MAYBE", _("Perhaps")
    NO = "NO", _("Does not come")


class AnnouncementState(models.TextChoices):
    DRAFT = "DRAFT", _("Not sent yet")
    SENDING = "SENDING", _("Going out")
    DONE = "DONE", _("Sent")
    STOPPED = "STOPPED", _("Stopped")
