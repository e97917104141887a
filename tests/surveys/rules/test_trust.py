"""Behaviour of mail scanners as it is described, against that of people: hours after the mail, by hand, in an office."""

from datetime import datetime, timedelta

import pytest

from surveys.rules import trust
from surveys.rules.trust import Visit, weigh
from tests.conftest import MONDAY_9AM

SENT = MONDAY_9AM
GATEWAY, OFFICE, HOME = "gateway", "office", "home"
CHROME, PHONE = "chrome", "phone"


def after(seconds: float) -> datetime:
    return SENT + timedelta(seconds=seconds)


def look(
    seconds: float, *, score: int | None = None, network: str = GATEWAY, agent: str = "scan", **facts
) -> Visit:  # type: ignore[no-untyped-def]  # facts of Visit
    return Visit(
        at=after(seconds),
        method=facts.pop("method", "GET"),
        network=network,
        agent=agent,
        score=score,
        **facts,
    )


def post(seconds: float, *, score: int = 0, network: str = GATEWAY, agent: str = "scan", **facts) -> Visit:  # type: ignore[no-untyped-def]  # facts of Visit
    return look(seconds, score=score, network=network, agent=agent, method="POST", **facts)


def by_hand(
    seconds: float, *, score: int = 2, network: str = HOME, agent: str = PHONE, age: float = 9.0
) -> Visit:
    return post(seconds, score=score, network=network, agent=agent, has_page=True, page_age=age, hand="seen")


def all_links(start: float, step: float = 0.1, **facts) -> list[Visit]:  # type: ignore[no-untyped-def]  # facts of Visit
    return [look(start + step * score, score=score, **facts) for score in range(11)]


# As reported of each (docs/trust.md): when it comes, what it fetches, as what, and whether it submits.
SCANNERS = {
    "Safe Links: all links at delivery, as a browser, form sent by a script": [
        *all_links(2), look(3.5, is_hidden=True), post(4, has_page=True, page_age=0.3, hand="none"),
    ],
    "Barracuda: all links within a second, from changing networks, form posted without its page": [
        *[look(1 + n * 0.05, score=n, network=f"b{n}", agent=f"ua{n}") for n in range(11)],
        post(2.5, network="b99", agent="ua99"),
    ],
    "Mimecast: HEAD, then GET, minutes later, then the form": [
        look(400, method="HEAD"), *all_links(401), post(404, has_page=True, page_age=2.0),
    ],
    "Proofpoint: a browser without a screen that presses the button": [
        look(30, score=3, family=trust.HEADLESS, agent="hc"),
        post(33, score=3, agent="hc", family=trust.HEADLESS, has_page=True, page_age=2.5, hand="none"),
    ],
    "a scripted browser with hidden traces, seconds after delivery": [
        look(3, score=0, agent="stealth"), post(6, agent="stealth", has_page=True, page_age=2.0, hand="robot"),
    ],
    "a tool that posts what it found, seconds after delivery": [
        look(1, family=trust.TOOL, agent="curl"), post(2, agent="curl", family=trust.TOOL),
    ],
    "the link nobody can see, and a form faster than a hand": [
        look(50, agent="x"), look(51, agent="x", is_hidden=True), post(52, agent="x", has_page=True, page_age=0.4),
    ],
}  # fmt: skip

