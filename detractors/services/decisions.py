"""What becomes of an answer: exactly one written decision each, in a transaction of its own.

The answer is committed first and waits with `decide_at` set; this sweep, woken at once after the answer and
otherwise every 5 seconds, takes what waits. One customer has at most one open case: answers of the same customer are
decided one after another under an advisory lock, whichever worker holds them. The same transaction settles the answers
with their invitations (surveys/services/settling.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import Membership, Workspace
from accounts.queries import case_takers
from accounts.rules.sight import Sight, sees
from accounts.sight_queries import sights_of
from core import rows
from core.announce import announce
from detractors.enums import (
    Category,
    DecisionOutcome,
    DecisionReason,
    EventKind,
    Origin,
    RuleKind,
    TimerKind,
)
from detractors.models import Case, CaseDecision, CaseEvent, SlaTimer
from detractors.notifications import Notices
from detractors.queries import standings
from detractors.queries.rules import facts_of_answer
from detractors.queries.sight import facts_of
from detractors.rules import effects, standing
from detractors.services import lateness, ranking, sla, snoozing, timeline
from detractors.services.claiming import Waiting
from detractors.services.opening import Book
from detractors.services.promising import Book as Promises
from detractors.services.promising import stood
from detractors.signals import cases_opened
from surveys.enums import Mismatch, Purpose, Trust
from surveys.models import Response
from surveys.rules.trust import HELD_FOR, NOTHING, Verdict
from surveys.services import mismatches, settling, trusting

HISTORICAL_AFTER = timedelta(days=7)  # an answer this old when it comes in opens nothing by itself
TOUCHED = ("latest_score", "stated_complaint", "search", "version", "updated_at")
LOCK_CLASS = 0xCA5E << 44  # keeps our advisory locks apart from any other use of them


def decide_pending(*, now: datetime, batches: int = 200) -> int:
    """Decide every answer that waits; returns how many. Safe to run twice, in parallel and late."""
    _wake_held(now)
    return Waiting(Response, "response", _decide).all_due(now=now, batches=batches)


def _wake_held(now: datetime) -> None:
    """Held answers whose time has come wait for their decision again; nothing is lost if this stops half way."""
    due = CaseDecision.objects.across_workspaces().filter(decide_at__lte=now, response__isnull=False)
    with transaction.atomic():
        held = list(due.select_for_update(skip_locked=True, no_key=True).order_by("decide_at", "pk")[:5_000])
        if held:
            waking = Response.objects.across_workspaces().filter(pk__in=[row.response_id for row in held])
            waking.update(decide_at=now)
            CaseDecision.objects.across_workspaces().filter(pk__in=[row.pk for row in held]).update(
                decide_at=None
            )


def _decide(ids: Sequence[int], now: datetime) -> None:
    responses = list(
        Response.objects.across_workspaces()
        .select_related("contact")
        .prefetch_related(
            "workspace", "contact__account", "survey", "touchpoint"
        )  # few, and shared by many answers
        .filter(pk__in=ids)
        .order_by("responded_at", "pk")
    )
    for workspace_id in sorted({response.workspace_id for response in responses}):
        mine = [response for response in responses if response.workspace_id == workspace_id]
        verdicts = trusting.weigh_all(mine, now=now)
        mismatches.follow(mine, now=now)
        Desk(workspace=mine[0].workspace, now=now, verdicts=verdicts).decide(mine)
    settling.settle(responses=ids)


@dataclass
class Opening:
    """A case to be made, with everything that is written beside it."""

    case: Case
    timers: list[SlaTimer] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)


class Desk:
    """Decides the waiting answers of one workspace in one transaction; of mentions, see decisions_of_mentions."""

    read_facts = staticmethod(facts_of_answer)

    def __init__(self, *, workspace: Workspace, now: datetime, verdicts: dict[int, Verdict]) -> None:
        self.workspace, self.now, self.verdicts = workspace, now, verdicts
        self.decisions: list[CaseDecision] = []
        self.openings: list[Opening] = []
        self.joined: list[tuple[Case, Response]] = []
        self.sights: dict[int, Sight] = {}
        self.notices = Notices(now=now)
        self.book = Book(workspace=workspace, now=now, facts=self.read_facts)
        self._cases = rows.Mold(
            Case,
            workspace=workspace,
            origin=Origin.RESPONSE,
            category=Category.OPEN,
            created_at=now,
            updated_at=now,
        )
        self._written = rows.Mold(CaseDecision, workspace=workspace, decided_at=now)

    def decide(self, responses: Sequence[Response]) -> None:
        earlier = {
            decision.response_id: decision
            for decision in CaseDecision.objects.of(self.workspace)
            .select_related("case")
            .filter(response__in=[response.pk for response in responses])
        }
        if self.book.rules[RuleKind.OPENING]:
            self.book.read(responses)
        opening = []
        for response in responses:
            decision = earlier.get(response.pk)
            if decision is not None and decision.case is not None:
                if not trusting.is_only_judged(response=response):
                    self._amended(decision.case, response)
                continue
            outcome = self._reason_not_to(response)
            if decision is not None:
                if outcome == (decision.outcome, decision.reason) and decision.reason != DecisionReason.RULE:
                    continue
                decision.delete()  # it was held, or no detractor's answer, and is something else now
            if outcome is None:
                opening.append(response)
            else:
                self._decision(response, *outcome)
        if opening:
            self._open_or_join(opening)
        rows.insert(self.decisions)

    def _reason_not_to(self, response: Response) -> tuple[str, str] | None:
        """(outcome, reason) if this answer opens nothing; None if it is a detractor's who must be heard."""
        if response.trust == Trust.LIKELY_SCANNER:
            return DecisionOutcome.HELD, DecisionReason.SCANNER
        if self._held_until(response) is not None:
            return DecisionOutcome.HELD, DecisionReason.DOUBTFUL
        if response.mismatch == Mismatch.ASKED:
            return DecisionOutcome.HELD, DecisionReason.MISMATCH
        if response.purpose == Purpose.RESURVEY:
            return DecisionOutcome.NOT_OPENED, DecisionReason.RESURVEY
        does, _rule = ("", None) if response.open_case else self.book.opening(response)
        if not response.is_detractor and does != effects.OPEN:
            return DecisionOutcome.NOT_OPENED, DecisionReason.NOT_DETRACTOR
        if response.received_at - response.responded_at > HISTORICAL_AFTER and not response.open_case:
            return DecisionOutcome.NOT_OPENED, DecisionReason.HISTORICAL
        if does == effects.DO_NOT_OPEN:
            return DecisionOutcome.NOT_OPENED, DecisionReason.RULE
        if does == effects.HOLD and self.book.held_until(response) is not None:
            return DecisionOutcome.HELD, DecisionReason.RULE
        return None

    def _held_until(self, response: Response) -> datetime | None:
        """Until when an answer with one sign of a machine waits; None when it need not."""
        if not self.verdicts.get(response.pk, NOTHING).is_doubtful:
            return None
        until = trusting.last_change(response) + HELD_FOR
        return until if self.now < until else None

    def _wakes_at(self, response: Response, reason: str) -> datetime | None:
        """When a held answer is decided by itself."""
        if reason == DecisionReason.MISMATCH:
            return mismatches.held_until(response)
        if reason == DecisionReason.RULE:
            return self.book.held_until(response)
        return self._held_until(response) if reason == DecisionReason.DOUBTFUL else None

    def _decision(self, response: Response, outcome: str, reason: str, case: Case | None = None) -> None:
        self.decisions.append(
            self._written.make(
                response=response,
                outcome=outcome,
                reason=reason,
                case=case,
                evidence=self._evidence(response, outcome, reason),
                decide_at=self._wakes_at(response, reason),
            )
        )

    def _evidence(self, response: Response, outcome: str, reason: str) -> dict[str, Any]:
        """What was seen of a held answer; of a rule's decision, which rule it was."""
        if reason == DecisionReason.RULE:
            _does, rule = self.book.opening(response)
            return {"rule": rule.row.name} if rule else {}
        return response.evidence if outcome == DecisionOutcome.HELD else {}

    def _open_or_join(self, responses: Sequence[Response]) -> None:
        contacts = sorted({response.contact_id for response in responses if response.contact_id})
        _lock_customers(contacts)
        found = (
            Case.objects.of(self.workspace)
            .open()
            .select_for_update(
                no_key=True
            )  # a case that is being resolved right now is no longer open after the wait
            .filter(contact__in=contacts)
            .order_by("pk")
        )
        # Of two, the one that was not split off.
        open_cases = {
            case.contact_id: case for case in sorted(found, key=lambda case: case.split_from_id is None)
        }
        news: list[Response] = []
        seen: set[int] = set()
        joins: list[Response] = []
        for response in responses:
            if response.contact_id is None:
                news.append(response)
            elif response.contact_id in open_cases or response.contact_id in seen:
                joins.append(response)
            else:
                seen.add(response.contact_id)
                news.append(response)
        made = self._open(news)
        open_cases.update({case.contact_id: case for case in made if case.contact_id})
        for response in joins:
            self._join(open_cases[response.contact_id], response)

    # --- opening ---------------------------------------------------------------------------------------------

    def _open(self, responses: Sequence[Response]) -> list[Case]:
        if not responses:
            return []
        number = _reserve_numbers(self.workspace, len(responses))
        promises = Promises(workspace=self.workspace, now=self.now)
        promises.expect(response.contact_id for response in responses)
        takers = case_takers(workspace=self.workspace, now=self.now)
        if self.book.names_people():
            known = {taker.pk for taker in takers}
            takers += [one for one in self.book.workers() if one.pk not in known]
        self.sights = sights_of(takers)
        self.book.read(responses)
        for offset, response in enumerate(responses):
            opening = self.plan(response, number + offset, takers=takers, promises=promises)
            self.openings.append(opening)
            self._decision(response, DecisionOutcome.OPENED, self._reason_to(response), opening.case)
        return self._store(takers)

    def plan(
        self, response: Response, number: int, *, takers: list[Membership], promises: Promises
    ) -> Opening:
        """The case of an answer with its timers and lines, unsaved: where it lands, how urgent, whose, what is promised."""
        case = self._case(response, number)
        case.is_public = self._is_public(response)
        opening = Opening(case)
        placed = self.book.settle(case, response)
        # First how urgent it is, then whose it is: both decide what is promised, and that where it stands.
        self.book.rank(case)
        self._route(opening, takers, response, placed)
        asked = {"stood": stood(case), "asked": self.book.asked(case, response)}
        self._promise(opening, promises, response)
        opening.events[0].facts |= asked
        return opening

    def _reason_to(self, response: Response) -> str:
        return DecisionReason.DETRACTOR if response.is_detractor else DecisionReason.RULE

    def _is_public(self, response: Response) -> bool:
        """Whether others can read the complaint."""
        return False

    def _opening_facts(self, case: Case, response: Response) -> dict[str, Any]:
        """What the first line of the timeline says."""
        asked = {"mismatch": response.mismatch} if response.mismatch else {}
        return {"score": case.score, "channel": response.channel, **asked}

    def _case(self, response: Response, number: int) -> Case:
        return self._cases.make(
            number=number,
            contact=response.contact,
            response=response,
            survey=response.survey,
            touchpoint=response.touchpoint,
            channel=response.channel,
            score=response.score,
            latest_score=response.score,
            stated_complaint=response.comment,
            search=search_text(response),
            opened_at=response.responded_at,
        )

    def _promise(self, opening: Opening, book: Promises, response: Response) -> None:
        """Both clocks start when the answer reached us: nobody can keep a promise made before that."""
        case = opening.case
        if case.policy is None:  # a priority rule has named none
            case.policy = book.policy_of(case)
        if case.policy is None:
            return
        terms = book.terms(case.policy, team=case.team_id)
        hours = book.calendars[terms.calendar]
        opening.timers = [
            sla.new_timer(case=case, terms=terms, hours=hours, kind=kind, start=response.received_at)
            for kind in (TimerKind.FIRST_RESPONSE, TimerKind.RESOLUTION)
        ]
        opening.events[0].facts |= {"promise": terms.to_json(), "since": response.received_at.isoformat()}
        case.next_due_at = min(timer.due_at for timer in opening.timers)
        ranking.apply(case=case)

    def _able(self, case: Case, takers: list[Membership]) -> list[Membership]:
        """Those of the takers within whose sight the case would lie even if it were not theirs."""
        return [
            taker
            for taker in takers
            if (sight := self.sights[taker.pk]).is_everything
            or sees(sight, facts_of(case, team_id=taker.team_id))
        ]

    def _route(
        self, opening: Opening, takers: list[Membership], response: Response, placed: list[CaseEvent]
    ) -> None:
        case = opening.case
        facts = self._opening_facts(case, response)
        opening.events.append(timeline.line(case=case, kind=EventKind.OPENED, now=self.now, **facts))
        opening.events += placed
        chosen, because = self.book.route(case, response, self._able(case, takers))
        case.assigned_because = because
        if chosen is None:
            case.team = self.book.owning_team(case, response)
            return
        taker = next(taker for taker in takers if taker.pk == chosen)
        # The turn passes at once, also within this batch; a microsecond keeps the order of equals.
        latest = max((one.last_assigned_at for one in takers if one.last_assigned_at), default=self.now)
        taker.last_assigned_at = max(self.now, latest + timedelta(microseconds=1))
        case.owner = taker.user
        if taker.team is not None:
            case.team = taker.team
        self.book.given(taker.user_id)
        opening.events.append(
            timeline.line(
                case=case,
                kind=EventKind.ASSIGNED,
                now=self.now,
                note=because,
                to=taker.user.display_name,
                to_id=taker.user.pk,
            )
        )

    def _store(self, takers: list[Membership]) -> list[Case]:
        cases = [opening.case for opening in self.openings]
        rows.insert(cases)
        rows.insert([timer for opening in self.openings for timer in opening.timers])
        rows.insert([event for opening in self.openings for event in opening.events])
        rows.insert(self.book.tagged)
        Membership.objects.of(self.workspace).bulk_update(takers, ["last_assigned_at"])
        for case in cases:
            if case.owner is None:
                self.notices.unassigned(case=case)
            else:
                self.notices.assigned(case=case, owner=case.owner, because=case.assigned_because)
            self.notices.opened(case=case)
        announce(cases_opened, sender=Case, cases=cases, now=self.now)
        self.notices.queue()
        return cases

    # --- joining and amending --------------------------------------------------------------------------------

    def _join(self, case: Case, response: Response) -> None:
        self._decision(response, DecisionOutcome.JOINED, DecisionReason.OPEN_CASE, case)
        has_new_words = self._touch(case, response)
        timeline.write(
            case=case,
            kind=EventKind.ANSWER_JOINED,
            now=self.now,
            note=response.comment,
            score=response.score,
            channel=response.channel,
        )
        if has_new_words:
            sla.customer_wrote(case=case, at=response.received_at, now=self.now)
        snoozing.wake(case=case, now=self.now, because=snoozing.ANSWER)

    def _amended(self, case: Case, response: Response) -> None:
        """The customer changed an answer: the case stays, its owner sees it."""
        has_new_words = self._touch(case, response)
        timeline.write(
            case=case,
            kind=EventKind.ANSWER_AMENDED,
            now=self.now,
            note=response.comment,
            score=response.score,
        )
        if has_new_words:
            sla.customer_wrote(case=case, at=self.now, now=self.now)
        snoozing.wake(case=case, now=self.now, because=snoozing.ANSWER)

    def _touch(self, case: Case, response: Response) -> bool:
        """The case knows of the answer; whether it says something the case had not heard."""
        locked = (
            Case.objects.of(self.workspace).select_for_update(no_key=True).get(pk=case.pk)
        )  # own moves may have been made since
        locked.latest_score = response.score
        self._recount(locked, response)
        if case.response_id == response.pk and not locked.stated_complaint:
            locked.stated_complaint = response.comment
        has_new_words = bool(response.comment) and response.comment not in locked.search
        if has_new_words:
            locked.search = f"{locked.search} {response.comment}"
        locked.version += 1
        locked.updated_at = self.now
        locked.save(update_fields=[*TOUCHED, *ranking.COLUMNS])
        lateness.keep(cases=[locked.pk])  # the rank may be another
        return has_new_words

    def _recount(self, locked: Case, response: Response) -> None:
        """Another answer of the customer: one part of the sum may be another now."""
        if not locked.is_open or response.contact_id is None:
            return
        answers = standings.of_contacts(workspace=self.workspace, contacts=[response.contact_id])
        how = standing.read(answers[response.contact_id], at=self.now)
        ranking.keep_standing(case=locked, standing=how)
        if response.contact is not None:
            locked.account_value = response.contact.worth
        ranking.count(case=locked, weights=self.book.weights, cell=locked.cell)


def search_text(response: Response) -> str:
    """What the queue's search looks in: the person, the company, the words."""
    contact = response.contact
    parts = [contact.name, contact.email, contact.company, contact.external_id] if contact else []
    return " ".join(part for part in (*parts, response.comment) if part)


def _lock_customers(contacts: Iterable[int]) -> None:
    """Serialise decisions about the same customers, in one order for everybody, until this transaction ends."""
    keys = [LOCK_CLASS + contact for contact in contacts]
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS customer (key)", [keys]
            )


def _reserve_numbers(workspace: Workspace, count: int) -> int:
    """Give out `count` case numbers; returns the first. The row stays locked until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO detractors_casecounter (workspace_id, last_number) VALUES (%s, %s) ON CONFLICT (workspace_id)"
            " DO UPDATE SET last_number = detractors_casecounter.last_number + EXCLUDED.last_number RETURNING last_number",
            [workspace.pk, count],
        )
        return int(cursor.fetchone()[0]) - count + 1
