"""The one table of case moves: from where, to where, and what each needs.

A case's state is its category (OPEN, WAITING, RESOLVED, CLOSED) and whether the customer was contacted. The manual's names
for them: NEW is OPEN and not contacted, CONTACTED is OPEN and contacted. Pages ask this table which buttons to draw,
services whether to act; a service repeats the from-state in its UPDATE, so two movers cannot both win.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.sentences import Sentence, gettext_noop

OPEN, WAITING, RESOLVED, CLOSED = "OPEN", "WAITING", "RESOLVED", "CLOSED"
CATEGORIES = (OPEN, WAITING, RESOLVED, CLOSED)

CLAIM, ASSIGN, NOTE = "CLAIM", "ASSIGN", "NOTE"
REPLY, CONTACT = "REPLY", "CONTACT"
WAIT, RESUME = "WAIT", "RESUME"
RESOLVE, REOPEN, DISMISS, CLOSE = "RESOLVE", "REOPEN", "DISMISS", "CLOSE"

# What a move needs besides the case, as names of the service's arguments.
OWNER_GIVEN = "owner"
NOTE_GIVEN = "note"
BODY_GIVEN = "body"
CHANNEL_GIVEN = "channel"
CONTACT_GIVEN = "contact"  # the customer is spoken to in the same act
ROOT_CAUSE_GIVEN = "root_cause"
RESOLUTION_GIVEN = "resolution"
REASON_GIVEN = "reason"
OUTCOME_GIVEN = "outcome"


@dataclass(frozen=True)
class State:
    """Where a case stands."""

    category: str
    is_contacted: bool

    @property
    def name(self) -> str:
        """NEW, CONTACTED, WAITING, RESOLVED or CLOSED: the one word people use."""
        if self.category == OPEN:
            return "CONTACTED" if self.is_contacted else "NEW"
        return self.category


@dataclass(frozen=True)
class Rule:
    """One row of the table: `move` leads from `source` to `target` and needs `requires`, all of them."""

    move: str
    source: State
    target: State
    requires: tuple[str, ...] = ()


class NotAllowed(ValueError):
    """The move does not exist from this state; `state`, `move` and a `sentence` for the person who tried."""

    def __init__(self, state: State, move: str) -> None:
        self.state = state
        self.move = move
        text = gettext_noop("A case that is %(state)s cannot be moved by %(move)s.")
        self.sentence = Sentence("NOT_ALLOWED", text, {"state": state.name, "move": move})
        super().__init__(str(self.sentence))


class Incomplete(ValueError):
    """The move exists but lacks what it needs; `missing` names the arguments."""

    def __init__(self, rule: Rule, missing: tuple[str, ...]) -> None:
        self.rule = rule
        self.missing = missing
        text = gettext_noop("%(move)s needs: %(missing)s.")
        self.sentence = Sentence("INCOMPLETE", text, {"move": rule.move, "missing": ", ".join(missing)})
        super().__init__(str(self.sentence))


NEW, CONTACTED = State(OPEN, False), State(OPEN, True)
WAITING_UNHEARD, WAITING_CONTACTED = State(WAITING, False), State(WAITING, True)
SOLVED = State(RESOLVED, True)  # nothing is resolved without the customer having been spoken to
DISMISSED, DONE = State(CLOSED, False), State(CLOSED, True)
STATES = (NEW, CONTACTED, WAITING_UNHEARD, WAITING_CONTACTED, SOLVED, DISMISSED, DONE)

_WORKED_ON = (NEW, CONTACTED, WAITING_UNHEARD, WAITING_CONTACTED)


def _contacted(state: State) -> State:
    return State(state.category, True)


_RULES: tuple[Rule, ...] = (
    *(Rule(CLAIM, state, state) for state in _WORKED_ON),
    *(Rule(ASSIGN, state, state, (OWNER_GIVEN,)) for state in (*_WORKED_ON, SOLVED)),
    *(Rule(NOTE, state, state, (NOTE_GIVEN,)) for state in STATES),
    # A person's reply or a call that reached the customer is the first response; both may follow a resolution.
    *(Rule(REPLY, state, _contacted(state), (BODY_GIVEN,)) for state in (*_WORKED_ON, SOLVED)),
    *(Rule(CONTACT, state, _contacted(state), (CHANNEL_GIVEN,)) for state in (*_WORKED_ON, SOLVED)),
    Rule(WAIT, NEW, WAITING_UNHEARD),
    Rule(WAIT, CONTACTED, WAITING_CONTACTED),
    Rule(RESUME, WAITING_UNHEARD, NEW),
    Rule(RESUME, WAITING_CONTACTED, CONTACTED),
    *(
        Rule(RESOLVE, state, SOLVED, (ROOT_CAUSE_GIVEN, RESOLUTION_GIVEN))
        for state in (CONTACTED, WAITING_CONTACTED)
    ),
    *(
        Rule(RESOLVE, state, SOLVED, (CONTACT_GIVEN, ROOT_CAUSE_GIVEN, RESOLUTION_GIVEN))
        for state in (NEW, WAITING_UNHEARD)
    ),
    # Once the customer was spoken to there is something to say about what was done: resolve, not dismiss.
    *(Rule(DISMISS, state, DISMISSED, (REASON_GIVEN,)) for state in (NEW, WAITING_UNHEARD)),
    Rule(CLOSE, SOLVED, DONE, (OUTCOME_GIVEN,)),
    Rule(REOPEN, SOLVED, CONTACTED),
    Rule(REOPEN, DONE, CONTACTED),
    Rule(REOPEN, DISMISSED, NEW),  # nobody has spoken to this customer yet
)

_TABLE: dict[tuple[State, str], Rule] = {(rule.source, rule.move): rule for rule in _RULES}
MOVES = tuple(dict.fromkeys(rule.move for rule in _RULES))

SENTENCES: dict[str, str] = {
    CLAIM: gettext_noop("Take the case."),
    ASSIGN: gettext_noop("Give the case to somebody."),
    NOTE: gettext_noop("Write a note the customer never sees."),
    REPLY: gettext_noop("Write to the customer."),
    CONTACT: gettext_noop("Log that the customer was spoken to."),
    WAIT: gettext_noop("Wait for the customer; the resolution clock stops."),
    RESUME: gettext_noop("Go on; the resolution clock runs again."),
    RESOLVE: gettext_noop("Say why it happened and what was done."),
    DISMISS: gettext_noop("Close without contact, with a reason."),
    CLOSE: gettext_noop("Close: the customer answered again, or the time for it is over."),
    REOPEN: gettext_noop("Open again."),
}


def allowed(state: State, move: str) -> bool:
    """Whether `move` exists from `state`."""
    return (state, move) in _TABLE


def moves(state: State) -> tuple[str, ...]:
    """Every move from `state`, in the order of `MOVES`."""
    return tuple(move for move in MOVES if allowed(state, move))


def rule(state: State, move: str) -> Rule:
    """The row for `move` from `state`. Raises `NotAllowed`."""
    try:
        return _TABLE[state, move]
    except KeyError:
        raise NotAllowed(state, move) from None


def target(state: State, move: str, given: Collection[str] = ()) -> State:
    """Where `move` leads when `given` (names of what is at hand) covers its needs. Raises `NotAllowed`, `Incomplete`."""
    row = rule(state, move)
    lacking = tuple(need for need in row.requires if need not in given)
    if lacking:
        raise Incomplete(row, lacking)
    return row.target


def sources(move: str) -> tuple[State, ...]:
    """Every state `move` starts from: the WHERE of the UPDATE that makes it."""
    return tuple(row.source for row in _RULES if row.move == move)


def table() -> tuple[Rule, ...]:
    """All rows, for the manual."""
    return _RULES
