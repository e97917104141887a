"""A closed case becomes a lesson that says nothing of whom it was, not even after the person is erased."""

from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User, Workspace
from detractors.models import Case, Lesson, RootCause
from detractors.queries import library as queries
from detractors.services import library
from detractors.services.errors import Incomplete, MoveNotAllowed
from surveys.models import Contact
from surveys.services import contacts, erasing
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
WORDS = "Ines Iglesias here, of Ibex: order 4711-0815 is lost. Call +49 171 5550123 or ask Bob."
TEXTS = {
    "title": "A parcel nobody looked for", "happened": "[customer]: order [number] is lost.", "done": "It was sent again.",
    "went_well": "An answer within the hour.", "lesson": "Look in the depot first.",
}  # fmt: skip


@pytest.fixture
def case(acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]) -> Case:
    """A closed case whose words are full of names."""
    found = open_case(1, comment=WORDS)
    cause = RootCause.objects.of(acme).first()
    Case.objects.of(acme).filter(pk=found.pk).update(
        category="CLOSED", closed_at=MONDAY_9AM, root_cause=cause, resolution="Bob Brown sent Ines a new one."
    )
    found.refresh_from_db()
    return found


def draft(case: Case, by: User) -> Lesson:
    return library.propose(case=case, by=by, now=MONDAY_9AM)[0]


def published(case: Case, by: User) -> Lesson:
    lesson = library.write(lesson=draft(case, by), texts=TEXTS, confirmed=library.FIELDS, now=MONDAY_9AM)
    return library.publish(lesson=lesson, by=by, now=MONDAY_9AM)


def test_the_proposal_replaces_all_we_know(case: Case, alice: User, open_case: Callable[..., Case]) -> None:
    lesson, counted = library.propose(case=case, by=alice, now=MONDAY_9AM)
    assert (
        lesson.happened
        == "[customer] here, of [company]: order [number] is lost. Call [phone] or ask [colleague]."
    )
    assert lesson.done == "[colleague] sent [customer] a new one."
    assert counted == {"customer": 2, "company": 1, "number": 1, "phone": 1, "colleague": 2}
    assert library.propose(case=case, by=alice, now=MONDAY_9AM)[0].pk == lesson.pk  # one draft a case
    with pytest.raises(MoveNotAllowed):
        library.propose(case=open_case(2, contact=None), by=alice, now=MONDAY_9AM)


def test_nothing_is_published_unread_or_with_a_name(case: Case, alice: User) -> None:
    lesson = library.write(
        lesson=draft(case, alice), texts=TEXTS, confirmed=["title", "happened"], now=MONDAY_9AM
    )
    with pytest.raises(Incomplete) as unread:
        library.publish(lesson=lesson, by=alice, now=MONDAY_9AM)
    assert unread.value.field == "done"
    named = {**TEXTS, "lesson": "Ask Iglesias first."}
    lesson = library.write(lesson=lesson, texts=named, confirmed=library.FIELDS, now=MONDAY_9AM)
    with pytest.raises(library.NotAnonymous) as found:
        library.publish(lesson=lesson, by=alice, now=MONDAY_9AM)
    assert (found.value.field, found.value.sentence) == ("lesson", "This still means somebody: Iglesias")
    lesson = library.write(lesson=lesson, texts=TEXTS, confirmed=library.FIELDS, now=MONDAY_9AM)
    assert "lesson" not in lesson.confirmed  # a text that was confirmed and changed is read again
    with pytest.raises(Incomplete):
        library.publish(lesson=lesson, by=alice, now=MONDAY_9AM)


def test_what_is_published_stands_alone_and_is_taken_back_with_a_note(case: Case, alice: User) -> None:
    lesson = published(case, alice)
    assert (lesson.case, lesson.is_published) == (None, True)
    assert library.publish(lesson=lesson, by=alice, now=MONDAY_9AM).published_at == lesson.published_at
    with pytest.raises(MoveNotAllowed):
        library.write(lesson=lesson, texts=TEXTS, confirmed=[], now=MONDAY_9AM)
    with pytest.raises(Incomplete):
        library.retract(lesson=lesson, by=alice, note=" ", now=MONDAY_9AM)
    library.retract(lesson=lesson, by=alice, note="Too easily guessed", now=MONDAY_9AM)
    assert queries.published(workspace=case.workspace) == []


