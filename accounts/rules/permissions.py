"""Who may do what: one table from role to permissions.

Every gate (pages, fragments, API) asks `can`; the manual prints `table()`. Roles are the codes OWNER, ADMIN, MANAGER,
AGENT and ANALYST. A role unknown here may do nothing, so a stale or forged code fails closed.
"""

from __future__ import annotations

from enum import StrEnum

from core.sentences import gettext_noop


class Permission(StrEnum):
    """One thing a member may be allowed to do in a workspace."""

    VIEW_CASES = "VIEW_CASES"
    WORK_CASES = "WORK_CASES"
    ASSIGN_CASES = "ASSIGN_CASES"
    REOPEN_CASES = "REOPEN_CASES"
    SHARE_VIEWS = "SHARE_VIEWS"
    VIEW_CONTACTS = "VIEW_CONTACTS"
    MANAGE_CONTACTS = "MANAGE_CONTACTS"
    ERASE_CONTACTS = "ERASE_CONTACTS"
    VIEW_SURVEYS = "VIEW_SURVEYS"
    EDIT_SURVEYS = "EDIT_SURVEYS"
    SEND_CAMPAIGNS = "SEND_CAMPAIGNS"
    RECORD_RESPONSES = "RECORD_RESPONSES"
    JUDGE_TRUST = "JUDGE_TRUST"
    VIEW_DASHBOARD = "VIEW_DASHBOARD"
    VIEW_MAILBOX = "VIEW_MAILBOX"
    EDIT_PLAYBOOKS = "EDIT_PLAYBOOKS"
    MANAGE_IMPROVEMENTS = "MANAGE_IMPROVEMENTS"
    MANAGE_SLA = "MANAGE_SLA"
    EXPORT = "EXPORT"
    MANAGE_SETTINGS = "MANAGE_SETTINGS"
    MANAGE_PEOPLE = "MANAGE_PEOPLE"
    MANAGE_KEYS = "MANAGE_KEYS"
    VIEW_AUDIT = "VIEW_AUDIT"
    MANAGE_OWNERS = "MANAGE_OWNERS"


SENTENCES: dict[Permission, str] = {
    Permission.VIEW_CASES: gettext_noop("See cases, their answers, their mail and their timeline."),
    Permission.WORK_CASES: gettext_noop(
        "Claim a case, write notes and replies, log calls, wait, resume and resolve."
    ),
    Permission.ASSIGN_CASES: gettext_noop("Give any case to somebody else, set its priority and dismiss it."),
    Permission.REOPEN_CASES: gettext_noop("Open a resolved or closed case again."),
    Permission.SHARE_VIEWS: gettext_noop("Share saved views of the cases with a team or everybody."),
    Permission.VIEW_CONTACTS: gettext_noop("See contacts and their history."),
    Permission.MANAGE_CONTACTS: gettext_noop("Add, edit, import and merge contacts."),
    Permission.ERASE_CONTACTS: gettext_noop("Erase a person for good."),
    Permission.VIEW_SURVEYS: gettext_noop("See surveys, campaigns and playbooks."),
    Permission.EDIT_SURVEYS: gettext_noop("Write, change, open and close surveys."),
    Permission.SEND_CAMPAIGNS: gettext_noop("Send a survey to contacts and stop a campaign."),
    Permission.RECORD_RESPONSES: gettext_noop("Enter an answer a customer gave by phone or in person."),
    Permission.JUDGE_TRUST: gettext_noop("Say whether a doubtful answer came from the customer."),
    Permission.VIEW_DASHBOARD: gettext_noop("See the figures and the rows behind them."),
    Permission.VIEW_MAILBOX: gettext_noop("See every mail of the workspace."),
    Permission.EDIT_PLAYBOOKS: gettext_noop(
        "Write playbooks, templates, announcements and the answers kept for reuse."
    ),
    Permission.MANAGE_IMPROVEMENTS: gettext_noop(
        "Keep the list of root causes and start and finish improvements."
    ),
    Permission.MANAGE_SLA: gettext_noop("Change promises, opening hours, routing and escalation."),
    Permission.EXPORT: gettext_noop("Download contacts, answers, cases and figures as files."),
    Permission.MANAGE_SETTINGS: gettext_noop(
        "Change the workspace: name, sender, contact frequency, colours."
    ),
    Permission.MANAGE_PEOPLE: gettext_noop("Invite and remove members and change their roles and teams."),
    Permission.MANAGE_KEYS: gettext_noop("Issue and revoke API keys and webhook endpoints."),
    Permission.VIEW_AUDIT: gettext_noop("See who changed what, when and from where."),
    Permission.MANAGE_OWNERS: gettext_noop(
        "Make somebody an owner, or no longer one, and delete the workspace."
    ),
}

