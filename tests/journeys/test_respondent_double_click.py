"""However often a customer presses, an answer is one answer, one case and one notice."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests

from bench.product import Product, patiently
from tests.browsers import Complaints

pytestmark = pytest.mark.serial

RACERS = 16
NEVER_REFUSED = 10


@pytest.fixture(scope="module")
def links(product: Product) -> list[str]:
    """Addresses of answer pages of three customers of a workspace of its own."""
    product.create_workspace(
        name="Clicks", slug="clicks", owner="owner@clicks.example", password="pw-clicks-2026-long"
    )
    found: list[str] = json.loads(product.run_module("bench.fault_cast", "clicks", "3", "0", "0"))["links"]
    return found


def what_is_stored(product: Product, link: str) -> list[tuple[Any, ...]]:
    """(score, comment, decisions, cases, notices to staff) of each answer given on the page, once all is decided."""
    nonce = link.rstrip("/").rsplit("/", 1)[1][:22]
    statement = """
        SELECT r.score, r.comment, count(DISTINCT d.id), count(DISTINCT c.id), count(DISTINCT m.id)
        FROM surveys_invitation i JOIN surveys_response r ON r.invitation_id = i.id
        LEFT JOIN detractors_casedecision d ON d.response_id = r.id
        LEFT JOIN detractors_case c ON c.response_id = r.id
        LEFT JOIN outbox_outboundmessage m ON m.about = 'case:' || c.id AND m.mail = 'case_assigned'
        WHERE i.link_nonce = %s GROUP BY r.id"""
    for _turn in patiently(30):
        found = product.rows(statement, [nonce])
        if found and all(row[2] for row in found):
            return found
    return product.rows(statement, [nonce])


def test_a_double_click_and_a_reload_are_one_answer(
    chromium: Any, product: Product, links: list[str]
) -> None:
    complaints = Complaints()
    context = chromium.new_context()
    context.set_default_timeout(40_000)
    page = context.new_page()
    complaints.listen(page)
    page.goto(f"{links[0]}?score=2")
    page.locator("textarea[name=comment]").fill("Twice is once.")
    page.get_by_role("button", name="Send my answer").dblclick()
    page.locator("form").wait_for(state="detached")
    page.reload()  # the browser sends the form once more
    context.close()
    assert what_is_stored(product, links[0]) == [(2, "Twice is once.", 1, 1, 1)]
    assert complaints.lines == []


def test_two_tabs_amend_one_answer_and_the_last_word_counts(
    chromium: Any, product: Product, links: list[str]
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(40_000)
    first, second = context.new_page(), context.new_page()
    for page, score, words in ((first, 4, "From the first tab."), (second, 5, "From the second tab.")):
        page.goto(f"{links[1]}?score={score}")
        page.locator("textarea[name=comment]").fill(words)
    for page in (first, second):
        page.get_by_role("button", name="Send my answer").click()
        page.locator("form").wait_for(state="detached")
    context.close()
    assert what_is_stored(product, links[1]) == [(5, "From the second tab.", 1, 1, 1)]
    assert product.rows(
        "SELECT before_score, after_score FROM surveys_responsechange c JOIN surveys_response r ON r.id = c.response_id"
        " WHERE r.comment = 'From the second tab.' ORDER BY c.id"
    ) == [(None, 4), (4, 5)]


def test_sixteen_presses_in_the_same_moment_are_one_answer(product: Product, links: list[str]) -> None:
    start = Barrier(RACERS)

    def press(_number: int) -> int:
        start.wait()
        answer = requests.post(links[2], data={"score": "1", "comment": "All at once."}, timeout=60)
        return answer.status_code

    with ThreadPoolExecutor(RACERS) as racers:
        statuses = Counter(racers.map(press, range(RACERS)))
    assert set(statuses) <= {200, 429}
    assert statuses[200] >= NEVER_REFUSED  # a link takes that many a minute, whatever goes on
    assert what_is_stored(product, links[2]) == [(1, "All at once.", 1, 1, 1)]
