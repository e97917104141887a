"""What the staff is told about cases: collected while a transaction works, queued together at its end, never sent here.

Every message has a dedupe key made of the case or timer and the receiver, so whatever runs twice tells once. Who would get
more than a few within some minutes (pacing.py) gets one digest instead, each case named once: nobody reads a
storm, and the view of the queue it links to is where such work is done. Mails wait for the end of their reader's quiet time;
the bell does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import count, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.queries import active
from core.arrays import array
from detractors import chat_words, pacing
from detractors.enums import AlertKind, EscalationLevel, NotificationKind, Priority
from detractors.models import Case
from detractors.notice_words import LINES, Alike, Digest, Gathered, Item, Note, Promise, Wording, in_order
from detractors.pacing import Wishes
from detractors.queries import due, queue
from detractors.queries.alerts import Receiver
from detractors.queries.cases import people_of_level
from detractors.queries.due import DueCase
from detractors.queries.sight import Onlookers
from detractors.rules import act_link
from detractors.rules.escalation import Step
from outbox.enums import TargetEvent
from outbox.models import ChatTarget
from outbox.services import chats
from outbox.services.chats import ChatRequest, queue_chats
from outbox.services.notices import Notice, queue_notices

COMMENT_LENGTH = 500  # characters of the customer's words quoted in a staff mail
MAILS_AT_ONCE = pacing.USUAL.most_at_once  # to one person within ten minutes: more become a digest

DIGEST = "sla_digest"
REMEDY_ASKED = "remedy_asked"  # to chat targets; people are asked by services.remedy_asking
# What becomes a digest, and the view of the queue that shows the same cases.
_VIEWS = {"sla_warning": queue.DUE_SOON, "sla_breach": queue.BREACHED, "case_escalated": queue.BREACHED}
PACED = frozenset({*_VIEWS, "case_urgent", REMEDY_ASKED})
ALERT_KINDS = {
    "case_assigned": AlertKind.ASSIGNED,
    "sla_warning": AlertKind.WARNING,
    "sla_breach": AlertKind.BREACH,
    "case_escalated": AlertKind.ESCALATION,
}
BELLS = {
    "sla_warning": NotificationKind.DUE_SOON,
    "sla_breach": NotificationKind.BREACHED,
    "case_escalated": NotificationKind.ESCALATED,
}
_RING = """
INSERT INTO detractors_notification (workspace_id, user_id, case_id, kind, dedupe_key, at)
SELECT row.workspace_id, row.user_id, row.case_id, row.kind, row.dedupe_key, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
  AS row (workspace_id, user_id, case_id, kind, dedupe_key)
ON CONFLICT DO NOTHING
"""


# The lists come as text: parsed in half the time of a list of JSON.
_HOLD = """
INSERT INTO detractors_heldalert (workspace_id, user_id, target_id, mail, level, because, cases, timers, keys, at, tell_at)
SELECT row.workspace_id, row.user_id, row.target_id, row.mail, row.level, row.because, row.cases::bigint[],
  row.timers::bigint[], row.keys::text[], %s, row.tell_at
FROM json_to_recordset(%s) AS row (workspace_id bigint, user_id bigint, target_id bigint, mail text, level text,
  because text, cases text, timers text, keys text, tell_at timestamptz)
