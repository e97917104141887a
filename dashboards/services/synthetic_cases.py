"""Believable cases for unhappy answers, in every state, with the timers, lines and follow-ups real ones would have."""

import random  # noqa: TID251  # seeded figures, never a secret: the same seed makes the same rows
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil, log
from typing import TYPE_CHECKING, Any

from django.db.models import F

from accounts.models import Membership, User, Workspace
from accounts.queries import case_takers
from accounts.rules import business_time
from accounts.rules.business_time import Calendar
from dashboards.rules import story
from detractors.enums import (
    CallOutcome,
    Category,
    DecisionOutcome,
    DecisionReason,
    EventKind,
    Origin,
    Outcome,
    TimerKind,
)
from detractors.models import (
    Case,
    CaseCounter,
    CaseDecision,
    CaseEvent,
    Escalation,
    RootCause,
    SlaPolicy,
    SlaTimer,
)
from detractors.queries import cases as case_queries
from detractors.queries import escalation as chains
from detractors.rules import escalation, priority, sla
from detractors.services import lateness
from detractors.services.promising import Book
from followups.enums import FollowUpStatus, FollowUpStep, ResurveyStatus, SkippedBecause
from followups.models import FollowUp, Resurvey
from surveys.models import Survey, Touchpoint
from surveys.rules.nps import DETRACTOR, PROMOTER, classify

if TYPE_CHECKING:
    from dashboards.services.synthetic import Answer, Person

FLUSH = 1_000  # cases kept in memory before they are written
SWEPT = timedelta(seconds=3)  # how long after its moment the sweep marks it
ANSWERS_AGAIN = 0.56  # of those asked a second time
WINDOW = timedelta(days=14)  # for the second answer
TELLING = timedelta(minutes=4)  # from resolving to the closing mail
NOTICED = timedelta(days=12)  # nobody overlooks a case for longer


@dataclass
class Again:
    """A second question after a fix; seconds since 1970. `answered_at` and `score` are None while there is no answer."""

    case_id: int
    person: "Person"
    touchpoint: str
    asked_at: int
    answered_at: int | None
    score: int | None
    score_before: int | None


@dataclass
class Made:
    """What was made."""

    cases: int = 0
    joined: int = 0
    open_cases: int = 0
    again: list[Again] = field(default_factory=list)


@dataclass
class _Pending:
    """Rows of cases not yet written; all point at their case object."""

    cases: list[Case] = field(default_factory=list)
    timers: list[SlaTimer] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)
    decisions: list[CaseDecision] = field(default_factory=list)
    followups: list[FollowUp] = field(default_factory=list)
    resurveys: list[Resurvey] = field(default_factory=list)
    again: list[tuple[Case, Again]] = field(default_factory=list)


def make(
    *,
    workspace: Workspace,
    survey: Survey,
    touchpoints: dict[str, Touchpoint],
    unhappy: list[tuple[int, "Answer"]],
    wanted: int,
    chance: random.Random,
    now: datetime,
    begin: int,
    open_share: float | None,
) -> Made:
    """Cases for `unhappy` (response id, answer; by time), and others without an answer until there are `wanted`."""
    maker = _Maker(workspace, survey, touchpoints, chance, now, open_share)
    for pk, answer in unhappy:
        maker.hear(pk, answer)
    moments = sorted(
        begin + int(chance.random() * (now.timestamp() - 3600 - begin))
        for _ in range(max(wanted - maker.made.cases, 0))
    )
    for at in moments:
        maker.complaint(at)
    maker.flush()
    maker.finish()
    return maker.made


def settle(*, workspace: Workspace, again: list[Again], responses: list[int], invitations: list[int]) -> None:
    """Tie the second questions to their rows. `responses` holds one id for each of `again`, used only if answered."""
    rows = {
        row.case_id: row
        for row in Resurvey.objects.of(workspace).filter(case__in=[one.case_id for one in again])
    }
    changed = []
    for one, response, invitation in zip(again, responses, invitations, strict=True):
        row = rows[one.case_id]
        row.invitation_id = invitation
        if one.answered_at is not None:
            row.response_id, row.status, row.score_after = response, ResurveyStatus.ANSWERED, one.score
        changed.append(row)
    Resurvey.objects.of(workspace).bulk_update(
        changed, ["invitation", "response", "status", "score_after"], batch_size=1_000
    )


