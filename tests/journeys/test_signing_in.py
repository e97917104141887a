"""A person and their ways in, in a real browser: password and app, recovery code, passkey, code by mail."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from bench.product import Product
from tests.browsers import Complaints

pytestmark = pytest.mark.serial

OWNER, COLLEAGUE, PASSWORD = "olivia@doors.example", "otto@halls.example", "seven quiet herons"


@pytest.fixture(scope="module")
def site(product: Product) -> str:
    """The product by the name under which browsers make passkeys without https."""
    product.create_workspace(name="Doors", slug="doors", owner=OWNER, password=PASSWORD)
    product.create_workspace(name="Halls", slug="halls", owner=COLLEAGUE, password=PASSWORD)
    return product.base_url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context()
    context.set_default_timeout(40_000)
    window = context.new_page()
    complaints = Complaints()
    complaints.listen(window)
    yield window
    context.close()
    assert complaints.lines == []


def type_password(page: Any, site: str, email: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Any, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def app_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def press(page: Any, name: str) -> None:
    page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first.click()


def virtual_authenticator(page: Any) -> Any:
    """A device with a fingerprint reader that always says yes; the session to ask it what it holds."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return session


def test_the_owner_gets_in_by_app_by_recovery_code_and_by_passkey(page: Any, site: str) -> None:
    type_password(page, site, OWNER)
    page.wait_for_url("**/w/doors/**")

    page.goto(f"{site}/accounts/security/")
    press(page, "Set up an app")
    page.get_by_text("No camera? Type the secret").click()
    secret = page.get_by_label("Secret of the app").input_value()
    page.get_by_label("The six digits your app shows now").fill(app_code(secret))
    press(page, "Switch it on")
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator(".codes code").all_inner_texts()
    assert (len(codes), {len(code) for code in codes}) == (10, {10})
    with page.expect_download() as kept:
        press(page, "Download")
    assert kept.value.suggested_filename == "amends-recovery-codes.txt"
    assert kept.value.path().read_text().split() == ["Amends", *codes]
    press(page, "I have kept them")
    page.get_by_text("10 left").wait_for()

    sign_out(page, site)
    type_password(page, site, OWNER)
    page.wait_for_url("**/2fa/authenticate/")
    page.locator("input[name=code]").fill(app_code(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/w/doors/**")

    sign_out(page, site)
    type_password(page, site, OWNER)
    page.wait_for_url("**/2fa/authenticate/")
    page.locator("input[name=code]").fill(codes[3])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/w/doors/**")
    page.goto(f"{site}/accounts/security/")
    page.get_by_text("9 left").wait_for()

    device = virtual_authenticator(page)
    press(page, "Add a passkey")
    page.get_by_label("Name").fill("Work laptop")
    press(page, "Create the passkey")
    page.wait_for_url("**/accounts/security/")
    page.get_by_text("Work laptop").wait_for()

    sign_out(page, site)
    press(page, "With a passkey")
    page.wait_for_url("**/w/doors/**")

    sign_out(page, site)  # as a second step, the passkey serves as well
    type_password(page, site, OWNER)
    page.wait_for_url("**/2fa/authenticate/")
    press(page, "Use a passkey")
    page.wait_for_url("**/w/doors/**")
    device.detach()


def test_a_code_by_mail_opens_and_the_page_that_was_wanted_is_shown(
    page: Any, site: str, product: Product
) -> None:
    page.goto(f"{site}/w/halls/dashboard/")
    page.wait_for_url("**/accounts/login/**")
    press(page, "With a code by mail")
    page.locator("input[name=email]").fill(COLLEAGUE)
    press(page, "Send me the code")
    page.wait_for_url("**/login/code/confirm/**")
    mail = product.wait_for_mail(to=COLLEAGUE, subject="Your code to sign in")
    [code] = re.findall(r"^(\d{4}-\d{4})\s*$", mail.get_body(("plain",)).get_content(), re.MULTILINE)  # type: ignore[union-attr]
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/w/halls/dashboard/")
    assert product.rows(
        "SELECT text, html FROM outbox_outboundmessage WHERE mail = 'login_code' AND \"to\" = %s", [COLLEAGUE]
    ) == [("", "")]


def test_a_device_that_refuses_leaves_every_other_way_open(page: Any, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    press(page, "With a passkey")
    page.get_by_text("That did not work. Try again, or sign in another way.").wait_for()
    type_password(page, site, COLLEAGUE)
    page.wait_for_url("**/w/halls/**")
