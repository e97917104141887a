"""Tags: made as they are typed, renamed, merged, coloured; put on cases and taken off, also on many at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from detractors.enums import EventKind, TagColour
from detractors.models import Case, CaseTag, Tag
from detractors.services import timeline
from detractors.services.locking import lock, save
from detractors.services.timeline import Line

NAME_LENGTH = 40  # characters, as the column
MOST_OF_CASE = 20
MOST = 500  # tags of a workspace


class TagError(ValueError):
    """Nothing was changed; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@transaction.atomic
def ensure(
    *, workspace: Workspace, names: Iterable[str], now: datetime, colour: str = TagColour.NEUTRAL
) -> list[Tag]:
    """The tags of these names in any case, made where there are none yet. Raises TagError."""
    wanted: dict[str, str] = {}
    for name in names:
        clean = _clean(name)
        wanted.setdefault(clean.casefold(), clean)
    if not wanted:
        return []
    _lock(workspace)
    known = {tag.name.casefold(): tag for tag in Tag.objects.of(workspace)}
    new = [key for key in wanted if key not in known]
    if len(known) + len(new) > MOST:
        raise TagError(_("There are %(most)s tags already: merge some of them.") % {"most": MOST})
    for key in new:
        tag = Tag(workspace=workspace, name=wanted[key], colour=colour, created_at=now)
        tag.save(force_insert=True)
        known[key] = tag
    return [known[key] for key in wanted]


@transaction.atomic
def add(*, workspace: Workspace, name: str, colour: str, now: datetime) -> Tag:
    """A tag there is not yet, in any case. Raises TagError."""
    _lock(workspace)
    name = _clean(name)
    twin = Tag.objects.of(workspace).filter(name__iexact=name).first()
    if twin is not None:
        raise TagError(_("“%(name)s” is there already.") % {"name": twin.name})
    [tag] = ensure(workspace=workspace, names=[name], colour=colour, now=now)
    return tag


@transaction.atomic
def rename(*, tag: Tag, name: str) -> Tag:
    """Another name on every case that has it. Raises TagError for a name in use."""
    _lock(tag.workspace)
    name = _clean(name)
    other = Tag.objects.of(tag.workspace_id).filter(name__iexact=name).exclude(pk=tag.pk).first()
    if other is not None:
        raise TagError(_("“%(name)s” is there already: merge the two instead.") % {"name": other.name})
    tag.name = name
    tag.save(update_fields=["name"])
    return tag


@transaction.atomic
def colour(*, tag: Tag, colour: str) -> Tag:
    """Another colour. Raises TagError."""
    if colour not in TagColour.values:
        raise TagError(_("There is no such colour."))
    tag.colour = colour
    tag.save(update_fields=["colour"])
    return tag


@transaction.atomic
def merge(*, tag: Tag, into: Tag) -> int:
    """Every case that has `tag` has `into` instead; `tag` goes. Returns how many cases. Raises TagError for the same one."""
    _lock(tag.workspace)
    if tag.pk == into.pk or tag.workspace_id != into.workspace_id:
        raise TagError(_("Choose another tag to merge it with."))
    rows = CaseTag.objects.of(tag.workspace_id)
    moved = rows.filter(tag=tag).exclude(case__in=rows.filter(tag=into).values("case"))
    count = int(rows.filter(tag=tag).count())
    moved.update(tag=into)
    tag.delete()
    return count


@transaction.atomic
def remove(*, tag: Tag) -> int:
    """Taken off every case, and gone; returns how many cases had it."""
    _lock(tag.workspace)
    count = int(CaseTag.objects.of(tag.workspace_id).filter(tag=tag).count())
    tag.delete()
    return count


@transaction.atomic
def put(*, case: Case, names: Sequence[str], by: User, now: datetime) -> Case:
    """The case has exactly the tags of these names. Raises TagError."""
    if len({name.casefold().strip() for name in names}) > MOST_OF_CASE:
        raise TagError(_("%(most)s tags on one case are enough.") % {"most": MOST_OF_CASE})
    tags = ensure(workspace=case.workspace, names=names, now=now)
    case = lock(case)
    rows = CaseTag.objects.of(case.workspace_id).filter(case=case)
    had = {row.tag_id: row.tag.name for row in rows.select_related("tag")}
    wanted = {tag.pk: tag.name for tag in tags}
    added = [pk for pk in wanted if pk not in had]
    gone = [pk for pk in had if pk not in wanted]
    if not added and not gone:
        return case
    rows.filter(tag__in=gone).delete()
    CaseTag.objects.of(case.workspace_id).bulk_create(
        [CaseTag(workspace_id=case.workspace_id, case=case, tag_id=pk) for pk in added]
    )
    timeline.write(
        case=case, kind=EventKind.TAGGED, by=by, now=now,
        added=[wanted[pk] for pk in added], removed=[had[pk] for pk in gone],
    )  # fmt: skip
    save(case, now=now)
    return case


@transaction.atomic
def put_on_many(
    *, workspace: Workspace, cases: Iterable[int], tag: Tag, on: bool, by: User, now: datetime
) -> list[int]:
    """Put `tag` on these cases (their ids), or take it off; returns the ids of those that changed, which undoes it.

    A few statements for any number of cases.
    """
    ids = list(
        Case.objects.of(workspace)
        .filter(pk__in=list(cases))
        .select_for_update(no_key=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    rows = CaseTag.objects.of(workspace).filter(tag=tag, case__in=ids)
    having = set(rows.values_list("case_id", flat=True))
    changed = [pk for pk in ids if (pk in having) is not on]
    if on:
        CaseTag.objects.of(workspace).bulk_create(
            [CaseTag(workspace=workspace, case_id=pk, tag=tag) for pk in changed]
        )
    else:
        rows.delete()
    facts = {"added": [tag.name] if on else [], "removed": [] if on else [tag.name]}
    said = timeline.Said(EventKind.TAGGED, json.dumps(facts))
    timeline.write_all([Line(workspace.pk, pk, said) for pk in changed], now=now, by=by)
    Case.objects.of(workspace).filter(pk__in=changed).update(version=F("version") + 1, updated_at=now)
    return changed


def _lock(workspace: Workspace) -> None:
    """Two people who type the same new tag take turns."""
    Workspace.objects.select_for_update(no_key=True).values_list("pk").get(pk=workspace.pk)


def _clean(name: str) -> str:
    clean = " ".join(name.replace(",", " ").split())
    if not clean:
        raise TagError(_("A tag needs a name."))
    if len(clean) > NAME_LENGTH:
        raise TagError(_("Please keep a tag under %(most)s characters.") % {"most": NAME_LENGTH})
    return clean
