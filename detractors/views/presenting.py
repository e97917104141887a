"""A case, its promises and its customer in the shapes the templates draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules.permissions import Permission, can
from core import moments
from core.templatetags import ui
from detractors.enums import Clock
from detractors.models import Case, SlaTimer
from detractors.queries.cases import state_of
from detractors.rules import queue_layout as layout
from detractors.rules import sla, transitions
from detractors.rules.handing_over import may_hand_over
from detractors.views import queue_words
from detractors.views.wording import timer_word
from surveys.enums import ResponseChannel
from surveys.models import Contact, Response
from surveys.rules import metrics

# What each move asks of a role; ASSIGN asks `may_hand_over`, and the moves nobody makes by hand (CLOSE) are missing.
MOVES: dict[str, Permission] = {
    transitions.CLAIM: Permission.WORK_CASES,
    transitions.NOTE: Permission.WORK_CASES,
    transitions.REPLY: Permission.WORK_CASES,
    transitions.CONTACT: Permission.WORK_CASES,
    transitions.WAIT: Permission.WORK_CASES,
    transitions.RESUME: Permission.WORK_CASES,
    transitions.RESOLVE: Permission.WORK_CASES,
    transitions.DISMISS: Permission.ASSIGN_CASES,
    transitions.REOPEN: Permission.REOPEN_CASES,
}


def page_url(name: str, **kwargs: Any) -> str:
    """The address of a page of another app by its URL name; empty where that app has no such page."""
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def moves_of(case: Case, *, role: str, viewer_id: int) -> set[str]:
    """The moves the case allows now and somebody of `role` may make."""

    def may(move: str) -> bool:
        if move == transitions.ASSIGN:
            return may_hand_over(role=role, is_owner=case.owner_id == viewer_id)
        return move in MOVES and can(role, MOVES[move])

    return {move for move in transitions.moves(state_of(case)) if may(move)}


# Promises -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """One timer as it is shown; `state` is a code of rules.sla.state_at (MET_LATE is MET with `late_minutes`)."""

    kind: str
    word: str
    state: str
    due_at: datetime
    warn_at: datetime
    met_at: datetime | None
    promised_minutes: int
    minutes_left: int | None  # working minutes kept while paused
    was_breached: bool
    is_cancelled: bool
    is_around_the_clock: bool = False

    @property
    def is_paused(self) -> bool:
        return self.state == sla.PAUSED

    @property
    def is_met(self) -> bool:
        return self.met_at is not None


def promise(timer: SlaTimer, now: datetime) -> Promise:
    """How `timer` stands at `now`."""
    state = sla.state_at(
        sla.Timer(
            warn_at=timer.warn_at,
            due_at=timer.due_at,
            paused_at=timer.paused_at,
            met_at=timer.met_at,
            breached_at=timer.breached_at,
        ),
        now,
    )
    return Promise(
        kind=timer.kind,
        word=timer_word(timer.kind),
        state=sla.MET if state == sla.MET_LATE else state,
        due_at=timer.due_at,
        warn_at=timer.warn_at,
        met_at=timer.met_at,
        promised_minutes=timer.promised_minutes,
        minutes_left=None if timer.remaining_seconds is None else ceil(timer.remaining_seconds / 60),
        was_breached=timer.breached_at is not None or state in (sla.BREACHED, sla.MET_LATE),
        is_cancelled=timer.cancelled_at is not None,
        is_around_the_clock=timer.clock == Clock.CALENDAR,
    )


def next_promise(timers: Iterable[SlaTimer], now: datetime) -> Promise | None:
    """The promise to keep next: the earliest running one, else the earliest that is paused."""
    running = [timer for timer in timers if timer.is_running]
    found = min(running, key=lambda timer: (timer.is_paused, timer.due_at), default=None)
    return promise(found, now) if found else None


# The queue ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One line of the queue: what it is grouped by, and its texts and marks by name, in words already."""

    case: Case
    status: str
    owner: str
    drawn: dict[str, Any]
    cells: list[Cell]
    heading: str = ""  # of the group that begins here

    @property
    def texts(self) -> dict[str, Any]:
        """What the row's part of the page is filled in with; what is empty is not there."""
        return {"heading": self.heading, **self.drawn}


