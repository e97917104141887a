"""The queue's address: which cases, in which order, from where, and how to ask for others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from accounts.enums import Role
from accounts.models import Membership
from detractors.enums import Origin, Priority
from detractors.queries import queue, retention
from detractors.queries.ordering import LARGEST_ID, Place
from detractors.queries.queue import Wanted
from detractors.rules import queue_layout as layout
from surveys.enums import ResponseChannel, Segment

WORDS_LENGTH = 200  # characters; a search for more finds nothing

FIELDS = (
    "status", "own", "priority", "owner", "team", "survey", "touchpoint", "score", "cell", "standing", "exposure", "tag", "spike", "executive", "segment", "channel", "origin", "language",
    "company", "value", "due", "promised", "age", "waiting", "stayed", "q",
)  # fmt: skip
LAYOUT = ("sort", "group")
SAVED = "saved"  # the saved view somebody came by
KEPT = (*FIELDS, *LAYOUT)  # what a saved view remembers beside the tab

_CODES: dict[str, tuple[str, ...]] = {
    "status": queue.STATES,
    "priority": tuple(Priority.values),
    "segment": tuple(Segment.values),
    "channel": tuple(ResponseChannel.values),
    "origin": tuple(Origin.values),
    "stayed": retention.STATES,
}
_SPANS: dict[str, tuple[str, ...]] = {
    "due": (*layout.DUE_WITHIN, layout.NO_PROMISE),
    "promised": layout.PROMISED,
    "age": tuple(layout.AGES),
    "waiting": tuple(layout.WAITS),
    "standing": ("chronic",),
    "exposure": ("public",),
    "sort": layout.SORTS,
    "group": layout.GROUPS,
}


@dataclass(frozen=True)
class QueueAddress:
    """What the query string says, cleaned: unknown names and impossible values are left out."""

    view: str
    values: Mapping[str, str]  # only FIELDS that are set, as they stand in the address
    wanted: Wanted
    place: Place | None
    layout: Mapping[str, str]  # only LAYOUT that is set
    saved: str = ""

    def url(self, **changes: str | None) -> str:
        """The query string with `changes` made (None takes a field out); a page begins anew."""
        values = {"view": self.view, **self.values, **self.layout, SAVED: self.saved, **changes}
        if values["view"] == queue.ALL and not values.get("q"):
            values["view"] = None
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def neighbour(self, place: Place | None) -> str:
        """The address of the page that begins at `place`; empty for None."""
        if place is None:
            return ""
        mark = "-".join(str(number).replace("-", "m") for number in place.keys)
        return self.url(**{"before" if place.backwards else "after": mark})

    @property
    def is_filtered(self) -> bool:
        return bool(self.values)

    @property
    def here(self) -> str:
        """This very page."""
        return self.neighbour(self.place) or self.url()

    @property
    def kept(self) -> dict[str, str]:
        """What a saved view remembers."""
        return {"view": self.view, **self.values, **self.layout}


def read(query: Mapping[str, str], *, membership: Membership, now: datetime) -> QueueAddress:
    """The address in `query`. Without a view: a search looks everywhere, an agent sees their own, others all open."""
    values = {name: str(query.get(name, "")).strip()[:WORDS_LENGTH].replace("\x00", "") for name in KEPT}
    for name, codes in _CODES.items():
        values[name] = values[name].upper() if values[name].upper() in codes else ""
    for name, codes in _SPANS.items():
        values[name] = values[name] if values[name] in codes else ""
    values["score"] = values["score"] if re.fullmatch(r"(10|[0-9])", values["score"], re.ASCII) else ""
    is_sum = re.fullmatch(r"[1-9][0-9]{0,12}", values["value"], re.ASCII)
    values["value"] = values["value"] if is_sum and int(values["value"]) <= layout.LARGEST_VALUE else ""
    owner, team = _owner(values["owner"], membership), _somebody(values["team"])
    values["owner"] = "" if owner is None else values["owner"]
    executive = 0 if values["executive"] == "any" else _owner(values["executive"], membership) or None
    values["executive"] = "" if executive is None else values["executive"]
    values["team"] = "" if team is None else values["team"]
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
        score=int(values["score"]) if values["score"] else None,
        own_status=values["own"],
        cell=values["cell"],
        is_chronic=bool(values["standing"]),
        is_public=bool(values["exposure"]),
        tag=values["tag"],
        spike=values["spike"],
        executive=executive,
        words=values["q"],
        team=team,
        segment=values["segment"],
        channel=values["channel"],
        origin=values["origin"],
        language=values["language"],
        company=values["company"],
        value=int(values["value"]) if values["value"] else None,
        due=values["due"],
        promised=values["promised"],
        age=values["age"],
        waiting=values["waiting"],
        stayed=values["stayed"],
        at=now,
        sort=values["sort"],
        group=values["group"],
    )
    saved = query.get(SAVED, "")
    return QueueAddress(
        view,
        {name: values[name] for name in FIELDS if values[name]},
        wanted,
        _place(query, wanted),
        {name: values[name] for name in LAYOUT if values[name]},
        saved if re.fullmatch(r"[A-Za-z0-9_-]{1,22}", saved, re.ASCII) else "",
    )


def _owner(text: str, membership: Membership) -> int | None:
    return int(membership.user_id) if text == "me" else _somebody(text)


def _somebody(text: str) -> int | None:
    """The id of a person or a team, 0 for none of them; None for what names nobody."""
    if text == "none":
        return 0
    if re.fullmatch(r"[1-9][0-9]{0,18}", text, re.ASCII) and int(text) <= LARGEST_ID:
        return int(text)
    return None


def _place(query: Mapping[str, str], wanted: Wanted) -> Place | None:
    name = "before" if query.get("before") else "after"
    if not re.fullmatch(r"m?[0-9]{1,19}(-m?[0-9]{1,19}){0,2}", query.get(name, ""), re.ASCII):
        return None
    numbers = tuple(int(part.replace("m", "-")) for part in query[name].split("-"))
    keys = wanted.keys
    if len(numbers) != len(keys):
        return None
    if any(abs(number) > key.most for number, key in zip(numbers, keys, strict=True)):
        return None
    if any(number < 0 and not key.may_be_negative for number, key in zip(numbers, keys, strict=True)):
        return None
    return Place(keys=numbers, backwards=name == "before")
