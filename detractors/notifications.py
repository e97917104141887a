"""Mail to staff about cases: collected while a transaction works, queued together at its end, never sent here.

Every mail has a dedupe key made of the case or timer and the person, so whatever runs twice tells once. Who would get
more than `MAILS_AT_ONCE` mails of one kind from one transaction gets one digest of that kind instead: nobody reads a
storm, and the view of the queue it links to is where such work is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core import moments
from core.links import absolute_url
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import Case
from detractors.queries import due, queue
from detractors.queries.cases import people_of_level
from detractors.queries.due import DueCase
from detractors.queries.sight import Onlookers
from outbox.rendering import one_line
from outbox.services.notices import Notice, queue_notices

COMMENT_LENGTH = 500  # characters of the customer's words quoted in a staff mail
NAME_LENGTH = 200  # characters of a name in a line of a digest: all of it, so that erasing a person finds it
MAILS_AT_ONCE = 5  # of one kind to one person: more become a digest
LINES = 20  # cases named in a digest, the most urgent ones; the queue shows them all
DUE_PATTERN = "D j M Y, H:i"  # the weekday says more than the date when a promise is days long

DIGEST = "sla_digest"
# What becomes a digest, and the view of the queue that shows the same cases.
_VIEWS = {"sla_warning": queue.DUE_SOON, "sla_breach": queue.BREACHED, "case_escalated": queue.BREACHED}


class Promise(Protocol):
    """What a mail says of a timer."""

    @property
    def pk(self) -> Any: ...
    @property
    def kind(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...


class _Note(NamedTuple):
    """One thing to tell one person: a mail of its own or a line of a digest."""

    mail: str
    key: str
    case: Case | DueCase
    person: User
    timer: Promise | None
    level: str
    because: str


class Notices:
    """The staff mails of one transaction."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._notes: dict[tuple[str, int, int], list[_Note]] = {}  # by kind of mail, workspace and person
        self._levels: dict[tuple[int, str, int | None], list[User]] = {}
        self._wording: dict[int, _Wording] = {}
        self._onlookers = Onlookers()

    def expect(self, cases: Iterable[Case | DueCase]) -> None:
        """These cases will be told of: read at once what their leads may see, however many there are."""
        leads = [
            (case.workspace_id, case.team.lead_id) for case in cases if case.team_id and case.team is not None
        ]
        self._onlookers.prefetch((workspace, lead) for workspace, lead in leads if lead is not None)

    def assigned(self, *, case: Case, owner: User, because: str) -> None:
        """The new owner hears of the case; `because` says why it is theirs."""
        occasion = f"{case.reopened_count}:{case.version}"
        self._add("case_assigned", case, [owner], key=f"case_assigned:{case.pk}:{occasion}", because=because)

    def unassigned(self, *, case: Case) -> None:
        """Nobody could take it: the lead or the managers hear of it."""
        self._add(
            "case_assigned",
            case,
            self._people(case, EscalationLevel.LEAD),
            key=f"case_unassigned:{case.pk}" + (f":{case.reopened_count}" if case.reopened_count else ""),
            because=_("Nobody is free to take it."),
        )

    def due_soon(self, *, case: Case | DueCase, timer: Promise) -> None:
        """The owner hears that a promise is nearly due; without an owner, the lead."""
        self._add("sla_warning", case, self._responsible(case), key=f"sla_warning:{timer.pk}", timer=timer)

    def breached(self, *, case: Case | DueCase, timer: Promise) -> None:
        """The owner hears that a promise was missed; without an owner, the lead."""
        self._add("sla_breach", case, self._responsible(case), key=f"sla_breach:{timer.pk}", timer=timer)

    def escalated(self, *, case: Case | DueCase, timer: Promise, level: str) -> None:
        """The people of `level` hear that a promise was missed."""
        self._add(
            "case_escalated",
            case,
            self._people(case, level),
            key=f"case_escalated:{timer.pk}:{level}",
            timer=timer,
            level=level,
        )

    def queue(self) -> None:
        """Write all collected mails into the outbox, in the caller's transaction."""
        groups, self._notes = list(self._notes.values()), {}
        digests = [_Digest(notes) for notes in groups if _is_storm(notes)]
        singles = [note for notes in groups if not _is_storm(notes) for note in notes]
        shown = [note.case for note in singles] + [notes[0].case for one in digests for notes in one.shown]
        if not shown:
            return
        # Neither asks for those that are loaded already.
        prefetch_related_objects([case for case in shown if isinstance(case, Case)], "contact")
        due.with_customers(case for case in shown if isinstance(case, DueCase))
        notices: list[Notice] = []
        for workspace, told in groupby(singles, lambda note: note.case.workspace):
            words = self._words(workspace)
            with words.language():
                notices += [self._single(note, words) for note in told]
        notices += [self._digest(one) for one in digests]
        queue_notices(notices, now=self.now)

    def _responsible(self, case: Case | DueCase) -> list[User]:
        if case.owner is not None and case.owner.is_active:
            return [case.owner]
        return self._people(case, EscalationLevel.LEAD)

    def _people(self, case: Case | DueCase, level: str) -> list[User]:
        lead = case.team.lead if case.team and level == EscalationLevel.LEAD else None
        key = (case.workspace_id, level, lead.pk if lead else None)
        if key not in self._levels:
            self._levels[key] = people_of_level(workspace=case.workspace, level=level, lead=lead)
        people = self._levels[key]
        if level == EscalationLevel.MANAGER:
            return people  # they, and the owners and admins who stand in for them, see every case
        return self._onlookers.of(case, people) or self._people(case, EscalationLevel.MANAGER)

    def _add(
        self,
        mail: str,
        case: Case | DueCase,
        people: Iterable[User],
        *,
        key: str,
        timer: Promise | None = None,
        level: str = "",
        because: str = "",
    ) -> None:
        for person in people:
            notes = self._notes.setdefault((mail, case.workspace_id, person.pk), [])
            notes.append(_Note(mail, key, case, person, timer, level, because))

    def _words(self, workspace: Workspace) -> _Wording:
        if workspace.pk not in self._wording:
            self._wording[workspace.pk] = _Wording(workspace)
        return self._wording[workspace.pk]

    def _single(self, note: _Note, words: _Wording) -> Notice:
        case = note.case
        due_at = note.timer.due_at if note.timer else case.next_due_at
        # Texts all, and none that no mail shows: the press fills them into one form (outbox.rendering.Press).
        facts = {
            "case_number": str(case.number),
            "customer": words.customer(case),
            "score": "" if case.score is None else str(case.score),
            "comment": case.stated_complaint[:COMMENT_LENGTH],
            "url": words.case_url(case),
            "due_at": words.moment(due_at, note.person) if due_at else "",
            "promise": words.promise(note.timer.kind) if note.timer else "",
            "level": words.level(note.level) if note.level else "",
            "because": note.because,
        }
        return self._notice(note, mail=note.mail, key=note.key, about=f"case:{case.pk}", facts=facts)

    def _digest(self, digest: _Digest) -> Notice:
        first, words = digest.first, self._words(digest.first.case.workspace)
        with words.language():
            facts = {
                "kind": first.mail,
                "count": digest.count,
                "lines": [self._line(notes, words) for notes in digest.shown],
                "more": digest.count - len(digest.shown),
                "levels": ", ".join(
                    words.level(level) for level in EscalationLevel.values if level in digest.levels
                ),
                "url": words.queue_url(_VIEWS[first.mail], digest.owner),
            }
        return self._notice(first, mail=DIGEST, key=f"digest:{first.key}", about="", facts=facts)

    def _line(self, notes: list[_Note], words: _Wording) -> dict[str, Any]:
        """One case of a digest: its earliest promise says when, all of them are named."""
        case, person = notes[0].case, notes[0].person
        timers = sorted((note.timer for note in notes if note.timer), key=lambda timer: timer.due_at)
        return {
            "number": case.number,
            "customer": one_line(words.customer(case), NAME_LENGTH),
            "score": case.score,
            "promise": _("%(promise)s, due %(due_at)s")
            % {
                "promise": ", ".join(dict.fromkeys(words.promise(timer.kind) for timer in timers)),
                "due_at": words.moment(timers[0].due_at, person),
            },
            "url": words.case_url(case),
        }

    def _notice(self, note: _Note, *, mail: str, key: str, about: str, facts: dict[str, Any]) -> Notice:
        return Notice(
            mail=mail,
            to=note.person.email,
            to_name=note.person.display_name,
            workspace=note.case.workspace,
            about=about,
            dedupe_key=f"{key}:{note.person.pk}",
            facts=facts,
        )


def _is_storm(notes: list[_Note]) -> bool:
    return len(notes) > MAILS_AT_ONCE and notes[0].mail in _VIEWS


class _Digest:
    """The notes of one kind to one person, by case; the most urgent cases, in the order of the queue, are shown."""

    def __init__(self, notes: list[_Note]) -> None:
        by_case: dict[int, list[_Note]] = {}
        for note in notes:
            by_case.setdefault(note.case.pk, []).append(note)
        urgent = sorted(by_case.values(), key=lambda notes: (notes[0].case.rank_at, notes[0].case.number))
        self.first, self.count, self.shown = notes[0], len(by_case), urgent[:LINES]
        self.levels = {note.level for note in notes}
        owners = {notes[0].case.owner_id for notes in urgent}
        # Whose cases the view must show: the reader's ("me"), nobody's ("none"), or all ("").
        self.owner = "me" if owners == {self.first.person.pk} else "none" if owners == {None} else ""


class _Wording:
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

    def moment(self, moment: datetime, person: User) -> str:
        """A moment in the reader's zone, which is named: "Mon 2 Mar 2026, 10:00 CET"."""
        key = (moment, person.time_zone or self.workspace.time_zone)
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
