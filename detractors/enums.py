"""Codes and labels of cases; the codes are the contract's."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    OPEN = "OPEN", _("Open")
    WAITING = "WAITING", _("Waiting for customer")
    RESOLVED = "RESOLVED", _("Resolved")
    CLOSED = "CLOSED", _("Closed")


class Priority(models.TextChoices):
    URGENT = "URGENT", _("Urgent")
    HIGH = "HIGH", _("High")
    NORMAL = "NORMAL", _("Normal")
    LOW = "LOW", _("Low")


class Origin(models.TextChoices):
    RESPONSE = "RESPONSE", _("Survey answer")
    MENTION = "MENTION", _("Mention")
    COMPLAINT = "COMPLAINT", _("Complaint")
    STAFF = "STAFF", _("Entered by staff")


class DecisionOutcome(models.TextChoices):
    OPENED = "OPENED", _("Case opened")
    JOINED = "JOINED", _("Joined an open case")
    HELD = "HELD", _("Held")
    NOT_OPENED = "NOT_OPENED", _("No case")


class DecisionReason(models.TextChoices):
    DETRACTOR = "DETRACTOR", _("an unhappy answer")
    OPEN_CASE = "OPEN_CASE", _("the customer already has an open case")
    NOT_DETRACTOR = "NOT_DETRACTOR", _("not an unhappy answer")
    HISTORICAL = "HISTORICAL", _("older than 7 days when it came in")
    RESURVEY = "RESURVEY", _("the second answer of a case, which it reopens or closes")
    SCANNER = "SCANNER", _("probably a mail scanner")
    DOUBTFUL = "DOUBTFUL", _("doubtful, waits to be judged")
    MISMATCH = "MISMATCH", _("the customer was asked whether the score is meant")
    COMPLAINT = "COMPLAINT", _("a complaint written to us")
    MENTION = "MENTION", _("an unhappy review or post")
    NOT_WANTED = "NOT_WANTED", _("its source opens no cases")
    RULE = "RULE", _("a rule of yours says so")


class Outcome(models.TextChoices):
    RECOVERED = "RECOVERED", _("Recovered")
    CONVERTED = "CONVERTED", _("Converted to promoter")
    NOT_RECOVERED = "NOT_RECOVERED", _("Not recovered")
    NO_ANSWER = "NO_ANSWER", _("No answer")
    DISMISSED = "DISMISSED", _("Dismissed")


class RuleKind(models.TextChoices):
    OPENING = "OPENING", _("Whether a case opens")
    ROUTING = "ROUTING", _("Whose it is")
    PRIORITY = "PRIORITY", _("How it is treated")


class TimerKind(models.TextChoices):
    FIRST_RESPONSE = "FIRST_RESPONSE", _("First response")
    NEXT_RESPONSE = "NEXT_RESPONSE", _("Next response")
    RESOLUTION = "RESOLUTION", _("Resolution")


class Clock(models.TextChoices):
    WORKING = "WORKING", _("Working time")
    CALENDAR = "CALENDAR", _("Around the clock")


class RecountReason(models.TextChoices):
    HOURS = "HOURS", _("Working hours were changed")
    PROMISE = "PROMISE", _("A promise was changed")
    TEAM = "TEAM", _("It went to a team with other hours")
    WROTE = "WROTE", _("The customer wrote and waits for an answer")


class EscalationLevel(models.TextChoices):
    AGENT = "AGENT", _("Owner of the case")
    LEAD = "LEAD", _("Team lead")
    MANAGER = "MANAGER", _("Managers")
    EXECUTIVE = "EXECUTIVE", _("Executives")


class HandTo(models.TextChoices):
    """What a step of the escalation does with the case."""

    NOBODY = "", _("stays where it is")
    THEM = "THEM", _("becomes theirs")
    COLLEAGUE = "COLLEAGUE", _("goes to the team's least busy colleague")


class AlertKind(models.TextChoices):
    """What somebody can be alerted of, by mail and by the bell."""

    ASSIGNED = "ASSIGNED", _("A case is given to me")
    WARNING = "WARNING", _("A promise is nearly due")
    BREACH = "BREACH", _("A promise was missed")
    ESCALATION = "ESCALATION", _("A case is escalated to me")
    REMEDY = "REMEDY", _("A remedy waits for my word")


class CallOutcome(models.TextChoices):
    REACHED = "REACHED", _("Reached")
    NO_ANSWER = "NO_ANSWER", _("No answer")
    VOICEMAIL = "VOICEMAIL", _("Left a message")


class EventKind(models.TextChoices):
    OPENED = "OPENED", _("Case opened")
    ANSWER_JOINED = "ANSWER_JOINED", _("Another answer joined")
    ANSWER_AMENDED = "ANSWER_AMENDED", _("Answer changed by the customer")
    MENTION_JOINED = "MENTION_JOINED", _("A review or complaint joined")
    ASSIGNED = "ASSIGNED", _("Assigned")
    CLAIMED = "CLAIMED", _("Claimed")
    NOTE = "NOTE", _("Note")
    REPLIED = "REPLIED", _("Reply sent")
    REPLY_FAILED = "REPLY_FAILED", _("Mail did not arrive")
    CALLED = "CALLED", _("Call")
    WROTE = "WROTE", _("The customer wrote")
    AUTO_MAIL = "AUTO_MAIL", _("Automatic mail")
    ISSUE_NOTED = "ISSUE_NOTED", _("Issue noted")
    WAITING = "WAITING", _("Waiting for customer")
    RESUMED = "RESUMED", _("Resumed")
    PROMISED = "PROMISED", _("Promise")
    DUE_SOON = "DUE_SOON", _("Due soon")
    BREACHED = "BREACHED", _("Promise missed")
    ESCALATED = "ESCALATED", _("Escalated")
    RAISED = "RAISED", _("Priority raised")
    RESOLVED = "RESOLVED", _("Resolved")
    REOPENED = "REOPENED", _("Reopened")
    RESURVEYED = "RESURVEYED", _("Asked again")
    RECOVERED = "RECOVERED", _("Recovered")
    CLOSED = "CLOSED", _("Closed")
    DISMISSED = "DISMISSED", _("Dismissed")
    PLACED = "PLACED", _("Placed in the matrix")
    RULED = "RULED", _("A rule decided")
    PRIORITISED = "PRIORITISED", _("Priority set by hand")
    STATUS_CHANGED = "STATUS_CHANGED", _("Status changed")
    TASK_ADDED = "TASK_ADDED", _("Task added")
    TASK_DONE = "TASK_DONE", _("Task done")
    TASK_UNDONE = "TASK_UNDONE", _("Task opened again")
    TASK_DROPPED = "TASK_DROPPED", _("Task dropped")
    TASK_ANSWERED = "TASK_ANSWERED", _("A colleague answered")
    TASK_MOVED = "TASK_MOVED", _("Promise moved")
    PROMISE_BROKEN = "PROMISE_BROKEN", _("Promise not kept")
    PROMISE_UNTOLD = "PROMISE_UNTOLD", _("A promise did not reach the customer")
    CALL_PLANNED = "CALL_PLANNED", _("Call-back planned")
    CALL_MISSED = "CALL_MISSED", _("Call-back missed")
    CALL_DROPPED = "CALL_DROPPED", _("Call-back dropped")
    TAGGED = "TAGGED", _("Tags changed")
    SNOOZED = "SNOOZED", _("Snoozed")
    WOKEN = "WOKEN", _("Woken up")
    MERGED = "MERGED", _("Merged")
    UNMERGED = "UNMERGED", _("Merge undone")
    SPLIT = "SPLIT", _("Answer split off")
    FILE_ADDED = "FILE_ADDED", _("File attached")
    FILE_REMOVED = "FILE_REMOVED", _("File removed")
    MOVED = "MOVED", _("Moved to a team")
    SPONSORED = "SPONSORED", _("Executive of the case")
    CUSTOMER_WROTE = "CUSTOMER_WROTE", _("The customer wrote")
    CUSTOMER_SAID = "CUSTOMER_SAID", _("The customer said how it stands")
    LEFT_ALONE = "LEFT_ALONE", _("The customer wants to be left alone")
    REMEDY = "REMEDY", _("Remedy")
    RETENTION = "RETENTION", _("Customer kept or lost")
    INVITED = "INVITED", _("Invited to an event")
    GUEST_SAID = "GUEST_SAID", _("Answered an invitation")
    MAIL_DOUBTFUL = "MAIL_DOUBTFUL", _("A mail may not have arrived")
    MAIL_DECIDED = "MAIL_DECIDED", _("Decided about a mail in doubt")


def event_kinds() -> list[tuple[str, Any]]:
    """What a line may be of; by name, so that a new kind is no migration."""
    return EventKind.choices


class NotificationKind(models.TextChoices):
    MENTIONED = "MENTIONED", _("You were named in a note")
    WATCHED = "WATCHED", _("Something happened in a case you watch")
    TASK_GIVEN = "TASK_GIVEN", _("A task was given to you")
    TASK_OVERDUE = "TASK_OVERDUE", _("A task is overdue")
    TASK_SOON = "TASK_SOON", _("Something small is planned for a customer")
    PROMISE_SOON = "PROMISE_SOON", _("A promise is nearly due")
    TASK_ANSWERED = "TASK_ANSWERED", _("A colleague answered a task")
    UNTOLD = "UNTOLD", _("A promise did not reach the customer")
    CALL_SOON = "CALL_SOON", _("A call-back is near")
    CALL_MISSED = "CALL_MISSED", _("A call-back was missed")
    WOKEN = "WOKEN", _("A snoozed case is back")
    DUE_SOON = "DUE_SOON", _("A promise is nearly due")
    BREACHED = "BREACHED", _("A promise was missed")
    ESCALATED = "ESCALATED", _("A case was escalated to you")
    SPIKE = "SPIKE", _("More cases than usual")
    SPONSOR = "SPONSOR", _("A case was put under your care")
    WROTE = "WROTE", _("A customer wrote")
    SAID = "SAID", _("A customer said how it stands")
    REMEDY_ASKED = "REMEDY_ASKED", _("A remedy waits for your word")
    REMEDY_SAID = "REMEDY_SAID", _("Your remedy was decided")
    MAIL_DOUBTFUL = "MAIL_DOUBTFUL", _("A mail may not have arrived: please decide")


def notification_kinds() -> list[tuple[str, Any]]:
    """What members may be told; by name, so that a new kind is no migration."""
    return NotificationKind.choices


class Digest(models.TextChoices):
    NEVER = "NEVER", _("No mail")
    HOURLY = "HOURLY", _("At most once an hour")
    DAILY = "DAILY", _("Once a day")


class TagColour(models.TextChoices):
    """Tones of a pill; a tag always shows its word beside the colour."""

    NEUTRAL = "neutral", _("Grey")
    ACCENT = "accent", _("The company's colour")
    INFO = "info", _("Blue")
    GOOD = "good", _("Green")
    WARNING = "warning", _("Amber")
    BAD = "bad", _("Red")


class ViewScope(models.TextChoices):
    """Who sees a saved view."""

    MINE = "MINE", _("Only me")
    TEAM = "TEAM", _("My team")
    ALL = "ALL", _("Everybody")


class BulkAct(models.TextChoices):
    """What can be done to many cases at once."""

    ASSIGN = "ASSIGN", _("Assigned")
    WAIT = "WAIT", _("Set to wait")
    RESOLVE = "RESOLVE", _("Resolved")
    PRIORITY = "PRIORITY", _("Given another priority")
    TAG = "TAG", _("Tagged")
    UNTAG = "UNTAG", _("Freed of a tag")
    SNOOZE = "SNOOZE", _("Snoozed")
    TEAM = "TEAM", _("Moved to a team")


class BulkStatus(models.TextChoices):
    """How far an act on many cases is."""

    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    STOPPED = "STOPPED", _("Stopped")
    FAILED = "FAILED", _("Failed")
    UNDOING = "UNDOING", _("Being taken back")
    UNDONE = "UNDONE", _("Taken back")


class SpikeKind(models.TextChoices):
    """What is watched for more than usual."""

    TOUCHPOINT = "TOUCHPOINT", _("Touchpoint")
    CELL = "CELL", _("Cell of the matrix")
    CAUSE = "CAUSE", _("Root cause")
    ANSWER = "ANSWER", _("Answer to a question")
    TAG = "TAG", _("Tag")
    WORD = "WORD", _("Word of the customers")


class LessonState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("Published")
    RETRACTED = "RETRACTED", _("Retracted")


class ImprovementKind(models.TextChoices):
    """What kind of corrective action it is."""

    PROCESS = "PROCESS", _("Process")
    TRAINING = "TRAINING", _("Training")
    PRODUCT = "PRODUCT", _("Product")
    SERVICE = "SERVICE", _("Service")


class ImprovementState(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    STARTED = "STARTED", _("Begun")
    DONE = "DONE", _("Done")
    DROPPED = "DROPPED", _("Dropped")


class RehearsalKind(models.TextChoices):
    POLICY = "POLICY", _("Promise")
    CELL = "CELL", _("Cell of the matrix")
    FAILURE = "FAILURE", _("Failure")
    RULE = "RULE", _("Rule")


class RehearsalState(models.TextChoices):
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")


class Retained(models.TextChoices):
    """What became of a customer."""

    KEPT = "KEPT", _("Kept")
    LOST = "LOST", _("Lost")


class RemedyKind(models.TextChoices):
    REFUND = "REFUND", _("Refund")
    REPLACEMENT = "REPLACEMENT", _("Replacement")
    OFFER = "OFFER", _("Special offer")
    GIFT = "GIFT", _("Gift")
    FEATURE = "FEATURE", _("Special feature")
    EVENT = "EVENT", _("Invitation to an event")
    GESTURE = "GESTURE", _("Gesture on a day")


class RemedyState(models.TextChoices):
    WAITING = "WAITING", _("Waits for a word")
    GRANTED = "GRANTED", _("Granted")
    GIVEN = "GIVEN", _("Given")
    REFUSED = "REFUSED", _("Refused")
    TAKEN_BACK = "TAKEN_BACK", _("Taken back")