# Each role may do what the one before it may, and more; the analyst reads and changes nothing.
_ANALYST = frozenset(
    {
        Permission.VIEW_CASES,
        Permission.VIEW_CONTACTS,
        Permission.VIEW_SURVEYS,
        Permission.VIEW_DASHBOARD,
        Permission.EXPORT,
    }
)
_AGENT = frozenset(
    {
        Permission.VIEW_CASES,
        Permission.WORK_CASES,
        Permission.REOPEN_CASES,
        Permission.VIEW_CONTACTS,
        Permission.VIEW_SURVEYS,
        Permission.RECORD_RESPONSES,
        Permission.VIEW_DASHBOARD,
    }
)
_MANAGER = (
    _ANALYST
    | _AGENT
    | {
        Permission.ASSIGN_CASES,
        Permission.SHARE_VIEWS,
        Permission.MANAGE_CONTACTS,
        Permission.EDIT_SURVEYS,
        Permission.SEND_CAMPAIGNS,
        Permission.JUDGE_TRUST,
        Permission.VIEW_MAILBOX,
        Permission.EDIT_PLAYBOOKS,
        Permission.MANAGE_IMPROVEMENTS,
    }
)
_ADMIN = _MANAGER | {
    Permission.ERASE_CONTACTS,
    Permission.MANAGE_SLA,
    Permission.MANAGE_SETTINGS,
    Permission.MANAGE_PEOPLE,
    Permission.MANAGE_KEYS,
    Permission.VIEW_AUDIT,
}

PERMISSIONS: dict[str, frozenset[Permission]] = {
    "OWNER": frozenset(Permission),
    "ADMIN": _ADMIN,
    "MANAGER": _MANAGER,
    "AGENT": _AGENT,
    "ANALYST": _ANALYST,
}

READS = frozenset(
    {
        Permission.VIEW_CASES,
        Permission.VIEW_CONTACTS,
        Permission.VIEW_SURVEYS,
        Permission.VIEW_DASHBOARD,
        Permission.VIEW_MAILBOX,
        Permission.EXPORT,
    }
)


def can(role: str | None, permission: Permission) -> bool:
    """Whether a member with `role` has `permission`; no or an unknown role has none."""
    return permission in permissions_of(role)


def permissions_of(role: str | None) -> frozenset[Permission]:
    """All permissions of `role`; empty for no or an unknown role."""
    return PERMISSIONS.get(role, frozenset()) if role else frozenset()


def may_grant(granter: str | None, role: str) -> bool:
    """Whether a member with role `granter` may make somebody a `role`, or change a member who is one.

    Nobody gives more than they have: every permission of `role` must be the granter's own.
    """
    return can(granter, Permission.MANAGE_PEOPLE) and permissions_of(role) <= permissions_of(granter)


def table() -> list[tuple[Permission, str, tuple[str, ...]]]:
    """Every permission with its English sentence and the roles that have it, for the manual and the settings page."""
    return [
        (
            permission,
            SENTENCES[permission],
            tuple(role for role, held in PERMISSIONS.items() if permission in held),
        )
        for permission in Permission
    ]
