"""Staff hear of texts that wait: the first at once, then one mail a day, never of what is sorted already."""

from datetime import datetime, timedelta

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.models import InboundText
from surveys.rules.text_payloads import Came
from surveys.services import inbound_texts, telling_of_texts
from tests.conftest import MONDAY_9AM
from tests.texts import OURS, set_up

HOUR = timedelta(hours=1)


def say(workspace: Workspace, text: str, at: datetime) -> InboundText:
    came = Came(provider_id=text, number="+4915199999999", to=OURS, text=text)
    return inbound_texts.receive(workspace=workspace, came=came, now=at)[0]


def mails(workspace: Workspace) -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.of(workspace).filter(mail="texts_waiting").order_by("pk")
    return list(rows.values_list("to", "subject"))


def test_the_first_is_told_at_once_and_what_follows_once_a_day(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    set_up(acme)
    say(acme, "where is my order", MONDAY_9AM)
    assert telling_of_texts.tell(now=MONDAY_9AM) == 2
    said = "1 text waits to be sorted"
    assert mails(acme) == [(owner.email, said), (alice.email, said)]  # not Bob, who may not sort them
    for number in range(30):
        say(acme, f"hello {number}", MONDAY_9AM + HOUR)
        assert telling_of_texts.tell(now=MONDAY_9AM + HOUR) == 0
    assert telling_of_texts.tell(now=MONDAY_9AM + 24 * HOUR) == 2
    assert mails(acme)[2:] == [(one, "31 texts wait to be sorted") for one in (owner.email, alice.email)]
    assert telling_of_texts.tell(now=MONDAY_9AM + 96 * HOUR) == 0  # nothing new
    body = OutboundMessage.objects.of(acme).filter(mail="texts_waiting").values_list("facts", flat=True)
    assert [facts for facts in body if "order" in str(facts) or "4915" in str(facts)] == []


def test_what_is_sorted_already_or_of_another_workspace_is_not_told(
    acme: Workspace, globex: Workspace, owner: User, charlie: User
) -> None:
    set_up(acme)
    set_up(globex)
    inbound_texts.set_aside(text=say(acme, "thanks", MONDAY_9AM), by=owner, now=MONDAY_9AM)
    assert telling_of_texts.tell(now=MONDAY_9AM) == 0
    say(globex, "who are you", MONDAY_9AM)
    assert telling_of_texts.tell(now=MONDAY_9AM) == 1
    assert (mails(acme), mails(globex)) == ([], [(charlie.email, "1 text waits to be sorted")])
