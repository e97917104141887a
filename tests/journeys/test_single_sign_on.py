"""Single sign-on end to end in a real browser: set up by the owner, used by somebody new, looked at from all sides."""

import re
from typing import Any

import pytest

from bench.product import Product
from config.embedded.ports import LOOPBACK, free_port
from tests import browsers, oidc
from tests.browsers import Complaints

pytestmark = pytest.mark.serial

OWNER, PASSWORD = "olga@gates.example", "seven quiet herons"


@pytest.fixture(scope="module")
def site(product: Product) -> str:
    product.create_workspace(name="Gates", slug="gates", owner=OWNER, password=PASSWORD)
    return product.base_url


def window(chromium: Any, complaints: Complaints, **facts: Any) -> Any:
    context = chromium.new_context(**facts)
    context.set_default_timeout(40_000)
    page = context.new_page()
    complaints.listen(page)
    return page


def look(page: Any, found: dict[Any, Any], place: str) -> None:
    """The page in both widths: no violation, nothing sideways."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        wrong = (browsers.violations(page), browsers.sideways(page))
        if wrong != ([], 0):
            found[place, width] = wrong
    page.set_viewport_size({"width": 1280, "height": 800})


def test_the_owner_connects_a_provider_and_somebody_new_comes_in(chromium: Any, site: str) -> None:
    complaints, found = Complaints(), {}
    port = free_port()
    owner = window(chromium, complaints, bypass_csp=True, reduced_motion="reduce")
    owner.goto(f"{site}/accounts/login/?next=/w/gates/settings/sign-in/")
    owner.locator("input[name=login]").fill(OWNER)
    owner.locator("input[name=password]").fill(PASSWORD)
    owner.get_by_role("button", name="Sign in", exact=True).click()
    owner.wait_for_url("**/settings/sign-in/")
    owner.get_by_role("link", name="Add single sign-on").click()
    look(owner, found, "add")
    owner.get_by_label("Name").fill("Gates account")
    owner.get_by_label("Issuer").fill(f"http://{LOOPBACK}:{port}")
    owner.get_by_label("Client id").fill(oidc.CLIENT)
    owner.get_by_label("Client secret").fill(oidc.SECRET)
    owner.get_by_label("Mail domains").fill("sso.example")
    owner.get_by_label("Let everybody of these domains in").check()
    owner.locator("select[name=new_role]").select_option("AGENT")
    owner.get_by_role("button", name="Add and test").click()
    owner.get_by_text("nobody answers there").wait_for()
    look(owner, found, "provider")
    callback = owner.locator("#callback").input_value()
    assert re.fullmatch(rf"{site}/accounts/sso/[\w-]{{22}}/callback/", callback)

    with oidc.provider(callback=callback, port=port):
        owner.get_by_role("button", name="Test", exact=True).click()
        owner.get_by_text("The provider answers as it should.").wait_for()

        nina = window(chromium, complaints)  # with the policy of the site in force
        nina.goto(f"{site}/w/gates/dashboard/")
        nina.get_by_role("link", name="With your company").click()
        nina.locator("input[name=company]").fill("nina@sso.example")
        nina.get_by_role("button", name="Go on").click()
        nina.get_by_role("button", name="Gates account for Gates").click()
        nina.wait_for_url(f"http://{LOOPBACK}:{port}/interaction/**")
        nina.locator("input[name=login]").fill("nina")
        nina.locator("input[name=password]").fill("whatever")
        nina.get_by_role("button", name="Sign-in").click()
        nina.get_by_role("button", name="Continue").click()
        nina.wait_for_url("**/w/gates/dashboard/")
        nina.goto(f"{site}/accounts/password/set/")
        nina.get_by_text("sign out and sign in with your own password").wait_for()

    owner.goto(f"{site}/w/gates/settings/people/")
    owner.get_by_text("nina@sso.example").first.wait_for()
    for scheme in ("light", "dark"):
        owner.emulate_media(color_scheme=scheme)
        for place in ("/w/gates/settings/sign-in/", "/accounts/security/"):
            owner.goto(site + place)
            look(owner, found, f"{place} {scheme}")
    outside = window(chromium, complaints, bypass_csp=True, reduced_motion="reduce")
    for scheme in ("light", "dark"):
        outside.emulate_media(color_scheme=scheme)
        outside.goto(f"{site}/accounts/sso/")
        look(outside, found, f"find {scheme}")
        outside.locator("input[name=company]").fill("nowhere.example")
        outside.get_by_role("button", name="Go on").click()
        outside.get_by_text("No company sign-in was found").wait_for()
        look(outside, found, f"not found {scheme}")
        outside.goto(callback.removesuffix("callback/"))
        look(outside, found, f"start {scheme}")
        outside.get_by_role("button", name="Go on with Gates account").click()
        outside.get_by_text("That did not work").wait_for()  # the provider has ended
        look(outside, found, f"failed {scheme}")
    assert found == {}
    ours = [line for line in complaints.lines if line.startswith(site)]
    assert [line for line in ours if "status of 502" not in line and "status of 403" not in line] == []
