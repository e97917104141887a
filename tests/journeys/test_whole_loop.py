"""The whole loop through the real product: browser, web server, worker, schedule, SMTP. A customer who was asked by mail
gives a 3, is answered, sees it put right, and gives a 9 when asked again."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from bench.product import Product, patiently
from tests import browsers, live
from tests.browsers import Complaints

pytestmark = pytest.mark.serial

PASSWORD = "pw-olivia-2026-long"
OWNER = "olivia@acme.example"
INES = "ines@customer.example"
CSV = (
    "Customer number;Full name;E-mail;Region\r\n"
    f"C-1;Ines Iglesias;{INES};North\r\n"
    "C-2;Jonas Jansen;jonas@customer.example;South\r\n"
    "C-3;Kira Kowalski;kira@customer.example;North\r\n"
)


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def desk(chromium: Any, complaints: Complaints) -> Iterator[Any]:
    """The window of a member of staff."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(40_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def customer(chromium: Any, complaints: Complaints) -> Any:
    """A fresh phone of a customer, without script: closed by the caller's browser at the end."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.set_default_timeout(40_000)
    page = context.new_page()
    complaints.listen(page)
    return page


def rows(product: Product, columns: str, table: str, tail: str = "") -> list[tuple[Any, ...]]:
    """Rows of Acme; other journeys have workspaces of their own beside it."""
    ours = "workspace_id = (SELECT id FROM accounts_workspace WHERE slug = 'acme')"
    return product.rows(f"SELECT {columns} FROM {table} WHERE {ours} {tail}")


def sign_in(page: Any, product: Product, email: str = OWNER) -> None:
    page.goto(f"{product.base_url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/**")


def import_contacts(page: Any, product: Product) -> None:
    """Upload, look at the guessed columns, check every row, import."""
    page.goto(f"{product.base_url}/w/acme/contacts/imports/new/")
    page.locator("input[type=file]").set_input_files(
        files=[{"name": "customers.csv", "mimeType": "text/csv", "buffer": CSV.encode("utf-8-sig")}]
    )
    page.get_by_role("button", name="Upload and look at the columns").click()
    guesses = {
        header: page.get_by_label(f"What is “{header}”?").input_value()
        for header in ("Customer number", "Full name", "E-mail", "Region")
    }
    assert guesses == {
        "Customer number": "external_id",
        "Full name": "name",
        "E-mail": "email",
        "Region": "attribute",
    }
    page.get_by_role("button", name="Check every row").click()
    page.get_by_role("button", name="Import now").click(timeout=40_000)
    page.get_by_text("Every row is in.").wait_for(timeout=40_000)
    page.goto(f"{product.base_url}/w/acme/contacts/")
    assert page.get_by_role("link", name="Ines Iglesias").count() == 1
    assert rows(product, "email, attributes->>'region'", "surveys_contact", "ORDER BY 1") == [
        (INES, "North"),
        ("jonas@customer.example", "South"),
        ("kira@customer.example", "North"),
    ]


def ask_at_once_after_the_fix(page: Any, product: Product) -> None:
    """The survey's own setting: no days between the fix and the second question."""
    page.goto(f"{product.base_url}/w/acme/surveys/")
    page.get_by_role("link", name="Relationship NPS").first.click()
    page.goto(f"{page.url}edit/")
    page.locator("input[name=resurvey_days]").fill("0")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/surveys/[^/]+/$"))


def send_campaign(page: Any, product: Product) -> None:
    page.goto(f"{product.base_url}/w/acme/campaigns/new/")
    page.locator("input[name=name]").fill("After the move")
    page.locator("select[name=survey]").select_option(label="Relationship NPS")
    page.locator("input[name=touchpoint]").fill("Moving house")
    page.get_by_role("button", name="See the mail and the people").click()
    assert page.locator(".big-figure").inner_text() == "3"
    page.get_by_role("button", name=re.compile("^Send 3 mails now$")).click()
    page.get_by_role("heading", name="After the move").wait_for()


def links_in(mail: EmailMessage) -> list[str]:
    """The addresses the HTML part leads to, in order, each once."""
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    return list(dict.fromkeys(re.findall(r'href="([^"]+)"', html.replace("&amp;", "&"))))


