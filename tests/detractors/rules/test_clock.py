from dataclasses import replace
from datetime import UTC, datetime, timedelta

from accounts.rules.business_time import HORIZON_DAYS, Calendar
from detractors.rules import clock, escalation
from detractors.rules.clock import Happening, Run, Span, Terms, replay, running

MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Calendar("UTC", {key: [("09:00", "17:00")] for key in WEEKDAYS})
LATE_SHIFT = Calendar("UTC", {key: [("12:00", "20:00")] for key in WEEKDAYS})
HOURS = {1: OFFICE, 2: LATE_SHIFT}
TERMS = Terms(7, 1, 75, {"FIRST_RESPONSE": Span(60), "NEXT_RESPONSE": Span(120), "RESOLUTION": Span(960)})
OPENED = Happening(MONDAY_9AM, clock.OPENED, terms=TERMS)


def at(hours: float, kind: str, **facts: object) -> Happening:
    return Happening(MONDAY_9AM + hours * HOUR, kind, **facts)  # type: ignore[arg-type]


def told(*happenings: Happening, hours: dict[int, Calendar] = HOURS) -> list[Run]:
    return replay([OPENED, *happenings], hours)


def one(kind: str, *happenings: Happening, hours: dict[int, Calendar] = HOURS) -> Run:
    return [run for run in told(*happenings, hours=hours) if run.kind == kind][-1]


def test_both_clocks_start_with_the_case_and_no_next_response_is_owed() -> None:
    runs = told()
    assert [(run.kind, run.due_at - MONDAY_9AM) for run in runs] == [
        ("RESOLUTION", DAY + 8 * HOUR), ("FIRST_RESPONSE", HOUR),
    ]  # fmt: skip


def test_a_contact_keeps_the_first_response_and_later_ones_change_nothing() -> None:
    runs = told(at(0.5, clock.CONTACTED), at(2, clock.CONTACTED))
    assert [run.met_at for run in runs if run.kind == "FIRST_RESPONSE"] == [MONDAY_9AM + 30 * MINUTE]


def test_waiting_stops_the_resolution_and_not_the_first_response() -> None:
    waiting = told(at(1, clock.WAITING))
    assert [(run.kind, run.paused_at, run.left) for run in waiting] == [
        ("RESOLUTION", MONDAY_9AM + HOUR, clock.Left(900 * 60, 660 * 60)), ("FIRST_RESPONSE", None, None),
    ]  # fmt: skip
    # Three working hours were waited for, in two pauses.
    again = one(
        "RESOLUTION", at(1, clock.WAITING), at(2, clock.RESUMED), at(24, clock.WAITING), at(26, clock.RESUMED)
    )
    assert again.due_at == MONDAY_9AM + 2 * DAY + 3 * HOUR


def test_the_customers_words_after_a_contact_owe_one_next_response() -> None:
    wrote, again = at(3, clock.WROTE), at(4, clock.WROTE)
    assert one("NEXT_RESPONSE", at(1, clock.CONTACTED), wrote, again).due_at == MONDAY_9AM + 5 * HOUR
    answered = told(at(1, clock.CONTACTED), wrote, at(4, clock.CONTACTED), at(6, clock.WROTE))
    assert [(run.started_at - MONDAY_9AM, run.met_at) for run in answered if run.kind == "NEXT_RESPONSE"] == [
        (3 * HOUR, MONDAY_9AM + 4 * HOUR), (6 * HOUR, None),
    ]  # fmt: skip


def test_resolving_keeps_one_promise_and_gives_up_the_next_response() -> None:
    runs = told(at(1, clock.CONTACTED), at(2, clock.WROTE), at(3, clock.RESOLVED))
    assert [(run.kind, run.met_at, run.cancelled_at) for run in runs] == [
        ("RESOLUTION", MONDAY_9AM + 3 * HOUR, None),
        ("FIRST_RESPONSE", MONDAY_9AM + HOUR, None),
        ("NEXT_RESPONSE", None, MONDAY_9AM + 3 * HOUR),
    ]


