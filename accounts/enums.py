"""Codes and labels of accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "OWNER", _("Owner")
    ADMIN = "ADMIN", _("Admin")
    MANAGER = "MANAGER", _("Manager")
    AGENT = "AGENT", _("Agent")
    ANALYST = "ANALYST", _("Analyst (reads only)")
