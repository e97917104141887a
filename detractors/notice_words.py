"""One thing to tell somebody about a case, many of them as one digest, and their words in a workspace's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core import moments
from core.links import absolute_url
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import Case
from detractors.queries.alerts import Receiver
from detractors.queries.due import DueCase
from detractors.rules import act_link
from outbox.models import ChatTarget
from outbox.rendering import one_line

NAME_LENGTH = 200  # characters of a name in a line of a digest: all of it, so that erasing a person finds it
LINES = 20  # cases named in a digest, the most urgent ones; the queue shows them all
DUE_PATTERN = "D j M Y, H:i"  # the weekday says more than the date when a promise is days long
MIXED = "mixed"  # a digest of several kinds


class Promise(Protocol):
    """What a mail says of a timer."""

    @property
    def pk(self) -> Any: ...
    @property
    def kind(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...


class Note(NamedTuple):
    """One thing to tell one person or chat target: a message of its own or a line of a digest."""

    mail: str
    key: str
    case: Case | DueCase
    person: User | None
    target: ChatTarget | None
    timer: Promise | None
    level: str
    because: str
    breaks_quiet: bool = False

    @property
    def once(self) -> str:
        """What makes a message told once to this chat target."""
        assert self.target is not None
        return f"{self.key}:t{self.target.pk}"


Item = tuple[
    int, "Case | DueCase", "Promise | None"
]  # its place among all that is told, and what it is about


@dataclass(slots=True, eq=False)
class Alike:
    """Notes to one receiver that differ in nothing but case and promise; thousands are kept as a list each."""

    receiver: Receiver
    mail: str
    head: str  # of the key of each; the promise's id and `tail` follow
    tail: str
    person: User | None
    target: ChatTarget | None
    level: str
    because: str
    by_bell: bool
    by_mail: bool
    breaks_quiet: bool
    items: list[Item] = field(default_factory=list)

    def key_of(self, timer: Promise | None) -> str:
        """What makes this told once."""
        return self.head if timer is None else f"{self.head}{timer.pk}{self.tail}"

    def note(self, item: Item) -> Note:
        """One of them by itself."""
        _place, case, timer = item
        return Note(
            self.mail, self.key_of(timer), case, self.person, self.target, timer, self.level, self.because,
            self.breaks_quiet,
        )  # fmt: skip


def in_order(groups: Sequence[Alike]) -> list[Note]:
    """All of them by themselves, as they happened."""
    if len(groups) == 1:
        return [groups[0].note(item) for item in groups[0].items]
    placed = [(item[0], number, item) for number, group in enumerate(groups) for item in group.items]
    return [groups[number].note(item) for _place, number, item in sorted(placed, key=itemgetter(0, 1))]


class Gathered(NamedTuple):
    """What a digest stands for beyond the cases it is given: how many there are, of which kinds, whose (see Digest)."""

    cases: int
    kinds: frozenset[str]
    levels: frozenset[str]
    owner: str


class Digest:
    """The notes to one receiver, by case; the most urgent cases, in the order of the queue, are shown."""

    def __init__(self, notes: Sequence[Note], gathered: Gathered | None = None) -> None:
        by_case: dict[int, list[Note]] = {}
        for note in notes:
            by_case.setdefault(note.case.pk, []).append(note)
        urgent = sorted(by_case.values(), key=lambda notes: (notes[0].case.rank_at, notes[0].case.number))
        self.first, self.shown = notes[0], urgent[:LINES]
        found = gathered or Gathered(
            len(by_case),
            frozenset(note.mail for note in notes),
            frozenset(note.level for note in notes),
            whose({notes[0].case.owner_id for notes in urgent}, self.first.person),
        )
        self.count, self.levels, self.owner = found.cases, found.levels, found.owner
        self.kind = next(iter(found.kinds)) if len(found.kinds) == 1 else MIXED


def whose(owners: set[int | None], reader: User | None) -> str:
    """Whose cases the view of a digest must show: the reader's ("me"), nobody's ("none"), or all ("")."""
    mine = reader.pk if reader else 0
    return "me" if owners == {mine} else "none" if owners == {None} else ""


class Wording:
    """The words of one workspace, in its language; what many mails share is made once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._moments: dict[tuple[datetime, str], str] = {}
        self._labels: dict[str, str] = {}  # no code is both a promise's and a level's

    def language(self) -> Any:
        """The mail's language, as a context manager."""
        return translation.override(self.workspace.language)

    @cached_property
    def _cases(self) -> str:
        return absolute_url("detractors:queue", slug=self.workspace.slug)

    def case_url(self, case: Case | DueCase) -> str:
        """The page of a case: it stands under the queue."""
        return f"{self._cases}{case.number}/"

    def queue_url(self, view: str, owner: str) -> str:
        """A view of the queue; `owner` as in its address, empty for all."""
        return f"{self._cases}?{urlencode({'view': view, **({'owner': owner} if owner else {})})}"

    @cached_property
    def _acts(self) -> str:
        return absolute_url("detractors:act", token="-").removesuffix("-/")

    def act_url(self, case: Case | DueCase, person: User, *, salt: str, ends_at: datetime) -> str:
        """Where this person acts on the case without opening the product."""
        token = act_link.token_of(case_id=case.pk, user_id=person.pk, ends_at=ends_at, salt=salt)
        return f"{self._acts}{token}/"

    def line(self, notes: Sequence[Note]) -> dict[str, Any]:
        """One case of a digest: its earliest promise says when, all of them are named."""
        case, person = notes[0].case, notes[0].person
        timers = sorted((note.timer for note in notes if note.timer), key=lambda timer: timer.due_at)
        return {
            "number": case.number,
            "customer": one_line(self.customer(case), NAME_LENGTH),
            "score": case.score,
            "promise": _("%(promise)s, due %(due_at)s")
            % {
                "promise": ", ".join(dict.fromkeys(self.promise(timer.kind) for timer in timers)),
                "due_at": self.moment(timers[0].due_at, person),
            }
            if timers
            else "",
            "url": self.case_url(case),
        }

    def moment(self, moment: datetime, person: User | None) -> str:
        """A moment in the reader's zone, which is named: "Mon 2 Mar 2026, 10:00 CET"; without a reader, the workspace's."""
        key = (moment, (person.time_zone if person else "") or self.workspace.time_zone)
        if key not in self._moments:
            self._moments[key] = moments.in_words(*key, DUE_PATTERN)
        return self._moments[key]

    def customer(self, case: Case | DueCase) -> str:
        return case.contact.display_name if case.contact else self._anonymous

    @cached_property
    def _anonymous(self) -> str:
        return _("An anonymous customer")

    def promise(self, kind: str) -> str:
        return self._label(TimerKind, kind)

    def level(self, level: str) -> str:
        return self._label(EscalationLevel, level)

    def _label(self, choices: type[TimerKind | EscalationLevel], code: str) -> str:
        if code not in self._labels:
            self._labels[code] = str(choices(code).label)
        return self._labels[code]
