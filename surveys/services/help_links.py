"""Help links are written, and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Workspace
from surveys.models import HelpLink
from surveys.rules import help_links as rules


@dataclass(frozen=True)
class Given:
    """A link as it was typed; `words` by language."""

    url: str
    words: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        return not self.url.strip() and not any(text.strip() for text in self.words.values())


class HelpLinkError(ValueError):
    """Nothing was changed; `faults` are sentences by (place, field), the field "url" or "words"."""

    def __init__(self, faults: dict[tuple[int, str], str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults.values()))


@transaction.atomic
def put(*, workspace: Workspace, reason: str, links: Sequence[Given], now: datetime) -> int:
    """These are the links of the reason, in this order; returns how many. Empty ones are left out.

    A link that stays keeps its count. Raises HelpLinkError.
    """
    wanted, faults = [], {}
    for place, one in enumerate(links[: rules.MOST_LINKS]):
        if one.is_empty:
            continue
        url, fault = rules.address(one.url)
        if fault:
            faults[place, "url"] = _sentence(fault)
        words = {code: " ".join(text.split()) for code, text in one.words.items() if text.strip()}
        if not words:
            faults[place, "words"] = _("Please say in a few words where it leads.")
        elif any(len(text) > rules.LONGEST_WORDS for text in words.values()):
            faults[place, "words"] = _("Please use at most 80 characters.")
        wanted.append((url, words))
    if faults:
        raise HelpLinkError(faults)
    Workspace.objects.select_for_update(of=("self",)).values_list("pk").get(pk=workspace.pk)
    before = {row.url: row for row in HelpLink.objects.of(workspace).filter(reason=reason)}
    HelpLink.objects.of(workspace).filter(reason=reason).delete()
    for place, (url, words) in enumerate(wanted):
        known = before.pop(url, None)
        row = HelpLink(
            workspace=workspace, reason=reason, position=place, url=url, words=words,
            clicks=known.clicks if known else 0, created_at=known.created_at if known else now,
        )  # fmt: skip
        if known:
            row.public_id = known.public_id
        row.save(force_insert=True)
    return len(wanted)


def count(*, public_id: str) -> None:
    """Somebody pressed it on one of our pages; nothing is kept of who."""
    HelpLink.objects.across_workspaces().filter(public_id=public_id).update(clicks=F("clicks") + 1)


def _sentence(code: str) -> str:
    return {
        "NO_URL": _("Please give the address of the page, or clear its words."),
        "LONG_URL": _("This address is longer than 500 characters."),
        "NOT_HTTPS": _(
            "Please use an address that begins with https://: mail programs and browsers warn of others."
        ),
        "BAD_URL": _("This is no address of a web page."),
    }[code]
