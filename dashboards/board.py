"""The dashboard as it is shown: figures in words, with the address of the rows behind each."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.looks import SEGMENT_PLURALS
from core.templatetags.ui import duration
from dashboards import charts, statistics
from dashboards.filters import Selection
from dashboards.queries import counts, loop, root_causes
from dashboards.queries import nps as nps_queries
from dashboards.queries.ledger import ATTRIBUTE, NOT_SET
from dashboards.queries.nps import Group, NpsFigures
from detractors.queries import retention
from surveys.enums import RespondentType
from surveys.queries.campaigns import measures_opens
from surveys.rules import nps

SHOWN = 12  # values of a breakdown on the dashboard; all of them stand on its own page and in its CSV


@dataclass(frozen=True)
class Row:
    """One line of a table of NPS figures."""

    label: str
    figures: NpsFigures
    answers_url: str
    focus_url: str = ""

    @property
    def nps(self) -> str | None:
        return statistics.signed(self.figures.nps)

    @property
    def margin(self) -> str:
        return margin_text(self.figures)

    @property
    def shares(self) -> tuple[str | None, ...]:
        """Promoters, passives and detractors in percent."""
        found = self.figures
        return tuple(
            statistics.percent(part / found.n if found.n else None)
            for part in (found.promoters, found.passives, found.detractors)
        )


def margin_text(figures: NpsFigures) -> str:
    """ "± 7.4", or that there are too few answers for one."""
    if figures.n and not figures.has_enough:
        return _("too few to say")
    return "" if figures.margin is None else f"± {figures.margin:.1f}"


class Board:
    """Everything the dashboard shows for one question, each part asked for once."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.slug = selection.workspace.slug

    # --- Addresses ---------------------------------------------------------------------------------------------

    def url(self, name: str, query: str = "", **kwargs: str) -> str:
        path = reverse(f"dashboards:{name}", kwargs={"slug": self.slug, **kwargs})
        return f"{path}?{query}" if query else path

    def answers_url(self, **changes: Any) -> str:
        """The list of the very answers a figure counts."""
        return self.url("answers", self.selection.fixed(**changes))

    def cases_url(self, figure: str, **changes: Any) -> str:
        """The list of the very cases a figure counts: by survey and days; answers' filters do not apply to cases."""
        bare = Selection(
            self.selection.workspace, "custom", self.selection.since, self.selection.until, self.selection.survey, {},
            self.selection.by,
        )  # fmt: skip
        return self.url("cases", bare.fixed(figure=figure, **changes))

    def csv_url(self, table: str) -> str:
        return self.url(f"{table}_csv", self.selection.query())

    # --- The headline ------------------------------------------------------------------------------------------

    def trend(self) -> nps_queries.Trend:
        return nps_queries.trend(
            scope=self.selection.scope, before=self.selection.before, bucket=self.selection.bucket
        )

    def headline(self, trend: nps_queries.Trend) -> dict[str, Any]:
        """The NPS tile: figure, margin, and whether the change is real, in words."""
        now, before = trend.now, trend.before
        compared = statistics.difference(estimate(before), estimate(now))
        tone = ""
        if compared.verdict == statistics.REAL and compared.change:
            tone = "good" if compared.change > 0 else "bad"
        change = ""
        if compared.change is not None and compared.verdict != statistics.TOO_FEW:
            change = _("%(change)s against the %(days)s before") % {
                "change": statistics.signed(compared.change),
                "days": ngettext("%(n)s day", "%(n)s days", self.selection.days) % {"n": self.selection.days},
            }
        return {
            "value": statistics.signed(now.nps),
            "n": now.n,
            "margin": margin_text(now),
            "change": change,
            "tone": tone,
            "verdict": compared.sentence.say(_) if now.n else "",
            "before": statistics.signed(before.nps),
            "before_n": before.n,
            "url": self.answers_url(),
            "doubtful": self.doubtful(now),
        }

    def doubtful(self, now: NpsFigures) -> dict[str, Any] | None:
        """The same figure with the answers of probable scanners; None when there are none."""
        scope = self.selection.scope
        found = nps_queries.nps_figures(
            workspace=scope.workspace, since=scope.since, until=scope.until, survey=scope.survey,
            filters=scope.filters, sight=scope.sight, distinct=scope.distinct, include=("doubtful",),
            without=scope.without,
        )  # fmt: skip
        if found.n == now.n:
            return None
        return {
            "value": statistics.signed(found.nps),
            "n": found.n - now.n,
            "url": self.answers_url(series="DOUBTFUL"),
        }

    def trend_rows(self, groups: Sequence[Group], **changes: Any) -> list[Row]:
        rows = []
        for group, (first, last) in zip(groups, self.spans(), strict=True):
            label = charts.bucket_label(date.fromisoformat(group.key or ""), self.selection.bucket, long=True)
            url = self.answers_url(since=first.isoformat(), until=last.isoformat(), **changes)
            rows.append(Row(label, group.figures, url))
        return rows

    def spans(self) -> list[tuple[date, date]]:
        """The first and last counted day of each bucket: those at the edges may be cut by the period."""
        selection = self.selection
        starts = list(nps_queries.starts(selection.bucket, selection.since, selection.until))
        ends = [start - timedelta(days=1) for start in starts[1:]] + [selection.until]
        return [(max(start, selection.since), end) for start, end in zip(starts, ends, strict=True)]

    def distribution(self, figures: NpsFigures) -> list[dict[str, Any]]:
        """Eleven lines: score, its segment in words, how many, share, rows."""
        return [
            {
                "score": score,
                "segment": nps.classify(score),
                "word": SEGMENT_PLURALS[nps.classify(score)],
                "n": n,
                "share": statistics.percent(n / figures.n if figures.n else None, 1),
                "url": self.answers_url(score=score),
            }
            for score, n in enumerate(figures.distribution)
        ]

    def segment_urls(self) -> dict[str, str]:
        return {
            segment: self.answers_url(segment=segment)
            for segment in (nps.PROMOTER, nps.PASSIVE, nps.DETRACTOR)
        }

    # --- Breakdowns --------------------------------------------------------------------------------------------

    def breakdown(
        self, by: str, *, title: str, patiently: bool = False, limit: int | None = SHOWN
    ) -> dict[str, Any]:
        """The figures by value of `by`; one that has to read the answers is left to be fetched, unless `patiently`."""
        facts: dict[str, Any] = {
            "by": by,
            "title": title,
            "ident": by.replace(":", "-").replace(" ", "-"),
            "csv_url": self.url("breakdown_csv", self.selection.query(by=by)),
            "page_url": self.url("breakdown", self.selection.query(by=by)),
        }
        if not patiently and not counts.is_tallied(scope=self.selection.scope, by=by):
            return {**facts, "is_later": True}
        groups = nps_queries.breakdown(scope=self.selection.scope, by=by)
        rows = [self._value_row(by, group) for group in groups]
        shown = rows[:limit]
        return {
            **facts,
            "rows": shown,
            "more": max(len(rows) - len(shown), 0),
            "chart_json": json.dumps(
                charts.bars_chart(
                    groups=groups[:limit],
                    labels=[row.label for row in shown],
                    links=[row.answers_url for row in shown],
                    title=title,
                )
            ),
        }

    def _value_row(self, by: str, group: Group) -> Row:
        narrowed = self.selection.narrowed(by, NOT_SET if group.key is None else group.key)
        return Row(
            label=group.label or _("not set"),
            figures=group.figures,
            answers_url=self.url("answers", narrowed.fixed()),
            focus_url=self.url("dashboard", narrowed.query()) if group.key is not None else "",
        )

    # --- The loop ----------------------------------------------------------------------------------------------

    def loop_figures(self) -> loop.LoopFigures:
        chosen = self.selection
        return loop.loop_figures(
            workspace=chosen.workspace,
            since=chosen.since,
            until=chosen.until,
            survey=chosen.survey,
            sight=chosen.sight,
        )

    def loop_tiles(self, found: loop.LoopFigures) -> list[dict[str, Any]]:
        """Tiles of the loop; a figure without data has value None, which is shown as "no data"."""
        first, calendar = found.first_response, found.first_response_calendar
        attained = found.sla_attainment
        show_cases = _("Show the cases")
        return [
            {
                "label": _("First response, median"),
                "value": None if first.median is None else duration(first.median),
                "basis": ngettext("%(n)s case", "%(n)s cases", first.n) % {"n": f"{first.n:,}"},
                "hint": ""
                if first.p90 is None
                else _("working time; 9 in 10 within %(p90)s. On the customer's clock: %(calendar)s")
                % {"p90": duration(first.p90), "calendar": duration(calendar.median)},
                "url": self.cases_url("answered"), "link": show_cases, "icon": "clock",
            },
            self._share_tile(
                _("Answered within 60 minutes"), found.within_hour, "stopwatch", "within-hour",
                _("%(hits)s of %(n)s cases, working time"),
            ),
            self._share_tile(
                _("Promises kept"), attained, "circle-check", "breached",
                _("%(hits)s met, %(rest)s missed"), link=_("Show the missed ones"),
            ),
            self._share_tile(
                _("Told what was done"), found.closed_loop_rate, "mail-forward", "told-back", _("%(hits)s of %(n)s cases")
            ),
            self._share_tile(
                _("Won back"), found.recovery_rate, "heart-handshake", "recovered",
                _("%(hits)s of %(n)s who were asked again and answered; %(converted)s promoters now"),
                converted=found.converted,
            ),
            self._stayed_tile(),
            {
                "label": _("Open cases now"),
                "value": f"{found.open_now:,}",
                "hint": _("%(n)s with a missed promise") % {"n": f"{found.breached_now:,}"},
                "url": self.cases_url("open-now"), "link": show_cases, "icon": "inbox",
            },
        ]  # fmt: skip

    def _stayed_tile(self) -> dict[str, Any]:
        """Customers with a case who stayed, of those of whom it is known; it leads to their own page."""
        chosen = self.selection
        kept, lost = retention.kept_and_lost(
            workspace=chosen.workspace,
            since=chosen.since,
            until=chosen.until,
            survey=chosen.survey.pk if chosen.survey else None,
            sight=chosen.sight,
        )
        found = statistics.share(kept, kept + lost)
        tile = self._share_tile(_("Stayed with us"), found, "users", "", _("%(hits)s kept, %(rest)s lost"))
        url = reverse("detractors:retention", args=[chosen.workspace.slug])
        return tile | {"url": url if found.n else "", "link": _("Kept and lost")}

    def _share_tile(
        self,
        label: str,
        found: statistics.Share,
        icon: str,
        figure: str,
        hint: str,
        *,
        link: str = "",
        **facts: Any,
    ) -> dict[str, Any]:
        interval = ""
        if found.low is not None and found.high is not None:
            interval = _("95 %%: %(low)s to %(high)s") % {
                "low": f"{100 * found.low:.0f}", "high": statistics.percent(found.high),
            }  # fmt: skip
        return {
            "label": label,
            "value": statistics.percent(found.value),
            "basis": "",
            "margin": interval,
            "hint": ""
            if not found.n
            else hint % {"hits": found.hits, "n": found.n, "rest": found.n - found.hits, **facts},
            "icon": icon,
            "url": self.cases_url(figure) if found.n else "",
            "link": link or _("Show the cases"),
        }

    def funnel(self, found: loop.Funnel | None = None, *, patiently: bool = False) -> dict[str, Any]:
        """How far the invitations got; what has to read the whole ledger is left to be fetched, unless `patiently`.

        `found` is the funnel where it is counted already.
        """
        chosen = self.selection
        facts: dict[str, Any] = {
            "page_url": self.url("funnel", chosen.query()),
            "is_by_team": chosen.sight.teams is not None,
        }
        if facts["is_by_team"]:
            return facts
        if found is None:
            if not patiently and not counts.is_tallied(scope=chosen.scope):
                return {**facts, "is_later": True}
            found = loop.funnel(scope=chosen.scope)
        rate = found.response_rate
        return {**facts, "steps": self._funnel_steps(found), "rate": rate, "has_sent": found.sent > 0}

    def _funnel_steps(self, found: loop.Funnel) -> list[dict[str, Any]]:
        """Each step with its share of those sent; `n` is None for mails opened where nobody reports it."""
        opened = found.opened if measures_opens(opened=found.opened) else None
        steps: list[tuple[str, int | None]] = [
            (_("Sent"), found.sent),
            (_("Delivered"), found.delivered),
            (_("Opened"), opened),
            (_("Clicked"), found.clicked),
            (_("Answered"), found.answered),
            (_("With a comment"), found.commented),
        ]
        return [
            {
                "label": label,
                "n": n,
                "maximum": max(found.sent, 1),
                "share": statistics.percent(n / found.sent if found.sent and n is not None else None),
                "is_measured": n is not None,
            }
            for label, n in steps
        ]

    def causes(self) -> dict[str, Any]:
        """The most frequent root causes, with the cases behind each."""
        chosen = self.selection
        found, known = root_causes.top_causes(
            workspace=chosen.workspace,
            since=chosen.since,
            until=chosen.until,
            survey=chosen.survey,
            sight=chosen.sight,
        )
        return {
            "known": known,
            "rows": [
                {
                    "cause": cause,
                    "share": statistics.percent(cause.share),
                    "url": self.cases_url("opened", cause=cause.public_id),
                }
                for cause in found
            ],
        }

    # --- Words -------------------------------------------------------------------------------------------------

    def period_words(self) -> str:
        chosen = self.selection
        return _("%(since)s to %(until)s, days of %(zone)s") % {
            "since": dateformat.format(chosen.since, "j M Y"),
            "until": dateformat.format(chosen.until, "j M Y"),
            "zone": chosen.workspace.time_zone,
        }

    def chips(self, page: str, **kept: Any) -> list[dict[str, Any]]:
        """The filters that are on, each with the address of the page without it."""
        found = left_out_chips(self.selection, lambda chosen: self.url(page, chosen.query(**kept)))
        for dimension, value in self.selection.filters.items():
            others = {name: one for name, one in self.selection.filters.items() if name != dimension}
            left = replace(self.selection, filters=others)
            unset = _("customers only") if dimension == "respondent" else _("not set")
            shown = unset if value == NOT_SET else nps_queries.label_of(dimension, value)
            found.append(
                {
                    "label": dimension_label(dimension),
                    "value": shown,
                    "remove_url": self.url(page, left.query(**kept)),
                }
            )
        return found


