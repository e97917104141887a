"""The pages of keys in a browser: readable for all, no wider than a phone, and the secret is copied with one press."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import api_keys
from surveys.models import Survey
from surveys.services import widget_keys
from tests import browsers
from tests.conftest import signed_in

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]
PLACE = "/w/acme/settings"


@pytest.fixture
def site(acme: Workspace, owner: User) -> Any:
    now = timezone.now()
    key, _secret = api_keys.issue(
        workspace=acme, name="Shop", by=owner, expires_at=now + timedelta(days=9), now=now
    )
    api_keys.rotate(key=key, by=owner, until=now + timedelta(days=1), expires_at=None, now=now)
    api_keys.issue(
        workspace=acme, name="Data warehouse, every night", by=None, can_do=["cases:read", "responses:read"],
        expires_at=now + timedelta(days=9), now=now,
    )  # fmt: skip
    widget = widget_keys.issue(
        workspace=acme, survey=Survey.objects.of(acme).get(), name="Shop",
        origins=["https://www.a-rather-long-name-of-a-shop.example:8443"], by=owner, now=now,
    )  # fmt: skip
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait(30)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's own loop runs in this thread
    cookie = {
        "name": "amends_session", "value": signed_in(owner).cookies["amends_session"].value,
        "url": f"http://127.0.0.1:{server.port}",
    }  # fmt: skip
    yield cookie, [
        f"{PLACE}/keys/", f"{PLACE}/keys/{key.replaced_by.get().prefix}/rotate/", f"{PLACE}/widget-keys/",
        f"{PLACE}/widget-keys/{widget.public_id}/",
    ]  # fmt: skip
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    server.terminate()


def test_they_are_well_made_and_the_secret_is_copied(site: Any) -> None:
    cookie, pages = site
    wrong: list[Any] = []
    with browsers.chromium() as browser:
        for width, scheme in ((1280, "light"), (360, "dark"), (360, "light")):
            context = browser.new_context(
                bypass_csp=True, color_scheme=scheme, reduced_motion="reduce",
                viewport={"width": width, "height": 900},
            )  # fmt: skip
            context.add_cookies([cookie])
            page = context.new_page()
            for path in pages:
                assert page.goto(cookie["url"] + path).status == 200
                found, over = browsers.violations(page), browsers.sideways(page)
                if shots := os.environ.get("SHOTS"):
                    page.screenshot(path=f"{shots}/{pages.index(path)}-{width}-{scheme}.png", full_page=True)
                wrong += [(path, width, scheme, found, over)] if found or over else []
            context.close()
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        context.add_cookies([cookie])
        page = context.new_page()
        complaints = browsers.Complaints()
        complaints.listen(page)
        page.goto(cookie["url"] + pages[0])
        page.fill("#id_name", "Till")
        page.get_by_label("Only what is chosen").check()
        page.get_by_label("Read contacts").check()
        page.get_by_role("button", name="Make a key").click()
        secret = page.locator("#secret").input_value()
        page.locator("[data-copy=secret]").click()
        page.wait_for_function("document.querySelector('[data-copy=secret]').textContent.includes('Copied')")
        copied = page.evaluate("navigator.clipboard.readText()")
        if shots := os.environ.get("SHOTS"):
            page.screenshot(path=f"{shots}/made.png", full_page=True)
        told, address = complaints.lines, page.url
        context.close()
    assert wrong == []
    assert (copied, len(secret), told, secret in address) == (secret, 41, [], False)
