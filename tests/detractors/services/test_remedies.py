"""Remedies: at once within one's limits, with somebody's word beyond; the ledger is the sum of what is granted."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from detractors.models import Case, Notification, Remedy, RemedyCode, Task
from detractors.queries import remedies as queries
from detractors.rules import remedies as rules
from detractors.services import alerts, cases, remedies
from detractors.services.errors import MoveNotAllowed
from detractors.services.remedies import RemedyError
from outbox.models import OutboundMessage
from outbox.services import chat_targets
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def case(open_case: Callable[..., Case]) -> Case:
    return open_case(2)


@pytest.fixture
def zoe(acme: Workspace) -> User:
    user = members.ensure_user(email="zoe@acme.example", name="Zoe", password="pw-zoe-2026", now=MONDAY_9AM)
    members.add(workspace=acme, user=user, role=Role.MANAGER, now=MONDAY_9AM)
    return user


def give(case: Case, by: User, cost: object, **more: object) -> Remedy:
    fields = {"kind": "REFUND", "what": "The postage", "value": Decimal("9.90"), "now": MONDAY_9AM, **more}
    return remedies.give(case=case, by=by, cost=Decimal(str(cost)), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cost", "given", "spent", "budget", "found"),
    [
        (50, 0, 0, None, ()),
        (51, 0, 0, None, (rules.OVER_ONCE,)),
        (50, 451, 0, None, (rules.OVER_MONTH,)),
        (50, 450, 0, None, ()),
        (10, 0, 991, 1000, (rules.OVER_BUDGET,)),
        (10, 0, 990, 1000, ()),
        (0, 9999, 9999, 1, ()),
        (60, 460, 990, 1000, (rules.OVER_ONCE, rules.OVER_MONTH, rules.OVER_BUDGET)),
    ],
)
def test_what_stands_in_the_way(
    cost: int, given: int, spent: int, budget: int | None, found: tuple[str, ...]
) -> None:
    assert rules.obstacles(
        cost=Decimal(cost), limit=rules.DEFAULTS["AGENT"], given=Decimal(given), spent=Decimal(spent),
        budget=None if budget is None else Decimal(budget),
    ) == found  # fmt: skip


def test_the_total_of_the_month_is_the_sum_of_what_is_granted(
    acme: Workspace, case: Case, bob: User, zoe: User
) -> None:
    small, large = give(case, bob, "12.50"), give(case, bob, 80)
    gone = give(case, bob, 20)
    remedies.take_back(remedy=gone, by=bob, now=MONDAY_9AM)
    assert (small.state, large.state, large.why_asked) == ("GRANTED", "WAITING", ["OVER_ONCE"])
    month = queries.spent(workspace=acme, now=MONDAY_9AM, zone=BERLIN)
    assert (month.total, month.count, month.per_recovery) == (Decimal("12.50"), 1, None)
    remedies.agree(remedy=large, by=zoe, now=MONDAY_9AM + timedelta(hours=1))
    month = queries.spent(workspace=acme, now=MONDAY_9AM, zone=BERLIN)
    counted = Remedy.objects.of(acme).filter(state__in=["GRANTED", "GIVEN"])
    assert month.total == sum(row.cost for row in counted) == Decimal("92.50")
    assert queries.spent(workspace=acme, now=MONDAY_9AM + timedelta(days=40), zone=BERLIN).total == 0


def test_a_recovery_has_a_price(acme: Workspace, case: Case, bob: User) -> None:
    give(case, bob, 30), give(case, bob, 10)
    Case.objects.of(acme).update(outcome="RECOVERED")
    assert queries.spent(workspace=acme, now=MONDAY_9AM, zone=BERLIN).per_recovery == Decimal("40.00")


def test_nobody_agrees_to_their_own_or_beyond_their_limit(
    acme: Workspace, case: Case, alice: User, bob: User, zoe: User
) -> None:
    own, huge = give(case, zoe, 600), give(case, bob, 700)
    told = Notification.objects.of(acme).filter(kind="REMEDY_ASKED").values_list("user__email", flat=True)
    assert "zoe@acme.example" not in told
    for remedy, by in ((own, zoe), (huge, zoe), (huge, bob)):
        with pytest.raises(RemedyError):
            remedies.agree(remedy=remedy, by=by, now=MONDAY_9AM)
    with pytest.raises(RemedyError, match="say why"):
        remedies.refuse(remedy=huge, by=alice, now=MONDAY_9AM, note=" ")
    remedies.refuse(remedy=huge, by=alice, now=MONDAY_9AM, note="A new parcel is enough.")
    assert Notification.objects.of(acme).filter(kind="REMEDY_SAID", user=bob).count() == 1
    with pytest.raises(RemedyError, match="decided already"):
        remedies.agree(remedy=huge, by=alice, now=MONDAY_9AM)


def test_beyond_the_budget_an_admin_decides(acme: Workspace, case: Case, bob: User, zoe: User) -> None:
    remedies.change_settings(workspace=acme, currency="chf", budget=Decimal(20), limits={})
    first, second = give(case, bob, 15), give(case, bob, 15)
    assert (first.state, second.why_asked) == ("GRANTED", ["OVER_BUDGET"])
    with pytest.raises(RemedyError, match="budget is used up"):
        remedies.agree(remedy=second, by=zoe, now=MONDAY_9AM)
    with pytest.raises(RemedyError, match="three letters"):
        remedies.change_settings(workspace=acme, currency="Euro", budget=None, limits={})


def test_codes_are_handed_out_once_and_bad_lines_come_back(acme: Workspace, case: Case, bob: User) -> None:
    pool = remedies.add_pool(
        workspace=acme, name="Ten off", kind="OFFER", cost=Decimal(10), value=Decimal(10), now=MONDAY_9AM
    )
    n, bad = remedies.import_codes(pool=pool, lines=["A-1", "", "A-1", "A-2\x00", "x" * 101])
    assert (n, [(line, why) for line, _code, why in bad]) == (
        2,
        [(3, "twice in this list"), (5, "longer than 100 characters")],
    )
    assert remedies.import_codes(pool=pool, lines=["A-2", "A-3"])[0] == 1
    rows = [remedies.give(case=case, by=bob, kind="", pool=pool, now=MONDAY_9AM) for _n in range(3)]
    assert sorted(code.code for row in rows for code in row.codes.all()) == ["A-1", "A-2", "A-3"]
    with pytest.raises(RemedyError, match="No code"):
        remedies.give(case=case, by=bob, kind="", pool=pool, now=MONDAY_9AM)
    assert Remedy.objects.of(acme).count() == 3
    remedies.take_back(remedy=rows[0], by=bob, now=MONDAY_9AM)
    assert not RemedyCode.objects.of(acme).filter(handed_at__isnull=True).exists()


def test_a_gesture_with_a_day_is_a_task(acme: Workspace, case: Case, bob: User) -> None:
    row = give(case, bob, 5, kind="GIFT", what="A letter by hand", due_at=MONDAY_9AM + timedelta(days=4))
    task = Task.objects.of(acme).get()
    assert (row.task, task.title, task.owner, task.due_at) == (
        task,
        "A letter by hand",
        bob,
        MONDAY_9AM + timedelta(days=4),
    )


@pytest.mark.parametrize(
    ("said", "field"), [({"what": " "}, "what"), ({"cost": -1}, "cost"), ({"kind": "HUG"}, "kind")]
)
def test_what_cannot_be_given_names_its_field(
    case: Case, bob: User, said: dict[str, object], field: str
) -> None:
    with pytest.raises(RemedyError) as caught:
        give(case, bob, said.pop("cost", 1), **said)
    assert caught.value.field == field


def test_nothing_is_given_in_a_case_that_is_closed(case: Case, alice: User, bob: User) -> None:
    cases.dismiss(case=case, by=alice, reason="a test", now=MONDAY_9AM)
    with pytest.raises(MoveNotAllowed):
        give(case, bob, 1)


def test_a_room_hears_of_remedies_that_wait_and_of_many_at_once(
    acme: Workspace, case: Case, bob: User, zoe: User
) -> None:
    chat_targets.save(
        workspace=acme, target=None, name="Room", kind="SLACK", events=["REMEDY"], digest_at=None, now=MONDAY_9AM,
        address="https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
    )  # fmt: skip
    alerts.set_rules(workspace=acme, most_at_once=1, within_minutes=10, links_need_sign_in=False)
    rows = OutboundMessage.objects.of(acme).filter(channel="CHAT").order_by("pk")
    give(case, bob, 10)
    first = give(case, bob, 80)
    [told] = rows.all()
    assert told.subject == f"Case {case.number}: a remedy waits for a word: {case.contact}"
    assert "Bob Brown asks for: " in told.text
    assert "80.00 EUR" in told.text
    assert told.text.endswith(f"/w/acme/cases/{case.number}/")
    second, third, fourth = give(case, bob, 90), give(case, bob, 95), give(case, bob, 60)
    assert [row.subject for row in rows.all()[1:]] == ["In 1 case a remedy waits for a word"]
    for remedy in (first, second, third):
        remedies.agree(remedy=remedy, by=zoe, now=MONDAY_9AM)
    alerts.tell_held(now=MONDAY_9AM + timedelta(minutes=11))  # the third is decided: nobody hears of it
    assert fourth.state == "WAITING"
    assert [row.text.splitlines()[0] for row in rows.all()[2:]] == [
        "Bob Brown asks for: Refund, The postage, 60.00 EUR"
    ]
