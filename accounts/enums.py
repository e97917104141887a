"""Codes and labels of accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "OWNER", _("Owner")
    ADMIN = "ADMIN", _("Admin")
    MANAGER = "MANAGER", _("Manager")
    AGENT = "AGENT", _("Agent")
    ANALYST = "ANALYST", _("Analyst (reads only)")


class Act(models.TextChoices):
    """What the audit log knows besides changes of settings: one code for each act."""

    SIGNED_IN = "SIGNED_IN", _("signed in")
    SIGN_IN_FAILED = "SIGN_IN_FAILED", _("failed to sign in")
    SIGNED_OUT = "SIGNED_OUT", _("signed out")
    SESSIONS_ENDED = "SESSIONS_ENDED", _("ended sessions")
    PASSWORD_CHANGED = "PASSWORD_CHANGED", _("changed the password")
    FACTOR_ADDED = "FACTOR_ADDED", _("added a second factor")
    FACTOR_REMOVED = "FACTOR_REMOVED", _("removed a second factor")
    INVITED = "INVITED", _("invited")
    INVITE_RESENT = "INVITE_RESENT", _("sent an invitation again")
    INVITE_REVOKED = "INVITE_REVOKED", _("took back an invitation")
    JOINED = "JOINED", _("joined the workspace")
    MEMBER_DEACTIVATED = "MEMBER_DEACTIVATED", _("deactivated a member")
    MEMBER_REACTIVATED = "MEMBER_REACTIVATED", _("let a member in again")
    MEMBER_REMOVED = "MEMBER_REMOVED", _("removed a member")
    LEFT = "LEFT", _("left the workspace")
    EXECUTIVES_CHANGED = "EXECUTIVES_CHANGED", _("changed the executives")
    CASES_HANDED_OVER = "CASES_HANDED_OVER", _("handed over cases")
    KEY_ISSUED = "KEY_ISSUED", _("made a key")
    KEY_ROTATED = "KEY_ROTATED", _("rotated a key")
    KEY_REVOKED = "KEY_REVOKED", _("revoked a key")
    EXPORTED = "EXPORTED", _("exported data")
    PERSON_EXPORTED = "PERSON_EXPORTED", _("exported everything about a person")
    CONTACTS_EDITED = "CONTACTS_EDITED", _("changed many contacts")
    CONTACTS_RESTORED = "CONTACTS_RESTORED", _("undid a change of many contacts")
    CONTACTS_MERGED = "CONTACTS_MERGED", _("merged two contacts")
    PERSON_ERASED = "PERSON_ERASED", _("erased a person")
    ANSWER_ENTERED = "ANSWER_ENTERED", _("entered an answer")
    RETENTION_RAN = "RETENTION_RAN", _("removed what was kept long enough")
    WORKSPACE_CREATED = "WORKSPACE_CREATED", _("created the workspace")
    STEP_CONFIRMED = "STEP_CONFIRMED", _("confirmed a first step")
    PROVIDER_ADDED = "PROVIDER_ADDED", _("added single sign-on")
    PROVIDER_REMOVED = "PROVIDER_REMOVED", _("removed single sign-on")
    PROVIDER_CONNECTED = "PROVIDER_CONNECTED", _("connected single sign-on to the account")
    PROVIDER_DISCONNECTED = "PROVIDER_DISCONNECTED", _("disconnected single sign-on from the account")