def left_out_words(chosen: Selection) -> str:
    """Who is left out of the figures, "Employee, Competitor"; empty if nobody is."""
    return ", ".join(str(label) for code, label in RespondentType.choices if code in chosen.without)


def left_out_chips(chosen: Selection, url: Callable[[Selection], str]) -> list[dict[str, Any]]:
    """What the workspace leaves out of NPS, and the way to count everybody; or that everybody is counted against it."""
    if words := left_out_words(chosen):
        everybody = replace(chosen, is_everybody=True)
        return [{"label": _("Left out of NPS"), "value": words, "remove_url": url(everybody)}]
    if chosen.is_everybody and replace(chosen, is_everybody=False).without:
        usual = replace(chosen, is_everybody=False)
        return [{"label": _("Who answered"), "value": _("everybody"), "remove_url": url(usual)}]
    return []


DIMENSION_LABELS: dict[str, Callable[[], str]] = {
    "touchpoint": lambda: _("Touchpoint"),
    "channel": lambda: _("Channel"),
    "language": lambda: _("Language"),
    "campaign": lambda: _("Campaign"),
    "respondent": lambda: _("Who answered"),
}


def dimension_label(dimension: str) -> str:
    """What people call a dimension; an attribute is called what the workspace calls it."""
    named = DIMENSION_LABELS.get(dimension)
    return named() if named else dimension.removeprefix(ATTRIBUTE).replace("_", " ").capitalize()


def estimate(figures: NpsFigures) -> statistics.Estimate:
    """The figures as the statistics want them."""
    return statistics.estimate(figures.promoters, figures.passives, figures.detractors)
