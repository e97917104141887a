"""New pictures for README and docs, from a demo of its own.

make screenshots                     the pictures of the README, into docs/images/
make screenshots ARGS="--desk"       queue and case at three widths, light and dark, into docs/images/desk/
make screenshots ARGS="--all /tmp/x" every page at 1280 and 360 px, light and dark, into a folder to look at
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

CLONE = Path(__file__).resolve().parent.parent
IMAGES = CLONE / "docs" / "images"
PORT = int(os.environ.get("PORT") or 8799)  # make hands an empty one on
BASE = f"http://localhost:{PORT}"
QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = {
    "queue": "/w/demo/cases/?view=open",
    "dashboard": "/w/demo/dashboard/?period=12m",
    "answers": "/w/demo/answers/",
    "contacts": "/w/demo/contacts/",
    "surveys": "/w/demo/surveys/",
    "campaigns": "/w/demo/campaigns/",
    "mailbox": "/w/demo/mailbox/",
    "settings": "/w/demo/settings/",
    "settings-search": "/w/demo/settings/?q=holidays",
    "company": "/w/demo/settings/company/",
    "you": "/w/demo/settings/you/",
    "leave": "/w/demo/settings/you/leave/",
    "people": "/w/demo/settings/people/",
    "teams": "/w/demo/settings/teams/",
    "sign-in": "/w/demo/settings/sign-in/",
    "privacy": "/w/demo/settings/privacy/",
    "audit": "/w/demo/settings/audit/",
    "suppressions": "/w/demo/settings/suppressions/",
    "security": "/accounts/security/",
    "second-factor": "/accounts/security/second-factor/",
    "hours": "/w/demo/settings/hours/",
    "promises": "/w/demo/settings/promises/",
    "causes": "/w/demo/settings/causes/",
    "replies": "/w/demo/settings/replies/",
    "keys": "/w/demo/settings/keys/",
    "imports": "/w/demo/contacts/imports/",
    "import-new": "/w/demo/contacts/imports/new/",
}


def main(arguments: list[str]) -> int:
    """Start a demo, take the pictures, stop it; the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("screenshots: chromium is not installed (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="amends-pictures-") as folder:
        env = {**os.environ, "AMENDS_DATA": folder, "PORT": str(PORT), "AMENDS_BASE_URL": BASE}
        for name in ("DATABASE_URL", "REDIS_URL", "DEBUG"):
            env.pop(name, None)
        demo = subprocess.Popen([sys.executable, "-m", "config.embedded.demo"], cwd=CLONE, env=env)
        try:
            wait(demo)
            sheets = [
                *Path(folder).rglob("demo-sign-ins.txt"),
                *Path("/var/lib/amends").glob("*/demo-sign-ins.txt"),
            ]
            newest = max(sheets, key=lambda path: path.stat().st_mtime)
            accounts = dict(re.findall(r"(\S+@\S+)\s+(\S+)$", newest.read_text(), re.MULTILINE))
            root = ["--no-sandbox"] if os.geteuid() == 0 else []
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=[*root, *QUIET])
                if arguments[:1] == ["--all"]:
                    everything(browser, accounts, Path(arguments[1]))
                elif arguments[:1] == ["--desk"]:
                    desk(browser, accounts)
                else:
                    readme(browser, accounts)
                browser.close()
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(timeout=60)
    return 0


