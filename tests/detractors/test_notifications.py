import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User, Workspace
from core.links import absolute_url
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import AlertChoice, Case, SlaTimer
from detractors.notifications import LINES, MAILS_AT_ONCE, Notices
from outbox.models import OutboundMessage
from outbox.words import Writer
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + timedelta(minutes=61)


@pytest.fixture
def many(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> Callable[..., list[SlaTimer]]:
    """many(count) opens cases of Bob, the first the most urgent, and gives their timers of the first response."""

    def make(count: int, **facts: Any) -> list[SlaTimer]:
        for _number in range(count):
            open_case(contact=None, **facts)
        for number, case in enumerate(Case.objects.of(acme).order_by("number")):
            case.rank_at = MONDAY_9AM + timedelta(minutes=number)
            case.save()
        OutboundMessage.objects.of(acme).delete()
        timers = SlaTimer.objects.of(acme).filter(kind=TimerKind.FIRST_RESPONSE)
        return list(timers.select_related("case__workspace", "case__owner").order_by("case__number"))

    return make


def tell(timers: list[SlaTimer], kind: str = "breached", **facts: Any) -> None:
    notices = Notices(now=NOW)
    for timer in timers:
        getattr(notices, kind)(case=timer.case, timer=timer, **facts)
    notices.queue()


def mails(workspace: Workspace) -> list[OutboundMessage]:
    """All mails, with the words they would leave with."""
    found = list(OutboundMessage.objects.of(workspace).order_by("id"))
    for mail in found:
        Writer().write(mail)
    return found


def links(mail: OutboundMessage) -> list[str]:
    return re.findall(r'href="([^"]+)"', mail.html)


def test_up_to_five_mails_of_a_kind_come_one_by_one(
    acme: Workspace, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(MAILS_AT_ONCE)
    tell(timers)
    assert [(mail.mail, mail.to, mail.about, mail.dedupe_key) for mail in mails(acme)] == [
        ("sla_breach", bob.email, f"case:{timer.case_id}", f"sla_breach:{timer.pk}:{bob.pk}")
        for timer in timers
    ]
    assert [mail.subject for mail in mails(acme)] == [
        f"Case {timer.case.number} is overdue: An anonymous customer" for timer in timers
    ]


def test_the_sixth_makes_them_one_digest(
    acme: Workspace, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(MAILS_AT_ONCE + 1)
    tell(timers)
    (mail,) = mails(acme)
    assert (mail.mail, mail.to, mail.subject, mail.about) == (
        "sla_digest",
        bob.email,
        "6 cases are overdue",
        "",
    )
    assert mail.dedupe_key == f"digest:sla_breach:{timers[0].pk}:{bob.pk}"
    assert "more" not in mail.text


def test_people_are_counted_apart_and_kinds_together(
    acme: Workspace, alice: User, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(MAILS_AT_ONCE + 1)
    notices = Notices(now=NOW)
    for timer in timers:
        notices.breached(case=timer.case, timer=timer)
    for timer in timers[1:]:
        notices.escalated(case=timer.case, timer=timer, level=EscalationLevel.MANAGER)
    notices.due_soon(case=timers[0].case, timer=timers[0])
    notices.queue()
    assert sorted((mail.mail, mail.to) for mail in mails(acme)) == sorted(
        [("case_escalated", alice.email)] * 5 + [("sla_digest", bob.email)]
    )
    assert mails(acme)[-1].subject == "6 cases need you"  # one of them twice


def test_new_cases_are_always_told_one_by_one(
    acme: Workspace, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    notices = Notices(now=NOW)
    for timer in many(MAILS_AT_ONCE + 1):
        notices.assigned(case=timer.case, owner=bob, because="It is their turn.")
    notices.queue()
    assert [mail.mail for mail in mails(acme)] == ["case_assigned"] * 6
    assert ["\nIt is their turn.\n" in mail.text for mail in mails(acme)] == [True] * 6
    assert ["It is their turn." in mail.html for mail in mails(acme)] == [True] * 6


def test_a_digest_names_the_most_urgent_and_links_to_the_view_that_shows_them_all(
    acme: Workspace, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(LINES + 3)
    tell(list(reversed(timers)))
    (mail,) = mails(acme)
    pages = [
        absolute_url("detractors:case", slug="acme", number=timer.case.number) for timer in timers[:LINES]
    ]
    queue = absolute_url("detractors:queue", slug="acme") + "?view=breached&owner=me"
    assert mail.subject == "23 cases are overdue"
    assert re.findall(r"https?://\S+", mail.text) == [*pages, queue]
    assert links(mail) == [*pages, queue.replace("&", "&amp;")]
    assert "The 20 most urgent ones:" in mail.text
    assert "\nand 3 more\n" in mail.text
    assert "and 3 more" in mail.html


@pytest.mark.parametrize(
    ("kind", "subject", "view"),
    [
        ("due_soon", "6 cases are due soon", "?view=due-soon&owner=me"),
        ("breached", "6 cases are overdue", "?view=breached&owner=me"),
    ],
)
def test_each_kind_has_its_words_and_its_view(
    acme: Workspace, many: Callable[..., list[SlaTimer]], kind: str, subject: str, view: str
) -> None:
    tell(many(6), kind)
    (mail,) = mails(acme)
    assert mail.subject == subject
    assert mail.text.splitlines()[0] == subject
    assert links(mail)[-1].endswith(view.replace("&", "&amp;"))


def test_an_escalation_says_to_whom_and_shows_everybodys_cases(
    acme: Workspace, alice: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(6)
    notices = Notices(now=NOW)
    for timer in timers:
        for level in (EscalationLevel.EXECUTIVE, EscalationLevel.MANAGER):  # both are Alice
            notices.escalated(case=timer.case, timer=timer, level=level)
    notices.queue()
    (mail,) = mails(acme)
    assert (mail.to, mail.subject) == (alice.email, "6 cases were escalated to you")  # each case counts once
    assert "Escalated to: Managers, Executives" in mail.text
    assert links(mail)[-1].endswith("?view=breached")


def test_cases_of_nobody_are_shown_to_their_lead_as_such(
    acme: Workspace, alice: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(6)
    for timer in timers:
        timer.case.owner = None
        timer.case.save()
    tell(timers)
    (mail,) = mails(acme)
    assert mail.to == alice.email
    assert links(mail)[-1].endswith("?view=breached&amp;owner=none")


def test_one_case_with_two_promises_is_one_line_with_the_earlier_moment(
    acme: Workspace, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(5)
    other = SlaTimer.objects.of(acme).get(case=timers[0].case, kind=TimerKind.RESOLUTION)
    tell([other, *timers])
    (mail,) = mails(acme)
    assert mail.subject == "5 cases are overdue"
    assert "First response, Resolution, due Mon 2 Mar 2026, 10:00 UTC" in mail.text
    assert mail.text.count(f"#{timers[0].case.number} ") == 1


def test_moments_are_in_the_zone_of_each_reader(
    acme: Workspace, alice: User, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    timers = many(6)
    notices = Notices(now=NOW)
    for timer in timers:
        notices.breached(case=timer.case, timer=timer)
        notices.escalated(case=timer.case, timer=timer, level=EscalationLevel.MANAGER)
    notices.queue()
    told = {mail.to: mail.text for mail in mails(acme)}
    assert told[bob.email].count("due Mon 2 Mar 2026, 19:00 JST") == 6
    assert told[alice.email].count("due Mon 2 Mar 2026, 10:00 UTC") == 6


def test_a_customers_name_is_escaped_in_html_plain_in_text_and_on_one_line(
    acme: Workspace, many: Callable[..., list[SlaTimer]]
) -> None:
    name = "Eve <b>&</b>\r\nBcc: x \x1b[31m"
    eve, _is_new = contacts.upsert(workspace=acme, email="eve@customer.example", name="Eve", now=MONDAY_9AM)
    eve.name = name
    eve.save()
    timers = many(6)
    timers[0].case.contact = eve
    timers[0].case.save()
    tell(timers)
    (mail,) = mails(acme)
    assert f"#{timers[0].case.number} Eve <b>&</b> Bcc: x [31m (Score: 3)\n" in mail.text
    assert "Eve &lt;b&gt;&amp;&lt;/b&gt; Bcc: x [31m" in mail.html
    assert "\x1b" not in mail.html + mail.text
    assert "<b>&</b>" not in mail.html


def test_a_score_of_zero_is_said_and_none_is_not(
    acme: Workspace, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(6)
    timers[0].case.score, timers[1].case.score = 0, None
    tell(timers)
    (mail,) = mails(acme)
    lines = [line for line in mail.text.splitlines() if line.startswith("#")]
    assert lines[0].endswith("(Score: 0)")
    assert lines[1].endswith("An anonymous customer")


def test_a_single_mail_says_who_what_and_when(
    acme: Workspace, alice: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(2)
    timers[0].case.score, timers[1].case.score = 0, None
    timers[0].case.stated_complaint = "Late <again>\nand broken"
    tell(timers, "escalated", level=EscalationLevel.MANAGER)
    first, second = mails(acme)
    number = timers[0].case.number
    assert first.text.split("\n--\n")[0].splitlines() == [
        f"Case {number} was escalated to you",
        "",
        "Customer: An anonymous customer",
        "Score: 0",
        "Promise: First response",
        "Due: Mon 2 Mar 2026, 10:00 UTC",
        "Escalated to: Managers",
        "",
        '"Late <again>',
        'and broken"',
        "",
        "Open the case",
        absolute_url("detractors:case", slug="acme", number=number),
        "",
        "Without signing in: take it, hand it over, put it off, or note a call-back",
        re.search(r"\S+/act/\S+", first.text)[0],
    ]
    assert "Late &lt;again&gt;\nand broken" in first.html
    assert "Score" not in second.text + second.html


def test_a_batch_that_is_run_again_after_a_crash_tells_once(
    acme: Workspace, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(7)

    @transaction.atomic
    def batch_that_dies() -> None:
        tell(timers)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        batch_that_dies()
    assert mails(acme) == []
    tell(timers)
    tell(timers)
    assert [mail.subject for mail in mails(acme)] == ["7 cases are overdue"]


def test_a_digest_costs_as_many_queries_for_thirty_cases_as_for_six(
    acme: Workspace,
    many: Callable[..., list[SlaTimer]],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    timers = many(30)
    with django_assert_max_num_queries(8):
        tell(timers)


def test_two_companies_never_share_a_digest(
    acme: Workspace, globex: Workspace, bob: User, many: Callable[..., list[SlaTimer]]
) -> None:
    timers = many(6)
    for workspace in (acme, globex):
        AlertChoice(workspace=workspace, user=bob, no_bell=["BREACH"]).save()
    timers[0].case.workspace = globex
    tell(timers)
    assert [mail.mail for mail in mails(acme)] == ["sla_breach"] * 5
    assert [mail.mail for mail in mails(globex)] == ["sla_breach"]
