"""The two homes: what waits for me, and how the desk stands. Each in a number of statements that never grows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User, Workspace
from accounts.rules.sight import Sight
from dashboards import home_lines as lines
from dashboards.home_lines import Line
from dashboards.queries.at_stake import AtStake, lately, stayed, won_back
from detractors import forecast_words
from detractors.queries import forecasting, homes, queue
from detractors.queries.remedies import month_of, settings_of
from detractors.queries.sight import visible_ids
from detractors.rules.forecast import LIKELY
from detractors.services.forecasting import LOOKS_BACK
from detractors.views.queue import capped
from followups.queries import inbound
from surveys.queries import texts

MISSED_FOR = timedelta(days=14)  # a call-back missed earlier than this is no longer shown
WEEK = timedelta(days=7)
HEAVY = 2.0  # weeks of somebody's own pace that stand open with them


@dataclass(frozen=True)
class Tile:
    """One figure that leads somewhere."""

    label: str
    value: str
    url: str
    hint: str = ""
    tone: str = ""  # bad or warning when something is to be done


@dataclass(frozen=True)
class Section:
    """One list: its first lines, how many there are, and what stands there while there are none."""

    ident: str
    title: str
    icon: str
    lines: list[Line]
    total: int
    none: str
    url: str = ""
    link: str = ""
    late: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, self.total - len(self.lines))


class Home:
    """What both homes are asked with."""

    def __init__(
        self, *, workspace: Workspace, user: User, sight: Sight, now: datetime, zone: Any, may_assign: bool
    ) -> None:
        self.workspace, self.user, self.sight, self.now = workspace, user, sight, now
        self.slug = workspace.slug
        self.may_assign = may_assign
        today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        self.today_ends = today + timedelta(days=1)
        self.asked: dict[str, Any] = {"workspace": workspace, "sight": sight}
        self.currency = settings_of(workspace=workspace).currency

    def url(self, name: str, query: str = "") -> str:
        return reverse(name, kwargs={"slug": self.slug}) + query

    # --- Mine -------------------------------------------------------------------------------------------------------

    def mine(self) -> dict[str, Any]:
        """What waits for one person, the most pressing first."""
        own = homes.own_counts(
            workspace=self.workspace, user=self.user, now=self.now, today_ends=self.today_ends
        )
        promised = homes.promises(user=self.user, now=self.now, **self.asked)
        due, answered = self._due(own), self._answered(own)
        promises = Section(
            "promised", _("Promised"), "heart-handshake",
            [lines.task_line(one, slug=self.slug, now=self.now) for one in promised.rows],
            promised.total,
            _("A time you name in a reply or a call becomes a promise here, and you are reminded before it is over."),
            self.url("detractors:promised", "?whose=mine"), _("All promises"), promised.late,
        )  # fmt: skip
        waiting = self._waiting()
        sections = [due, answered, promises, waiting]
        tiles = [
            Tile(_("Overdue"), str(own.late), self.url("detractors:queue", "?view=mine&due=overdue"),
                 "", "bad" if own.late else ""),
            Tile(_("Due today"), str(own.today), self.url("detractors:queue", "?view=mine&sort=due")),
            Tile(_("Wrote back"), str(own.answered), "#answered", "", "warning" if own.answered else ""),
            Tile(_("Promised"), str(promised.total), promises.url,
                 ngettext("%(n)s overdue", "%(n)s overdue", promised.late) % {"n": promised.late} if promised.late else "",
                 "bad" if promised.late else ""),
            Tile(_("Waiting on you"), str(waiting.total), "#waiting", "", "bad" if waiting.late else ""),
        ]  # fmt: skip
        return {
            "sections": sections,
            "tiles": tiles,
            "first": first_of(sections),
            "open": own.open,
            "is_free": not any(one.total for one in sections),
        }

    def _due(self, own: homes.Own) -> Section:
        rows = homes.own_due(workspace=self.workspace, user=self.user)
        return Section(
            "due", _("Due"), "inbox",
            [lines.case_line(one, slug=self.slug, now=self.now) for one in rows],
            max(own.working, len(rows)),
            _("You have no open case. Take the next one, or look who could use a hand."),
            self.url("detractors:queue", "?view=mine"), _("All of mine"), own.late,
        )  # fmt: skip

    def _answered(self, own: homes.Own) -> Section:
        rows = homes.own_answered(workspace=self.workspace, user=self.user)
        return Section(
            "answered", _("Wrote back"), "message-reply",
            [lines.case_line(one, slug=self.slug, now=self.now, wrote=True) for one in rows],
            max(own.answered, len(rows)),
            _("When a customer writes back, their words wait here until you answer."),
        )  # fmt: skip

    def _waiting(self) -> Section:
        """Missed calls, late tasks, today's calls, approvals, notes that name me, then the other tasks."""
        calls = homes.calls(user=self.user, since=self.now - MISSED_FOR, until=self.today_ends, **self.asked)
        tasks = homes.tasks(user=self.user, now=self.now, **self.asked)
        named = homes.named(user=self.user, **self.asked)
        agree = homes.approvals(user=self.user, **self.asked) if self.may_assign else homes.Listed([], 0)
        done = [lines.task_line(one, slug=self.slug, now=self.now) for one in tasks.rows]
        late = [one for one in done if one.tone == "bad"]
        found = [
            *(lines.call_line(one, slug=self.slug, now=self.now) for one in calls.rows),
            *late,
            *(lines.approval_line(one, slug=self.slug, currency=self.currency) for one in agree.rows),
            *(lines.named_line(one, slug=self.slug) for one in named.rows),
            *(one for one in done if one not in late),
        ]
        return Section(
            "waiting", _("Waiting on you"), "list-check", found,
            calls.total + tasks.total + named.total + agree.total,
            _("Tasks, call-backs of today, notes that name you and remedies that need your word come here."),
            self.url("detractors:my_work"), _("My work"), calls.late + tasks.late,
        )  # fmt: skip

    # --- The desk ---------------------------------------------------------------------------------------------------

    def desk(self) -> dict[str, Any]:
        """How everybody's cases stand, as far as they may be seen."""
        standing = queue.standing(user=self.user, wanted=queue.Wanted(tab=queue.BREACHED), **self.asked)
        forecast = forecasting.latest(workspace=self.workspace)
        data: dict[str, Any] = forecast.data if forecast else {}
        promised = homes.promises(now=self.now, only_late=True, **self.asked)
        missed = [
            lines.case_line(one, slug=self.slug, now=self.now, with_owner=True)
            for one in homes.missed(user=self.user, **self.asked)
        ]
        escalated = [
            lines.escalation_line(one, slug=self.slug, now=self.now)
            for one in homes.escalated(now=self.now, **self.asked)
        ]
        coming = self._coming(data)
        sections = [
            Section(
                "missed", _("Missed promises"), "alert-triangle", missed, standing.counts[queue.BREACHED],
                _("No promise is missed. What is late comes here before anything else."),
                self.url("detractors:queue", "?view=breached"), _("All that are missed"),
                standing.counts[queue.BREACHED],
            ),
            Section(
                "escalated", _("Escalated"), "bell-ringing", escalated, len(escalated),
                _("Nothing was escalated in the last seven days."),
                self.url("detractors:queue", "?view=breached"), "", 0,
            ),
            Section(
                "overdue", _("Promises to customers, overdue"), "heart-handshake",
                [lines.task_line(one, slug=self.slug, now=self.now, with_owner=True) for one in promised.rows],
                promised.total, _("What was promised to customers is done in time, so far."),
                self.url("detractors:promised", "?whose=all&state=overdue"), _("All of them"), promised.late,
            ),
            Section(
                "coming", _("Likely to be missed"), "hourglass-high", coming, len(coming),
                _("At the present pace every promise until the end of the next working day is likely to be kept.")
                if data.get("state") == "OK" else forecast_words.headline(data) if data
                else _("The first forecast is made within five minutes."),
                self.url("detractors:forecast") if self.may_assign else "", _("Who could take them"), 0,
            ),
        ]  # fmt: skip
        stake = lately(**self.asked)
        return {
            "sections": sections,
            "tiles": self._desk_tiles(standing, len(coming)),
            "loads": self._loads(data),
            "stake": self._stake(stake),
            "version": standing.version,
        }

    def _coming(self, data: dict[str, Any]) -> list[Line]:
        likely = [one for one in data.get("cases", ()) if one["chance"] >= LIKELY]
        seen = visible_ids(workspace=self.workspace, sight=self.sight, ids=[one["case"] for one in likely])
        cases = forecasting.cases_with(workspace=self.workspace, ids=seen)
        found = []
        for one in forecast_words.lines({**data, "cases": likely}, cases, {}) if data else []:
            owner = one.case.owner.display_name if one.case.owner else _("Nobody yet")
            found.append(
                Line(
                    url=lines.url_of(one.case, self.slug), title=lines.customer(one.case), number=one.case.number,
                    icon="hourglass-high", tone="warning", small=f"{one.kind} · {owner}", at=one.due_at,
                    state="DUE_SOON", pill=_("%(n)s %%") % {"n": one.percent}, pill_tone="warning",
                    facts=(one.case.pk, one.percent, one.case.owner_id),
                )
            )  # fmt: skip
        return found[: homes.SHOWN]

    def _desk_tiles(self, standing: queue.Standing, likely: int) -> list[Tile]:
        counts = standing.counts
        unmapped = homes.unmapped(**self.asked)
        mails = inbound.counts(**self.asked)["tray"]
        sms = texts.waiting(**self.asked)
        agree = homes.approvals(user=self.user, **self.asked).total if self.may_assign else 0
        found = [
            Tile(_("Missed"), capped(counts[queue.BREACHED]), self.url("detractors:queue", "?view=breached"),
                 _("open, and a promise is over"), "bad" if counts[queue.BREACHED] else ""),
            Tile(_("Due soon"), capped(counts[queue.DUE_SOON]), self.url("detractors:queue", "?view=due-soon"),
                 ngettext("%(n)s likely to be missed", "%(n)s likely to be missed", likely) % {"n": likely}
                 if likely else "", "warning" if likely else ""),
            Tile(_("Nobody has them"), capped(counts[queue.UNASSIGNED]),
                 self.url("detractors:queue", "?view=unassigned"), "", "warning" if counts[queue.UNASSIGNED] else ""),
            Tile(_("Unmapped"), capped(unmapped), self.url("detractors:queue", "?view=open&cell=none"),
                 _("of no cell of the matrix")),
            Tile(_("Mail to sort"), str(mails), self.url("followups:tray"), _("nobody could place it"),
                 "warning" if mails else ""),
        ]  # fmt: skip
        if sms:
            found.append(Tile(_("Texts to sort"), str(sms), self.url("surveys:text_tray"), "", "warning"))
        if agree:
            found.append(
                Tile(_("Remedies to agree to"), str(agree), self.url("detractors:remedies", "?state=WAITING"),
                     "", "warning")
            )  # fmt: skip
        return found

    def _loads(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        weeks = LOOKS_BACK / WEEK
        paces = {int(owner): n / weeks for owner, n in data.get("solved", {}).items()}
        found = homes.loads(now=self.now, today_ends=self.today_ends, paces=paces, **self.asked)
        most = max((one.active for one in found), default=0)
        return [
            {
                "load": one,
                "name": one.person.display_name if one.person else _("Nobody yet"),
                "url": self.url("detractors:queue", f"?view=open&owner={one.person.pk if one.person else 'none'}"),
                "share": round(100 * one.active / most) if most else 0,
                "pace": _("%(n)s a week") % {"n": forecast_words.figure(one.weekly)} if one.weekly else "",
                "is_heavy": bool(one.weeks and one.weeks >= HEAVY),
                "weeks": forecast_words.figure(one.weeks) if one.weeks else "",
                "is_resting": one.person is not None and not one.takes_cases and one.away_until is None,
            }
            for one in found
        ]  # fmt: skip

    def _stake(self, found: AtStake) -> dict[str, Any]:
        """The sums in words: at stake now, won back this month, and by team where there are several."""
        since, until = month_of(self.now, ZoneInfo(self.workspace.time_zone))
        won = won_back(since=since, until=until, **self.asked)
        said = stayed(since=since.date(), until=until.date() - timedelta(days=1), **self.asked)
        names = dict(Team.objects.of(self.workspace).values_list("pk", "name"))
        teams = [
            {"name": names.get(team or 0, _("No team")), "value": lines.money(stake.value, found.currency),
             "customers": stake.customers, "sort": stake.value,
             "url": self.url("detractors:queue", f"?view=open&sort=value&team={team or 'none'}")}
            for team, stake in found.teams.items()
            if stake.customers
        ]  # fmt: skip
        return {
            "total": found.total,
            "value": lines.money(found.total.value, found.currency),
            "won": won,
            "won_value": lines.money(won.value, found.currency),
            "month": since,
            "stayed": [
                {
                    "state": state,
                    "customers": said[state][0],
                    "value": lines.money(said[state][1], found.currency),
                }
                for state in said
            ],
            "stayed_url": self.url("detractors:retention"),
            "teams": sorted(teams, key=lambda one: (-one["sort"], one["name"])) if len(teams) > 1 else [],
            "url": self.url("detractors:queue", "?view=open&sort=value"),
            "public_url": self.url("detractors:queue", "?view=open&exposure=public"),
        }


def first_of(sections: list[Section]) -> Line | None:
    """What to do next: of all that has a clock the one whose time is over or ends first; else the first line there is."""
    found = [one for section in sections for one in section.lines]
    timed = [one for one in found if one.at is not None and one.state != "PAUSED"]
    return min(timed, key=lambda one: one.at, default=found[0] if found else None)  # type: ignore[arg-type,return-value]


def version_of(*parts: dict[str, Any] | None) -> str:
    """Changes with everything that is shown but the passing of time."""
    seen = [
        (
            [(one.url, one.facts) for section in part["sections"] for one in section.lines],
            [(section.total, section.late) for section in part["sections"]],
            [(tile.value, tile.hint) for tile in part["tiles"]],
            [(row["load"], row["pace"]) for row in part.get("loads", ())],
            repr(part.get("stake")),
        )
        for part in parts
        if part
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
