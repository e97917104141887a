"""Audiences are written here: a filter is checked before it is kept, and one that is in use stays."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Workspace
from surveys.models import Audience
from surveys.queries import audience_rows
from surveys.rules import audience_filter
from surveys.rules.verbatim import clean_line
from surveys.signals import audience_uses


class AudienceInUse(ValueError):
    """Campaigns ask this audience, `campaigns` are they; or something is made for it, and its name is said."""

    def __init__(self, campaigns: list[Any], made_for: str = "") -> None:
        self.campaigns = campaigns
        super().__init__(
            _("“%(name)s” is made for this audience. Make it for something else first.") % {"name": made_for}
            if made_for
            else ngettext(
                "%(n)d campaign asks this audience. Give it another one first.",
                "%(n)d campaigns ask this audience. Give them another one first.",
                len(campaigns),
            )
            % {"n": len(campaigns)}
        )


def create(*, workspace: Workspace, name: str, filter: Any, by: User | None, now: datetime) -> Audience:
    """A new audience. Raises ValidationError for a name that is empty or taken, BadFilter for its filter."""
    row = Audience(workspace=workspace, created_by=by, created_at=now)
    return _save(row, name, filter, now)


@transaction.atomic
def change(*, audience: Audience, name: str, filter: Any, now: datetime) -> Audience:
    """Another name or filter; who uses it asks the new people from now on. Raises as `create`."""
    row: Audience = (
        Audience.objects.of(audience.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace")
        .get(pk=audience.pk)
    )
    return _save(row, name, filter, now)


@transaction.atomic
def delete(*, audience: Audience) -> None:
    """Remove it for good. Raises AudienceInUse while a campaign, or something of an app above, refers to it."""
    row = (
        Audience.objects.of(audience.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace")
        .get(pk=audience.pk)
    )
    if users := audience_rows.users_of(audience=row):
        raise AudienceInUse(users)
    answers: Any = audience_uses.send(sender=Audience, workspace=row.workspace, audience=row)
    if names := [name for _receiver, found in answers for name in found or ()]:
        raise AudienceInUse([], made_for=names[0])
    row.delete()


def _save(row: Audience, name: str, filter: Any, now: datetime) -> Audience:
    cleaned = clean_line(name)
    if not 0 < len(cleaned) <= 120:
        raise ValidationError({"name": _("Give the audience a name of 1 to 120 characters.")})
    known = audience_rows.kinds(workspace=row.workspace_id)
    row.name, row.updated_at = cleaned, now
    row.filter = audience_filter.read(filter, attributes=known).as_data()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ValidationError({"name": _("Another audience has this name.")}) from None
    return row
