"""Asking: contacts, surveys, invitations, answers."""

from surveys.models.campaign import Campaign
from surveys.models.contact import Attribute, Contact
from surveys.models.contact_import import BadRow, ContactImport
from surveys.models.erasure import Erasure
from surveys.models.invitation import Invitation, InvitationChange
from surveys.models.response import Response, ResponseChange
from surveys.models.survey import Survey
from surveys.models.touchpoint import Touchpoint
from surveys.models.widget_key import WidgetKey

__all__ = [
    "Attribute",
    "BadRow",
    "Campaign",
    "Contact",
    "ContactImport",
    "Erasure",
    "Invitation",
    "InvitationChange",
    "Response",
    "ResponseChange",
    "Survey",
    "Touchpoint",
    "WidgetKey",
]