def test_opening_again_promises_a_resolution_and_a_first_response_only_if_there_was_none() -> None:
    runs = told(at(1, clock.CONTACTED), at(2, clock.RESOLVED), at(26, clock.REOPENED))
    assert [run.kind for run in runs if run.is_running] == ["RESOLUTION"]
    assert running(runs, "RESOLUTION").started_at == MONDAY_9AM + 26 * HOUR  # type: ignore[union-attr]
    unheard = told(at(1, clock.DISMISSED), at(26, clock.REOPENED))
    assert sorted(run.kind for run in unheard if run.is_running) == ["FIRST_RESPONSE", "RESOLUTION"]


def test_a_shorter_promise_holds_from_the_beginning() -> None:
    shorter = replace(TERMS, spans={**TERMS.spans, "RESOLUTION": Span(480)})
    run = one("RESOLUTION", at(1, clock.WAITING), at(2, clock.RESUMED), at(3, clock.TERMS, terms=shorter))
    assert run.due_at == MONDAY_9AM + DAY + HOUR  # eight hours and the hour that was waited


def test_around_the_clock_is_counted_at_night_too() -> None:
    round_the_clock = replace(TERMS, spans={**TERMS.spans, "RESOLUTION": Span(960, clock.CALENDAR)})
    run = one("RESOLUTION", at(3, clock.TERMS, terms=round_the_clock))
    assert run.due_at == MONDAY_9AM + 16 * HOUR


def test_other_hours_count_from_the_moment_the_case_went_there() -> None:
    """Two of sixteen hours were used by the office at 11:00; the late shift works off the other fourteen from noon."""
    run = one("RESOLUTION", at(2, clock.TERMS, terms=replace(TERMS, calendar=2)))
    assert run.due_at == datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert run.calendar == 2


def test_edited_hours_hold_for_the_whole_of_a_running_promise() -> None:
    halved = {**HOURS, 1: Calendar("UTC", {key: [("09:00", "13:00")] for key in WEEKDAYS})}
    assert one("RESOLUTION", hours=halved).due_at == MONDAY_9AM + 3 * DAY + 4 * HOUR


def test_a_missed_promise_stays_as_it_was_whatever_is_edited() -> None:
    due_at = MONDAY_9AM + HOUR
    missed = at(1.01, clock.BREACHED, timer="FIRST_RESPONSE", due_at=due_at)
    longer = replace(TERMS, calendar=2, spans={**TERMS.spans, "FIRST_RESPONSE": Span(480)})
    run = one("FIRST_RESPONSE", missed, at(2, clock.TERMS, terms=longer))
    assert (run.is_breached, run.due_at, run.span.minutes) == (True, due_at, 60)


def test_a_missed_resolution_still_stands_still_while_the_customer_has_to_act() -> None:
    due_at = MONDAY_9AM + 2 * DAY
    missed = at(48.1, clock.BREACHED, timer="RESOLUTION", due_at=due_at)
    waiting = one("RESOLUTION", missed, at(49, clock.WAITING))
    assert (waiting.paused_at, waiting.left) == (MONDAY_9AM + 49 * HOUR, clock.Left(0, 0))
    gone_on = one("RESOLUTION", missed, at(49, clock.WAITING), at(50, clock.RESUMED))
    assert (gone_on.paused_at, gone_on.due_at) == (None, due_at)


def test_what_is_no_longer_promised_is_given_up() -> None:
    only_first = replace(TERMS, spans={kind: TERMS.spans[kind] for kind in ("FIRST_RESPONSE", "RESOLUTION")})
    run = one(
        "NEXT_RESPONSE", at(1, clock.CONTACTED), at(2, clock.WROTE), at(3, clock.TERMS, terms=only_first)
    )
    assert run.cancelled_at == MONDAY_9AM + 3 * HOUR


def test_terms_survive_a_line_of_the_timeline() -> None:
    assert Terms.from_json(TERMS.to_json()) == TERMS


