"""Every page people meet, with rows in it: no serious accessibility violation in either theme and at both widths, nothing
scrolls sideways, and nothing is refused by the Content-Security-Policy."""

import json
from typing import Any

import pytest

from bench.product import Product
from tests import browsers
from tests.browsers import Complaints

pytestmark = pytest.mark.serial

SLUG, OWNER, PASSWORD = "looks", "owner@looks.example", "pw-looks-2026-long"
PLACE = f"/w/{SLUG}"
STAFF = [
    f"{PLACE}/cases/",
    f"{PLACE}/cases/?view=all&q=nothing-like-this",
    "CASE",
    f"{PLACE}/dashboard/",
    f"{PLACE}/answers/",
    f"{PLACE}/contacts/",
    "CONTACT",
    f"{PLACE}/contacts/new/",
    f"{PLACE}/contacts/imports/new/",
    f"{PLACE}/contacts/audiences/",
    f"{PLACE}/contacts/audiences/new/",
    f"{PLACE}/contacts/companies/",
    f"{PLACE}/answers/enter/",
    f"{PLACE}/mentions/",
    f"{PLACE}/mentions/enter/",
    f"{PLACE}/mentions/upload/",
    f"{PLACE}/doubtful/",
    f"{PLACE}/surveys/",
    "SURVEY",
    "SURVEYedit/",
    "SURVEYquestions/",
    "SURVEYlanguages/",
    "SURVEYlinks/",
    "SURVEYlinks/new/",
    "SURVEYreport/",
    f"{PLACE}/campaigns/",
    f"{PLACE}/campaigns/new/",
    f"{PLACE}/mailbox/",
    f"{PLACE}/settings/",
    f"{PLACE}/settings/company/",
    f"{PLACE}/settings/people/",
    f"{PLACE}/settings/hours/",
    f"{PLACE}/settings/promises/",
    f"{PLACE}/settings/promises/add/",
    f"{PLACE}/clock/",
    f"{PLACE}/settings/causes/",
    f"{PLACE}/settings/replies/",
    f"{PLACE}/settings/keys/",
    f"{PLACE}/settings/suppressions/",
    f"{PLACE}/settings/sender/",
    f"{PLACE}/settings/contact-policy/",
    f"{PLACE}/settings/sources/",
    f"{PLACE}/settings/attributes/",
    f"{PLACE}/settings/widget-keys/",
    f"{PLACE}/",
    f"{PLACE}/settings/?q=holidays",
    f"{PLACE}/settings/you/",
    f"{PLACE}/settings/you/leave/",
    "MEMBER",
    "MEMBERgo/",
    f"{PLACE}/settings/teams/",
    "TEAM",
    f"{PLACE}/settings/sign-in/",
    f"{PLACE}/settings/privacy/",
    f"{PLACE}/settings/audit/",
    "/accounts/security/",
    "/accounts/security/second-factor/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/password/change/",
]
PUBLIC = [
    "ANSWER",
    "FORM",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/login/code/",
    "/accounts/invite/no-such-link/",
    "/s/no-such-link/",
]


@pytest.fixture(scope="module")
def addresses(product: Product) -> dict[str, str]:
    """A workspace with rows in every list, and where its single pages are."""
    product.create_workspace(name="Looks", slug=SLUG, owner=OWNER, password=PASSWORD)
    cast = json.loads(product.run_module("bench.fault_cast", SLUG, "2", "0", "0"))
    product.manage(
        "generate_data",
        "--workspace",
        SLUG,
        "--contacts",
        "40",
        "--responses",
        "90",
        "--cases",
        "12",
        "--days",
        "60",
    )
    of_workspace = "FROM {} JOIN accounts_workspace w ON w.id = workspace_id AND w.slug = 'looks'"
    [(case,)] = product.rows("SELECT min(number) " + of_workspace.format("detractors_case"))
    [(contact,)] = product.rows(
        "SELECT min(surveys_contact.public_id) " + of_workspace.format("surveys_contact")
    )
    [(team,)] = product.rows("SELECT min(accounts_team.id) " + of_workspace.format("accounts_team"))
    [(member,)] = product.rows(
        "SELECT max(accounts_membership.id) " + of_workspace.format("accounts_membership")
    )
    return {
        "CASE": f"{PLACE}/cases/{case}/",
        "CONTACT": f"{PLACE}/contacts/{contact}/",
        "SURVEY": f"{PLACE}/surveys/{cast['survey']}/",
        "ANSWER": f"{cast['links'][0].replace(product.base_url, '')}?score=3",
        "FORM": f"/s/p/{cast['survey']}/",
        "MEMBER": f"{PLACE}/settings/people/{member}/",
        "TEAM": f"{PLACE}/settings/teams/{team}/",
    }


def address(name: str, product: Product, addresses: dict[str, str]) -> str:
    start = next((key for key in addresses if name.startswith(key)), "")
    return product.base_url + (addresses[start] + name.removeprefix(start) if start else name)


@pytest.fixture(scope="module")
def signed_in(chromium: Any, product: Product, addresses: dict[str, str]) -> Any:
    """The cookies of the owner's window."""
    context = chromium.new_context()
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{product.base_url}/accounts/login/")
    page.locator("input[name=login]").fill(OWNER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/**")
    state = context.storage_state()
    context.close()
    return state


def settle(page: Any, place: str) -> None:
    """Open a page and wait until what it fetches and draws itself is there."""
    answer = page.goto(place)
    assert answer.status < 500
    page.locator(".htmx-request").first.wait_for(state="detached")
    page.evaluate("document.fonts.ready.then(() => null)")
    if page.locator("[data-chart], [hx-trigger~=load]").count():
        page.wait_for_timeout(300)  # milliseconds, for the charts and for what comes after the page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_has_a_serious_accessibility_violation(
    chromium: Any, signed_in: Any, product: Product, addresses: dict[str, str], width: int, scheme: str
) -> None:
    context = chromium.new_context(
        storage_state=signed_in,
        bypass_csp=True,  # the checker is put into the page; the policy itself is watched in the next test
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 900},
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    found = {}
    for name in (*STAFF, *PUBLIC):
        settle(page, address(name, product, addresses))
        if wrong := browsers.violations(page):
            found[name] = wrong
    context.close()
    assert found == {}


def test_nothing_is_refused_or_fails_and_nothing_scrolls_sideways(
    chromium: Any, signed_in: Any, product: Product, addresses: dict[str, str]
) -> None:
    context = chromium.new_context(storage_state=signed_in)
    context.set_default_timeout(30_000)
    window = context.new_page()
    complaints = Complaints()
    complaints.listen(window)
    wide = {}
    for name in (*STAFF, *PUBLIC):
        window.set_viewport_size({"width": 320 if name in PUBLIC else 360, "height": 740})
        settle(window, address(name, product, addresses))
        if over := browsers.sideways(window):
            wide[name] = over
    context.close()
    expected = [line for line in complaints.lines if "no-such-link" in line and "404" in line]
    assert wide == {}
    assert [line for line in complaints.lines if line not in expected] == []


def test_the_thanks_are_well_made_too(chromium: Any, product: Product, addresses: dict[str, str]) -> None:
    found = {}
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            bypass_csp=True, color_scheme=scheme, viewport={"width": 320, "height": 640}
        )
        page = context.new_page()
        page.goto(address("ANSWER", product, addresses))
        page.get_by_role("button", name="Send my answer").click()
        page.get_by_role("heading", name="Thank you").wait_for()
        found[scheme] = (browsers.violations(page), browsers.sideways(page))
        context.close()
    assert found == {"light": ([], 0), "dark": ([], 0)}