def check_invitation(mail: EmailMessage, product: Product) -> dict[int, str]:
    """Eleven links, a way out with one press, a text part that works too; the links by score."""
    scores = {}
    for link in links_in(mail):
        if found := re.fullmatch(rf"{re.escape(product.base_url)}/s/[\w-]{{44}}/\?score=(\d+)", link):
            scores[int(found[1])] = link
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert sorted(scores) == list(range(11))
    assert re.fullmatch(
        rf"<{re.escape(product.base_url)}/u/[\w-]{{44}}/>", str(mail["List-Unsubscribe"]).strip()
    )
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert str(mail["Message-ID"]).endswith(">")
    assert f"{product.base_url}/s/" in text
    assert "Acme" in str(mail["Subject"]) + text
    return scores


def answer(page: Any, links: dict[int, str], score: int, words: str) -> None:
    """Open the link of the mail, write, press once."""
    page.goto(links[score])
    assert page.locator(f"input[name=score][value='{score}']").is_checked()
    assert browsers.sideways(page) == 0
    page.locator("textarea[name=comment]").fill(words)
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("heading", level=1).wait_for()


def test_a_detractor_is_heard_helped_asked_again_and_won_back(
    chromium: Any, desk: Any, product: Product, complaints: Complaints
) -> None:
    product.create_workspace(owner=OWNER, password=PASSWORD)
    sign_in(desk, product)
    import_contacts(desk, product)
    ask_at_once_after_the_fix(desk, product)
    send_campaign(desk, product)

    invitation = product.wait_for_mail(to=INES)
    scores = check_invitation(invitation, product)
    product.wait_for_mail(to="kira@customer.example")
    phone = customer(chromium, complaints)
    assert rows(product, "count(*)", "surveys_response") == [(0,)]
    answer(phone, scores, 3, "Two days without internet after the move, and nobody calls back.")
    assert rows(product, "score, comment", "surveys_response") == [
        (3, "Two days without internet after the move, and nobody calls back.")
    ]

    # --- the desk ---
    product.wait_for_mail(to=OWNER, subject="Ines")
    desk.goto(f"{product.base_url}/w/acme/cases/")
    desk.get_by_role("link", name="Ines Iglesias").click()
    desk.get_by_text("nobody calls back").first.wait_for()
    if desk.get_by_role("button", name="Claim").count():
        desk.get_by_role("button", name="Claim").click()
    desk.get_by_text("Mail", exact=True).first.click()
    body = desk.locator("textarea[name=body]")
    body.wait_for()
    body.fill("Hello {{ first_name }},\n\nI am sorry. {{ nothing_like_this }}")
    desk.get_by_text("This cannot be sent yet").wait_for()
    desk.get_by_role("button", name="Send the reply").click()
    # Typed while the answer is on its way: it stays.
    desk.locator("textarea[name=body]").fill(
        "Hello {{ first_name }},\n\nI am sorry that you were left alone. A technician comes today at 15:00.\n\n{{ agent_name }}"
    )
    desk.locator("form[aria-busy=true]").wait_for(state="detached")
    assert rows(product, "count(*)", "followups_mail") == [(0,)]
    desk.get_by_role("button", name="Send the reply").click()
    desk.get_by_text("A technician comes today at 15:00.").first.wait_for()
    reply = product.wait_for_mail(to=INES, number=2)
    said = reply.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Hello Ines," in said
    assert "{{" not in said
    assert "Olivia Owner" in str(reply["From"])
    assert reply["List-Unsubscribe-Post"] is None  # a person's letter is no mailing
    assert rows(product, "category, contacted_at IS NOT NULL", "detractors_case") == [("OPEN", True)]

    # --- put right ---
    desk.goto(f"{product.base_url}/w/acme/cases/1/")
    desk.get_by_text("Resolve", exact=True).first.click()
    form = desk.locator("form[data-act=resolve]")
    form.locator("select[name=root_cause]").select_option(index=1)
    form.locator("textarea[name=resolution]").fill("The line at your new flat works, and this month is free.")
    form.get_by_role("button", name="Resolve the case").click()
    desk.get_by_text("Resolved").first.wait_for()
    product.rows(
        "UPDATE followups_followup SET due_at = now() WHERE status = 'PLANNED'"
    )  # its minute of grace
    closing = product.wait_for_mail(to=INES, number=3)
    told = closing.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The line at your new flat works, and this month is free." in told
    assert str(closing["In-Reply-To"]) == str(reply["Message-ID"])
    assert str(reply["Message-ID"]) in str(closing["References"])

    # --- asked again ---
    product.nudge("followups.resurvey_due")
    second = product.wait_for_mail(to=INES, number=4)
    again = check_invitation(second, product)
    assert again[9] != scores[9]
    answer(customer(chromium, complaints), again, 9, "All good now. Thank you for calling!")
    for _turn in patiently(40):
        if rows(product, "category, outcome", "detractors_case") == [("CLOSED", "CONVERTED")]:
            break
    assert rows(product, "category, outcome", "detractors_case") == [("CLOSED", "CONVERTED")]

    # --- everyone sees ---
    desk.goto(f"{product.base_url}/w/acme/dashboard/")
    seen = " ".join(desk.locator("main").inner_text().split())
    assert desk.locator(".board-figure").inner_text().replace("−", "-").strip().startswith("-100")
    assert re.search(r"from 1 answer\b", seen)
    recovery = desk.locator(".board-tiles .stat", has_text="Won back").inner_text()
    assert re.search(r"100\s*%", recovery)
    assert "1 of 1" in recovery
    assert rows(product, "purpose, score, segment", "surveys_response", "ORDER BY id") == [
        ("SURVEY", 3, "DETRACTOR"),
        ("RESURVEY", 9, "PROMOTER"),
    ]
    assert product.manage("check_loop").splitlines()[-1].startswith("All ")
    assert complaints.lines == []


