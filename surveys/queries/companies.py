"""Companies with what their people say. Only contacts a member may see are counted, and only companies that have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.enums import Segment
from surveys.models import Company, Contact, Response
from surveys.queries import sight as sights
from surveys.queries.lists import PAGE, Page
from surveys.rules.nps import net_promoter_score

NAME, VALUE, NEWEST = "name", "value", "newest"
_NO_VALUE = Decimal(-(10**12))  # below every value there can be: such companies come last
SORTS: dict[str, Any] = {
    NAME: Lower("name"),
    VALUE: Coalesce(F("value"), Value(_NO_VALUE)),
    NEWEST: F("created_at"),
}
PEOPLE = 100  # shown on the page of a company
FEW = 5  # with fewer answers an NPS says little, and is shown in grey


@dataclass(frozen=True)
class Standing:
    """The people of a company, and the NPS of the last answer of each who gave one; None without any."""

    people: int
    answered: int
    nps: float | None

    @property
    def is_thin(self) -> bool:
        return self.answered < FEW


NOBODY = Standing(0, 0, None)


def listed(*, workspace: Workspace, search: str = "", sight: Sight = EVERYTHING) -> QuerySet[Company]:
    """The companies whose name contains `search`."""
    rows: QuerySet[Company] = Company.objects.of(workspace)
    if search.strip():
        rows = rows.filter(name__icontains=search.strip())
    if not sight.is_everything:
        seen = sights.contacts(workspace=workspace, sight=sight)
        rows = rows.filter(
            Exists(Contact.objects.of(workspace).present().filter(seen, account=OuterRef("pk")))
        )
    return rows


def page_of(
    *, companies: QuerySet[Company], sort: str = NAME, before: int | None = None, after: int | None = None
) -> Page:
    """A page of the companies in one of the orders of SORTS, by key: the rows `before` the one with this id come later
    in the list, those `after` it earlier, as in `lists.keyset`.
    """
    rows: Any = companies.annotate(key=SORTS[sort])
    edge = before if before is not None else after
    place = rows.filter(pk=edge).values_list("key", flat=True).first() if edge is not None else None
    is_back = after is not None and place is not None
    is_down = sort != NAME  # names go up; values and days go down
    order = ("-key", "-pk") if is_down != is_back else ("key", "pk")
    if place is not None:
        # The first bound is what the index is entered by; the second leaves out the rows of the same key already seen.
        way, same = ("lte", "gte") if is_down != is_back else ("gte", "lte")
        rows = rows.filter(**{f"key__{way}": place}).exclude(key=place, **{f"pk__{same}": edge})
    found = list(rows.order_by(*order)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if is_back:
        found = found[::-1]
    has_newer, has_older = (more, bool(found)) if is_back else (place is not None and bool(found), more)
    return Page(found, found[0].pk if has_newer else None, found[-1].pk if has_older else None)


def standings(
    *, workspace: Workspace, companies: Sequence[Company], sight: Sight = EVERYTHING
) -> dict[int, Standing]:
    """How each company stands, in one question for all of them."""
    rows = (
        Contact.objects.of(workspace)
        .present()
        .filter(sights.contacts(workspace=workspace, sight=sight), account__in=[row.pk for row in companies])
        .order_by()
        .values("account")
        .annotate(
            people=Count("pk"),
            **{code: Count("pk", filter=Q(last_segment=code)) for code in _CLASSES},
        )
    )
    return {row["account"]: _standing(row) for row in rows}


_CLASSES = (Segment.PROMOTER.value, Segment.PASSIVE.value, Segment.DETRACTOR.value)


def _standing(row: dict[str, Any]) -> Standing:
    promoters, passives, detractors = (row[code] for code in _CLASSES)
    n = promoters + passives + detractors
    nps = net_promoter_score(promoters, passives, detractors) if n else None
    return Standing(row["people"], n, nps)


def people_of(*, company: Company, sight: Sight = EVERYTHING) -> list[Contact]:
    """The first of the company's people that may be seen, by name."""
    rows = Contact.objects.of(company.workspace_id).present().filter(account=company)
    seen = sights.contacts(workspace=company.workspace_id, sight=sight)
    return list(rows.filter(seen).order_by("name", "pk")[:PEOPLE])


def answers_of(*, company: Company, sight: Sight = EVERYTHING) -> list[Response]:
    """The newest NPS answers of the company's people that may be seen."""
    seen = sights.answers(workspace=company.workspace_id, sight=sight)
    people = Contact.objects.of(company.workspace_id).filter(account=company).order_by().values("pk")
    return list(
        Response.objects.of(company.workspace_id)
        .filter(seen, contact__in=people, metric="NPS")
        .select_related("contact", "survey")
        .order_by("-responded_at", "-pk")[:PEOPLE]
    )
