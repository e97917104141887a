from datetime import UTC, datetime, timedelta

import pytest

from detractors.rules.assigning import Wish, Worker, choose
from detractors.rules.routing import Member

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def worker(id, *, hours=0, load=0, skills=(), **more):
    member = Member(
        id=id,
        last_assigned_at=NOW - timedelta(hours=hours),
        open_cases=load,
        skills=frozenset(skills),
    )
    return Worker(member=member, **more)


ANA = worker(1, hours=1, load=2, languages=frozenset({"de", "pl"}), skills=("billing",), team_id=10)
BEN = worker(2, hours=5, load=7, languages=frozenset({"de"}), team_id=10)
CIA = worker(3, hours=9, load=1, languages=frozenset({"de"}), team_id=20)
DAN = worker(4, hours=9, load=0, takes_cases=False, languages=frozenset({"fr"}))
ALL = [ANA, BEN, CIA, DAN]


def said(workers, **wish):
    found = choose(workers, Wish(**wish))
    return found.member_id, ", ".join(str(part) for part in found.parts)


@pytest.mark.parametrize(
    ("wish", "member", "because"),
    [
        ({}, 3, "it was their turn of 3"),
        ({"by": "LEAST_LOADED"}, 3, "fewest open cases of 3 (1)"),
        ({"language": "de", "language_name": "German", "by": "LEAST_LOADED"}, 3,
         "speaks German, fewest open cases of 3 (1)"),
        ({"skill": "Billing"}, 1, "knows Billing, the only one"),
        ({"skill": "bikes"}, 3, "nobody who is there knows bikes, it was their turn of 3"),
        ({"team_id": 10, "team": "North"}, 2, "in North, it was their turn of 2"),
        ({"team_id": 30, "team": "South"}, 3, "nobody of South is there, it was their turn of 3"),
        ({"team_id": 10, "team": "North", "language": "pl", "language_name": "Polish"}, 1,
         "in North, speaks Polish, the only one"),
        ({"language": "fr", "language_name": "French"}, 3,
         "nobody who is there speaks French, it was their turn of 3"),
        ({"rule": "VIP", "person_id": 4}, 4, "rule “VIP”, the rule names them"),
        ({"rule": "VIP", "person_id": 9}, 3, "rule “VIP”, whom the rule names is not there, it was their turn of 3"),
        ({"person_id": 2, "is_contact_owner": True}, 2, "the customer is theirs"),
        ({"person_id": 0, "is_contact_owner": True, "team_id": 20, "team": "South"}, 3,
         "whose customer it is, is not there, in South, the only one"),
    ],
)  # fmt: skip
def test_who_takes_it_and_why(wish, member, because):
    assert said(ALL, **wish) == (member, because)


def test_a_case_goes_to_nobody_only_when_nobody_is_there():
    assert said([DAN], language="fr") == (None, "Unassigned: nobody is there to take it.")
    assert said([], rule="VIP", person_id=4) == (None, "Unassigned: nobody is there to take it.")
