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

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Workspace
from accounts.queries import case_takers
from accounts.rules.business_time import Calendar
from accounts.rules.sight import Sight, sees
from accounts.sight_queries import sights_of
from core.announce import announce
from detractors.enums import Category, DecisionOutcome, DecisionReason, EventKind, Origin, TimerKind
from detractors.models import Case, CaseDecision, CaseEvent, SlaPolicy, SlaTimer
from detractors.notifications import Notices
from detractors.queries import cases as case_queries
from detractors.queries.sight import facts_of
from detractors.rules import routing
from detractors.services import ranking, sla, snoozing, timeline
from detractors.signals import case_opened
from surveys.enums import Mismatch, Purpose, Trust
from surveys.models import Response
from surveys.rules.trust import HELD_FOR, NOTHING, Verdict
from surveys.services import mismatches, settling, trusting

log = structlog.get_logger(__name__)

BATCH = 250  # answers a transaction
HISTORICAL_AFTER = timedelta(days=7)  # an answer this old when it comes in opens nothing by itself
RETRY_AFTER = timedelta(minutes=5)
LOCK_CLASS = 0xCA5E << 44  # keeps our advisory locks apart from any other use of them


def decide_pending(*, now: datetime, batches: int = 200) -> int:
    """Decide every answer that waits; returns how many. Safe to run twice, in parallel and late."""
    total = 0
    _wake_held(now)
    for _batch in range(batches):
        try:
            count = _decide_batch(now=now, limit=BATCH)
        except Exception:  # one bad answer must not stop the others: go on one by one
            log.exception("decide_batch_failed")
            count = _decide_singly(now=now)
        total += count
        if count == 0:
            break
    return total


def _waiting(now: datetime):  # type: ignore[no-untyped-def]  # a queryset of responses
    return Response.objects.across_workspaces().filter(decide_at__lte=now).order_by("decide_at", "pk")


def _wake_held(now: datetime) -> None:
    """Held answers whose time has come wait for their decision again; nothing is lost if this stops half way."""
    due = CaseDecision.objects.across_workspaces().filter(decide_at__lte=now, response__isnull=False)
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True, no_key=True).order_by("decide_at", "pk")[:5_000])
        if rows:
            waking = Response.objects.across_workspaces().filter(pk__in=[row.response_id for row in rows])
            waking.update(decide_at=now)
            CaseDecision.objects.across_workspaces().filter(pk__in=[row.pk for row in rows]).update(
                decide_at=None
            )


def _decide_singly(*, now: datetime) -> int:
    count = 0
    for pk in list(_waiting(now).values_list("pk", flat=True)[:BATCH]):
        try:
            count += _decide_batch(now=now, limit=1, only=pk)
        except Exception:  # the row stands aside and is tried again later
            log.exception("decide_failed", response=pk)
            Response.objects.across_workspaces().filter(pk=pk, decide_at__lte=now).update(
                decide_at=now + RETRY_AFTER
            )
    return count


@transaction.atomic
def _decide_batch(*, now: datetime, limit: int, only: int | None = None) -> int:
    claim = _waiting(now).select_for_update(skip_locked=True, no_key=True)
    ids = list((claim.filter(pk=only) if only else claim).values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    responses = list(
        Response.objects.across_workspaces()
        .select_related("workspace", "contact__account", "survey", "touchpoint")
        .filter(pk__in=ids)
        .order_by("responded_at", "pk")
    )
    for workspace_id in sorted({response.workspace_id for response in responses}):
        mine = [response for response in responses if response.workspace_id == workspace_id]
        verdicts = trusting.weigh_all(mine, now=now)
        mismatches.follow(mine, now=now)
        Desk(workspace=mine[0].workspace, now=now, verdicts=verdicts).decide(mine)
    settling.settle(responses=ids)
    Response.objects.across_workspaces().filter(pk__in=ids).update(decide_at=None)
    return len(ids)


@dataclass
class _Opening:
    """A case to be made, with everything that is written beside it."""

    case: Case
    timers: list[SlaTimer] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)


