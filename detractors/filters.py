"""The queue's address: which cases, from where, and how to ask for others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from accounts.enums import Role
from accounts.models import Membership
from detractors.enums import Priority
from detractors.queries import queue
from detractors.queries.queue import Place, Wanted

LARGEST_ID = 2**63 - 1  # of a bigint column
LARGEST_NUMBER = 2**31 - 1  # of an integer column
LARGEST_MOMENT = 4_102_444_800_000_000  # the year 2100 in microseconds: no promise lies behind it
WORDS_LENGTH = 200  # characters; a search for more finds nothing

FIELDS = (
    "status", "own", "priority", "owner", "survey", "touchpoint", "score", "cell", "team", "standing", "tag", "q",
)  # fmt: skip


@dataclass(frozen=True)
class QueueAddress:
    """What the query string says, cleaned: unknown names and impossible values are left out."""

    view: str
    values: Mapping[str, str]  # only FIELDS that are set, as they stand in the address
    wanted: Wanted
    place: Place | None

    def url(self, **changes: str | None) -> str:
        """The query string with `changes` made (None takes a field out); a page begins anew."""
        values = {"view": self.view, **self.values, **changes}
        if values["view"] == queue.ALL and not values.get("q"):
            values["view"] = None
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def neighbour(self, place: Place | None) -> str:
        """The address of the page that begins at `place`; empty for None."""
        if place is None:
            return ""
        mark = str(place.number)
        if self.wanted.by_rank and place.rank_at is not None:
            mark = f"{queue.microseconds_of(place.rank_at)}-{place.number}"
        return self.url(**{"before" if place.backwards else "after": mark})

    @property
    def is_filtered(self) -> bool:
        return bool(self.values)

    @property
    def here(self) -> str:
        """This very page."""
        return self.neighbour(self.place) or self.url()


def read(query: Mapping[str, str], *, membership: Membership) -> QueueAddress:
    """The address in `query`. Without a view: a search looks everywhere, an agent sees their own, others all open."""
    values = {name: query.get(name, "").strip()[:WORDS_LENGTH].replace("\x00", "") for name in FIELDS}
    values["status"] = values["status"].upper() if values["status"].upper() in queue.STATES else ""
    values["priority"] = values["priority"].upper() if values["priority"].upper() in Priority.values else ""
    values["score"] = values["score"] if re.fullmatch(r"(10|[0-9])", values["score"], re.ASCII) else ""
    if not re.fullmatch(r"[1-9][0-9]{0,18}", values["team"], re.ASCII) or int(values["team"]) > LARGEST_ID:
        values["team"] = ""
    values["standing"] = "chronic" if values["standing"] == "chronic" else ""
    owner = _owner(values["owner"], membership)
    if owner is None:
        values["owner"] = ""
    view = query.get("view", "")
    if view not in (*queue.TABS, queue.ALL) or (view == queue.ALL and not values["q"]):
        view = queue.ALL if values["q"] else queue.MINE if membership.role == Role.AGENT else queue.OPEN
    wanted = Wanted(
        tab=view,
        priority=values["priority"],
        owner=owner,
        touchpoint=values["touchpoint"],
        survey=values["survey"],
        state=values["status"],
        own_status=values["own"],
        score=int(values["score"]) if values["score"] else None,
        cell=values["cell"],
        team=int(values["team"]) if values["team"] else None,
        is_chronic=bool(values["standing"]),
        tag=values["tag"],
        words=values["q"],
    )
    return QueueAddress(
        view, {name: value for name, value in values.items() if value}, wanted, _place(query, wanted)
    )


def _owner(text: str, membership: Membership) -> int | None:
    if text == "none":
        return 0
    if text == "me":
        return int(membership.user_id)
    if re.fullmatch(r"[1-9][0-9]{0,18}", text, re.ASCII) and int(text) <= LARGEST_ID:
        return int(text)
    return None


def _place(query: Mapping[str, str], wanted: Wanted) -> Place | None:
    name = "before" if query.get("before") else "after"
    match = re.fullmatch(r"(?:([0-9]{1,16})-)?([0-9]{1,10})", query.get(name, ""), re.ASCII)
    if match is None:
        return None
    microseconds, number = match.group(1), int(match.group(2))
    if number > LARGEST_NUMBER or (microseconds is None) is wanted.by_rank:
        return None
    rank_at = None
    if wanted.by_rank:
        if int(microseconds) > LARGEST_MOMENT:
            return None
        rank_at = queue.moment_from(int(microseconds))
    return Place(number=number, rank_at=rank_at, backwards=name == "before")
