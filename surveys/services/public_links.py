"""Public links: made, archived, taken back. One source has one link of a survey, so its figures are never split."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from surveys.models import PublicLink, Survey, Touchpoint
from surveys.rules.verbatim import clean_line

SOURCE_LIMIT = 80  # characters
SHORTEST_TURN, LONGEST_TURN = 3, 120  # seconds of a kiosk


def create(
    *,
    workspace: Workspace,
    survey: Survey,
    source: str,
    now: datetime,
    by: User | None = None,
    touchpoint: Touchpoint | None = None,
    is_kiosk: bool = False,
    kiosk_seconds: int = 8,
) -> PublicLink:
    """A link of `survey` for one source ("Newsletter June", "Counter Hamburg").

    Raises ValidationError naming the fields that do not fit: no source, one that has a link already, a turn too short.
    """
    for row in (survey, touchpoint):
        if row is not None and row.workspace_id != workspace.pk:
            raise ValueError(f"{row!r} belongs to another workspace")
    link = PublicLink(
        workspace=workspace,
        survey=survey,
        source=clean_line(source),
        touchpoint=touchpoint,
        is_kiosk=is_kiosk,
        kiosk_seconds=kiosk_seconds,
        created_by=by,
        created_at=now,
    )
    _check(link)
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        raise ValidationError(
            {"source": ValidationError(_("This source has a link already."), code="taken")}
        ) from None
    return link


def archive(*, link: PublicLink, now: datetime) -> PublicLink:
    """The link takes no answers any more and says so; what came through it stays and counts. Twice is once."""
    return _archive(link, now)


def restore(*, link: PublicLink) -> PublicLink:
    """The link takes answers again."""
    return _archive(link, None)


@transaction.atomic
def _archive(link: PublicLink, at: datetime | None) -> PublicLink:
    mine: PublicLink = (
        PublicLink.objects.of(link.workspace_id).select_for_update(of=("self",)).get(pk=link.pk)
    )
    if (mine.archived_at is None) != (at is None):
        mine.archived_at = at
        mine.save(update_fields=["archived_at"])
    return mine


def _check(link: PublicLink) -> None:
    errors = {}
    if not 0 < len(link.source) <= SOURCE_LIMIT:
        errors["source"] = ValidationError(
            _("Name the source in 1 to %(most)d characters.") % {"most": SOURCE_LIMIT}, code="invalid"
        )
    if not SHORTEST_TURN <= link.kiosk_seconds <= LONGEST_TURN:
        errors["kiosk_seconds"] = ValidationError(
            _("Choose %(least)d to %(most)d seconds.") % {"least": SHORTEST_TURN, "most": LONGEST_TURN},
            code="invalid",
        )
    if errors:
        raise ValidationError(errors)
