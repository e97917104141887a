from dataclasses import replace

from surveys.rules.capacity import Past, Team, expected, room

TEAM = Team(minutes=960, open_cases=0)
PAST = Past(asked=1_000, answered=300, detractors=60)


def people(team: Team, waiting: int = 0, share: int = 80) -> int:
    return room(team=team, past=PAST, waiting=waiting, minutes_per_case=30, share=share).people


def test_more_cases_leave_room_for_fewer_people_and_no_time_for_nobody():
    free, some, double = (people(replace(TEAM, open_cases=n)) for n in (0, 8, 16))
    assert free > some > double > 0
    assert people(replace(TEAM, open_cases=26)) == 0
    assert people(Team()) == 0


def test_the_room_is_what_is_planned_less_what_is_taken():
    found = room(team=replace(TEAM, open_cases=10), past=PAST, waiting=0, minutes_per_case=30, share=50)
    assert (found.minutes, found.taken, found.cases) == (480, 300, 6.0)


def test_people_asked_lately_count_with_what_they_are_expected_to_bring():
    assert people(TEAM, waiting=200) < people(TEAM)


def test_without_a_past_the_start_is_cautious_and_a_past_wins_over_it():
    assert expected(people=1_000, past=Past()) == (200, 40)
    assert expected(people=1_000, past=Past(asked=100_000, answered=50_000, detractors=25_000)) == (500, 250)
