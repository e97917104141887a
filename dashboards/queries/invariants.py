"""What must be true of the whole database at any moment, each as one statement that finds the rows for which it is not.

Full anti-joins over all workspaces: a check of the product's promises, not a page. Every statement gives (workspace slug,
row, detail), and names its grace where a sweep needs a moment.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from dashboards.queries.ledger import FUNNEL, MONTH_OF_DAY, SERIES_OF_RESPONSE, STEPS_OF_CHANGE, split
from detractors.queries import clock
from surveys.enums import Metric
from surveys.rules.metrics import UNHAPPY, segment_ranges

DECIDING = timedelta(seconds=60)  # decided within a second when all is well; the sweep comes every 5 s
ENFORCING = timedelta(seconds=120)  # as late as /readyz lets the sweep be
SENDING = timedelta(minutes=15)  # longer than any retry within a provider's hiccup
COMPARING = timedelta(hours=26)  # every case is compared with its stages once a day
SHOWN = 20  # offending rows a check gives back


@dataclass(frozen=True)
class Check:
    """A promise: `code` for programs, `sentence` for people, and what finds the rows that break it: a statement, or a
    function of `now` where SQL alone cannot say it."""

    code: str
    sentence: str
    statement: str = ""
    rows: Callable[..., Iterable[tuple[str, str, str]]] | None = None


@dataclass(frozen=True)
class Finding:
    """The outcome of a check: how many rows break it, and the first of them."""

    check: Check
    count: int
    rows: tuple[tuple[str, str, str], ...]

    @property
    def holds(self) -> bool:
        return self.count == 0


def _agreeing_segment() -> str:
    ranges = (
        f"(r.metric = '{metric}' AND r.segment = '{segment}' AND r.score BETWEEN {low} AND {high})"
        for metric in Metric.values
        for segment, low, high in segment_ranges(metric)
    )
    return " OR ".join(ranges)


_UNHAPPY = ", ".join(f"'{segment}'" for segment in UNHAPPY)
_NO_DECISION = "NOT EXISTS (SELECT 1 FROM detractors_casedecision AS d WHERE d.response_id = r.id)"
_OPEN = "c.category IN ('OPEN', 'WAITING')"
_RUNNING = "t.met_at IS NULL AND t.cancelled_at IS NULL"


def _tallies(series: str, rows: str, unfolded: str) -> str:
    """Compare the tallies of `series` (with what is `unfolded`) to a recount of `rows`, key by key."""
    key = "workspace_id, series, dimension, day, survey_id, value, measure"
    return f"""
        WITH told AS (
            SELECT {key}, SUM(n) AS n FROM (
                SELECT {key}, n FROM dashboards_dailytally WHERE {series}
                UNION ALL {unfolded}
            ) AS both_parts GROUP BY {key} HAVING SUM(n) <> 0
        ), counted AS ({rows})
        SELECT w.slug, key.day::text,
               concat_ws(' ', key.series, key.dimension, key.value, key.measure, 'told', COALESCE(told.n, 0), 'counted', COALESCE(counted.n, 0))
        FROM told FULL JOIN counted USING ({key})
        CROSS JOIN LATERAL (SELECT workspace_id, series, dimension, day, value, measure) AS key
        JOIN accounts_workspace AS w ON w.id = key.workspace_id
        WHERE told.n IS DISTINCT FROM counted.n
    """


CHECKS = (
    Check(
        "rank-sum",
        "The place of an open case in the queue is its next promise minus the minutes of its parts.",
        """SELECT w.slug, 'case ' || c.number, concat_ws(' ', 'ranked', c.rank_at, 'minutes', sum.minutes)
            FROM detractors_case AS c JOIN accounts_workspace AS w ON w.id = c.workspace_id
            CROSS JOIN LATERAL (
                SELECT COALESCE(SUM((part ->> 'minutes')::integer), 0) AS minutes FROM jsonb_array_elements(c.rank_parts) AS part
            ) AS sum
            WHERE c.category IN ('OPEN', 'WAITING') AND c.rank_at IS DISTINCT FROM
                COALESCE(c.next_due_at, c.opened_at + interval '30 days') - make_interval(mins => sum.minutes::integer)""",
    ),
    Check(
        "answer-undecided",
        "Every answer has its decision within a minute.",
        f"""SELECT w.slug, 'response ' || r.id, 'received ' || r.received_at FROM surveys_response AS r
            JOIN accounts_workspace AS w ON w.id = r.workspace_id
            WHERE r.received_at < %(decided_by)s AND ({_NO_DECISION} OR r.decide_at < %(decided_by)s)""",
    ),
    Check(
        "detractor-unheard",
        "No detractor is without a case or a written reason.",
        f"""SELECT w.slug, 'response ' || r.id, concat_ws(' ', 'score', r.score, d.outcome, d.reason) FROM surveys_response AS r
            JOIN accounts_workspace AS w ON w.id = r.workspace_id
            LEFT JOIN detractors_casedecision AS d ON d.response_id = r.id
            WHERE r.segment IN ({_UNHAPPY}) AND r.purpose = 'SURVEY' AND r.received_at < %(decided_by)s
              AND (r.decide_at IS NULL OR r.decide_at < %(decided_by)s)
              AND COALESCE(d.outcome NOT IN ('OPENED', 'JOINED', 'HELD') AND d.reason NOT IN ('HISTORICAL', 'SCANNER', 'RULE'), TRUE)""",
    ),
    Check(
        "decision-contradicts-case",
        "An opened or joined case belongs to the answer's customer, and an answer opened the case that names it.",
        """SELECT w.slug, 'decision ' || d.id, concat_ws(' ', d.outcome, 'case', c.number) FROM detractors_casedecision AS d
            JOIN accounts_workspace AS w ON w.id = d.workspace_id
            JOIN surveys_response AS r ON r.id = d.response_id JOIN detractors_case AS c ON c.id = d.case_id
            WHERE c.workspace_id <> d.workspace_id OR r.workspace_id <> d.workspace_id OR c.contact_id IS DISTINCT FROM r.contact_id
               OR (d.outcome = 'OPENED') <> (c.response_id IS NOT DISTINCT FROM r.id)""",
    ),
    Check(
        "case-from-nowhere",
        "Every case that began with an answer was opened by exactly one decision.",
        """SELECT w.slug, 'case ' || c.number, COUNT(d.id) || ' decisions' FROM detractors_case AS c
            JOIN accounts_workspace AS w ON w.id = c.workspace_id
            LEFT JOIN detractors_casedecision AS d ON d.case_id = c.id AND d.outcome = 'OPENED'
            WHERE c.origin = 'RESPONSE' GROUP BY w.slug, c.id HAVING COUNT(d.id) <> 1""",
    ),
    Check(
        "held-too-long",
        "A held answer is decided when its time has come.",
        """SELECT w.slug, 'decision ' || d.id, 'due ' || d.decide_at FROM detractors_casedecision AS d
            JOIN accounts_workspace AS w ON w.id = d.workspace_id
            WHERE d.outcome = 'HELD' AND d.decide_at < %(enforced_by)s""",
    ),
    Check(
        "case-without-timers",
        "No open case is without its running promises.",
        f"""SELECT w.slug, 'case ' || c.number, concat_ws(' ', c.category, 'lacks', lacks.kind) FROM detractors_case AS c
            JOIN accounts_workspace AS w ON w.id = c.workspace_id
            CROSS JOIN LATERAL (VALUES ('FIRST_RESPONSE', c.contacted_at IS NULL), ('RESOLUTION', TRUE)) AS lacks (kind, is_owed)
            WHERE {_OPEN} AND c.policy_id IS NOT NULL AND lacks.is_owed
              AND NOT EXISTS (SELECT 1 FROM detractors_slatimer AS t WHERE t.case_id = c.id AND t.kind = lacks.kind AND {_RUNNING})""",
    ),
    Check(
        "clock-disagrees",
        "The resolution clock stands still while, and only while, a case waits for the customer; ended cases have none running.",
        f"""SELECT w.slug, 'case ' || c.number, concat_ws(' ', c.category, t.kind, 'paused', t.paused_at) FROM detractors_slatimer AS t
            JOIN detractors_case AS c ON c.id = t.case_id JOIN accounts_workspace AS w ON w.id = c.workspace_id
            WHERE {_RUNNING} AND (c.category IN ('RESOLVED', 'CLOSED')
               OR (t.kind = 'RESOLUTION' AND (c.category = 'WAITING') <> (t.paused_at IS NOT NULL)))""",
    ),
    Check(
        "timer-unmarked",
        "No promise is past due, or kept late, without being marked; no warning is overdue.",
        f"""SELECT w.slug, 'timer ' || t.id, concat_ws(' ', t.kind, 'due', t.due_at) FROM detractors_slatimer AS t
            JOIN accounts_workspace AS w ON w.id = t.workspace_id
            WHERE ({_RUNNING} AND t.paused_at IS NULL
                   AND ((t.due_at < %(enforced_by)s AND t.breached_at IS NULL) OR (t.warn_at < %(enforced_by)s AND t.warned_at IS NULL)))
               OR (t.met_at > t.due_at AND t.breached_at IS NULL)""",
    ),
    Check(
        "timer-forgotten",
        "Every running promise that still needs a mark has its next moment.",
        f"""SELECT w.slug, 'timer ' || t.id, t.kind FROM detractors_slatimer AS t JOIN accounts_workspace AS w ON w.id = t.workspace_id
            WHERE {_RUNNING} AND t.paused_at IS NULL AND t.breached_at IS NULL AND t.next_at IS NULL""",
    ),
    Check(
        "breach-not-shown",
        "A case is marked as breached exactly when one of its promises was missed.",
        """SELECT w.slug, 'case ' || c.number, 'is_breached ' || (l.is_breached IS TRUE) FROM detractors_case AS c
            JOIN accounts_workspace AS w ON w.id = c.workspace_id LEFT JOIN detractors_lateness AS l ON l.case_id = c.id
            WHERE (l.is_breached IS TRUE) <> EXISTS
                  (SELECT 1 FROM detractors_slatimer AS t WHERE t.case_id = c.id AND t.breached_at IS NOT NULL)""",
    ),
    Check(
        "due-soon-not-shown",
        "A case is marked as due soon exactly when one of its running promises was warned of and is not missed.",
        f"""SELECT w.slug, 'case ' || c.number, 'is_due_soon ' || (l.is_due_soon IS TRUE) FROM detractors_case AS c
            JOIN accounts_workspace AS w ON w.id = c.workspace_id LEFT JOIN detractors_lateness AS l ON l.case_id = c.id
            WHERE (l.is_due_soon IS TRUE) <> EXISTS
                  (SELECT 1 FROM detractors_slatimer AS t WHERE t.case_id = c.id AND {_RUNNING} AND t.paused_at IS NULL
                   AND t.warned_at IS NOT NULL AND t.breached_at IS NULL)""",
    ),
    Check(
        "late-out-of-place",
        "A case that is late stands in that view of the queue where it stands among all, and leaves it when it is over.",
        """SELECT w.slug, 'case ' || c.number, concat_ws(' ', c.category, c.rank_at, 'listed at', l.rank_at)
            FROM detractors_lateness AS l JOIN detractors_case AS c ON c.id = l.case_id
            JOIN accounts_workspace AS w ON w.id = c.workspace_id
            WHERE (l.number, l.workspace_id) <> (c.number, c.workspace_id) OR l.rank_at IS DISTINCT FROM
                  CASE WHEN c.category IN ('OPEN', 'WAITING') THEN c.rank_at END""",
    ),
    Check(
        "first-response-disagrees",
        "A case has a first response exactly when that promise is no longer open.",
        f"""SELECT w.slug, 'case ' || c.number, 'first response ' || c.first_responded_at FROM detractors_case AS c
            JOIN accounts_workspace AS w ON w.id = c.workspace_id
            JOIN detractors_slatimer AS t ON t.case_id = c.id AND t.kind = 'FIRST_RESPONSE' AND {_RUNNING}
            WHERE c.first_responded_at IS NOT NULL""",
    ),
    Check(
        "clock-untold",
        "Running promises and both clocks of a first response are as the case's own lines tell them.",
        rows=clock.disagreements,
    ),
    Check(
        "ledger-disagrees",
        "The ledger of answers adds up to the answers.",
        f"""WITH steps AS (
                SELECT c.response_id, step.series, step.score, SUM(step.n) AS n FROM surveys_responsechange AS c {STEPS_OF_CHANGE}
                WHERE step.series IS NOT NULL GROUP BY 1, 2, 3 HAVING SUM(step.n) <> 0
            )
            SELECT w.slug, 'response ' || COALESCE(r.id, s.response_id), concat_ws(' ', 'ledger', s.series, s.score, s.n, 'row', r.series, r.score)
            FROM (SELECT r.id, r.workspace_id, r.score, {SERIES_OF_RESPONSE} AS series FROM surveys_response AS r) AS r
            FULL JOIN steps AS s ON s.response_id = r.id AND s.series = r.series AND s.score = r.score
            LEFT JOIN accounts_workspace AS w ON w.id = r.workspace_id
            WHERE s.n IS DISTINCT FROM 1 OR r.id IS NULL""",
    ),
    Check(
        "tallies-disagree",
        "Tallies with unfolded rows equal a recount of the answers, whole and by every dimension.",
        _tallies(
            f"series <> '{FUNNEL}'",
            f"""SELECT r.workspace_id, {SERIES_OF_RESPONSE} AS series, part.dimension, r.day, r.survey_id, part.value,
                       r.score::text AS measure, COUNT(*) AS n
                FROM surveys_response AS r {split("r")} GROUP BY 1, 2, 3, 4, 5, 6, 7""",
            f"""SELECT c.workspace_id, step.series, part.dimension, c.day, c.survey_id, part.value, step.score::text, step.n
                FROM surveys_responsechange AS c {STEPS_OF_CHANGE} {split("c")}
                WHERE NOT c.is_folded AND step.series IS NOT NULL""",
        ),
    ),
    Check(
        "funnel-disagrees",
        "Tallies of the funnel with unfolded rows equal a recount of its ledger.",
        _tallies(
            f"series = '{FUNNEL}'",
            f"""SELECT c.workspace_id, '{FUNNEL}' AS series, part.dimension, c.day, c.survey_id, part.value, c.stage AS measure, COUNT(*) AS n
                FROM surveys_invitationchange AS c {split("c")} GROUP BY 1, 2, 3, 4, 5, 6, 7""",
            f"""SELECT c.workspace_id, '{FUNNEL}', part.dimension, c.day, c.survey_id, part.value, c.stage, 1
                FROM surveys_invitationchange AS c {split("c")} WHERE NOT c.is_folded""",
        ),
    ),
    Check(
        "months-disagree",
        "The tally of a month is the sum of its days' tallies, key by key.",
        f"""WITH days AS (
                SELECT workspace_id, series, dimension, {MONTH_OF_DAY} AS month, survey_id, value, measure, SUM(n) AS n
                FROM dashboards_dailytally GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING SUM(n) <> 0
            ), months AS (SELECT * FROM dashboards_monthtally WHERE n <> 0)
            SELECT w.slug, month::text,
                   concat_ws(' ', series, dimension, value, measure, 'month', COALESCE(months.n, 0), 'days', COALESCE(days.n, 0))
            FROM months FULL JOIN days USING (workspace_id, series, dimension, month, survey_id, value, measure)
            JOIN accounts_workspace AS w ON w.id = workspace_id
            WHERE months.n IS DISTINCT FROM days.n""",
    ),
    Check(
        "answered-disagrees",
        "An invitation is answered exactly when its answer is there and no longer waits, and the funnel counts it.",
        """SELECT w.slug, 'invitation ' || i.id, concat_ws(' ', i.status, 'response', r.id, 'funnel', f.id) FROM surveys_invitation AS i
            JOIN accounts_workspace AS w ON w.id = i.workspace_id
            LEFT JOIN surveys_response AS r ON r.invitation_id = i.id
            LEFT JOIN surveys_invitationchange AS f ON f.invitation_id = i.id AND f.stage = 'ANSWERED'
            WHERE ((i.status = 'ANSWERED') <> (r.id IS NOT NULL) OR (r.id IS NULL) <> (f.id IS NULL)) AND r.decide_at IS NULL""",
    ),
    Check(
        "answer-doubled",
        "No invitation has two answers.",
        """SELECT w.slug, 'invitation ' || r.invitation_id, COUNT(*) || ' answers' FROM surveys_response AS r
            JOIN accounts_workspace AS w ON w.id = r.workspace_id
            WHERE r.invitation_id IS NOT NULL GROUP BY w.slug, r.invitation_id HAVING COUNT(*) > 1""",
    ),
    Check(
        "answer-inconsistent",
        "An answer's segment agrees with its score, and its day is a local day of its moment, in the ledger too.",
        f"""SELECT w.slug, 'response ' || r.id, concat_ws(' ', r.metric, r.score, r.segment, r.day, r.responded_at) FROM surveys_response AS r
            JOIN accounts_workspace AS w ON w.id = r.workspace_id
            WHERE NOT ({_agreeing_segment()})
               OR r.day NOT BETWEEN ((r.responded_at AT TIME ZONE 'UTC') - INTERVAL '12 hours')::date
                                AND ((r.responded_at AT TIME ZONE 'UTC') + INTERVAL '14 hours')::date
               OR EXISTS (SELECT 1 FROM surveys_responsechange AS c WHERE c.response_id = r.id AND (c.day, c.survey_id) <> (r.day, r.survey_id))""",
    ),
    Check(
        "not-sent-unexplained",
        "Every invitation that was not sent has its one reason, and no planned one is overdue.",
        """SELECT w.slug, 'invitation ' || i.id, concat_ws(' ', i.status, i.not_sent_because, 'due', i.due_at) FROM surveys_invitation AS i
            JOIN accounts_workspace AS w ON w.id = i.workspace_id
            WHERE (i.status = 'NOT_SENT') <> (i.not_sent_because <> '')
               OR (i.status = 'PLANNED' AND i.due_at < %(sent_by)s AND COALESCE(i.retry_at, i.due_at) < %(sent_by)s)""",
    ),
    Check(
        "mail-stuck",
        "No mail is stuck: none is being sent beyond its lease, none waits a quarter of an hour past its time.",
        """SELECT COALESCE(w.slug, '-'), 'message ' || m.id, concat_ws(' ', m.state, m.mail, 'next', m.next_at, 'lease', m.lease_until)
            FROM outbox_outboundmessage AS m LEFT JOIN accounts_workspace AS w ON w.id = m.workspace_id
            WHERE (m.state = 'SENDING' AND m.lease_until < %(sent_by)s)
               OR (m.state = 'QUEUED' AND COALESCE(m.next_at, m.created_at) < %(sent_by)s)""",
    ),
    Check(
        "follow-up-overdue",
        "Every planned mail of a case leaves on time or says why not.",
        """SELECT w.slug, 'follow-up ' || f.id, concat_ws(' ', f.step, 'due', f.due_at) FROM followups_followup AS f
            JOIN accounts_workspace AS w ON w.id = f.workspace_id
            WHERE f.status = 'PLANNED' AND f.due_at < %(sent_by)s AND COALESCE(f.retry_at, f.due_at) < %(sent_by)s""",
    ),
    Check(
        "work-unlooked",
        "A snooze, an overdue task and a call-back are acted on when their time has come.",
        """SELECT w.slug, 'case ' || c.number, concat_ws(' ', late.what, 'due', late.at) FROM (
              SELECT id AS case_id, 'snooze' AS what, snoozed_until AS at FROM detractors_case WHERE snoozed_until < %(enforced_by)s
              UNION ALL SELECT case_id, 'task ' || id, due_at FROM detractors_task
                WHERE due_at < %(enforced_by)s AND done_at IS NULL AND overdue_told_at IS NULL
              UNION ALL SELECT case_id, 'call-back ' || id, next_at FROM detractors_callappointment WHERE next_at < %(enforced_by)s
            ) AS late JOIN detractors_case AS c ON c.id = late.case_id JOIN accounts_workspace AS w ON w.id = c.workspace_id""",
    ),
    Check(
        "status-contradicts-category",
        "A case's own status is one of the category it is in.",
        """SELECT w.slug, 'case ' || c.number, concat_ws(' ', c.category, 'has', s.name, 'of', s.category) FROM detractors_case AS c
            JOIN detractors_casestatus AS s ON s.id = c.status_id JOIN accounts_workspace AS w ON w.id = c.workspace_id
            WHERE s.category <> c.category""",
    ),
    Check(
        "second-answer-in-headline",
        "A second question's answer is one, and belongs to the case's customer.",
        """SELECT w.slug, 'resurvey ' || s.id, concat_ws(' ', s.status, 'response', r.id, r.purpose) FROM followups_resurvey AS s
            JOIN accounts_workspace AS w ON w.id = s.workspace_id
            JOIN surveys_response AS r ON r.id = s.response_id JOIN detractors_case AS c ON c.id = s.case_id
            WHERE r.purpose <> 'RESURVEY' OR r.contact_id IS DISTINCT FROM c.contact_id""",
    ),
    Check(
        "stages-behind",
        "Stages that are kept of a case are of the case as it was a day ago, or later.",
        """SELECT w.slug, 'case ' || c.number, concat_ws(' ', 'version', s.version, 'of', c.version) FROM detractors_casestages AS s
            JOIN detractors_case AS c ON c.id = s.case_id JOIN accounts_workspace AS w ON w.id = c.workspace_id
            WHERE s.version <> c.version AND c.updated_at < %(compared_by)s""",
    ),
    Check(
        "received-mail-stuck",
        "No mail that came in waits to be read for long, and none that was placed is without its place.",
        """SELECT w.slug, 'received mail ' || r.id, r.state FROM followups_receivedmail AS r
            JOIN accounts_workspace AS w ON w.id = r.workspace_id
            WHERE (r.next_at < %(sent_by)s AND r.state <> 'OPENING') OR (r.state IN ('WAITING', 'SORTING', 'OPENING') AND r.next_at IS NULL)
               OR (r.state = 'PLACED' AND r.case_id IS NULL AND r.forgotten_at IS NULL)""",
    ),
    Check(
        "case-number-ahead",
        "No case has a number the workspace has not given out.",
        """SELECT w.slug, 'case ' || MAX(c.number), 'last given out ' || COALESCE(MAX(k.last_number), 0) FROM detractors_case AS c
            JOIN accounts_workspace AS w ON w.id = c.workspace_id
            LEFT JOIN detractors_casecounter AS k ON k.workspace_id = c.workspace_id
            GROUP BY w.slug HAVING MAX(c.number) > COALESCE(MAX(k.last_number), 0)""",
    ),
)


def find(*, now: datetime, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """Run every check, in order; each sees the database as of its own moment."""
    parameters: dict[str, Any] = {
        "decided_by": now - DECIDING,
        "enforced_by": now - ENFORCING,
        "sent_by": now - SENDING,
        "compared_by": now - COMPARING,
    }
    for check in checks:
        if check.rows is not None:
            told = sorted(check.rows(now=now))
            yield Finding(check=check, count=len(told), rows=tuple(told[:SHOWN]))
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # counts every row there is
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SET LOCAL jit = off")
            cursor.execute(
                f"SELECT found.*, COUNT(*) OVER () FROM ({check.statement}) AS found (workspace, what, detail)"
                f" ORDER BY 1, 2 LIMIT {SHOWN}",
                parameters,
            )
            rows = cursor.fetchall()
        yield Finding(
            check=check,
            count=rows[0][3] if rows else 0,
            rows=tuple((row[0] or "-", row[1], row[2] or "") for row in rows),
        )