def test_the_same_history_gives_the_same_answer() -> None:
    lines = (at(1, clock.CONTACTED), at(2, clock.WAITING), at(5, clock.RESUMED), at(6, clock.WROTE))
    assert told(*lines) == told(*lines)


def test_what_we_open_again_ourselves_goes_on_with_what_was_left() -> None:
    """Fifteen of sixteen hours were used; a night of being resolved is no new promise."""
    ended = at(31, clock.RESOLVED)  # Tuesday 16:00
    again = at(48.5, clock.REOPENED, goes_on=True)  # Wednesday 09:30
    run = one("RESOLUTION", at(1, clock.CONTACTED), ended, again)
    assert (run.started_at, run.met_at, run.due_at) == (MONDAY_9AM, None, MONDAY_9AM + 49.5 * HOUR)
    assert len([run for run in told(ended, again) if run.kind == "RESOLUTION"]) == 1
    by_the_customer = one("RESOLUTION", at(1, clock.CONTACTED), ended, at(48.5, clock.REOPENED))
    assert by_the_customer.started_at == MONDAY_9AM + 48.5 * HOUR


def test_dismissing_and_opening_again_wins_no_time_for_the_first_answer_either() -> None:
    away = at(0.75, clock.DISMISSED), at(2, clock.REOPENED, goes_on=True)
    assert one("FIRST_RESPONSE", *away).due_at == MONDAY_9AM + 2.25 * HOUR
    waited = (
        at(0.25, clock.WAITING),
        *away,
    )  # it stood still already: fifteen minutes of sixteen hours are used
    assert one("RESOLUTION", *waited).due_at == datetime(2026, 11, 25, 10, 45, tzinfo=UTC)
    missed = at(1.01, clock.BREACHED, timer="FIRST_RESPONSE", due_at=MONDAY_9AM + HOUR)
    late = one("FIRST_RESPONSE", missed, at(2, clock.DISMISSED), at(3, clock.REOPENED, goes_on=True))
    assert (late.is_running, late.is_breached, late.due_at) == (True, True, MONDAY_9AM + HOUR)


def test_an_answer_still_owed_is_owed_again_unless_it_was_given_meanwhile() -> None:
    owed = at(1, clock.CONTACTED), at(2, clock.WROTE), at(3, clock.RESOLVED)
    again = at(5, clock.REOPENED, goes_on=True)
    assert one("NEXT_RESPONSE", *owed, again).due_at == MONDAY_9AM + 6 * HOUR
    assert one("NEXT_RESPONSE", *owed, at(4, clock.CONTACTED), again).cancelled_at == MONDAY_9AM + 3 * HOUR


def test_the_hours_of_the_team_it_is_opened_again_for_count_from_then_on() -> None:
    late = replace(TERMS, calendar=2)
    run = one("RESOLUTION", at(31, clock.RESOLVED), at(48, clock.REOPENED, terms=late, goes_on=True))
    assert (run.calendar, run.due_at) == (2, MONDAY_9AM + 52 * HOUR)  # the last hour from noon


def test_hours_that_are_never_reached_stop_no_clock_and_no_chain() -> None:
    """A minute a week for sixteen hours would take eighteen years: the promise stands at the horizon, the others go on."""
    sliver = {**HOURS, 1: Calendar("UTC", {"mon": [("09:00", "09:01")]})}
    run = one("RESOLUTION", hours=sliver)
    assert run.warn_at == run.due_at == MONDAY_9AM + timedelta(days=HORIZON_DAYS)
    waited = one("RESOLUTION", at(1, clock.WAITING), at(2, clock.RESUMED), hours=sliver)
    assert timedelta(0) <= run.due_at - waited.due_at < timedelta(days=8)
    step = escalation.Step(escalation.LEAD, 960)
    late = escalation.moment_of(step, sliver[1], due_at=MONDAY_9AM)
    assert late == MONDAY_9AM + timedelta(days=HORIZON_DAYS)
