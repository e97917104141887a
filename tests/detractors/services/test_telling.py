from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Membership, Team, User, Workspace
from detractors.enums import Digest, NotificationKind
from detractors.models import Case, Notification
from detractors.queries import telling as queries
from detractors.services import cases, telling
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def case(alice: User, bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def told(user: User) -> list[str]:
    rows = Notification.objects.across_workspaces().filter(user=user).order_by("id")
    return list(rows.values_list("kind", flat=True))


def hide(workspace: Workspace, user: User) -> None:
    """`user` sees only the cases of their own teams, and no case is one of these."""
    other = Team(workspace=workspace, name="Elsewhere", created_at=MONDAY_9AM)
    other.save()
    Case.objects.of(workspace).update(team=other, owner=None)
    Membership.objects.of(workspace).filter(user=user).update(only_own_teams=True)


def test_who_is_named_in_a_note_is_told_and_who_writes_it_is_not(alice: User, bob: User, case: Case) -> None:
    event = cases.note(case=case, by=bob, text="@Alice and @bob: please look.", now=LATER)
    assert (told(alice), told(bob)) == ([NotificationKind.MENTIONED], [])
    assert queries.told_of(event=event) == ["Alice Adams"]


def test_who_watches_hears_of_words_and_states_once_each(alice: User, bob: User, case: Case) -> None:
    for _press in range(2):
        telling.watch(case=case, user=alice, now=LATER)
    cases.note(case=case, by=bob, text="@Alice: look.", now=LATER)
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=LATER)
    cases.wait(case=case, by=bob, waiting_for="a photo", now=LATER)
    cases.note(case=case, by=alice, text="I did.", now=LATER)
    assert told(alice) == [NotificationKind.MENTIONED, NotificationKind.WATCHED, NotificationKind.WATCHED]
    telling.unwatch(case=case, user=alice)
    cases.resume(case=case, by=bob, now=LATER)
    assert len(told(alice)) == 3


def test_nobody_is_told_of_a_case_they_may_not_see_and_what_was_told_is_hidden_with_it(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    cases.note(case=case, by=alice, text="@bob: look.", now=LATER)
    assert queries.unseen(workspace=acme, user=bob) == 1
    hide(acme, bob)
    telling.watch(case=case, user=bob, now=LATER)
    cases.note(case=case, by=alice, text="@bob: look again.", now=LATER)
    assert len(told(bob)) == 1
    client = signed_in(bob)
    page = client.get("/w/acme/notifications/").content.decode()
    assert ("Ines" in page, "look." in page) == (False, False)
    assert "bell-number" not in client.get("/w/acme/notifications/bell/").content.decode()


def test_looking_marks_nothing_and_a_press_marks_what_was_shown(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    for text in ("@bob: one", "@bob: two"):
        cases.note(case=case, by=alice, text=text, now=LATER)
    client = signed_in(bob)
    client.get("/w/acme/notifications/")
    assert queries.unseen(workspace=acme, user=bob) == 2
    first = Notification.objects.of(acme).filter(user=bob).earliest("id")
    opened = client.post("/w/acme/notifications/open/", {"notification": first.pk})
    assert (opened.status_code, opened["Location"]) == (302, f"/w/acme/cases/{case.number}/")
    assert queries.unseen(workspace=acme, user=bob) == 1
    newest = Notification.objects.of(acme).filter(user=bob).latest("id")
    cases.note(case=case, by=alice, text="@bob: three, meanwhile", now=LATER)
    client.post("/w/acme/notifications/", {"up_to": newest.pk})
    assert queries.unseen(workspace=acme, user=bob) == 1


def test_anothers_notification_is_not_opened_by_its_number(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    cases.note(case=case, by=alice, text="@bob: look", now=LATER)
    row = Notification.objects.of(acme).get(user=bob)
    answer = signed_in(alice).post("/w/acme/notifications/open/", {"notification": row.pk})
    row.refresh_from_db()
    assert (answer["Location"], row.seen_at) == ("/w/acme/notifications/", None)


def test_a_mail_tells_what_is_unseen_once_and_only_to_those_who_want_it(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    telling.choose(workspace=acme, user=bob, digest=Digest.HOURLY, now=MONDAY_9AM)
    for text in ("@bob: one", "@bob: two"):
        cases.note(case=case, by=alice, text=text, now=LATER)
    cases.note(case=case, by=bob, text="@Alice: three", now=LATER)
    hour = MONDAY_9AM + timedelta(hours=1)
    turns = [telling.mail_digests(now=hour + timedelta(minutes=minutes)) for minutes in (-1, 0, 1, 61)]
    assert turns == [0, 1, 0, 0]
    mail = OutboundMessage.objects.of(acme).get(mail="notification_digest")
    assert (mail.to, mail.subject) == (bob.email, "2 things you have not seen yet")
    cases.note(case=case, by=alice, text="@bob: four", now=hour + timedelta(hours=2))
    telling.choose(workspace=acme, user=bob, digest=Digest.NEVER, now=hour + timedelta(hours=2))
    assert telling.mail_digests(now=hour + timedelta(days=2)) == 0


def test_a_mail_is_silent_about_what_may_no_longer_be_seen(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    telling.choose(workspace=acme, user=bob, digest=Digest.DAILY, now=MONDAY_9AM)
    cases.note(case=case, by=alice, text="@bob: one", now=LATER)
    hide(acme, bob)
    assert telling.mail_digests(now=MONDAY_9AM + timedelta(days=1)) == 0
