"""Who: workspaces, people, keys, working hours."""

from accounts.models.api_key import ApiKey
from accounts.models.calendar import BusinessCalendar, Holiday
from accounts.models.membership import Membership
from accounts.models.team import Team
from accounts.models.user import User
from accounts.models.workspace import Workspace

__all__ = ["ApiKey", "BusinessCalendar", "Holiday", "Membership", "Team", "User", "Workspace"]
