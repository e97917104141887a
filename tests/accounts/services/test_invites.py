"""A door held open for one address: mailed, expiring, revocable, used once."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.enums import Act, Role
from accounts.models import AuditEvent, MemberInvite, Membership, Team, User, Workspace
from accounts.services import invites, members, people
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
NINA = "nina@acme.example"
A_WEEK_LATER = MONDAY_9AM + timedelta(days=7)


def invite(
    acme: Workspace, by: User, email: str = NINA, role: str = Role.AGENT, **facts: Any
) -> MemberInvite:
    return invites.invite(workspace=acme, by=by, email=email, role=role, now=MONDAY_9AM, **facts)


def mails(acme: Workspace, to: str = NINA) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.of(acme).filter(to=to).order_by("pk"))


def acts(acme: Workspace) -> list[str]:
    return list(AuditEvent.objects.of(acme).order_by("pk").values_list("act", flat=True))


def test_the_mail_holds_the_link_of_the_invitation(acme: Workspace, owner: User) -> None:
    invitation = invite(acme, owner, "Nina@Acme.Example", name="Nina New")
    [mail] = mails(acme)
    assert (mail.mail, mail.to_name, mail.subject) == (
        "member_invitation", "Nina New", "Olivia Owner invites you to Acme",
    )  # fmt: skip
    assert f"/accounts/invite/{invitation.token}/" in mail.text
    assert f"/accounts/invite/{invitation.token}/" in mail.html
    assert "Hello Nina," in mail.text
    assert "9 Mar 2026, 09:00 (UTC)" in mail.text
    assert invites.find(token=invitation.token, now=MONDAY_9AM) == invitation
    assert acts(acme)[-1:] == [Act.INVITED]


def test_inviting_makes_nobody_a_member_yet(acme: Workspace, owner: User) -> None:
    invite(acme, owner)
    assert User.objects.filter(email=NINA).exists() is False
    assert Membership.objects.of(acme).count() == 1


def test_somebody_new_joins_with_name_and_password(acme: Workspace, owner: User) -> None:
    team = Team.objects.of(acme).get()
    invitation = invite(acme, owner, team=team, takes_cases=False)
    member = invites.accept_anew(
        invitation=invitation, name="Nina New", password="a-long-password", now=MONDAY_9AM
    )
    assert (member.user.email, member.user.name, member.user.check_password("a-long-password")) == (
        NINA, "Nina New", True,
    )  # fmt: skip
    assert (member.role, member.team, member.takes_cases) == (Role.AGENT, team, False)
    assert acts(acme)[-2:] == [Act.INVITED, Act.JOINED]


def test_an_existing_person_joins_and_keeps_name_and_password(
    acme: Workspace, owner: User, charlie: User
) -> None:
    invitation = invite(acme, owner, "CHARLIE@globex.example", role=Role.ADMIN)
    member = invites.accept(invitation=invitation, user=charlie, now=MONDAY_9AM)
    charlie.refresh_from_db()
    assert (member.role, charlie.name, charlie.check_password("pw-charlie-2026")) == (
        Role.ADMIN, "Charlie Clark", True,
    )  # fmt: skip


def test_an_account_is_not_made_twice(acme: Workspace, owner: User, charlie: User) -> None:
    invitation = invite(acme, owner, charlie.email)
    with pytest.raises(invites.AccountExists):
        invites.accept_anew(invitation=invitation, name="X", password="a-long-password", now=MONDAY_9AM)
    charlie.refresh_from_db()
    assert charlie.check_password("pw-charlie-2026") is True


def test_nobody_accepts_for_somebody_else(acme: Workspace, owner: User, charlie: User) -> None:
    invitation = invite(acme, owner)
    with pytest.raises(invites.WrongPerson):
        invites.accept(invitation=invitation, user=charlie, now=MONDAY_9AM)
    assert Membership.objects.of(acme).filter(user=charlie).exists() is False


def test_a_member_is_not_invited_again(acme: Workspace, owner: User, bob: User) -> None:
    with pytest.raises(invites.AlreadyMember, match="in this workspace already"):
        invite(acme, owner, "BOB@acme.example")
    people.deactivate(
        membership=Membership.objects.of(acme).get(user=bob), by=owner, heirs=people.NOBODY, now=MONDAY_9AM
    )
    with pytest.raises(invites.AlreadyMember, match="deactivated"):
        invite(acme, owner, "bob@acme.example")


def test_an_address_has_one_open_invitation(acme: Workspace, owner: User, globex: Workspace) -> None:
    invite(acme, owner)
    with pytest.raises(invites.AlreadyInvited):
        invite(acme, owner, "NINA@acme.example")
    charlie = User.objects.get(email="charlie@globex.example")
    assert invite(globex, charlie).workspace == globex  # another workspace knows nothing of it


def test_one_that_ran_out_makes_room(acme: Workspace, owner: User) -> None:
    old = invite(acme, owner)
    new = invites.invite(workspace=acme, by=owner, email=NINA, role=Role.ANALYST, now=A_WEEK_LATER)
    old.refresh_from_db()
    assert (old.state_at(A_WEEK_LATER), new.state_at(A_WEEK_LATER)) == ("REVOKED", "OPEN")


@pytest.mark.parametrize(
    ("after", "state"), [(timedelta(days=7) - timedelta(seconds=1), "OPEN"), (timedelta(days=7), "EXPIRED")]
)
def test_the_link_works_for_seven_days(acme: Workspace, owner: User, after: timedelta, state: str) -> None:
    assert invite(acme, owner).state_at(MONDAY_9AM + after) == state


def test_a_link_that_is_too_old_taken_back_or_used_says_so(
    acme: Workspace, owner: User, charlie: User
) -> None:
    def closed(invitation: MemberInvite, now: Any = MONDAY_9AM) -> str:
        with pytest.raises(invites.Closed) as caught:
            invites.find(token=invitation.token, now=now)
        return caught.value.state

    old, back, used = (invite(acme, owner, email) for email in ("a@x.example", "b@x.example", charlie.email))
    invites.revoke(invitation=back, by=owner, now=MONDAY_9AM)
    invites.revoke(invitation=back, by=owner, now=MONDAY_9AM)
    invites.accept(invitation=used, user=charlie, now=MONDAY_9AM)
    assert (closed(old, A_WEEK_LATER), closed(back), closed(used)) == ("EXPIRED", "REVOKED", "ACCEPTED")
    assert acts(acme).count(Act.INVITE_REVOKED) == 1
    with pytest.raises(invites.Closed):
        invites.accept(
            invitation=old, user=members.ensure_user(email="a@x.example", now=MONDAY_9AM), now=A_WEEK_LATER
        )


@pytest.mark.parametrize("token", ["", "x", "a" * 44, "ä" * 44, "a" * 4000])
def test_a_wrong_link_opens_nothing(acme: Workspace, token: str) -> None:
    with pytest.raises(invites.Unknown):
        invites.find(token=token, now=MONDAY_9AM)


def test_sending_again_closes_the_link_sent_before(acme: Workspace, owner: User) -> None:
    invitation = invite(acme, owner)
    before = invitation.token
    again = invites.resend(invitation=invitation, by=owner, now=A_WEEK_LATER)
    with pytest.raises(invites.Unknown):
        invites.find(token=before, now=A_WEEK_LATER)
    assert invites.find(token=again.token, now=A_WEEK_LATER) == again
    assert again.expires_at == A_WEEK_LATER + timedelta(days=7)
    assert len(mails(acme)) == 2
    assert acts(acme)[-2:] == [Act.INVITED, Act.INVITE_RESENT]


def test_an_address_gets_five_a_day(acme: Workspace, owner: User) -> None:
    invitation = invite(acme, owner)
    for _again in range(4):
        invites.resend(invitation=invitation, by=owner, now=MONDAY_9AM + timedelta(minutes=_again + 1))
    with pytest.raises(invites.TooMany):
        invites.resend(invitation=invitation, by=owner, now=MONDAY_9AM + timedelta(hours=1))
    assert len(mails(acme)) == 5
    invite(acme, owner, "other@acme.example")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AGENT, Role.ANALYST])
def test_only_who_manages_people_invites(acme: Workspace, bob: User, role: str) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=role)
    with pytest.raises(invites.AboveYou):
        invite(acme, bob, role=Role.ANALYST)


def test_an_admin_gives_no_role_above_their_own(acme: Workspace, owner: User, bob: User) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=Role.ADMIN)
    assert invite(acme, bob, "a@acme.example", role=Role.ADMIN).role == Role.ADMIN
    with pytest.raises(invites.AboveYou):
        invite(acme, bob, role=Role.OWNER)
    theirs = invite(acme, owner, role=Role.OWNER)
    for act in (invites.resend, invites.revoke):
        with pytest.raises(invites.AboveYou):
            act(invitation=theirs, by=bob, now=MONDAY_9AM)


def test_a_stranger_or_deactivated_owner_invites_nobody(acme: Workspace, owner: User, charlie: User) -> None:
    with pytest.raises(invites.AboveYou):
        invite(acme, charlie)
    Membership.objects.of(acme).filter(user=owner).update(deactivated_at=MONDAY_9AM)
    with pytest.raises(invites.AboveYou):
        invite(acme, owner)


def test_who_joined_meanwhile_keeps_their_role(acme: Workspace, owner: User, charlie: User) -> None:
    invitation = invite(acme, owner, charlie.email, role=Role.ADMIN)
    members.add(workspace=acme, user=charlie, role=Role.ANALYST, now=MONDAY_9AM)
    assert invites.accept(invitation=invitation, user=charlie, now=MONDAY_9AM).role == Role.ANALYST
    invitation.refresh_from_db()
    assert invitation.accepted_at == MONDAY_9AM


def test_a_link_lets_no_deactivated_member_in_again(acme: Workspace, owner: User, charlie: User) -> None:
    invitation = invite(acme, owner, charlie.email)
    member = members.add(workspace=acme, user=charlie, role=Role.ANALYST, now=MONDAY_9AM)
    people.deactivate(membership=member, by=owner, heirs=people.NOBODY, now=MONDAY_9AM)
    with pytest.raises(invites.Deactivated):
        invites.accept(invitation=invitation, user=charlie, now=MONDAY_9AM)
    member.refresh_from_db()
    assert member.deactivated_at == MONDAY_9AM


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread of its own, all at once; what each answered or raised."""
    barrier, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            outcomes[index] = act()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_accepting_at_the_same_moment_joins_once(acme: Workspace, owner: User, charlie: User) -> None:
    invitation = invite(acme, owner, charlie.email)
    done = race(*[lambda: invites.accept(invitation=invitation, user=charlie, now=MONDAY_9AM)] * 8)
    assert len({member.pk for member in done}) == 1
    assert Membership.objects.of(acme).filter(user=charlie).count() == 1
    assert acts(acme).count(Act.JOINED) == 1


@pytest.mark.django_db(transaction=True)
def test_making_the_account_at_the_same_moment_makes_one(acme: Workspace, owner: User) -> None:
    invitation = invite(acme, owner)

    def join() -> Membership:
        return invites.accept_anew(
            invitation=invitation, name="Nina", password="a-long-password", now=MONDAY_9AM
        )

    done = race(*[join] * 6)
    assert sorted(type(one).__name__ for one in done) == ["AccountExists"] * 5 + ["Membership"]
    assert User.objects.filter(email=NINA).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_to_one_address_at_once_are_one(acme: Workspace, owner: User) -> None:
    done = race(*[lambda: invite(acme, owner)] * 4)
    assert sorted(type(one).__name__ for one in done) == ["AlreadyInvited"] * 3 + ["MemberInvite"]
    assert len(mails(acme)) == 1
