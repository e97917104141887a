from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import Membership, Team, User, Workspace
from accounts.rules.sight import EVERYTHING
from accounts.sight_queries import sight_of
from detractors.models import Case
from detractors.queries import alike, queue
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> list[Case]:
    """#1 of Zoë Müller-Özil, #2 of Ines Iglesias."""
    people = [
        contacts.upsert(workspace=acme, email=f"{name.split()[0].lower()}@customer.example".replace("ë", "e"),
                        name=name, company=company, now=MONDAY_9AM)[0]
        for name, company in (("Zoë Müller-Özil", "Café Crème"), ("Ines Iglesias", "Ibex Logistics"))
    ]  # fmt: skip
    words = ("The parcel came late, twice in March", "Nobody answered the telephone about invoice 4711")
    return [
        open_case(now=MONDAY_9AM, contact=person, comment=text)
        for person, text in zip(people, words, strict=True)
    ]


WORDS: list[tuple[str, list[int]]] = [
    ("muller", [1]), ("zoe", [1]), ("creme", [1]), ("march parcel", [1]), ('"came late"', [1]), ('"late came"', []),
    ("parcel -march", []), ("parcel or telephone", [2, 1]), ("telepho", [2]), ("IGLESIAS ibex", [2]), ("4711", [2]),
    ("#2", [2]), ("2", [2]), ("#4711", []), ("' OR 1=1 --", []), ("!!! & |", []), ("\\", []), ("%", []), ("_", []),
]  # fmt: skip


def test_people_companies_and_words_are_found_in_any_order_and_without_their_accents(
    acme: Workspace, bob: User, two: list[Case]
) -> None:
    asked = [(text, queue.Wanted(tab=queue.ALL, words=text)) for text, _found in WORDS]
    pages = [(text, queue.page(workspace=acme, user=bob, wanted=wanted)) for text, wanted in asked]
    assert [(text, [case.number for case in page.cases]) for text, page in pages] == WORDS


def test_the_words_and_the_parts_of_words_are_each_served_by_their_index(
    acme: Workspace, bob: User, two: list[Case]
) -> None:
    sql, params = queue.sql_of(Case.objects.across_workspaces().matching("parcel").values("number"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert ("on case_search " in plan, "on case_search_words " in plan) == (True, True)


def test_a_misspelled_name_leads_to_those_spelled_nearly_like_it(acme: Workspace, two: list[Case]) -> None:
    def names(text: str) -> list[str]:
        return alike.names(workspace=acme, text=text, sight=EVERYTHING)

    assert (names("Iglesais"), names("Ibxe Logistics"), names("xyzzy"), names("zz")) == (
        ["Ines Iglesias"],
        ["Ibex Logistics"],
        [],
        [],
    )


def test_names_out_of_sight_are_not_suggested(acme: Workspace, bob: User, two: list[Case]) -> None:
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    elsewhere.save()
    Case.objects.of(acme).update(owner=None, team=elsewhere)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    me = Membership.objects.of(acme).select_related("user").get(user=bob)
    assert alike.names(workspace=acme, text="Iglesais", sight=sight_of(me)) == []
