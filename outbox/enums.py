"""Codes and labels of the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    SMS = "SMS", _("Text message")
    CHAT = "CHAT", _("Chat")


class TargetKind(models.TextChoices):
    """Where a chat message goes."""

    SLACK = "SLACK", _("Slack")
    TEAMS = "TEAMS", _("Microsoft Teams")
    MATTERMOST = "MATTERMOST", _("Mattermost")
    DISCORD = "DISCORD", _("Discord")
    WEBHOOK = "WEBHOOK", _("Webhook of your own")


class TargetEvent(models.TextChoices):
    """What a chat target can hear of."""

    URGENT = "URGENT", _("A new urgent case")
    WARNING = "WARNING", _("A promise is nearly due")
    BREACH = "BREACH", _("A promise was missed")
    ESCALATION = "ESCALATION", _("An escalation")
    REMEDY = "REMEDY", _("A remedy waits for somebody's word")
    DIGEST = "DIGEST", _("An overview once a day")


class Kind(models.TextChoices):
    """What a message is for: it decides what a doubtful sending means."""

    SURVEY = "SURVEY", _("Survey")  # unknown is never sent again: at most once
    CUSTOMER = "CUSTOMER", _("Case mail")  # unknown is shown to a person, never sent again by itself
    STAFF = "STAFF", _("Staff notice")  # unknown is sent again: at least once
    ACCOUNT = "ACCOUNT", _("Account mail")  # unknown is sent again


TO_THE_CUSTOMER = (Kind.SURVEY, Kind.CUSTOMER)


class State(models.TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    SENDING = "SENDING", _("Being sent")
    SENT = "SENT", _("Sent")
    UNKNOWN = "UNKNOWN", _("May have been sent")
    FAILED = "FAILED", _("Refused")
    SKIPPED = "SKIPPED", _("Not sent")
    DEAD = "DEAD", _("Given up")


class SuppressionReason(models.TextChoices):
    UNSUBSCRIBED = "UNSUBSCRIBED", _("Unsubscribed")
    BOUNCED = "BOUNCED", _("Address does not work")
    COMPLAINED = "COMPLAINED", _("Marked as spam")
    MANUAL = "MANUAL", _("Added by hand")
    ERASED = "ERASED", _("Asked to be erased")


class SuppressionScope(models.TextChoices):
    SURVEYS = "SURVEYS", _("Surveys")  # a personal reply within a case is still allowed
    ALL = "ALL", _("All mail")
