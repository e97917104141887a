"""Codes and labels of surveys; the codes are the contract's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Metric(models.TextChoices):
    NPS = "NPS", _("Net Promoter Score, 0-10")
    CSAT = "CSAT", _("Customer satisfaction, 1-5")
    CES = "CES", _("Customer effort score, 1-7")
    STARS = "STARS", _("Five stars")


class Segment(models.TextChoices):
    PROMOTER = "PROMOTER", _("Promoter")
    PASSIVE = "PASSIVE", _("Passive")
    DETRACTOR = "DETRACTOR", _("Detractor")
    SATISFIED = "SATISFIED", _("Satisfied")
    NEUTRAL = "NEUTRAL", _("Neutral")
    DISSATISFIED = "DISSATISFIED", _("Dissatisfied")


class SurveyStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    ACTIVE = "ACTIVE", _("Active")
    CLOSED = "CLOSED", _("Closed")
    ARCHIVED = "ARCHIVED", _("Archived")


class ResponseChannel(models.TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    LINK = "LINK", _("Link")
    SMS = "SMS", _("SMS")
    WEB = "WEB", _("Website")
    KIOSK = "KIOSK", _("Kiosk")
    API = "API", _("API")
    CALL = "CALL", _("Phone call")
    DEMO = "DEMO", _("Demo")
    SUPPORT = "SUPPORT", _("Support")
    REVIEW = "REVIEW", _("Review")
    SOCIAL = "SOCIAL", _("Social media")
    IMPORT = "IMPORT", _("Import")


class Trust(models.TextChoices):
    CONFIRMED = "CONFIRMED", _("Given by the customer")
    LIKELY_SCANNER = "LIKELY_SCANNER", _("Probably a mail scanner")
    STAFF = "STAFF", _("Entered by staff")
    FORWARDED = "FORWARDED", _("Forwarded link")
    IMPORTED = "IMPORTED", _("Imported")
    UNVERIFIED = "UNVERIFIED", _("From a web page, by nobody we can name")


class Purpose(models.TextChoices):
    SURVEY = "SURVEY", _("Survey")
    RESURVEY = "RESURVEY", _("Second question after a fix")


class Series(models.TextChoices):
    """Which line of figures an answer belongs to; only HEADLINE makes the NPS."""

    HEADLINE = "HEADLINE", _("Headline")
    RESURVEY = "RESURVEY", _("After the fix")
    DOUBTFUL = "DOUBTFUL", _("Doubtful")


class InvitationStatus(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    QUEUED = "QUEUED", _("On its way")
    SENT = "SENT", _("Sent")
    DELIVERED = "DELIVERED", _("Delivered")
    OPENED = "OPENED", _("Opened")
    ANSWERED = "ANSWERED", _("Answered")
    EXPIRED = "EXPIRED", _("Expired")
    NOT_SENT = "NOT_SENT", _("Not sent")


class NotSentBecause(models.TextChoices):
    OPTED_OUT = "OPTED_OUT", _("asked not to be surveyed")
    SUPPRESSED = "SUPPRESSED", _("the address is on the suppression list")
    UNDELIVERABLE = "UNDELIVERABLE", _("the address does not work")
    ASKED_RECENTLY = "ASKED_RECENTLY", _("was asked recently")
    DECLINED_RECENTLY = "DECLINED_RECENTLY", _("declined recently")
    NOT_SAMPLED = "NOT_SAMPLED", _("not in the sample")
    DAILY_CAP = "DAILY_CAP", _("the daily cap was reached")
    CAPACITY = "CAPACITY", _("the team could not answer more detractors")
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW", _("waits for the sending window")
    NO_ADDRESS = "NO_ADDRESS", _("has no e-mail address")
    MISSING_FIELD = "MISSING_FIELD", _("a merge field of the mail is empty")
    SURVEY_CLOSED = "SURVEY_CLOSED", _("the survey is not active")
    CAMPAIGN_STOPPED = "CAMPAIGN_STOPPED", _("the campaign was stopped")
    ERASED = "ERASED", _("the person was erased")
    MAIL_FAILED = "MAIL_FAILED", _("the mail could not be sent")
    CAMPAIGN_PAUSED = "CAMPAIGN_PAUSED", _("the campaign is paused")  # waits
    QUIET_HOURS = "QUIET_HOURS", _("waits for the end of the quiet hours")
    HOLIDAY = "HOLIDAY", _("waits for the end of a holiday")
    MESSAGE_CAP = "MESSAGE_CAP", _("got as many messages as one person may get")
    ALREADY_ANSWERED = "ALREADY_ANSWERED", _("has answered")
    MERGED = "MERGED", _("is the same person as another contact")
    NO_PHONE = "NO_PHONE", _("has no phone number for text messages")
    SMS_STOPPED = "SMS_STOPPED", _("wants no text messages")
    SMS_LIMIT = "SMS_LIMIT", _("the day's limit of text messages was reached")
    SMS_OFF = "SMS_OFF", _("text messages are not set up")
    SMS_COUNTRY = "SMS_COUNTRY", _("text messages are not sent to this country")
    SMS_NUMBER_LIMIT = "SMS_NUMBER_LIMIT", _("got as many text messages today as one number may get")
    SMS_COUNTRY_LIMIT = "SMS_COUNTRY_LIMIT", _("the day's limit of text messages to this country was reached")


class FunnelStage(models.TextChoices):
    """Steps of an invitation that are counted, each once."""

    SENT = "SENT", _("Sent")
    DELIVERED = "DELIVERED", _("Delivered")
    OPENED = "OPENED", _("Opened")
    CLICKED = "CLICKED", _("Clicked")
    ANSWERED = "ANSWERED", _("Answered")
    COMMENTED = "COMMENTED", _("Commented")


class CampaignStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SCHEDULED = "SCHEDULED", _("Scheduled")
    PREPARING = "PREPARING", _("Preparing")
    SENDING = "SENDING", _("Sending")
    RUNNING = "RUNNING", _("Running")  # recurring and triggered ones, between their sendings
    PAUSED = "PAUSED", _("Paused")
    FINISHED = "FINISHED", _("Finished")
    STOPPED = "STOPPED", _("Stopped")


class TouchpointKind(models.TextChoices):
    RELATIONAL = "RELATIONAL", _("About the relationship")
    TRANSACTIONAL = "TRANSACTIONAL", _("About one interaction")


class ImportStatus(models.TextChoices):
    MAPPING = "MAPPING", _("Waiting for the columns")
    CHECKING = "CHECKING", _("Being checked")
    CHECKED = "CHECKED", _("Checked, not imported")
    RUNNING = "RUNNING", _("Being imported")
    DONE = "DONE", _("Imported")
    FAILED = "FAILED", _("Stopped with an error")
    CANCELLED = "CANCELLED", _("Cancelled")


OPEN_IMPORTS = (ImportStatus.MAPPING, ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.RUNNING)


class BulkEditStatus(models.TextChoices):
    RUNNING = "RUNNING", _("Being changed")
    DONE = "DONE", _("Changed")
    STOPPED = "STOPPED", _("Stopped")
    FAILED = "FAILED", _("Stopped with an error")
    UNDOING = "UNDOING", _("Being undone")
    UNDONE = "UNDONE", _("Undone")


class QuestionKind(models.TextChoices):
    TEXT = "TEXT", _("Free text")
    SINGLE = "SINGLE", _("One of several")
    MULTIPLE = "MULTIPLE", _("Any of several")
    RATING = "RATING", _("Rating from 1 to 5")


class CampaignKind(models.TextChoices):
    ONCE = "ONCE", _("Once")
    RECURRING = "RECURRING", _("Again and again")
    TRIGGERED = "TRIGGERED", _("After an event")
    MANUAL = "MANUAL", _("By hand, person by person")


class AttributeKind(models.TextChoices):
    TEXT = "TEXT", _("Text")
    NUMBER = "NUMBER", _("Number")
    DATE = "DATE", _("Day")
    BOOLEAN = "BOOLEAN", _("Yes or no")


class RespondentType(models.TextChoices):
    CUSTOMER = "CUSTOMER", _("Customer")
    EMPLOYEE = "EMPLOYEE", _("Employee")
    COMPETITOR = "COMPETITOR", _("Competitor")
    PUBLIC = "PUBLIC", _("Public")


class Mismatch(models.TextChoices):
    """The question "did you mean 10?" and what became of it; empty: it was not asked."""

    ASKED = "ASKED", _("asked whether the score is meant")
    KEPT = "KEPT", _("said the score is meant")
    CORRECTED = "CORRECTED", _("corrected the score")
    SILENT = "SILENT", _("did not say")


class SourceKind(models.TextChoices):
    FEED = "FEED", _("RSS or Atom feed")
    WEBHOOK = "WEBHOOK", _("Signed webhook")
    CSV = "CSV", _("CSV file")
    FORM = "FORM", _("Complaint form")
    MAIL = "MAIL", _("Complaint by mail")
    STAFF = "STAFF", _("Entered by staff")


class SmsProvider(models.TextChoices):
    CONSOLE = "CONSOLE", _("Kept here, for trying")
    APPRISE = "APPRISE", _("A provider")


class TextOutcome(models.TextChoices):
    ANSWERED = "ANSWERED", _("an answer")
    COMMENTED = "COMMENTED", _("words to an answer")
    STOPPED = "STOPPED", _("wants no more messages")
    STARTED = "STARTED", _("wants messages again")
    HELPED = "HELPED", _("asked for help")
    COMPLAINT = "COMPLAINT", _("a complaint")
    UNPLACED = "UNPLACED", _("fits nothing we asked")
    SETASIDE = "SETASIDE", _("set aside")
    TESTED = "TESTED", _("a reply to a test")


class ArchiveStatus(models.TextChoices):
    RUNNING = "RUNNING", _("being made")
    READY = "READY", _("ready")
    FAILED = "FAILED", _("could not be made")
    GONE = "GONE", _("removed by age")