def test_in_the_first_run_the_mailbox_page_is_the_customers_mail_program(
    chromium: Any, complaints: Complaints
) -> None:
    with live.product("kept", mail="outbox:") as product:
        product.create_workspace(owner=OWNER, password=PASSWORD)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(40_000)
        page = context.new_page()
        complaints.listen(page)
        sign_in(page, product)
        page.goto(f"{product.base_url}/w/acme/contacts/new/")
        page.locator("input[name=name]").fill("Ines Iglesias")
        page.locator("input[name=email]").fill(INES)
        page.get_by_role("button", name=re.compile("^(Save|Add)")).first.click()
        page.wait_for_url(re.compile(r"/contacts/[\w-]{22}/$"))
        page.goto(f"{product.base_url}/w/acme/campaigns/new/")
        page.locator("input[name=name]").fill("First try")
        page.locator("select[name=survey]").select_option(index=1)
        page.get_by_role("button", name="See the mail and the people").click()
        page.get_by_role("button", name=re.compile("^Send 1 mail now$")).click()
        for _turn in patiently(40, pause=1):
            page.goto(f"{product.base_url}/w/acme/mailbox/?state=sent")
            if page.get_by_role("link", name=re.compile("Acme")).count():
                break
        page.locator("main tbody tr", has_text=INES).get_by_role("link").first.click()
        with context.expect_page() as opened:
            page.frame_locator("iframe.mail-frame").get_by_role("link", name="Choose 3 of 10").click()
        customers_page = opened.value
        complaints.listen(customers_page)
        assert customers_page.locator("input[name=score][value='3']").is_checked()
        customers_page.locator("textarea[name=comment]").fill("The mail says one thing, the hotline another.")
        customers_page.get_by_role("button", name="Send my answer").click()
        customers_page.get_by_role("heading", level=1).wait_for()
        page.goto(f"{product.base_url}/w/acme/cases/?view=all")
        page.get_by_role("link", name="Ines Iglesias").wait_for(timeout=40_000)
        page.get_by_role("link", name="Ines Iglesias").click()
        page.get_by_text("The mail says one thing, the hotline another.").first.wait_for()
        context.close()
    assert complaints.lines == []
