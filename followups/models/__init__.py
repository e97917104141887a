"""Telling them back."""

from followups.models.announcement import Announcement, AnnouncementMail
from followups.models.conversation import Conversation, Mail, MailFile
from followups.models.customer_page import CustomerPage, CustomerPageSettings
from followups.models.followup import FollowUp, ReplyTemplate
from followups.models.gathering import Gathering, Guest
from followups.models.pending import PendingReply
from followups.models.playbook import PlannedStep, Playbook, PlaybookRun, PlaybookStep
from followups.models.received import MailIntake, ReceivedMail
from followups.models.resurvey import Resurvey
from followups.models.template import MessageTemplate, TemplateVersion

__all__ = [
    "Announcement",
    "AnnouncementMail",
    "Conversation",
    "CustomerPage",
    "CustomerPageSettings",
    "FollowUp",
    "Gathering",
    "Guest",
    "Mail",
    "MailFile",
    "MailIntake",
    "MessageTemplate",
    "PendingReply",
    "PlannedStep",
    "Playbook",
    "PlaybookRun",
    "PlaybookStep",
    "ReceivedMail",
    "ReplyTemplate",
    "Resurvey",
    "TemplateVersion",
]