def wait(demo: "subprocess.Popen[bytes]") -> None:
    """Until the demo answers; raises RuntimeError when it does not within three minutes."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and demo.poll() is None:
        try:
            with urllib.request.urlopen(f"{BASE}/healthz", timeout=2):
                time.sleep(8)  # worker and schedule come up beside
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the demo did not come up")


def signed_in(
    browser: Browser, accounts: dict[str, str], who: str, width: int, height: int, scheme: str
) -> Page:
    """A page of a fresh browser in which `who` (the start of an address) is signed in."""
    address = next(address for address in accounts if address.startswith(who))
    page = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    ).new_page()
    page.goto(f"{BASE}/accounts/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", accounts[address])
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")
    return page


def take(page: Page, path: str, file: Path, *, full: bool = False, small: bool = False) -> None:
    """Open `path` and save a picture of it."""
    page.goto(BASE + path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)  # charts draw themselves
    shot(page, file, full=full, small=small)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    print(f"{file.name}: {f'scrolls sideways by {wide} px' if wide > 0 else 'ok'}", flush=True)


def survey_link(page: Page) -> tuple[str, str]:
    """(address of the first survey mail in the mailbox, path of its answer page)."""
    page.goto(f"{BASE}/w/demo/mailbox/")
    mail = page.get_by_role("link", name=re.compile("How likely")).first.get_attribute("href") or ""
    page.goto(BASE + mail)
    html = page.request.get(f"{BASE}{mail}html/").text()
    found = re.search(r"/s/[A-Za-z0-9_-]{44}/", html)
    return mail, found.group(0) if found else ""


def readme(browser: Browser, accounts: dict[str, str]) -> None:
    """The pictures the README shows."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    page = signed_in(browser, accounts, "ana", 1280, 860, "light")
    take(page, PAGES["queue"], IMAGES / "queue.png")
    take(page, shown_case(page).get_attribute("href") or PAGES["queue"], IMAGES / "case.png")
    manager = signed_in(browser, accounts, "marc", 1280, 1000, "light")
    take(manager, PAGES["dashboard"], IMAGES / "dashboard.png")
    mail, link = survey_link(manager)
    take(manager, mail, IMAGES / "mail.png")
    phone = browser.new_context(viewport={"width": 360, "height": 700}, color_scheme="light").new_page()
    take(phone, f"{link}?score=3", IMAGES / "answer.png")
    dark = signed_in(browser, accounts, "ana", 1280, 860, "dark")
    take(dark, PAGES["queue"], IMAGES / "queue-dark.png")


def shown_case(page: Page) -> Locator:
    """The link in the list to the case the pictures show: the third mail about an invoice."""
    return page.locator("#queue-rows tr", has_text="Raman Physio").locator("a.row-link").first


def desk(browser: Browser, accounts: dict[str, str]) -> None:
    """Queue and case at three widths, side by side at the widest, light and dark."""
    folder = IMAGES / "desk"
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in ((1440, 900), (1024, 768), (360, 740)):
        for scheme in ("light", "dark"):
            page = signed_in(browser, accounts, "ana", width, height, scheme)
            take(page, PAGES["queue"], folder / f"queue-{width}-{scheme}.png", small=True)
            first = shown_case(page)
            address = first.get_attribute("href") or PAGES["queue"]
            if width == 1440:
                page.click("#split-switch")
                first.click()
                page.frame_locator("#case-pane").locator("h1").wait_for()
                page.wait_for_timeout(1500)
                shot(page, folder / f"split-{width}-{scheme}.png", small=True)
            take(page, address, folder / f"case-{width}-{scheme}.png", small=True)
            page.context.close()


def shot(page: Page, file: Path, *, full: bool = False, small: bool = False) -> None:
    """A picture of the page as it stands; a `small` one has 128 colours, which is enough for text and surfaces."""
    page.screenshot(path=file, full_page=full)
    if small:
        with Image.open(file) as picture:
            picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


def everything(browser: Browser, accounts: dict[str, str], folder: Path) -> None:
    """Every page, to be looked at by a picky eye."""
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in ((1280, 900), (360, 780)):
        for scheme in ("light", "dark"):
            page = signed_in(browser, accounts, "olga", width, height, scheme)
            for name, path in PAGES.items():
                take(page, path, folder / f"{name}-{width}-{scheme}.png", full=True)
            mail, link = survey_link(page)
            take(page, mail, folder / f"mail-{width}-{scheme}.png", full=True)
            take(page, f"{link}?score=3", folder / f"answer-{width}-{scheme}.png", full=True)
            page.context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