"""

_Told = dict[Receiver, list[Alike]]
_Waiting = tuple[Receiver, list[Alike], datetime]  # what waits, and when it is told


class _Hearers(NamedTuple):
    """Who hears of something: the lists it is put on, and the names of the people."""

    lists: Sequence[list[Item]]
    names: tuple[str, ...]


class Notices:
    """What the staff is told by one transaction: mails, the bell, chat.

    With `gathers`, more of the same kind is coming: who would get a digest is kept for services.alerts.tell_held.
    """

    def __init__(self, *, now: datetime, gathers: bool = False) -> None:
        self.now, self.gathers = now, gathers
        self._told: _Told = {}
        self._alike: dict[tuple[Any, ...], Alike] = {}
        self._hearers: dict[tuple[Any, ...], _Hearers] = {}
        self._steps: dict[int, Step] = {}  # keeps alive what is known by its id
        self._place = count()
        self._has_rung = False
        self._levels: dict[tuple[int, str, int | None], list[User]] = {}
        self._named: dict[tuple[int, int], User | None] = {}
        self._targets: dict[int, list[ChatTarget]] = {}
        self._wording: dict[int, Wording] = {}
        self._onlookers = Onlookers()
        self._wishes = Wishes(now=now)

    def expect(self, cases: Iterable[Case | DueCase]) -> None:
        """These cases will be told of: read at once what their leads may see, however many there are."""
        leads = [
            (case.workspace_id, case.team.lead_id) for case in cases if case.team_id and case.team is not None
        ]
        self._onlookers.prefetch({(workspace, lead) for workspace, lead in leads if lead is not None})

    def opened(self, *, case: Case) -> None:
        """Chat targets that want it hear of a new urgent case."""
        if case.priority == Priority.URGENT:
            self._add("case_urgent", case, [], head=f"case_urgent:{case.pk}", event=TargetEvent.URGENT)

    def remedy_asked(self, *, case: Case, key: str, because: str) -> None:
        """Chat targets that want it hear that a remedy waits for somebody's word; `because` says which."""
        self._add(REMEDY_ASKED, case, [], head=key, because=because, event=TargetEvent.REMEDY)

    def assigned(self, *, case: Case, owner: User, because: str) -> None:
        """The new owner hears of the case; `because` says why it is theirs."""
        occasion = f"{case.reopened_count}:{case.version}"
        self._add("case_assigned", case, [owner], head=f"case_assigned:{case.pk}:{occasion}", because=because)

    def unassigned(self, *, case: Case) -> None:
        """Nobody could take it: the lead or the managers hear of it."""
        self._add(
            "case_assigned",
            case,
            self._people(case, EscalationLevel.LEAD),
            head=f"case_unassigned:{case.pk}" + (f":{case.reopened_count}" if case.reopened_count else ""),
            because=_("Nobody is free to take it."),
        )

    def due_soon(self, *, case: Case | DueCase, timer: Promise) -> None:
        """The owner hears that a promise is nearly due; without an owner, the lead."""
        self._tell_responsible("sla_warning", TargetEvent.WARNING, case, timer)

    def breached(self, *, case: Case | DueCase, timer: Promise) -> None:
        """The owner hears that a promise was missed; without an owner, the lead."""
        self._tell_responsible("sla_breach", TargetEvent.BREACH, case, timer)

    def _tell_responsible(self, mail: str, event: TargetEvent, case: Case | DueCase, timer: Promise) -> None:
        key = (mail, case.workspace_id, case.owner_id, case.team_id)
        hearers = self._known(
            key,
            lambda: self._lists(mail, case, self._responsible(case), head=f"{mail}:", event=event),
        )
        self._put(hearers, case, timer)

    def _known(self, key: tuple[Any, ...], find: Callable[[], _Hearers]) -> _Hearers:
        """Who hears of all that is alike, found once; anew where it hangs on the case who may see it."""
        hearers = self._hearers.get(key)
        if hearers is None:
            judged = self._onlookers.judged
            hearers = find()
            if self._onlookers.judged == judged:
                self._hearers[key] = hearers
        return hearers

    def escalated(
        self, *, case: Case | DueCase, timer: Promise, level: str, step: Step | None = None
    ) -> tuple[str, ...]:
        """Those a step is for hear that a promise was missed, or soon will be; returns their names."""
        wakes = step is not None and step.breaks_quiet and case.priority == Priority.URGENT
        key = (level, id(step), wakes, case.workspace_id, case.owner_id, case.team_id)
        hearers = self._known(key, lambda: self._hear_of_step(case, level, step, wakes=wakes))
        self._put(hearers, case, timer)
        return hearers.names

    def _hear_of_step(self, case: Case | DueCase, level: str, step: Step | None, *, wakes: bool) -> _Hearers:
        people = self._of_step(case, level, step)
        by_bell, by_mail = (step.by_bell, step.by_mail) if step else (True, True)
        if step is not None:
            self._steps[id(step)] = step
        return self._lists(
            "case_escalated", case, people if by_bell or by_mail else [], head="case_escalated:",
            tail=f":{(step.key if step else 0) or level}", level=level, by_bell=by_bell, by_mail=by_mail,
            breaks_quiet=wakes, event=TargetEvent.ESCALATION, also=step.target if step else None,
        )._replace(names=tuple(person.display_name for person in people))  # fmt: skip

    def ring(self) -> None:
        """Write the bells of what was told so far, in the caller's transaction; `queue` does it where nobody did."""
        self._has_rung = True
        self._wishes.expect((one.workspace_id, one.user_id) for one in self._told if one.user_id is not None)
        self._ring(self._told)

    def queue(self) -> None:
        """Write all collected messages into the outbox and the bells, in the caller's transaction."""
        if not self._has_rung:
            self.ring()
        told, self._told, self._has_rung = self._told, {}, False
        self._alike, self._hearers, self._steps = {}, {}, {}
        at_once, held = self._in_peace(told)
        singles, together, waiting = self._paced(at_once)
        self._hold([*held, *waiting])
        self._write(singles, together)

    def deliver(
        self,
        singles: Sequence[Note],
        together: Mapping[Receiver, Sequence[Note]],
        counts: Mapping[Receiver, Gathered],
    ) -> None:
        """Tell what was kept: one by one, or together with what else there is for its receiver (`counts`)."""
        self._write(singles, together, counts)

    # --- Who and how --------------------------------------------------------------------------------------------

    def _in_peace(self, told: _Told) -> tuple[_Told, list[_Waiting]]:
        """The mails and messages that are wanted: those told now, and those that wait for the end of somebody's quiet time."""
        now: _Told = {}
        held: list[_Waiting] = []
        for receiver, groups in told.items():
            person = groups[0].person
            if person is None:
                now[receiver] = groups
                continue
            no_mail = self._wishes.choice(receiver.workspace_id, person.id).no_mail
            wanted = [group for group in groups if group.by_mail and ALERT_KINDS[group.mail] not in no_mail]
            end = self._wishes.quiet_until(groups[0].items[0][1].workspace, person)
            if end is not None:
                held.append((receiver, [group for group in wanted if not group.breaks_quiet], end))
                wanted = [group for group in wanted if group.breaks_quiet]
            if wanted:
                now[receiver] = wanted
        return now, held

    def _paced(self, told: _Told) -> tuple[list[Note], dict[Receiver, list[Note]], list[_Waiting]]:
        """What is told one by one, what together, and what waits to be told together."""
        counted: _Told = {}
        singles: list[Note] = []
        for receiver, groups in told.items():
            if paced := [group for group in groups if group.mail in PACED]:
                counted[receiver] = paced
            if others := [group for group in groups if group.mail not in PACED]:
                singles += in_order(others)
        if not counted:
            return singles, {}, []
        rules = {one.workspace_id: self._wishes.rules(one.workspace_id) for one in counted}
        asked = {receiver: sum(len(group.items) for group in groups) for receiver, groups in counted.items()}
        turns = pacing.take(asked, rules=rules, now=self.now, may_wait=not self.gathers)
        together: dict[Receiver, list[Note]] = {}
        waiting: list[_Waiting] = []
        for receiver, groups in counted.items():
            turn = turns[receiver]
            if not turn.is_together:
                singles += in_order(groups)
            elif turn.wait_until is not None or self.gathers:
                waiting.append((receiver, groups, turn.wait_until or self.now))
            else:
                together[receiver] = in_order(groups)
        return singles, together, waiting

    def _hold(self, waiting: Sequence[_Waiting]) -> None:
        rows = [
            {
                "workspace_id": receiver.workspace_id,
                "user_id": receiver.user_id,
                "target_id": receiver.target_id,
                "mail": mail,
                "level": level,
                "because": because[:300],
                "cases": array([case.pk for _place, case, _timer, _key in items]),
                "timers": array([timer.pk if timer else 0 for _place, _case, timer, _key in items]),
                "keys": array([key for _place, _case, _timer, key in items]),
                "tell_at": tell_at.isoformat(),
            }
            for receiver, groups, tell_at in waiting
            for (mail, level, because), items in _kinds(groups).items()
        ]
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(_HOLD, [self.now, json.dumps(rows)])

    def _ring(self, told: _Told) -> None:
        """The bell of each person: of a flood, the most urgent cases; its mail names how many there are."""
        rows: list[tuple[int, int, int, str, str]] = []
        for receiver, groups in told.items():
            if receiver.user_id is None:
                continue
            no_bell = self._wishes.choice(receiver.workspace_id, receiver.user_id).no_bell
            rung = [
                (item, group)
                for group in groups
                if group.by_bell and group.mail in BELLS and ALERT_KINDS[group.mail] not in no_bell
                for item in group.items
            ]
            rung.sort(key=_placed)
            if len(rung) > LINES:
                rung = nsmallest(LINES, rung, key=lambda one: (one[0][1].rank_at, one[0][1].number))
            rows += [
                (receiver.workspace_id, receiver.user_id, case.pk, BELLS[group.mail], group.key_of(timer))
                for (_place, case, timer), group in rung
            ]
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(_RING, [self.now, *map(array, zip(*rows, strict=True))])

    def _of_step(self, case: Case | DueCase, level: str, step: Step | None) -> list[User]:
        """The person a step names if they are there and may see the case, else those of its level."""
        if step is not None and step.person is not None:
            key = (case.workspace_id, step.person)
            if key not in self._named:
                row = (
                    active(workspace=case.workspace_id)
                    .select_related("user")
                    .filter(user=step.person)
                    .first()
                )
                self._named[key] = row.user if row else None
            named = self._named[key]
            if named is not None and self._onlookers.of(case, [named]):
                return [named]
        if level == EscalationLevel.AGENT:
            return self._responsible(case)
        return self._people(case, level)

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

    def _add(self, mail: str, case: Case, people: Iterable[User], *, head: str, **shared: Any) -> None:
        self._put(self._lists(mail, case, people, head=head, **shared), case, None)

    def _put(self, hearers: _Hearers, case: Case | DueCase, timer: Promise | None) -> None:
        item = (next(self._place), case, timer)
        for one in hearers.lists:
            one.append(item)

    def _lists(
        self,
        mail: str,
        case: Case | DueCase,
        people: Iterable[User],
        *,
        head: str,
        tail: str = "",
        level: str = "",
        because: str = "",
        by_bell: bool = True,
        by_mail: bool = True,
        breaks_quiet: bool = False,
        event: TargetEvent | None = None,
        also: int | None = None,
    ) -> _Hearers:
        """The lists of these people, and of the chat targets that hear of `event`, or are the one it is `also` for."""
        hearers: list[User | ChatTarget] = [*people, *self._rooms(case, event, also)]
        lists = []
        for hearer in hearers:
            is_person = isinstance(hearer, User)
            key = (
                case.workspace_id, is_person, hearer.pk, mail, head, tail, level, because, by_bell, by_mail, breaks_quiet,
            )  # fmt: skip
            if key not in self._alike:
                person, target = (hearer, None) if isinstance(hearer, User) else (None, hearer)
                receiver = Receiver(
                    case.workspace_id, person.pk if person else None, target.pk if target else None
                )
                found = self._alike[key] = Alike(
                    receiver, mail, head, tail, person, target, level, because, by_bell, by_mail, breaks_quiet
                )
                self._told.setdefault(receiver, []).append(found)
            lists.append(self._alike[key].items)
        return _Hearers(lists, ())

    def _rooms(self, case: Case | DueCase, event: TargetEvent | None, also: int | None) -> list[ChatTarget]:
        if event is None:
            return []
        if case.workspace_id not in self._targets:
            self._targets[case.workspace_id] = chats.in_use(workspace=case.workspace_id)
        return [
            target
            for target in self._targets[case.workspace_id]
            if event in target.events or target.pk == also
        ]

    # --- The words ----------------------------------------------------------------------------------------------

    def _write(
        self,
        singles: Sequence[Note],
        together: Mapping[Receiver, Sequence[Note]],
        counts: Mapping[Receiver, Gathered] | None = None,
    ) -> None:
        digests = [Digest(notes, (counts or {}).get(receiver)) for receiver, notes in together.items()]
        shown = [note.case for note in singles] + [notes[0].case for one in digests for notes in one.shown]
        if not shown:
            return
        # Neither asks for those that are loaded already.
        prefetch_related_objects([case for case in shown if isinstance(case, Case)], "contact")
        due.with_customers(case for case in shown if isinstance(case, DueCase))
        notices: list[Notice] = []
        messages: list[ChatRequest] = []
        ordered = sorted(singles, key=lambda note: note.case.workspace_id)  # stable: their order is kept
        for workspace, told in groupby(ordered, lambda note: note.case.workspace):
            words = self._words(workspace)
            with words.language():
                for note in told:
                    if note.target is not None:
                        messages.append(chat_words.single(note, words))
                    else:
                        notices.append(self._single(note, words))
        for one in digests:
            words = self._words(one.first.case.workspace)
            with words.language():
                if one.first.target is not None:
                    messages.append(chat_words.digest(one, words))
                else:
                    notices.append(self._digest(one, words))
        queue_notices(notices, now=self.now)
        if messages:
            queue_chats(messages, now=self.now)

    def _words(self, workspace: Workspace) -> Wording:
        if workspace.pk not in self._wording:
            self._wording[workspace.pk] = Wording(workspace)
        return self._wording[workspace.pk]

    def _single(self, note: Note, words: Wording) -> Notice:
        case, person = note.case, note.person
        assert person is not None
        due_at = note.timer.due_at if note.timer else case.next_due_at
        # Texts all, and none that no mail shows: the press fills them into one form (outbox.rendering.Press).
        facts = {
            "case_number": str(case.number),
            "customer": words.customer(case),
            "score": "" if case.score is None else str(case.score),
            "comment": case.stated_complaint[:COMMENT_LENGTH],
            "url": words.case_url(case),
            "due_at": words.moment(due_at, person) if due_at else "",
            "promise": words.promise(note.timer.kind) if note.timer else "",
            "level": words.level(note.level) if note.level else "",
            "because": note.because,
            "act_url": words.act_url(
                case,
                person,
                salt=self._wishes.choice(case.workspace_id, person.pk).links_nonce,
                ends_at=self.now + act_link.LIFE,
            ),
        }
        return self._notice(note, mail=note.mail, key=note.key, about=f"case:{case.pk}", facts=facts)

    def _digest(self, digest: Digest, words: Wording) -> Notice:
        first = digest.first
        facts = {
            "kind": digest.kind,
            "count": digest.count,
            "lines": [words.line(notes) for notes in digest.shown],
            "more": digest.count - len(digest.shown),
            "levels": ", ".join(
                words.level(level) for level in EscalationLevel.values if level in digest.levels
            ),
            "url": words.queue_url(_VIEWS.get(digest.kind, queue.BREACHED), digest.owner),
        }
        return self._notice(first, mail=DIGEST, key=f"digest:{first.key}", about="", facts=facts)

    def _notice(self, note: Note, *, mail: str, key: str, about: str, facts: dict[str, Any]) -> Notice:
        assert note.person is not None
        return Notice(
            mail=mail,
            to=note.person.email,
            to_name=note.person.display_name,
            workspace=note.case.workspace,
            about=about,
            dedupe_key=f"{key}:{note.person.pk}",
            facts=facts,
        )


def _placed(one: tuple[Item, Alike]) -> int:
    return one[0][0]


_Held = tuple[int, "Case | DueCase", "Promise | None", str]


def _kinds(groups: Iterable[Alike]) -> dict[tuple[str, str, str], list[_Held]]:
    """What waits, each with its key, by what it shares: one row each, however many there are, in their order."""
    found: dict[tuple[str, str, str], list[_Held]] = {}
    for group in groups:
        rows = [(place, case, timer, group.key_of(timer)) for place, case, timer in group.items]
        found.setdefault((group.mail, group.level, group.because), []).extend(rows)
    for rows in found.values():
        rows.sort(key=itemgetter(0))
    return found


__all__ = ["LINES", "MAILS_AT_ONCE", "Notices"]
