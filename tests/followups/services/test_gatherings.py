"""Invitations to events: one mail to each customer of chosen cases, an answer by its link, places counted once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent, Notification
from followups.models import Gathering, Guest, Mail
from followups.queries import gatherings as queries
from followups.services import customer_pages, gatherings, mass_mails
from followups.services.gatherings import GatheringError, Refused
from outbox.models import OutboundMessage
from outbox.services import suppressions
from surveys.models import Contact
from surveys.services import erasing
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOON = MONDAY_9AM + timedelta(hours=3)


def written(acme: Workspace, by: User, **more: Any) -> Gathering:
    row = gatherings.draft(workspace=acme, by=by, cases=Case.objects.of(acme), now=NOON)
    fields = {
        "title": "A day at the depot", "place": "Harbour 7", "starts_at": NOON + 20 * DAY,
        "ends_at": NOON + 20 * DAY + timedelta(hours=2), "reply_by": NOON + 10 * DAY, "capacity": None, "most_companions": 2,
        "subject": row.subject, "body": row.body, **more,
    }  # fmt: skip
    return gatherings.keep(gathering=row, now=NOON, **fields)


def sent(acme: Workspace, by: User, **more: Any) -> Gathering:
    row = written(acme, by, **more)
    gatherings.start(gathering=row, by=by, now=NOON)
    gatherings.send_due(now=NOON)
    row.refresh_from_db()
    return row


def guest(acme: Workspace, name: str) -> Guest:
    found: Guest = (
        Guest.objects.of(acme)
        .select_related("gathering__workspace", "contact", "case__survey")
        .get(contact__email=f"{name}@customer.example")
    )
    return found


def says(
    acme: Workspace, name: str, coming: str, companions: int = 0, note: str = "", now: Any = NOON
) -> Guest:
    return gatherings.answer(
        guest=guest(acme, name), coming=coming, companions=companions, note=note, now=now
    )


def test_each_gets_one_mail_or_the_reason_why_not(
    acme: Workspace, alice: User, invited: Callable[..., Case]
) -> None:
    ines, _paul, rosa, otto = invited("ines"), invited("paul"), invited("rosa"), invited("otto")
    invited("")
    suppressions.suppress(
        workspace=acme,
        address="paul@customer.example",
        reason="MANUAL",
        scope="ALL",
        source="test",
        now=MONDAY_9AM,
    )
    Contact.objects.of(acme).filter(pk=rosa.contact_id).update(followups_stopped_at=MONDAY_9AM)
    customer_pages.leave_alone(case=otto, what="CASE", now=MONDAY_9AM + timedelta(hours=1))
    before = Case.objects.of(acme).values("category", "contacted_at", "first_responded_at").get(pk=ines.pk)
    row = written(acme, alice)
    seen = gatherings.preview(gathering=row, now=NOON)
    assert (seen.people, seen.gets, seen.reader, seen.subject) == (
        5,
        1,
        "Ines",
        "You are invited: A day at the depot",
    )
    assert ("Harbour 7" in seen.body, "Hello Ines," in seen.body) == (True, True)
    assert OutboundMessage.objects.of(acme).filter(mail="gathering").count() == 0
    assert gatherings.start(gathering=row, by=alice, now=NOON) == 5
    for _again in range(3):
        gatherings.send_due(now=NOON)
        gatherings.start(gathering=row, by=alice, now=NOON)
    mail = OutboundMessage.objects.of(acme).get(mail="gathering")
    assert (mail.to, guest(acme, "ines").link in mail.text) == ("ines@customer.example", True)
    assert Mail.objects.of(acme).get(message=mail).conversation.case_id == ines.pk
    reach = queries.reach(gathering=row)
    assert (reach.sent, reach.planned, reach.silent, sum(n for _why, n in reach.skipped)) == (1, 0, 1, 4)
    row.refresh_from_db()
    assert row.state == "DONE"
    assert (
        Case.objects.of(acme).values("category", "contacted_at", "first_responded_at").get(pk=ines.pk)
        == before
    )
    assert CaseEvent.objects.of(acme).filter(kind="INVITED").count() == 1


def test_one_that_fails_stands_aside_and_what_was_stopped_stays(
    acme: Workspace, alice: User, invited: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    invited("ines"), invited("paul")
    row = written(acme, alice)
    gatherings.start(gathering=row, by=alice, now=NOON)
    post = gatherings.conversations.post

    def falls_over(**facts: Any) -> Any:
        if facts["case"].contact.email.startswith("ines"):
            raise RuntimeError("no")
        return post(**facts)

    with monkeypatch.context() as patch:
        patch.setattr("followups.services.conversations.post", falls_over)
        gatherings.send_due(now=NOON)
    assert (guest(acme, "ines").status, guest(acme, "paul").status) == ("PLANNED", "SENT")
    assert gatherings.stop(gathering=row, now=NOON) == 1
    gatherings.send_due(now=NOON + mass_mails.RETRY_AFTER)
    assert guest(acme, "ines").skipped_because == "STOPPED"
    assert OutboundMessage.objects.of(acme).filter(mail="gathering").count() == 1
    for act in (
        lambda: gatherings.uninvite(gathering=row, guest=guest(acme, "paul").pk), lambda: gatherings.discard(gathering=row),
    ):  # fmt: skip
        with pytest.raises(GatheringError, match="went out already"):
            act()


def test_what_cannot_be_held_is_refused(acme: Workspace, alice: User, invited: Callable[..., Case]) -> None:
    invited("ines")
    for more, field in (
        ({"title": " "}, "title"), ({"ends_at": NOON}, "ends_at"), ({"reply_by": NOON + 21 * DAY}, "reply_by"),
        ({"capacity": 0}, "capacity"), ({"most_companions": 21}, "most_companions"), ({"body": "{{ secret }}"}, "body"),
        ({"subject": "{{ first_name"}, "subject"),
    ):  # fmt: skip
        with pytest.raises(GatheringError) as refused:
            written(acme, alice, **more)
        assert refused.value.field == field
    row = written(acme, alice)
    with pytest.raises(GatheringError, match="over already"):
        gatherings.start(gathering=row, by=alice, now=NOON + 11 * DAY)
    gatherings.uninvite(gathering=row, guest=guest_in(row).pk)
    with pytest.raises(GatheringError, match="Nobody is on the list"):
        gatherings.start(gathering=row, by=alice, now=NOON)
    gatherings.discard(gathering=row)


def guest_in(row: Gathering) -> Guest:
    found: Guest = Guest.objects.of(row.workspace_id).get(gathering=row)
    return found


def test_answers_are_kept_changed_and_counted_until_the_places_are_gone(
    acme: Workspace, alice: User, bob: User, invited: Callable[..., Case]
) -> None:
    invited("ines"), invited("paul"), invited("rosa")
    row = sent(acme, alice, capacity=3)
    says(acme, "ines", "YES", 1, "We come by train.")
    says(acme, "ines", "YES", 1, "We come by train.")
    with pytest.raises(Refused) as few:
        says(acme, "paul", "YES", 1)
    assert (few.value.code, few.value.facts) == ("g_few", {"n": "1"})
    says(acme, "paul", "YES")
    with pytest.raises(Refused) as full:
        says(acme, "rosa", "YES")
    assert full.value.code == "g_full"
    says(acme, "rosa", "MAYBE", 2)
    says(acme, "ines", "NO", 1)
    says(acme, "rosa", "YES", 1)
    reach = queries.reach(gathering=row)
    assert (reach.yes, reach.maybe, reach.no, reach.silent, reach.people, reach.left) == (2, 0, 1, 0, 3, 0)
    said = CaseEvent.objects.of(acme).filter(kind="GUEST_SAID", case=guest(acme, "ines").case).order_by("pk")
    assert [(one.facts["coming"], one.facts["companions"], one.note) for one in said] == [
        ("YES", 1, "We come by train."), ("NO", 0, ""),
    ]  # fmt: skip
    assert Notification.objects.of(acme).filter(kind="SAID", user=bob).count() == 5
    for given, code in (
        (("paul", "PERHAPS"), "g_choose"), (("paul", "YES", 3), "g_companions_bad"), (("paul", "YES", 0, "x" * 1001), "g_long"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            says(acme, *given)  # type: ignore[arg-type]
        assert refused.value.code == code
    with pytest.raises(Refused) as over:
        says(acme, "paul", "NO", now=NOON + 10 * DAY)
    assert over.value.code == "g_over"


def test_a_guest_is_taken_before_the_case_as_by_the_sweep(
    acme: Workspace, alice: User, invited: Callable[..., Case]
) -> None:
    """Two that take the same rows in another order would stop each other: a guest who answers, the sweep that writes."""
    invited("dora")
    sent(acme, alice)
    with CaptureQueriesContext(connection) as asked:
        says(acme, "dora", "YES")
    locked = [
        re.search(r'FROM "(\w+)"', one["sql"])[1]  # type: ignore[index]
        for one in asked
        if re.search(r"FOR (NO KEY )?UPDATE", one["sql"])
    ]
    assert locked == ["followups_guest", "detractors_case", "followups_gathering"]


def test_an_erased_guest_is_forgotten_and_their_answer_still_counts(
    acme: Workspace, alice: User, invited: Callable[..., Case]
) -> None:
    case = invited("ines")
    row = sent(acme, alice)
    says(acme, "ines", "YES", 1, "I use a wheelchair.")
    assert case.contact is not None
    erasing.erase(contact=case.contact, by=alice, now=NOON)
    found = Guest.objects.of(acme).get(gathering=row)
    assert (found.answer, found.companions, found.note) == ("YES", 1, "")
    assert queries.reach(gathering=row).people == 2