class Desk:
    """Decides the waiting answers of one workspace in one transaction; of mentions, see decisions_of_mentions."""

    def __init__(self, *, workspace: Workspace, now: datetime, verdicts: dict[int, Verdict]) -> None:
        self.workspace, self.now, self.verdicts = workspace, now, verdicts
        self.decisions: list[CaseDecision] = []
        self.openings: list[_Opening] = []
        self.joined: list[tuple[Case, Response]] = []
        self.sights: dict[int, Sight] = {}
        self.notices = Notices(now=now)

    def decide(self, responses: Sequence[Response]) -> None:
        earlier = {
            decision.response_id: decision
            for decision in CaseDecision.objects.of(self.workspace)
            .select_related("case")
            .filter(response__in=[response.pk for response in responses])
        }
        fresh = []
        for response in responses:
            decision = earlier.get(response.pk)
            if decision is None:
                fresh.append(response)
            elif decision.case is not None:
                if not trusting.is_only_judged(response=response):
                    self._amended(decision.case, response)
            elif self._reason_not_to(response) != (decision.outcome, decision.reason):
                decision.delete()  # it was held, or no detractor's answer, and is something else now
                fresh.append(response)
        opening = [response for response in fresh if self._reason_not_to(response) is None]
        for response in fresh:
            if outcome := self._reason_not_to(response):
                self._decision(response, *outcome)
        if opening:
            self._open_or_join(opening)
        CaseDecision.objects.of(self.workspace).bulk_create(self.decisions)

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
        if not response.is_detractor:
            return DecisionOutcome.NOT_OPENED, DecisionReason.NOT_DETRACTOR
        if response.received_at - response.responded_at > HISTORICAL_AFTER and not response.open_case:
            return DecisionOutcome.NOT_OPENED, DecisionReason.HISTORICAL
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
        return self._held_until(response) if reason == DecisionReason.DOUBTFUL else None

    def _decision(self, response: Response, outcome: str, reason: str, case: Case | None = None) -> None:
        self.decisions.append(
            CaseDecision(
                workspace=self.workspace,
                response=response,
                outcome=outcome,
                reason=reason,
                case=case,
                evidence=response.evidence if outcome == DecisionOutcome.HELD else {},
                decide_at=self._wakes_at(response, reason),
                decided_at=self.now,
            )
        )

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
        policy = case_queries.default_policy(workspace=self.workspace)
        calendar = case_queries.calendars(policies=[policy])[policy.pk] if policy else None
        takers = case_takers(workspace=self.workspace, now=self.now)
        self.sights = sights_of(takers)
        unhappy = self._earlier_unhappy(responses)
        for offset, response in enumerate(responses):
            case = self._case(response, number + offset)
            case.policy = policy
            opening = _Opening(case)
            self._promise(opening, policy, calendar, response)
            ranking.apply(
                case=case,
                earlier_unhappy=unhappy.get(response.contact_id or 0, 0),
                is_public=self._is_public(response),
            )
            self._route(opening, takers, self._opening_facts(case, response))
            self.openings.append(opening)
            self._decision(response, DecisionOutcome.OPENED, self._reason_to(response), case)
        return self._store(takers)

    def _reason_to(self, response: Response) -> str:
        return DecisionReason.DETRACTOR

    def _earlier_unhappy(self, responses: Sequence[Response]) -> dict[int, int]:
        """How often each contact was unhappy before."""
        return case_queries.earlier_unhappy(
            contacts=[response.contact_id for response in responses if response.contact_id],
            before=[response.pk for response in responses],
        )

    def _is_public(self, response: Response) -> bool:
        """Whether others can read the complaint."""
        return False

    def _opening_facts(self, case: Case, response: Response) -> dict[str, Any]:
        """What the first line of the timeline says."""
        asked = {"mismatch": response.mismatch} if response.mismatch else {}
        return {"score": case.score, "channel": response.channel, **asked}

    def _case(self, response: Response, number: int) -> Case:
        return Case(
            workspace=self.workspace,
            number=number,
            contact=response.contact,
            response=response,
            survey=response.survey,
            touchpoint=response.touchpoint,
            origin=Origin.RESPONSE,
            category=Category.OPEN,
            score=response.score,
            latest_score=response.score,
            stated_complaint=response.comment,
            search=search_text(response),
            opened_at=response.responded_at,
            created_at=self.now,
            updated_at=self.now,
        )

    def _promise(
        self, opening: _Opening, policy: SlaPolicy | None, calendar: Calendar | None, response: Response
    ) -> None:
        """Both clocks start when the answer reached us: nobody can keep a promise made before that."""
        if policy is None or calendar is None:
            return
        for kind in (TimerKind.FIRST_RESPONSE, TimerKind.RESOLUTION):
            opening.timers.append(
                sla.new_timer(
                    case=opening.case,
                    policy=policy,
                    calendar=calendar,
                    kind=kind,
                    minutes=sla.minutes_of(policy=policy, kind=kind),
                    start=response.received_at,
                )
            )
        opening.case.next_due_at = min(timer.due_at for timer in opening.timers)

    def _able(self, case: Case, takers: list[Membership]) -> list[Membership]:
        """Those of the takers within whose sight the case would lie even if it were not theirs."""
        return [
            taker
            for taker in takers
            if (sight := self.sights[taker.pk]).is_everything
            or sees(sight, facts_of(case, team_id=taker.team_id))
        ]

    def _route(self, opening: _Opening, takers: list[Membership], facts: dict[str, Any]) -> None:
        case = opening.case
        able = self._able(case, takers)
        routed = routing.route(
            [routing.Member(id=taker.pk, last_assigned_at=taker.last_assigned_at) for taker in able]
        )
        because = routed.sentence.say(_)
        case.assigned_because = because
        opening.events.append(timeline.line(case=case, kind=EventKind.OPENED, now=self.now, **facts))
        if routed.member_id is None:
            return
        taker = next(taker for taker in takers if taker.pk == routed.member_id)
        # The turn passes at once, also within this batch; a microsecond keeps the order of equals.
        latest = max((one.last_assigned_at for one in takers if one.last_assigned_at), default=self.now)
        taker.last_assigned_at = max(self.now, latest + timedelta(microseconds=1))
        case.owner, case.team = taker.user, taker.team
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
        Case.objects.of(self.workspace).bulk_create(cases)
        timers = [timer for opening in self.openings for timer in opening.timers]
        events = [event for opening in self.openings for event in opening.events]
        SlaTimer.objects.of(self.workspace).bulk_create(timers)
        CaseEvent.objects.of(self.workspace).bulk_create(events)
        Membership.objects.of(self.workspace).bulk_update(takers, ["last_assigned_at"])
        for case in cases:
            if case.owner is None:
                self.notices.unassigned(case=case)
            else:
                self.notices.assigned(case=case, owner=case.owner, because=case.assigned_because)
            announce(case_opened, sender=Case, case=case, now=self.now)
        self.notices.queue()
        return cases

    # --- joining and amending --------------------------------------------------------------------------------

    def _join(self, case: Case, response: Response) -> None:
        self._decision(response, DecisionOutcome.JOINED, DecisionReason.OPEN_CASE, case)
        self._touch(case, response)
        timeline.write(
            case=case,
            kind=EventKind.ANSWER_JOINED,
            now=self.now,
            note=response.comment,
            score=response.score,
            channel=response.channel,
        )
        snoozing.wake(case=case, now=self.now, because=snoozing.ANSWER)

    def _amended(self, case: Case, response: Response) -> None:
        """The customer changed an answer: the case stays, its owner sees it."""
        self._touch(case, response)
        timeline.write(
            case=case,
            kind=EventKind.ANSWER_AMENDED,
            now=self.now,
            note=response.comment,
            score=response.score,
        )
        snoozing.wake(case=case, now=self.now, because=snoozing.ANSWER)

    def _touch(self, case: Case, response: Response) -> None:
        locked = (
            Case.objects.of(self.workspace).select_for_update(no_key=True).get(pk=case.pk)
        )  # own moves may have been made since
        locked.latest_score = response.score
        if case.response_id == response.pk and not locked.stated_complaint:
            locked.stated_complaint = response.comment
        if response.comment and response.comment not in locked.search:
            locked.search = f"{locked.search} {response.comment}"
        locked.version += 1
        locked.updated_at = self.now
        locked.save(update_fields=["latest_score", "stated_complaint", "search", "version", "updated_at"])


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
