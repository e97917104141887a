import pytest

from accounts.models import User
from outbox.enums import Kind, State
from outbox.models import OutboundMessage
from outbox.services import messages
from outbox.tasks import deliver_one, forget_bodies, sweep_outbox
from tests.accounts.signing import address, browser
from tests.outbox.conftest import Postman


@pytest.fixture(autouse=True)
def untried(owner: User) -> None:
    """An address for which nobody asked in earlier runs: how often one may ask is counted for an hour."""
    owner.email = address()
    owner.save()


def test_asking_for_a_new_password_sends_the_link_once(owner: User, postman: Postman) -> None:
    browser().post("/accounts/password/reset/", {"email": owner.email})
    [message] = OutboundMessage.objects.across_workspaces()
    assert (message.kind, message.mail, message.to, message.workspace_id, message.is_secret) == (
        Kind.ACCOUNT, "password_reset", owner.email, None, True,
    )  # fmt: skip
    sweep_outbox()
    [(address, mail)] = postman.received
    body = mail.get_body(("plain",))
    assert body is not None
    assert (address, "/accounts/password/reset/key/" in body.get_content()) == (owner.email, True)
    message.refresh_from_db()
    assert (message.state, message.text, message.html) == (State.SENT, "", "")


def test_an_unknown_address_hears_that_it_has_no_account(db: None, kept_mail: None) -> None:
    browser().post("/accounts/password/reset/", {"email": address()})
    assert [row.mail for row in OutboundMessage.objects.across_workspaces()] == ["password_reset_unknown"]


def test_the_tasks_do_their_work_and_take_any_more_arguments(owner: User, postman: Postman) -> None:
    browser().post("/accounts/password/reset/", {"email": owner.email})
    [message] = OutboundMessage.objects.across_workspaces()
    assert deliver_one(message_id=message.pk, later="argument") is True
    assert (sweep_outbox(later="argument"), forget_bodies(later="argument")) == (0, 0)


def test_the_module_gives_every_verb_of_the_outbox() -> None:
    names = {"queue_email", "queue_emails", "deliver", "sweep", "record_tracking", "suppress", "unsuppress"}
    assert names <= set(messages.__all__)
