"""Who: workspaces, people, keys, working hours."""

from accounts.models.api_key import ApiKey
from accounts.models.audit import AuditEvent
from accounts.models.calendar import BusinessCalendar, Holiday
from accounts.models.device import KnownDevice
from accounts.models.identity_provider import IdentityProvider
from accounts.models.member_invite import MemberInvite
from accounts.models.membership import Membership
from accounts.models.retention import RetentionRule, RetentionRun
from accounts.models.setup_link import SetupLink
from accounts.models.team import Team
from accounts.models.user import User
from accounts.models.workspace import Workspace

__all__ = [
    "ApiKey",
    "AuditEvent",
    "BusinessCalendar",
    "Holiday",
    "IdentityProvider",
    "KnownDevice",
    "MemberInvite",
    "Membership",
    "RetentionRule",
    "RetentionRun",
    "SetupLink",
    "Team",
    "User",
    "Workspace",
]
