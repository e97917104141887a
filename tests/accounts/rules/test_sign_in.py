from datetime import timedelta

import pytest

from accounts.rules.sign_in import Ended, Purpose, browser_words, budgets, why_ended
from tests.conftest import MONDAY_9AM

IDLE, LONGEST = timedelta(hours=3), timedelta(hours=12)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "quiet", "why"),
    [
        (LONGEST - SECOND, timedelta(), None),
        (LONGEST, timedelta(), Ended.OLD),
        (IDLE, IDLE - SECOND, None),
        (IDLE, IDLE, Ended.IDLE),
        (LONGEST, IDLE, Ended.OLD),
    ],
)
def test_a_session_ends_exactly_when_it_is_old_or_idle(age, quiet, why) -> None:
    now = MONDAY_9AM
    assert why_ended(began_at=now - age, seen_at=now - quiet, now=now, idle=IDLE, longest=LONGEST) == why


def test_a_stranger_spends_from_three_budgets_and_a_known_browser_from_its_own() -> None:
    facts = {"purpose": Purpose.PASSWORD, "network": "192.0.2.7", "account": "a"}
    assert budgets(**facts, device=None) == (
        ("sign-in:password:pair:192.0.2.7:a", "5/5 minutes"),
        ("sign-in:password:account:a", "30/hour"),
        ("sign-in:password:network:192.0.2.7", "20/minute"),
    )
    assert budgets(**facts, device="f00d") == (("sign-in:password:device:f00d", "10/5 minutes"),)


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/131.0 Safari/537.36", ("Chrome", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/131.0 Safari/537.36 Edg/131.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} Chrome/131.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("curl/8.9", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent, words) -> None:
    assert browser_words(agent) == words
