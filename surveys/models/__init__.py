"""Asking: contacts, surveys, invitations, answers."""

from surveys.models.audience import Audience
from surveys.models.bulk_edit import BulkEdit, BulkEditRow
from surveys.models.campaign import Campaign
from surveys.models.comment_model import CommentModel
from surveys.models.company import Company
from surveys.models.contact import Attribute, Contact
from surveys.models.contact_import import BadRow, ContactImport
from surveys.models.contact_policy import ContactPolicy
from surveys.models.erasure import Erasure
from surveys.models.event import ContactEvent
from surveys.models.help_link import HelpLink
from surveys.models.invitation import Invitation, InvitationChange
from surveys.models.person_archive import PersonArchive
from surveys.models.public_link import PublicLink
from surveys.models.question import SurveyQuestion, SurveyVersion, SurveyWording
from surveys.models.reminder import CampaignReminder, InvitationReminder
from surveys.models.response import Response, ResponseChange
from surveys.models.sms import InboundText, SmsGateway
from surveys.models.source import FeedbackSource, Mention
from surveys.models.survey import Survey
from surveys.models.touchpoint import Touchpoint
from surveys.models.trust import TrustChange
from surveys.models.widget_key import WidgetKey

__all__ = [
    "Attribute",
    "Audience",
    "BadRow",
    "BulkEdit",
    "BulkEditRow",
    "Campaign",
    "CampaignReminder",
    "CommentModel",
    "Company",
    "Contact",
    "ContactEvent",
    "ContactImport",
    "ContactPolicy",
    "Erasure",
    "FeedbackSource",
    "HelpLink",
    "InboundText",
    "Invitation",
    "InvitationChange",
    "InvitationReminder",
    "Mention",
    "PersonArchive",
    "PublicLink",
    "Response",
    "ResponseChange",
    "SmsGateway",
    "Survey",
    "SurveyQuestion",
    "SurveyVersion",
    "SurveyWording",
    "Touchpoint",
    "TrustChange",
    "WidgetKey",
]
