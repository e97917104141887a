"""Whether a person gave an answer: signs found in the visits of its link, and what they add up to.

Mail security follows the links of a mail (Safe Links, Barracuda, Mimecast, Proofpoint), some of it runs scripts and
submits forms. No single sign proves it, so signs are sorted into four groups that do not follow from one another:

- pace: the answer came seconds after the mail arrived;
- crawl: whoever answered had fetched many score links at once, or the link that nobody can see;
- agent: it calls itself a scanner, a tool or a browser without a screen, or asked by HEAD;
- hand: the form came without what the page holds, faster than a hand, or a script ran and saw no gesture.

Signs of two groups make a likely scanner. Signs of one make the answer doubtful: it waits half an hour, and then counts
as a person's. Visits of somebody else are no sign: a customer whose office scans its mail is judged by their own.
`docs/trust.md` says the same in words for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

QUICK = timedelta(seconds=15)  # nobody sees a mail arrive, opens it, chooses and presses Send sooner
INSTANT = 1.0  # seconds between the page and the pressed button
MANY_LINKS = 4  # score links; a person who changes their mind opens two or three
AT_ONCE = timedelta(seconds=10)  # between the first and the last of them
NEAR = timedelta(minutes=2)  # a crawl belongs to an answer this close to it, if the answerer opened nothing
APART = timedelta(minutes=10)  # visits of one forwarded link
CLIENTS_OF_FORWARDED = 3  # a phone and a desk are still one person
HELD_FOR = timedelta(minutes=30)

PACE, CRAWL, AGENT, HAND = "pace", "crawl", "agent", "hand"
GROUPS = {
    "QUICK": PACE,
    "ALL_LINKS": CRAWL,
    "HIDDEN_LINK": CRAWL,
    "SCANNER_AGENT": AGENT,
    "TOOL_AGENT": AGENT,
    "HEADLESS": AGENT,
    "HEAD_REQUEST": AGENT,
    "NO_PAGE": HAND,
    "INSTANT": HAND,
    "NO_GESTURE": HAND,
}

BROWSER, SCANNER, TOOL, HEADLESS = "browser", "scanner", "tool", "headless"
_SCANNERS = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|ms-?office.*(?:bot|preview)|bingpreview|fireeye|trendmicro|symantec|"
    r"messagelabs|sophos|ironport|cisco.*(?:email|secure)|zscaler|forcepoint|paloalto|checkpoint|avanan|"
    r"googleimageproxy|yahoomailproxy|virustotal|(?<!cu)bot\b|crawler|spider|scanner|linkcheck|facebookexternalhit|slackbot",
    re.IGNORECASE,
)
_HEADLESS = re.compile(r"headless|phantomjs|selenium|puppeteer|playwright|electron", re.IGNORECASE)
_TOOLS = re.compile(
    r"^\s*$|^(?:curl|wget|python|java|go-http|okhttp|libwww|ruby|axios|node|php|httpie|aiohttp|apache-httpclient|"
    r"winhttp|postman)",
    re.IGNORECASE,
)


def family(user_agent: str) -> str:
    """What kind of program calls itself so."""
    if _SCANNERS.search(user_agent):
        return SCANNER
    if _HEADLESS.search(user_agent):
        return HEADLESS
    return TOOL if _TOOLS.search(user_agent) else BROWSER


@dataclass(frozen=True)
class Visit:
    """One request for a link. `network` and `agent` are keyed hashes, so nobody can be found by them."""

    at: datetime
    method: str
    network: str
    agent: str
    family: str = BROWSER
    score: int | None = None  # of the link that was opened, or sent by the form
    is_hidden: bool = False  # the link in the mail that people can neither see nor reach
    is_ours: bool = False  # opened from the built-in mailbox
    has_page: bool = False  # the form carried what the page put into it
    page_age: float | None = None  # seconds since the page was made, where the form says so
    hand: str = ""  # "" no script ran, "none" it ran and saw no gesture, "robot", "seen"

    @property
    def client(self) -> tuple[str, str]:
        return self.network, self.agent


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for a machine, with the fact it was read from."""

    code: str
    fact: str = ""

    @property
    def group(self) -> str:
        return GROUPS[self.code]


@dataclass(frozen=True)
class Verdict:
    signs: tuple[Sign, ...] = ()
    is_forwarded: bool = False
    clients: int = 0
    visits: int = 0
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(sorted({sign.group for sign in self.signs}))

    @property
    def is_scanner(self) -> bool:
        return len(self.groups) >= 2

    @property
    def is_doubtful(self) -> bool:
        return len(self.groups) == 1


NOTHING = Verdict()


