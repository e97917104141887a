"""The gateway in the settings: who may, what is shown, and what never is again."""

from django.test import Client

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.models import SmsGateway
from tests.conftest import signed_in
from tests.texts import SECRET, TWILIO, set_up

PAGE = "/w/acme/settings/text-messages/"
TYPED = {
    "is_active": "on", "provider": "APPRISE", "address": TWILIO, "number": "+49 30 12345678", "secret": SECRET,
    "per_day": "500", "per_number": "2", "per_country": "", "countries": "de at",
}  # fmt: skip


def test_owner_colleague_and_stranger(
    acme: Workspace, owner: User, bob: User, alice: User, charlie: User
) -> None:
    paths = [PAGE, f"{PAGE}test/", f"{PAGE}secret/"]
    assert signed_in(owner).get(PAGE).status_code == 200
    for person in (bob, alice):
        assert [signed_in(person).post(path).status_code for path in paths] == [403] * 3
        assert signed_in(person).get(PAGE).status_code == 403
    assert [signed_in(charlie).post(path).status_code for path in paths] == [404] * 3
    assert signed_in(charlie).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302
    assert SmsGateway.objects.of(acme).count() == 0


def test_what_is_saved_is_never_shown_again(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    answer = client.post(PAGE, TYPED, follow=True)
    page = answer.content.decode()
    row = SmsGateway.objects.of(acme).get()
    assert (row.number, row.countries, row.per_day, row.per_number, row.is_active) == (
        "+493012345678", "DE AT", 500, 2, True,
    )  # fmt: skip
    assert [
        secret for secret in (TWILIO, SECRET, "0123456789abcdef", row.address, row.secret) if secret in page
    ] == []
    assert "Twilio" in page
    assert f"/hooks/sms/{row.public_id}/" in page
    kept = (row.address, row.secret)
    client.post(PAGE, {**TYPED, "address": "", "secret": "", "per_day": "600"})
    row.refresh_from_db()
    assert ((row.address, row.secret), row.per_day) == (kept, 600)


def test_what_cannot_be_kept_comes_back_with_its_cure_and_without_the_secret(
    acme: Workspace, owner: User
) -> None:
    answer = signed_in(owner).post(PAGE, {**TYPED, "address": "json://127.0.0.1/", "countries": "XX"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write it as apprise does" in page
    assert "no country has this code" in page
    assert SECRET not in page


def test_a_made_secret_is_shown_this_once(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    assert client.post(f"{PAGE}secret/").status_code == 422
    set_up(acme)
    made = client.post(f"{PAGE}secret/").context["made"]
    assert made.startswith("whsec_")
    assert made not in client.get(PAGE).content.decode()


def test_a_test_text_is_in_the_mailbox(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    assert client.post(f"{PAGE}test/", {"to": "+49 151 12345678"}).status_code == 422
    set_up(acme)
    answer = client.post(f"{PAGE}test/", {"to": "+49 151 12345678"})
    message = OutboundMessage.objects.of(acme).get(channel="SMS")
    assert answer["Location"] == f"/w/acme/mailbox/{message.public_id}/"
    assert "this is a test of your text messages" in client.get(answer["Location"]).content.decode()


def test_every_change_is_in_the_audit_log_without_a_secret(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    client.post(PAGE, TYPED)
    client.post(PAGE, {**TYPED, "per_day": "600"})
    page = client.get("/w/acme/settings/audit/?kind=sms_gateway").content.decode()
    assert "parts a day at most" in page
    assert "600" in page
    assert [
        secret for secret in (TWILIO, SECRET, SmsGateway.objects.of(acme).get().address) if secret in page
    ] == []
