"""Every page people meet, with rows in it: no serious accessibility violation in either theme and at both widths, nothing
scrolls sideways, and nothing is refused by the Content-Security-Policy."""

import json
import re
from collections.abc import Iterator
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
    "CASEstart-playbook/",
    f"{PLACE}/home/",
    f"{PLACE}/arising/kept/",
    f"{PLACE}/playbooks/",
    "PLAYBOOK",
    "PLAYBOOKedit/",
    f"{PLACE}/templates/",
    f"{PLACE}/templates/ready-made/",
    "TEMPLATE",
    f"{PLACE}/gatherings/",
    "GATHERING",
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
    f"/accounts/security/second-factor/?workspace={SLUG}",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]
PUBLIC = [
    "ANSWER",
    "FORM",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
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
    [(playbook,)] = product.rows(
        "SELECT followups_playbook.public_id "
        + of_workspace.format("followups_playbook")
        + " AND key = 'chronic'"
    )
    [(team,)] = product.rows("SELECT min(accounts_team.id) " + of_workspace.format("accounts_team"))
    [(member,)] = product.rows(
        "SELECT max(accounts_membership.id) " + of_workspace.format("accounts_membership")
    )
    return {
        "CASE": f"{PLACE}/cases/{case}/",
        "CONTACT": f"{PLACE}/contacts/{contact}/",
        "PLAYBOOK": f"{PLACE}/playbooks/{playbook}/",
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
    context.set_default_timeout(40_000)
    page = context.new_page()
    page.goto(f"{product.base_url}/accounts/login/")
    page.locator("input[name=login]").fill(OWNER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/**")
    # A template and an invitation to an event are made as people make them.
    page.goto(f"{product.base_url}{PLACE}/templates/ready-made/")
    page.get_by_role("button", name="Copy").first.click()
    page.wait_for_url(re.compile(r"/templates/[^/]{20,}/"))
    addresses["TEMPLATE"] = page.url.replace(product.base_url, "")
    made = page.request.post(
        f"{product.base_url}{PLACE}/gatherings/new/",
        form={
            "number": "1",
            "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
        },
        headers={"Referer": product.base_url},
    )
    addresses["GATHERING"] = made.url.replace(product.base_url, "")
    state = context.storage_state()
    context.close()
    return state


def settle(page: Any, place: str) -> None:
    """Open a page and wait until what it fetches and draws itself is there."""
    assert page.goto(place).status == (404 if "no-such-link" in place else 200)
    page.locator(".htmx-request").first.wait_for(state="detached")
    page.evaluate("document.fonts.ready.then(() => null)")
    if page.locator("[data-chart], [hx-trigger~=load]").count():
        page.wait_for_timeout(300)  # milliseconds, for the charts and for what comes after the page


@pytest.fixture(scope="module")
def windows(chromium: Any, signed_in: Any) -> Iterator[dict[bool, tuple[Any, Complaints]]]:
    """The owner's window (True) and that of somebody not signed in (False), and what their pages complain about."""
    opened = {}
    for inside in (True, False):
        context = chromium.new_context(
            storage_state=signed_in if inside else None, reduced_motion="reduce",
            viewport={"width": 360, "height": 900},
        )  # fmt: skip
        context.set_default_timeout(40_000)
        opened[inside] = context.new_page(), Complaints()
        opened[inside][1].listen(opened[inside][0])
    yield opened
    for page, _complaints in opened.values():
        page.context.close()


@pytest.mark.parametrize("name", [*STAFF, *PUBLIC])
def test_a_page_is_accessible_fits_its_window_and_keeps_to_the_policy(
    windows: dict[bool, tuple[Any, Complaints]], product: Product, addresses: dict[str, str], name: str
) -> None:
    """Opened on a phone, then the window is widened: at both widths in both themes."""
    page, complaints = windows[name in STAFF]
    complaints.lines.clear()
    browsers.show(page, width=320 if name in PUBLIC else 360)
    settle(page, address(name, product, addresses))
    over = browsers.sideways(page)
    phone = browsers.violations_in_both_themes(page)
    browsers.show(page, width=1280)
    desk = browsers.violations_in_both_themes(page)
    said = [line for line in complaints.lines if not ("no-such-link" in line and "404" in line)]
    assert (over, phone, desk, said) == (0, {}, {}, [])


def test_the_thanks_are_well_made_too(chromium: Any, product: Product, addresses: dict[str, str]) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address("ANSWER", product, addresses))
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    found = (browsers.violations_in_both_themes(page), browsers.sideways(page))
    context.close()
    assert found == ({}, 0)
