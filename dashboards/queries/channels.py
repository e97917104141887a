"""How many were asked and answered on each channel, as invitations and as people.

People cannot be added up from tallies, so the ledger of the funnel is read, with what is not settled yet; the answers nobody
was invited to (links, widgets, calls) are counted beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Count

from dashboards.queries.answers import answers
from dashboards.queries.counts import Scope, funnel_lines
from dashboards.queries.nps import label_of
from dashboards.statistics import Share, share
from surveys.enums import FunnelStage, ResponseChannel


@dataclass(frozen=True)
class Stage:
    """Invitations that got so far, and how many different people they were for."""

    invitations: int = 0
    people: int = 0


@dataclass(frozen=True)
class Channel:
    """`stages` by FunnelStage code, of invitations sent in the period; `uninvited` answered without one."""

    code: str
    label: str
    stages: dict[str, Stage]
    uninvited: int

    @property
    def response_rate(self) -> Share:
        """Answered of delivered invitations (of sent ones where no delivery is reported), with its Wilson interval.

        The interval: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
        American Statistical Association 22 (1927); see `dashboards.statistics.share`.
        """
        answered = self.stages[FunnelStage.ANSWERED].invitations
        delivered = self.stages[FunnelStage.DELIVERED].invitations
        sent = self.stages[FunnelStage.SENT].invitations
        # An answer proves the delivery nobody reported.
        return share(answered, max(delivered or sent, answered))

    @property
    def is_mail(self) -> bool:
        """Whether mails were sent on this channel, which somebody can open."""
        return self.code == ResponseChannel.EMAIL and self.stages[FunnelStage.SENT].invitations > 0

    @property
    def answered(self) -> int:
        return self.stages[FunnelStage.ANSWERED].invitations + self.uninvited


def channels(*, scope: Scope) -> list[Channel]:
    """Every channel somebody was asked or answered on, the one with most answers first; two statements.

    A viewer limited to teams sees nothing here: whom a team asked, nobody can say.
    """
    if scope.sight.teams is not None:
        return []
    lines, parameters = funnel_lines(scope=scope)
    statement = f"""
        SELECT COALESCE(c.dimensions ->> 'channel', ''), c.stage, count(*), count(DISTINCT i.contact_id)
        FROM ({lines}) AS c JOIN surveys_invitation AS i ON i.id = c.invitation_id
        GROUP BY 1, 2"""
    found: dict[str, dict[str, Stage]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for code, stage, invitations, people in cursor.fetchall():
            found.setdefault(code, {})[stage] = Stage(invitations, people)
    uninvited: dict[str, int] = {}
    everybody = answers(scope=replace(scope, without=frozenset()))
    rows = everybody.filter(invitation__isnull=True).select_related(None).order_by()
    for code, n in rows.values_list("channel").annotate(n=Count("pk")):
        uninvited[code] = n
    listed = [
        Channel(
            code,
            label_of("channel", code),
            {stage: found.get(code, {}).get(stage, Stage()) for stage in FunnelStage.values},
            uninvited.get(code, 0),
        )
        for code in {*found, *uninvited}
    ]
    return sorted(listed, key=lambda one: (-one.answered, one.code))