def test_it_is_found_by_words_cell_and_cause(acme: Workspace, case: Case, alice: User) -> None:
    lesson = published(case, alice)
    cause = RootCause.objects.of(acme).get(pk=case.root_cause_id).public_id
    for asked, n in (
        ({"words": "depots first"}, 0), ({"words": "depot first"}, 1), ({"words": "depo"}, 1), ({"words": "-depot"}, 0),
        ({"cause": cause}, 1), ({"cause": "x"}, 0), ({"cell": "x"}, 0),
    ):  # fmt: skip
        assert len(queries.published(workspace=acme, **asked)) == n, asked
    assert queries.choices(workspace=acme)[1] == [
        (cause, str(lesson.root_cause.name if lesson.root_cause else ""))
    ]


def test_erasing_removes_drafts_and_leaves_nothing_of_the_person_anywhere(
    acme: Workspace, case: Case, owner: User, alice: User, ines: Contact, open_case: Callable[..., Case]
) -> None:
    lesson = published(case, alice)
    other = open_case(2, now=MONDAY_9AM)
    Case.objects.of(acme).filter(pk=other.pk).update(category="CLOSED", closed_at=MONDAY_9AM)
    other.refresh_from_db()
    second = library.propose(case=other, by=alice, now=MONDAY_9AM)[0]
    late = published_of_somebody_else(acme, alice, open_case)
    Lesson.objects.of(acme).filter(pk=late.pk).update(
        words="Told by Ines Iglesias herself"
    )  # somebody slipped
    erasing.erase(contact=ines, by=owner, now=MONDAY_9AM)
    assert not Lesson.objects.of(acme).filter(pk__in=[second.pk, late.pk]).exists()
    assert Lesson.objects.of(acme).get() == lesson
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM detractors_lesson AS row WHERE row::text ~* 'ines|iglesias|ibex'"
        )
        assert cursor.fetchone() == (0,)


def published_of_somebody_else(acme: Workspace, alice: User, open_case: Callable[..., Case]) -> Lesson:
    zoe = contacts.upsert(workspace=acme, email="zoe@customer.example", name="Zoe Zander", now=MONDAY_9AM)[0]
    case = open_case(2, contact=zoe)
    Case.objects.of(acme).filter(pk=case.pk).update(category="CLOSED", closed_at=MONDAY_9AM)
    case.refresh_from_db()
    return published(case, alice)


def test_pages_for_readers_and_writers(acme: Workspace, case: Case, alice: User, bob: User) -> None:
    closed, manager, agent = f"/w/acme/cases/{case.number}/", signed_in(alice), signed_in(bob)
    assert "Propose for the library" in manager.get(closed).content.decode()
    assert "Propose for the library" not in agent.get(closed).content.decode()
    assert agent.post(f"{closed}lesson/").status_code == 403
    page = manager.post(f"{closed}lesson/", follow=True)
    path, text = page.redirect_chain[-1][0], page.content.decode()
    assert "[customer] here, of [company]" in text
    assert "Replaced:" in text
    assert agent.get(path).status_code == 404
    wrong = manager.post(path, {**TEXTS, "act": "publish", "happened": "Ines again", "confirmed": [*TEXTS]})
    assert (wrong.status_code, "This still means somebody: Ines" in wrong.content.decode()) == (422, True)
    done = manager.post(path, {**TEXTS, "act": "publish", "confirmed": [*TEXTS]})
    if done.status_code == 422:  # the field that changed after its tick is read once more
        manager.post(path, {**TEXTS, "act": "publish", "confirmed": [*TEXTS]})
    read = agent.get(path).content.decode()
    assert "Look in the depot first." in read
    assert f"/cases/{case.number}/" not in read
    assert "A parcel nobody looked for" in agent.get("/w/acme/arising/library/?q=depot").content.decode()
    assert agent.post(path, {"act": "retract", "note": "No"}).status_code == 403
    manager.post(path, {"act": "retract", "note": "Guessed"})
    assert agent.get(path).status_code == 404
