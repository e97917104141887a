"""Mail only a person can place: the list, one of it, sorting, and taking it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, User, Workspace
from detractors.models import Case
from detractors.services import decisions_of_mentions
from followups.enums import MailKind, ReceivedState, SortedAs
from followups.models import Mail, MailIntake, ReceivedMail
from followups.services import placing, sorting
from tests.conftest import signed_in
from tests.followups.conftest import LATER
from tests.followups.mails import come, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def strange(case: Case, acme: Workspace, settings: Any) -> ReceivedMail:
    """A mail from nobody we know, in the tray."""
    settings.INBOUND_DOMAIN = "in.example"
    MailIntake(workspace=acme, takes_complaints=False, created_at=LATER).save()
    mail = letter("I wrote from my phone.", to="acme@in.example", sender="Ines <private@home.example>")
    return come(mail, now=LATER)


def sort(client: Client, row: ReceivedMail, **given: str) -> int:
    return int(client.post(f"/w/acme/incoming/{row.public_id}/sort/", given).status_code)


def fresh(row: ReceivedMail) -> ReceivedMail:
    return ReceivedMail.objects.across_workspaces().get(pk=row.pk)


def test_the_tray_is_the_workspaces_own(
    strange: ReceivedMail, bob: User, owner: User, charlie: User, acme: Workspace
) -> None:
    paths = [
        "/w/acme/incoming/",
        *(f"/w/acme/incoming/{strange.public_id}/{end}" for end in ("", "original/")),
    ]
    said = {
        user.email: [signed_in(user).get(path).status_code for path in paths]
        for user in (owner, bob, charlie)
    }
    assert said == {owner.email: [200] * 3, bob.email: [200] * 3, charlie.email: [404] * 3}
    page = signed_in(bob).get("/w/acme/incoming/").content.decode()
    assert ("private@home.example" in page, "I wrote from my phone." in page) == (True, True)


def test_put_into_a_case_it_is_the_customers_word_once_it_can_no_longer_be_taken_back(
    strange: ReceivedMail, case: Case, bob: User
) -> None:
    assert sort(signed_in(bob), strange, to="CASE", number=f"#{case.number}") == 302
    row = fresh(strange)
    assert (row.state, row.sorted_by, Mail.objects.of(case.workspace_id).count()) == (
        ReceivedState.SORTING,
        bob,
        0,
    )
    assert sort(signed_in(bob), strange, to="SPAM") == 409
    placing.place_due(now=row.next_at + timedelta(seconds=1))
    case.refresh_from_db()
    mail = Mail.objects.of(case.workspace_id).get()
    assert (fresh(strange).state, mail.body, case.customer_wrote_at) == (
        ReceivedState.PLACED, "I wrote from my phone.", LATER,
    )  # fmt: skip


def test_what_was_sorted_can_be_taken_back_until_something_followed(
    strange: ReceivedMail, case: Case, bob: User
) -> None:
    client, undo = signed_in(bob), f"/w/acme/incoming/{strange.public_id}/undo/"
    sort(client, strange, to="CASE", number=str(case.number))
    client.post(undo)
    assert (fresh(strange).state, placing.place_due(now=LATER + timedelta(days=1))) == (ReceivedState.TRAY, 0)
    sort(client, strange, to="SPAM")
    assert (fresh(strange).state, fresh(strange).sorted_as) == (ReceivedState.FILED, SortedAs.SPAM)
    client.post(undo)
    sort(client, strange, to="AUTOMATIC")
    assert (fresh(strange).state, fresh(strange).kind) == (ReceivedState.FILED, MailKind.AUTOMATIC)
    client.post(undo)
    sort(client, strange, to="CASE", number=str(case.number))
    placing.place_due(now=fresh(strange).next_at + timedelta(seconds=1))
    client.post(undo)
    assert fresh(strange).state == ReceivedState.PLACED


def test_it_becomes_a_case_of_its_own(strange: ReceivedMail, acme: Workspace, bob: User) -> None:
    sort(signed_in(bob), strange, to="COMPLAINT")
    later = fresh(strange).next_at + timedelta(seconds=1)
    placing.place_due(now=later)
    decisions_of_mentions.decide_pending(now=later)
    placing.place_due(now=later + timedelta(seconds=20))
    row = fresh(strange)
    assert (row.state, row.case.contact.email) == (ReceivedState.PLACED, "private@home.example")


@pytest.mark.parametrize("given", [{"to": "CASE", "number": "999"}, {"to": "CASE"}, {"to": "ELSEWHERE"}, {}])
def test_nonsense_leaves_it_where_it_is(given: dict[str, str], strange: ReceivedMail, bob: User) -> None:
    assert sort(signed_in(bob), strange, **given) in (409, 422)
    assert fresh(strange).state == ReceivedState.TRAY


def test_a_search_finds_the_case_and_an_analyst_only_looks(
    strange: ReceivedMail, case: Case, bob: User, acme: Workspace
) -> None:
    page = signed_in(bob).get(f"/w/acme/incoming/{strange.public_id}/?find=Iglesias").content.decode()
    Membership.objects.of(acme).filter(user=bob).update(role="ANALYST")
    assert (f"/w/acme/cases/{case.number}/" in page, sort(signed_in(bob), strange, to="SPAM")) == (True, 403)


def test_a_member_with_limits_meets_only_mail_of_their_cases(
    strange: ReceivedMail, case: Case, bob: User, owner: User, acme: Workspace
) -> None:
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    Case.objects.of(acme).update(owner=owner, team=None)
    page = f"/w/acme/incoming/{strange.public_id}/"
    hidden = signed_in(bob).get(page).status_code
    ReceivedMail.objects.of(acme).update(case=case)
    still = signed_in(bob).get(page).status_code
    Case.objects.of(acme).update(owner=bob)
    assert (hidden, still, signed_in(bob).get(page).status_code) == (404, 404, 200)


def test_two_who_sort_at_once_are_told(strange: ReceivedMail, case: Case, bob: User, acme: Workspace) -> None:
    sorting.sort(row=strange, to="SPAM", by=bob, now=LATER)
    sorting.undo(row=strange)
    with pytest.raises(sorting.CannotSort):
        sorting.undo(row=strange)


def test_a_mail_is_shown_as_text_folded_and_as_it_was_laid_out(case: Case, bob: User, settings: Any) -> None:
    from followups.services import replies

    settings.INBOUND_DOMAIN = "in.example"
    sent = replies.send(case=case, by=bob, subject="", body="Sorry.", now=LATER, submission="1")
    assert sent.message is not None
    html = '<b>Broken</b> <script>alert(1)</script><img src="https://t.example/x.png">'
    come(letter("Broken", to=sent.message.reply_to, html=html), now=LATER)
    mail = Mail.objects.of(case.workspace_id).get(direction="IN")
    base = f"/w/acme/cases/{case.number}/conversation/"
    page = signed_in(bob).get(base).content.decode()
    framed = signed_in(bob).get(f"{base}letters/{mail.public_id}/")
    assert ("Ines Iglesias" in page, "As it was laid out" in page, "alert(1)" in page) == (True, True, False)
    assert ("<b>Broken</b>" in framed.content.decode(), b"t.example" in framed.content) == (True, False)
    assert "sandbox" in framed["Content-Security-Policy"]