class _Maker:
    def __init__(
        self, workspace: Workspace, survey: Survey, touchpoints: dict[str, Touchpoint], chance: random.Random, now: datetime,
        open_share: float | None,
    ) -> None:  # fmt: skip
        self.workspace, self.survey, self.touchpoints = workspace, survey, touchpoints
        self.chance, self.now, self.open_share = chance, now, open_share
        self.policy: SlaPolicy | None = case_queries.default_policy(workspace=workspace)
        self.calendar: Calendar | None = None
        self.steps: dict[tuple[int, str], list[escalation.Step]] = {}
        self.terms: dict[str, Any] = {}
        if self.policy:
            terms = Book(workspace=workspace, now=now).terms(self.policy, team=None)
            self.terms = {"promise": terms.to_json()}
            self.calendar = case_queries.calendars_with(ids=[self.policy.calendar_id])[
                self.policy.calendar_id
            ]
            self.steps = chains.steps_by_policy(policies=[self.policy])
        self.takers: list[Membership] = case_takers(workspace=workspace, now=now)
        self.somebody: User = (
            self.takers[0].user
            if self.takers
            else Membership.objects.of(workspace).select_related("user").earliest("pk").user
        )
        self.causes = {
            cause.name: cause for cause in RootCause.objects.of(workspace).filter(retired_at__isnull=True)
        }
        counter, _created = CaseCounter.objects.get_or_create(workspace=workspace)
        self.number = CaseCounter.objects.select_for_update().get(pk=counter.pk).last_number
        self.turn = 0
        self.busy: dict[int, tuple[Case, datetime | None]] = {
            case.contact_id: (case, None)
            for case in Case.objects.of(workspace)
            .open()
            .filter(contact__isnull=False)
            .only("pk", "contact_id")
        }
        self.unhappy_before: dict[int, int] = {}
        self.latest: dict[int, int] = {}  # case id -> score of the latest answer that joined it
        self.pending, self.made = _Pending(), Made()

    # --- What comes in -----------------------------------------------------------------------------------------

    def hear(self, response_id: int, answer: "Answer") -> None:
        """Open a case for an unhappy answer, or join the one its customer has open at that moment."""
        at = datetime.fromtimestamp(answer.at, UTC)
        contact_id = answer.person.pk if answer.person else None
        held = self.busy.get(contact_id) if contact_id else None
        if held and (held[1] is None or held[1] > at):
            self._join(held[0], response_id, answer, at)
            return
        case = self._open(at, answer.touchpoint, answer.score, answer.comment, answer.person)
        case.response_id, case.channel = response_id, answer.channel
        self._decide(response_id, DecisionOutcome.OPENED, DecisionReason.DETRACTOR, case, at)
        if contact_id:
            self.unhappy_before[contact_id] = self.unhappy_before.get(contact_id, 0) + 1
            end = case.resolved_at or case.closed_at
            self.busy[contact_id] = (case, end)

    def complaint(self, at: int) -> None:
        """A case that began with a complaint nobody asked for."""
        touchpoint = story.pick([name for name, _weight in story.TOUCHPOINTS], self.chance)
        words = ""
        while not words:
            words = story.comment(chance=self.chance, score=1, touchpoint=touchpoint)
        self._open(datetime.fromtimestamp(at, UTC), touchpoint, None, words, None)

    def _join(self, case: Case, response_id: int, answer: "Answer", at: datetime) -> None:
        self._decide(response_id, DecisionOutcome.JOINED, DecisionReason.OPEN_CASE, case, at)
        self._line(
            case, EventKind.ANSWER_JOINED, at, note=answer.comment, score=answer.score, channel=answer.channel
        )
        if case.pk is None:
            case.latest_score = answer.score
        else:
            self.latest[case.pk] = answer.score
        self.made.joined += 1

    # --- A case ------------------------------------------------------------------------------------------------

    def _open(
        self, at: datetime, touchpoint: str, score: int | None, words: str, person: "Person | None"
    ) -> Case:
        if len(self.pending.cases) >= FLUSH:
            self.flush()  # before the new one: its answer is tied to it only after it was opened
        self.number += 1
        case = Case(
            workspace=self.workspace, number=self.number, contact_id=person.pk if person else None, survey=self.survey,
            touchpoint=self.touchpoints[touchpoint], origin=Origin.RESPONSE if score is not None else Origin.COMPLAINT,
            policy=self.policy, score=score, latest_score=score, stated_complaint=words, opened_at=at, created_at=at,
            updated_at=at, search=" ".join(part for part in (person.search if person else "", words) if part),
        )  # fmt: skip
        self._line(case, EventKind.OPENED, at, score=score, **self.terms)
        if self.takers:
            taker = self.takers[self.turn % len(self.takers)]
            self.turn += 1
            case.owner, case.team, case.assigned_because = taker.user, taker.team, "It was their turn."
            self._line(case, EventKind.ASSIGNED, at, to=taker.user.display_name, to_id=taker.user.pk)
        self._live(case, touchpoint, person)
        self._rank(case, person)
        self.pending.cases.append(case)
        self.made.cases += 1
        self.made.open_cases += case.is_open
        return case

    def _live(self, case: Case, touchpoint: str, person: "Person | None") -> None:
        """What happened to the case from its opening until now."""
        stays_open = self.open_share is not None and self.chance.random() < self.open_share
        first_at = self._after(case.opened_at, 27 if self.chance.random() < 0.93 else 320, 0.8)
        if self.chance.random() < 0.03 and not stays_open:
            self._dismiss(case, first_at)
            return
        if (
            (stays_open and self.chance.random() < 0.5)
            or (self.chance.random() < 0.004 and self.now - case.opened_at < NOTICED)
            or first_at >= self.now
        ):
            self._promise(case, TimerKind.FIRST_RESPONSE, None)
            self._promise(case, TimerKind.RESOLUTION, None)
            self._plan(case, FollowUpStep.ACKNOWLEDGE, case.opened_at + TELLING, person)
            return
        self._contact(case, first_at)
        self._plan(case, FollowUpStep.ACKNOWLEDGE, case.opened_at + TELLING, person)
        resolved_at = self._after(first_at, 330, 0.75)
        if stays_open or resolved_at >= self.now:
            if self.chance.random() < 0.3:
                self._wait(case, first_at)
            else:
                self._promise(case, TimerKind.RESOLUTION, None)
            return
        self._resolve(case, touchpoint, resolved_at, person)

    def _contact(self, case: Case, at: datetime) -> None:
        case.contacted_at = case.first_responded_at = at
        case.first_response_minutes = self._working_minutes(case.opened_at, at)
        case.first_response_minutes_calendar = ceil((at - case.opened_at).total_seconds() / 60)
        self._promise(case, TimerKind.FIRST_RESPONSE, at)
        if self.chance.random() < 0.45:
            note = story.pick(story.CALL_NOTES, self.chance)
            self._line(
                case,
                EventKind.CALLED,
                at,
                by=case.owner or self.somebody,
                note=note,
                outcome=CallOutcome.REACHED,
            )
        else:
            self._line(
                case,
                EventKind.REPLIED,
                at,
                by=case.owner or self.somebody,
                subject="Your answer to our survey",
            )

    def _wait(self, case: Case, first_at: datetime) -> None:
        since = first_at + (self.now - first_at) * self.chance.random() * 0.9
        what = story.pick(story.WAITING_FOR, self.chance)
        case.category, case.waiting_since, case.waiting_for = Category.WAITING, since, what
        self._promise(case, TimerKind.RESOLUTION, None, paused_at=since)
        self._line(case, EventKind.WAITING, since, by=case.owner or self.somebody, note=what)

    def _dismiss(self, case: Case, at: datetime) -> None:
        at = min(at, self.now - SWEPT)
        for kind in (TimerKind.FIRST_RESPONSE, TimerKind.RESOLUTION):
            self._promise(case, kind, at, is_cancelled=True)
        case.category, case.closed_at, case.outcome = Category.CLOSED, at, Outcome.DISMISSED
        self._line(
            case,
            EventKind.DISMISSED,
            at,
            by=case.owner or self.somebody,
            note="Answered by a colleague for a test.",
        )

    def _resolve(self, case: Case, touchpoint: str, at: datetime, person: "Person | None") -> None:
        by = case.owner or self.somebody
        name = story.cause_of(touchpoint, self.chance)
        cause = self.causes.get(name) or next(iter(self.causes.values()))
        case.category, case.root_cause, case.resolved_at, case.resolved_by = Category.RESOLVED, cause, at, by
        case.resolution = story.pick(story.RESOLUTIONS, self.chance)
        case.underlying_issue = name if self.chance.random() < 0.5 else ""
        self._promise(case, TimerKind.RESOLUTION, at)
        self._line(case, EventKind.RESOLVED, at, by=by, note=case.resolution, root_cause=cause.name)
        if person and at + TELLING < self.now:
            case.told_back_at = at + TELLING
        self._plan(case, FollowUpStep.CLOSING, at + TELLING, person)
        self._ask_again(case, touchpoint, at, person)

    def _ask_again(self, case: Case, touchpoint: str, resolved_at: datetime, person: "Person | None") -> None:
        due_at = resolved_at + timedelta(days=self.survey.resurvey_days)
        row = Resurvey(
            workspace=self.workspace,
            case=case,
            due_at=due_at,
            score_before=case.score,
            created_at=resolved_at,
        )
        self.pending.resurveys.append(row)
        if person is None:
            row.status, row.settled_at = ResurveyStatus.NOT_ASKED, resolved_at + TELLING
            self._close(case, Outcome.NO_ANSWER, resolved_at + TELLING)
            return
        asked_at = due_at + timedelta(minutes=1)
        if asked_at >= self.now:
            return
        row.status, row.asked_at, row.closes_at = ResurveyStatus.ASKED, asked_at, asked_at + WINDOW
        self._line(case, EventKind.RESURVEYED, asked_at)
        answered_at = asked_at + timedelta(hours=min(-20 * log(1 - self.chance.random()), 300))
        score: int | None = None
        if self.chance.random() < ANSWERS_AGAIN and answered_at < self.now:
            score = story.feelings(0.7).score(self.chance.random())
            segment = classify(score)
            row.settled_at = answered_at
            outcome = {PROMOTER: Outcome.CONVERTED, DETRACTOR: Outcome.NOT_RECOVERED}.get(
                segment, Outcome.RECOVERED
            )
            case.latest_score = score
            self._close(case, outcome, answered_at, score=score)
        elif row.closes_at < self.now:
            row.status, row.settled_at = ResurveyStatus.UNANSWERED, row.closes_at
            self._close(case, Outcome.NO_ANSWER, row.closes_at)
        moment = int(answered_at.timestamp()) if score is not None else None
        self.pending.again.append(
            (case, Again(0, person, touchpoint, int(asked_at.timestamp()), moment, score, case.score))
        )

    def _close(self, case: Case, outcome: Outcome, at: datetime, *, score: int | None = None) -> None:
        case.category, case.closed_at, case.outcome = Category.CLOSED, at, outcome
        kind = EventKind.RECOVERED if outcome in (Outcome.RECOVERED, Outcome.CONVERTED) else EventKind.CLOSED
        self._line(case, kind, at, score=score, outcome=outcome)

    # --- Its promises ------------------------------------------------------------------------------------------

    def _promise(
        self,
        case: Case,
        kind: TimerKind,
        ended_at: datetime | None,
        *,
        is_cancelled: bool = False,
        paused_at: datetime | None = None,
    ) -> None:
        """A timer as the sweep would have left it at `ended_at`, at the pause, or now."""
        if self.policy is None or self.calendar is None:
            return
        minutes = (
            self.policy.first_response_minutes
            if kind == TimerKind.FIRST_RESPONSE
            else self.policy.resolution_minutes
        )
        plan = sla.plan(
            self.calendar, start=case.opened_at, minutes=minutes, warn_percent=self.policy.warn_percent
        )
        timer = SlaTimer(
            workspace=self.workspace, case=case, policy=self.policy, kind=kind, promised_minutes=minutes,
            started_at=case.opened_at, warn_at=plan.warn_at, due_at=plan.due_at,
        )  # fmt: skip
        until = ended_at or paused_at or self.now
        if plan.warn_at <= until:
            timer.warned_at = min(plan.warn_at + SWEPT, until)
            self._line(case, EventKind.DUE_SOON, timer.warned_at, timer=kind, due_at=plan.due_at.isoformat())
        taken: list[str] = []
        if plan.due_at < until:
            timer.breached_at = min(plan.due_at + SWEPT, until)
            self._line(
                case, EventKind.BREACHED, timer.breached_at, timer=kind, due_at=plan.due_at.isoformat()
            )
            taken = self._escalate(case, timer, until)
        if ended_at is not None:
            timer.met_at, timer.cancelled_at = (None, ended_at) if is_cancelled else (ended_at, None)
        elif paused_at is not None:
            timer.paused_at = paused_at
            timer.remaining_seconds = self._left(paused_at, plan.due_at)
            timer.warn_remaining_seconds = self._left(paused_at, plan.warn_at)
        else:
            timer.next_at = self._next(timer, taken)
            case.next_due_at = min(filter(None, (case.next_due_at, plan.due_at)))
        self.pending.timers.append(timer)

    def _left(self, now: datetime, until: datetime) -> int:
        """Working seconds that are left; none when the moment has passed."""
        assert self.calendar is not None
        return max(0, business_time.seconds_between(self.calendar, now, until))

    def _escalate(self, case: Case, timer: SlaTimer, until: datetime) -> list[str]:
        assert self.calendar is not None
        steps = self.steps.get((timer.policy_id, timer.kind), [])
        due = escalation.due_steps(steps, self.calendar, due_at=timer.due_at, taken=(), now=until)
        for step in due:
            at = min(step.due_at + SWEPT, until)
            self.pending.escalations.append(
                Escalation(
                    workspace=self.workspace,
                    timer=timer,
                    level=step.level,
                    due_at=step.due_at,
                    at=at,
                    step=step.step.key if step.step else 0,
                )
            )
            self._line(case, EventKind.ESCALATED, at, timer=timer.kind, level=step.level)
        return [step.level for step in due]

    def _next(self, timer: SlaTimer, taken: list[str]) -> datetime | None:
        assert self.calendar is not None
        if timer.warned_at is None:
            return timer.warn_at
        if timer.breached_at is None:
            return timer.due_at + timedelta(microseconds=1)
        steps = self.steps.get((timer.policy_id, timer.kind), [])
        return escalation.next_step_at(steps, self.calendar, due_at=timer.due_at, taken=taken)

    def _rank(self, case: Case, person: "Person | None") -> None:
        facts = priority.Facts(
            opened_at=case.opened_at, next_due_at=case.next_due_at, metric=self.survey.metric, score=case.score,
            earlier_unhappy=self.unhappy_before.get(person.pk, 0) if person else 0,
        )  # fmt: skip
        found = priority.rank(facts)
        case.rank_at, case.priority = found.rank_at, found.priority
        case.rank_parts = [
            {"code": part.code, "minutes": part.minutes, "facts": dict(part.sentence.facts)}
            for part in found.parts
        ]

    # --- Small parts -------------------------------------------------------------------------------------------

    def _after(self, start: datetime, median_minutes: float, spread: float) -> datetime:
        """A moment so many working minutes after `start`, scattered log-normally."""
        minutes = self.chance.lognormvariate(log(median_minutes), spread)
        if self.calendar is None:
            return start + timedelta(minutes=minutes)
        return business_time.add_time(self.calendar, start, timedelta(seconds=int(minutes * 60)))

    def _working_minutes(self, start: datetime, end: datetime) -> int:
        if self.calendar is None:
            return ceil((end - start).total_seconds() / 60)
        return business_time.minutes_between(self.calendar, start, end)

    def _line(
        self,
        case: Case,
        kind: EventKind,
        at: datetime,
        *,
        by: User | None = None,
        note: str = "",
        **facts: Any,
    ) -> None:
        self.pending.events.append(
            CaseEvent(workspace=self.workspace, case=case, kind=kind, by=by, at=at, note=note, facts=facts)
        )
        case.updated_at = max(case.updated_at, at)
        case.version += 1

    def _decide(
        self, response_id: int, outcome: DecisionOutcome, reason: DecisionReason, case: Case, at: datetime
    ) -> None:
        self.pending.decisions.append(
            CaseDecision(
                workspace=self.workspace,
                response_id=response_id,
                outcome=outcome,
                reason=reason,
                case=case,
                decided_at=at,
            )
        )

    def _plan(self, case: Case, step: FollowUpStep, at: datetime, person: "Person | None") -> None:
        row = FollowUp(workspace=self.workspace, case=case, step=step, due_at=at, created_at=at)
        if person is None:
            row.status, row.skipped_because = FollowUpStatus.SKIPPED, SkippedBecause.NO_ADDRESS
        elif at < self.now:
            row.status, row.sent_at = FollowUpStatus.SENT, at
        self.pending.followups.append(row)

    def flush(self) -> None:
        """Write what has been collected."""
        rows, self.pending = self.pending, _Pending()
        Case.objects.of(self.workspace).bulk_create(rows.cases, batch_size=500)
        parts: tuple[list[Any], ...] = (
            rows.timers,
            rows.events,
            rows.decisions,
            rows.followups,
            rows.resurveys,
        )
        for part in parts:
            for row in part:
                row.case_id = row.case.pk
        SlaTimer.objects.of(self.workspace).bulk_create(rows.timers, batch_size=1_000)
        for step in rows.escalations:
            step.timer_id = step.timer.pk
        for model, made in (
            (Escalation, rows.escalations), (CaseEvent, rows.events), (CaseDecision, rows.decisions),
            (FollowUp, rows.followups), (Resurvey, rows.resurveys),
        ):  # fmt: skip
            model.objects.of(self.workspace).bulk_create(made, batch_size=2_000)
        lateness.keep(cases=[case.pk for case in rows.cases])
        for case, one in rows.again:
            one.case_id = case.pk
            self.made.again.append(one)

    def finish(self) -> None:
        """What could only be known at the end: the counter, and the latest scores of cases already written."""
        CaseCounter.objects.filter(workspace=self.workspace).update(last_number=self.number)
        for pk, score in self.latest.items():
            Case.objects.of(self.workspace).filter(pk=pk).update(latest_score=score, version=F("version") + 1)