def weigh(
    visits: Sequence[Visit], *, score: int, reached_at: datetime | None, may_be_scanned: bool
) -> Verdict:
    """What the visits of a link say about its answer with `score`; nothing when no answering visit is known.

    `may_be_scanned` is false for a link no mail carried out of the house: then there are no signs.
    """
    posts = [visit for visit in visits if visit.method == "POST"]
    answer = next((visit for visit in reversed(posts) if visit.score == score), posts[-1] if posts else None)
    if answer is None:
        return NOTHING
    looks = [visit for visit in visits if visit.method != "POST"]
    own = [visit for visit in looks if visit.client == answer.client]
    is_ours = any(visit.is_ours for visit in own)
    signs: tuple[Sign, ...] = ()
    if may_be_scanned and not is_ours:
        signs = tuple(_signs(answer, looks, own, reached_at))
    people = {visit.client for visit in _of_people(visits)}
    return Verdict(
        signs=signs,
        is_forwarded=not signs and not is_ours and _is_forwarded(visits, answer),
        clients=len(people),
        visits=len(looks),
        evidence={
            "seconds_after_delivery": _seconds(reached_at, answer.at),
            "agent": answer.family,
            "script": bool(answer.hand),
            "gesture": answer.hand == "seen",
            "seconds_on_page": answer.page_age,
            "visits": len(looks),
            "own_visits": len(own),
            "clients": len(people),
            "same_client_as_first_visit": bool(looks) and looks[0].client == answer.client,
            "from_mailbox": is_ours,
            "signs": [asdict(sign) for sign in signs],
        },
    )


def _signs(
    answer: Visit, looks: Sequence[Visit], own: Sequence[Visit], reached_at: datetime | None
) -> Iterable[Sign]:
    seconds = _seconds(reached_at, answer.at)
    if seconds is not None and timedelta(seconds=seconds) < QUICK:
        yield Sign("QUICK", f"{max(seconds, 0):.0f}")
    if links := most_at_once([look for look in looks if _belongs(look, answer, bool(own))]):
        yield Sign("ALL_LINKS", str(links))
    if any(look.is_hidden and _belongs(look, answer, bool(own)) for look in looks):
        yield Sign("HIDDEN_LINK")
    if answer.hand == "robot" or answer.family == HEADLESS:
        yield Sign("HEADLESS")
    elif answer.family == SCANNER:
        yield Sign("SCANNER_AGENT")
    elif answer.family == TOOL:
        yield Sign("TOOL_AGENT")
    elif any(look.method == "HEAD" for look in own):
        yield Sign("HEAD_REQUEST")
    if not answer.has_page:
        yield Sign("NO_PAGE")
    elif answer.page_age is not None and answer.page_age < INSTANT:
        yield Sign("INSTANT", f"{answer.page_age:.1f}")
    if answer.hand == "none":
        yield Sign("NO_GESTURE")


def _belongs(look: Visit, answer: Visit, has_own: bool) -> bool:
    """Whether a look was the answerer's: the same program, or somebody's just before an answer without any look."""
    if look.client == answer.client:
        return True
    return not has_own and abs(answer.at - look.at) <= NEAR


def most_at_once(looks: Iterable[Visit]) -> int:
    """How many different score links were fetched within `AT_ONCE`; 0 when fewer than `MANY_LINKS`."""
    scored = sorted((look for look in looks if look.score is not None), key=lambda look: look.at)
    most = 0
    for first in scored:
        within = {look.score for look in scored if first.at <= look.at <= first.at + AT_ONCE}
        most = max(most, len(within))
    return most if most >= MANY_LINKS else 0


def _of_people(visits: Sequence[Visit]) -> list[Visit]:
    """The visits of clients that behave like browsers in somebody's hand."""
    machines = {
        visit.client
        for visit in visits
        if visit.family != BROWSER
        or visit.method == "HEAD"
        or visit.is_hidden
        or visit.hand in ("robot", "none")
    }
    by_client: dict[tuple[str, str], list[Visit]] = {}
    for visit in visits:
        by_client.setdefault(visit.client, []).append(visit)
    machines |= {client for client, rows in by_client.items() if most_at_once(rows)}
    return [visit for visit in visits if visit.client not in machines]


def _is_forwarded(visits: Sequence[Visit], answer: Visit) -> bool:
    """Several people's clients over time, and the answer from another network and program than the first visit."""
    people = _of_people(visits)
    agents, networks = {visit.agent for visit in people}, {visit.network for visit in people}
    if min(len(agents), len(networks)) < CLIENTS_OF_FORWARDED:
        return False
    first = people[0]
    is_other = first.network != answer.network and first.agent != answer.agent
    return is_other and answer.at - first.at >= APART


def human_click(
    visits: Sequence[Visit], *, reached_at: datetime | None, may_be_scanned: bool
) -> datetime | None:
    """When a person first opened the link; None while only machines have.

    A look within `QUICK` of the delivery is a scanner's as often as not, so it is not counted.
    """
    people = _of_people(visits) if may_be_scanned else list(visits)
    for visit in people:
        seconds = _seconds(reached_at, visit.at)
        if not may_be_scanned or visit.is_ours or seconds is None or timedelta(seconds=seconds) >= QUICK:
            return visit.at
    return None


def _seconds(since: datetime | None, until: datetime) -> float | None:
    return None if since is None else round((until - since).total_seconds(), 1)
