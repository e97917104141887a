"""What limits let through, without a database."""

import itertools

import pytest

from accounts.rules.sight import EVERYTHING, CaseFacts, Sight, sees, sight, words

ME, OTHER = 7, 8
FULL = {"teams": {1, 2}, "touchpoints": ["d"], "attribute": "region", "values": ["East", " West "]}
WITHIN = {"team_id": 2, "touchpoint": "d", "attributes": {"region": "EAST"}}
BEYOND = {"team_id": 3, "touchpoint": "s", "attributes": {"region": "North"}}
PARTS = {"team_id": ("teams",), "touchpoint": ("touchpoints",), "attributes": ("attribute", "values")}


def test_nothing_set_is_everything() -> None:
    assert sight("AGENT", user_id=ME) is EVERYTHING
    assert sees(EVERYTHING, CaseFacts(**BEYOND)) is True


@pytest.mark.parametrize("role", ["OWNER", "ADMIN", "MANAGER"])
def test_who_leads_others_is_never_limited(role: str) -> None:
    assert sight(role, user_id=ME, **FULL).is_everything


@pytest.mark.parametrize("role", ["AGENT", "ANALYST"])
def test_a_demoted_member_is_limited_at_once(role: str) -> None:
    assert sight(role, user_id=ME, **FULL).is_limited


@pytest.mark.parametrize("set_", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("met", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("owner", [None, ME, OTHER])
def test_all_limits_that_are_set_must_hold_unless_the_case_is_ones_own(
    set_: tuple[bool, ...], met: tuple[bool, ...], owner: int | None
) -> None:
    limits = {
        key: FULL[key] for (name, keys), on in zip(PARTS.items(), set_, strict=True) if on for key in keys
    }
    facts = {name: (WITHIN if holds else BEYOND)[name] for name, holds in zip(PARTS, met, strict=True)}
    expected = owner == ME or all(holds for holds, on in zip(met, set_, strict=True) if on)
    assert sees(sight("AGENT", user_id=ME, **limits), CaseFacts(owner_id=owner, **facts)) is expected


def test_own_teams_without_a_team_leaves_own_cases_only() -> None:
    mine = sight("AGENT", user_id=ME, teams=set())
    assert (sees(mine, CaseFacts(team_id=None)), sees(mine, CaseFacts(owner_id=ME))) == (False, True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("east", True), ("WEST", True), (" east", False), (None, False), ("", False), (3, False)],
)
def test_values_are_compared_as_text_in_any_case(value: object, expected: bool) -> None:
    limited = sight("AGENT", user_id=ME, attribute="region", values=["East", " West "])
    assert sees(limited, CaseFacts(attributes={"region": value})) is expected


def test_numbers_and_truths_are_text_as_the_database_writes_them() -> None:
    limited = sight("AGENT", user_id=ME, attribute="tier", values=["3", "True"])
    assert [sees(limited, CaseFacts(attributes={"tier": value})) for value in (3, True, 4)] == [
        True,
        True,
        False,
    ]


def test_an_unowned_case_is_nobodys_own() -> None:
    nobody = Sight(user_id=None, teams=frozenset({1}))
    assert sees(nobody, CaseFacts(owner_id=None, team_id=2)) is False


def test_the_limits_are_said_in_words() -> None:
    limited = sight("AGENT", user_id=ME, **FULL)
    said = [str(part) for part in words(limited, teams=["Sales", "Care"], touchpoints=["Delivery"])]
    assert said == ["team Care, Sales", "touchpoint Delivery", "region East, West", "and the cases you own"]
    assert words(EVERYTHING) == []
    assert str(words(sight("AGENT", user_id=ME, teams=set()))[0]) == "no team's cases"