PEOPLE = {
    "hours after a scanner of their office fetched all": [
        *all_links(1, network=OFFICE), look(7200, score=2, network=OFFICE, agent=CHROME),
        by_hand(7215, network=OFFICE, agent=CHROME),
    ],
    "a minute after the scan, from the same office, with an agent of their own": [
        *all_links(1, network=OFFICE), look(1.5, is_hidden=True, network=OFFICE),
        look(60, score=2, network=OFFICE, agent=CHROME), by_hand(75, network=OFFICE, agent=CHROME),
    ],
    "without script": [
        look(600, score=1, network=HOME, agent=PHONE),
        post(620, score=1, network=HOME, agent=PHONE, has_page=True, page_age=20.0),
    ],
    "who tried three scores": [
        *[look(300 + n, score=n, network=HOME, agent=PHONE) for n in (2, 3, 4)], by_hand(310, score=4),
    ],
    "who adds words on the thank-you page": [
        look(600, network=HOME, agent=PHONE), by_hand(610), post(640, score=2, network=HOME, agent=PHONE, has_page=True),
    ],
    "whose network changed between opening and sending": [
        look(600, score=2, network=HOME, agent=PHONE), by_hand(640, network="mobile"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SCANNERS)
def test_a_scanner_shows_signs_of_two_kinds(name: str) -> None:
    answer = SCANNERS[name][-1]
    verdict = weigh(SCANNERS[name], score=answer.score or 0, reached_at=SENT, may_be_scanned=True)
    assert verdict.is_scanner, verdict.signs


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_shows_none(name: str) -> None:
    answer = PEOPLE[name][-1]
    verdict = weigh(PEOPLE[name], score=answer.score or 0, reached_at=SENT, may_be_scanned=True)
    assert (verdict.signs, verdict.is_forwarded) == ((), False)


@pytest.mark.parametrize("name", SCANNERS)
def test_a_link_that_never_left_the_house_carries_no_suspicion(name: str) -> None:
    answer = SCANNERS[name][-1]
    verdict = weigh(SCANNERS[name], score=answer.score or 0, reached_at=SENT, may_be_scanned=False)
    assert verdict.signs == ()


def test_a_link_opened_from_our_mailbox_carries_no_suspicion() -> None:
    visits = [look(1, agent=CHROME, is_ours=True), post(2, agent=CHROME, has_page=True, page_age=0.5)]
    assert weigh(visits, score=0, reached_at=SENT, may_be_scanned=True).signs == ()


def test_one_kind_of_sign_is_a_doubt_however_many_there_are() -> None:
    visits = [*all_links(600, agent="x"), look(602, agent="x", is_hidden=True),
              post(640, agent="x", has_page=True, page_age=30.0)]  # fmt: skip
    verdict = weigh(visits, score=0, reached_at=SENT, may_be_scanned=True)
    assert [sign.code for sign in verdict.signs] == ["ALL_LINKS", "HIDDEN_LINK"]
    assert (verdict.is_doubtful, verdict.is_scanner) == (True, False)


def test_the_answer_of_a_person_after_a_scanners_is_the_persons() -> None:
    visits = [*all_links(1), post(2), look(900, score=9, network=HOME, agent=PHONE), by_hand(920, score=9)]
    assert weigh(visits, score=9, reached_at=SENT, may_be_scanned=True).signs == ()


def test_several_people_over_time_are_a_forwarded_link() -> None:
    visits = [look(600, network="a", agent="1"), look(3000, network="b", agent="2"),
              look(9000, score=2, network="c", agent="3"), by_hand(9020, network="c", agent="3")]  # fmt: skip
    assert weigh(visits, score=2, reached_at=SENT, may_be_scanned=True).is_forwarded
    assert not weigh(visits[1:], score=2, reached_at=SENT, may_be_scanned=True).is_forwarded


def test_without_a_seen_answer_nothing_is_said() -> None:
    assert weigh(all_links(1), score=0, reached_at=SENT, may_be_scanned=True) is trust.NOTHING


def test_a_click_is_the_first_of_a_person() -> None:
    scan = all_links(1)
    assert trust.human_click(scan, reached_at=SENT, may_be_scanned=True) is None
    opened = look(3600, score=3, network=HOME, agent=PHONE)
    assert trust.human_click([*scan, opened], reached_at=SENT, may_be_scanned=True) == opened.at
    assert trust.human_click(scan[:1], reached_at=SENT, may_be_scanned=False) == scan[0].at


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", trust.BROWSER),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", trust.BROWSER),
        ("Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36", trust.HEADLESS),
        ("Mozilla/5.0 (compatible; BarracudaCentral)", trust.SCANNER),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", trust.SCANNER),
        ("python-requests/2.32", trust.TOOL),
        ("", trust.TOOL),
    ],
)  # fmt: skip
def test_programs_are_known_by_what_they_call_themselves(agent: str, kind: str) -> None:
    assert trust.family(agent) == kind
