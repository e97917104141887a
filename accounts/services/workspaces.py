"""Creating and changing workspaces."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Act, Role
from accounts.models import BusinessCalendar, Membership, Team, User, Workspace
from accounts.rules import social_links
from accounts.services import audit
from accounts.signals import workspace_created
from core import origins, zones

EDITABLE = (
    "name", "time_zone", "language", "sender_name", "reply_to", "accent", "logo", "phone", "email", "address", "website",
    "quiet_days", "frame_origins", "social_links", "left_out_of_nps",
)  # fmt: skip


class SlugTaken(ValueError):
    """Another workspace has this slug."""


@transaction.atomic
def create(
    *, name: str, slug: str, owner: User, now: datetime, time_zone: str = "UTC", **fields: Any
) -> Workspace:
    """A workspace with its owner, a team, office hours, and what the apps above lay in (a survey, a policy, causes).

    Raises SlugTaken, or ValidationError naming the fields that do not fit.
    """
    if Workspace.objects.filter(slug=slug).exists():
        raise SlugTaken(slug)
    if time_zone not in zones.names():
        raise ValidationError({"time_zone": _("There is no time zone “%(zone)s”.") % {"zone": time_zone}})
    workspace = Workspace(name=name, slug=slug, time_zone=time_zone, created_at=now, **fields)
    workspace.full_clean()
    workspace.save()
    BusinessCalendar(
        workspace=workspace, name=_("Office hours"), time_zone=time_zone, is_default=True, created_at=now
    ).save()
    team = Team(workspace=workspace, name=_("Customer care"), lead=owner, created_at=now)
    team.save()
    Membership(workspace=workspace, user=owner, role=Role.OWNER, team=team, created_at=now).save()
    audit.record(
        act=Act.WORKSPACE_CREATED,
        by=owner,
        now=now,
        workspace=workspace,
        subject_kind="workspace",
        subject_id=workspace.pk,
    )
    workspace_created.send(sender=Workspace, workspace=workspace, owner=owner, now=now)
    return workspace


@transaction.atomic
def change(*, workspace: Workspace, **fields: Any) -> Workspace:
    """Set the given fields (names in EDITABLE); raises ValidationError naming what does not fit."""
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"not editable: {', '.join(sorted(unknown))}")
    if "frame_origins" in fields:
        try:
            fields["frame_origins"] = origins.cleaned(fields["frame_origins"])
        except ValidationError as error:
            raise ValidationError({"frame_origins": error.messages}) from None
    if "social_links" in fields:
        try:
            fields["social_links"] = social_links.checked(fields["social_links"])
        except social_links.BadLink as error:
            raise ValidationError(
                {"social_links": _("This is no name with an https address: %(link)s") % {"link": error}}
            ) from None
        except social_links.TooMany:
            raise ValidationError(
                {"social_links": _("At most %(most)d links.") % {"most": social_links.MOST}}
            ) from None
    for field, value in fields.items():
        setattr(workspace, field, value)
    if workspace.time_zone not in zones.names():
        raise ValidationError(
            {"time_zone": _("There is no time zone “%(zone)s”.") % {"zone": workspace.time_zone}}
        )
    workspace.full_clean()
    workspace.save(update_fields=list(fields))
    return workspace