@dataclass(frozen=True)
class Cell:
    """One column more than the usual ones: plain text or a moment."""

    label: str
    text: str = ""
    moment: datetime | None = None


def _cell(code: str, label: str, case: Case) -> Cell:
    if code in ("opened", "updated"):
        return Cell(label, moment=case.opened_at if code == "opened" else case.updated_at)
    if code == "value":
        worth = case.account_value
        return Cell(label, "" if worth is None else f"{worth:,.0f}")
    if code == "channel":
        return Cell(label, str(dict(ResponseChannel.choices).get(case.channel, "")))
    thing = getattr(case, code)  # touchpoint, survey or team
    return Cell(label, thing.name if thing else "")


def rows(
    cases: Iterable[Case], *, columns: Sequence[str], slug: str, viewer: User, role: str, now: datetime
) -> list[Row]:
    """The lines of cases read by `queries.queue.for_rows`; addresses and sentences are looked up once for all."""
    place = reverse("detractors:queue", kwargs={"slug": slug})
    choose = _("Choose case %(number)s of %(name)s")
    still, ended = _("%(time)s since the answer"), _("%(time)s from answer to end")
    anonymous, waits = _("Anonymous customer"), _("waits for: %(what)s")
    more = {code: str(queue_words.COLUMN_WORDS[code]) for code in columns if code not in layout.USUAL_COLUMNS}
    shows = {f"shows_{code}": code in columns for code in layout.USUAL_COLUMNS}
    found = []
    for case in cases:
        ends_at = case.resolved_at or case.closed_at or now
        minutes = max(0, int((ends_at - case.opened_at).total_seconds() // 60))
        state, number = state_of(case), str(case.number)
        name = case.contact.display_name if case.contact else anonymous
        owner = case.owner.display_name if case.owner else ""
        promise = next_promise(case.clocks, now)  # type: ignore[attr-defined]  # as for_rows has them
        texts = {
            **shows,
            "number": number,  # in words, for a row says it several times
            "version": str(case.version),
            "score": ui.score(case.score, case.segment),  # type: ignore[attr-defined]  # annotated by for_rows
            "url": f"{place}{number}/",
            "claim_url": f"{place}{number}/claim/",
            "choose": choose % {"number": number, "name": name},  # what its box says to a screen reader
            "name": name,
            "company": case.contact.company if case.contact else "",
            "words": case.words or "",  # type: ignore[attr-defined]  # annotated by for_rows
            "age": (still if case.is_open else ended) % {"time": moments.duration(minutes)},
            "waits": waits % {"what": case.waiting_for} if case.is_waiting else "",
            "is_reopened": bool(case.reopened_count),
            "promise": promise.word if promise else "",
            "countdown": ui.countdown(promise.due_at, None, promise.state, promise.warn_at, now)
            if promise
            else "",
            "outcome": ui.badge("outcome", case.outcome),
            "is_resolved": case.is_resolved,
            "priority": ui.badge("priority", case.priority),
            "status": ui.badge("status", state.name, case.status_name or ""),  # type: ignore[attr-defined]  # annotated
            "avatar": ui.avatar(owner, "small"),
            "owner": owner,
            "is_mine": case.owner_id == viewer.pk,
            "can_claim": case.owner_id is None
            and transitions.CLAIM in moves_of(case, role=role, viewer_id=viewer.pk),
        }
        found.append(
            Row(case, state.name, owner, texts, [_cell(code, label, case) for code, label in more.items()])
        )
    return found


# The customer -------------------------------------------------------------------------------------------------

CHART_WIDTH, CHART_HEIGHT, CHART_EDGE = 260, 104, 9  # SVG units
CHART_LEFT, CHART_FOOT = 22, 18  # room for the numbers and the dates
# Where a band begins and ends as a share of the scale; between two answers of NPS lies the border.
BANDS = (("promoter", 0.85, 1.0), ("passive", 0.65, 0.85), ("detractor", 0.0, 0.65))


@dataclass(frozen=True)
class Dot:
    """One answer in the picture of the score history."""

    x: float
    y: float
    score: int
    segment: str
    at: datetime
    is_resurvey: bool


@dataclass(frozen=True)
class Band:
    """A coloured strip of the picture."""

    shade: str
    y: float
    height: float


@dataclass(frozen=True)
class History:
    """The customer's scores as a small picture: dots from left (old) to right by their time, the best score on top.

    `bands` and the ends of the scale only where every answer has the same metric, NPS.
    """

    dots: tuple[Dot, ...]
    line: str
    bands: tuple[Band, ...]
    low: str
    high: str
    top: float = CHART_EDGE
    foot: float = CHART_HEIGHT - CHART_FOOT - CHART_EDGE
    left: int = CHART_LEFT
    span: int = CHART_WIDTH - CHART_LEFT
    width: int = CHART_WIDTH
    height: int = CHART_HEIGHT


def history(responses: Sequence[Response]) -> History | None:
    """The picture of `responses` (oldest first); None without any. Each metric is drawn on its own scale."""
    if not responses:
        return None
    reach = CHART_HEIGHT - CHART_FOOT - 2 * CHART_EDGE
    left, right = CHART_LEFT + CHART_EDGE, CHART_WIDTH - CHART_EDGE
    first, last = responses[0].responded_at, responses[-1].responded_at
    seconds = (last - first).total_seconds()

    def height(share: float) -> float:
        return round(CHART_EDGE + (1 - share) * reach, 1)

    dots = []
    for response in responses:
        low, high = metrics.bounds(response.metric)
        passed = (response.responded_at - first).total_seconds() / seconds if seconds else 0.5
        dots.append(
            Dot(
                x=round(left + passed * (right - left), 1),
                y=height((response.score - low) / (high - low)),
                score=response.score,
                segment=response.segment,
                at=response.responded_at,
                is_resurvey=response.purpose == "RESURVEY",
            )
        )
    is_nps = all(response.metric == "NPS" for response in responses)
    bands = tuple(Band(shade, height(top), round((top - low) * reach, 1)) for shade, low, top in BANDS)
    return History(
        tuple(dots),
        " ".join(f"{dot.x},{dot.y}" for dot in dots),
        bands if is_nps else (),
        "0" if is_nps else "",
        "10" if is_nps else "",
    )


def contact_facts(contact: Contact) -> list[tuple[str, Any]]:
    """What we know of the customer: how to reach them, what they are worth, their attributes by name."""
    worth = contact.worth
    value = "" if worth is None else f"{worth:,.0f}"
    known = [
        (_("E-mail"), contact.email),
        (_("Phone"), contact.phone),
        (_("Company"), contact.company),
        (_("Account value"), value),
        (_("Language"), contact.language),
        (_("Their time"), contact.time_zone),
        (_("Customer id"), contact.external_id),
    ]
    attributes = contact.attributes if isinstance(contact.attributes, dict) else {}
    own = [(str(name).replace("_", " ").capitalize(), value) for name, value in sorted(attributes.items())]
    return [*known, *own]


def contact_warnings(contact: Contact) -> list[str]:
    """What stands in the way of reaching the customer by mail."""
    said = []
    if contact.erased_at:
        said.append(_("This person was erased."))
    if contact.opted_out_at:
        said.append(_("Asked not to be surveyed."))
    if contact.undeliverable_at:
        said.append(_("Mail to this address does not arrive."))
    if not contact.email and not contact.erased_at:
        said.append(_("No e-mail address is known."))
    return said


def zone_name() -> str:
    """The viewer's time zone, in which all moments of the page are shown."""
    return str(get_current_timezone())
