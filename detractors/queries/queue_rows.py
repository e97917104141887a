"""All cases of a list, chunk by chunk in its order: for files."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from accounts.models import User, Workspace
from accounts.rules.sight import Sight
from detractors.models import Case
from detractors.queries import queue
from detractors.queries.ordering import place_of, placed

CHUNK = 1_000


def every(*, workspace: Workspace, user: User, wanted: queue.Wanted, sight: Sight) -> Iterator[Case]:
    """Every case `wanted` names, each with `words` and what was said of its customer; each chunk is a query of its own, so
    that a slow reader holds no transaction open."""
    cases = queue.wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    related = ("contact__account", "owner", "team", "touchpoint", "survey", "root_cause")
    cases = cases.select_related(*related).annotate(
        words=F("response__comment"),
        stayed=F("retained__state"),
        stayed_since=F("retained__on_date"),
        loss_reason=F("retained__reason__name"),
    )
    keys, place = wanted.keys, None
    while True:
        chunk = list(placed(cases, keys, place)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        place = place_of(chunk[-1], keys)
