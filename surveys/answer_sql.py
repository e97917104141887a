"""The SQL of answering, put together once from the rules' own tables.

One statement finds the invitation, stores the answer and its ledger row, and gives back what the thank-you page needs.
One statement costs one round trip and, outside a transaction, one commit, where five separate ones cost five and two.
What the answer means for its invitation follows with its decision (see services/settling.py).

Parameters: nonce, score, comment, now, public_id and so on (see `responses`). The statements differ only in where the
facts come from (`asked`); what is written from them is shared.
"""

from core.prepared import Prepared
from surveys.enums import Metric, Purpose, ResponseChannel, Trust
from surveys.rules.metrics import segment_ranges
from surveys.rules.series import series


def _segment(metric: str, score: str) -> str:
    """CASE giving the segment of `score` in `metric`; NULL for a score outside the metric's bounds."""
    whens = " ".join(
        f"WHEN {metric} = '{code}' AND {score} BETWEEN {low} AND {high} THEN '{segment}'"
        for code in Metric.values
        for segment, low, high in segment_ranges(code)
    )
    return f"CASE {whens} END"


def _series(purpose: str, trust: str) -> str:
    """CASE giving the line of figures of an answer."""
    whens = " ".join(
        f"WHEN {purpose} = '{one}' AND {trust} = '{other}' THEN '{series(purpose=one, trust=other)}'"
        for one in Purpose.values
        for other in Trust.values
    )
    return f"CASE {whens} END"


# Changes with every change of the survey or its workspace, and only then: the key of what is cached about a page.
VERSION = "concat_ws('.', s.id, s.xmin, s.ctid, w.xmin, w.ctid)"


# What is counted by, as it is at this moment. Empty values are left out.
def dimensions(*, channel: str, language: str = "s.language") -> str:
    """JSON of what is counted by; the statement around it names the tables s, t, cp and c."""
    return f"""
    jsonb_strip_nulls(jsonb_build_object(
      'touchpoint', t.name, 'channel', {channel}, 'language', NULLIF({language}, ''), 'campaign', cp.name,
      'respondent', NULLIF(c.respondent_type, 'CUSTOMER')))
    || COALESCE((
      SELECT jsonb_object_agg('attribute:' || a.name, left(c.attributes ->> a.name, 200))
      FROM surveys_attribute a
      WHERE a.workspace_id = s.workspace_id AND a.is_reportable AND COALESCE(c.attributes ->> a.name, '') <> ''
    ), jsonb_build_object())"""


# In which language the page is read: the one chosen there, else the contact's, if the survey speaks it (the same choice as
# `queries.spoken`). Most people read the survey's own, which costs no look into its wordings.
_WANTED = "lower(COALESCE(NULLIF(%(language)s, ''), NULLIF(c.language, ''), s.language))"
LANGUAGE = f"""CASE WHEN {_WANTED} = lower(s.language) THEN s.language ELSE COALESCE((
      SELECT sw.language FROM surveys_surveywording sw
      WHERE sw.survey_id = s.id AND (lower(sw.language) = {_WANTED} OR (
        split_part(lower(sw.language), '-', 1) = split_part({_WANTED}, '-', 1)
        AND split_part(lower(s.language), '-', 1) <> split_part({_WANTED}, '-', 1)))
      ORDER BY lower(sw.language) <> {_WANTED}, sw.language LIMIT 1), s.language) END"""

# OFFSET 0: computed once and kept; otherwise PostgreSQL writes the whole of it into each place that names it.
_SPOKEN = "CROSS JOIN LATERAL (SELECT {language} AS language OFFSET 0) AS spoken"

_BY_INVITATION = f"""
  SELECT i.id AS invitation_id, i.workspace_id, i.survey_id, i.contact_id, i.touchpoint_id, i.campaign_id,
         i.purpose, i.channel, '{Trust.CONFIRMED}' AS trust, s.metric, spoken.language, s.edit_days, w.time_zone,
         s.current_version_id,
         s.status = 'ACTIVE' AS is_open, i.expires_at > %(now)s AS is_live,
         %(now)s::timestamptz AS responded_at,
         {_segment("s.metric", "%(score)s")} AS segment, {VERSION} AS version, c.name AS name, '' AS source,
         {dimensions(channel="i.channel", language="spoken.language")} AS dimensions
  FROM surveys_invitation i
  JOIN surveys_survey s ON s.id = i.survey_id
  JOIN accounts_workspace w ON w.id = i.workspace_id
  JOIN surveys_contact c ON c.id = i.contact_id
  LEFT JOIN surveys_touchpoint t ON t.id = i.touchpoint_id
  LEFT JOIN surveys_campaign cp ON cp.id = i.campaign_id
  {_SPOKEN.format(language=LANGUAGE)}
  WHERE i.link_nonce = %(nonce)s"""

# A kiosk's answers are a kiosk's, whatever its page says.
_CHANNEL = f"CASE WHEN l.is_kiosk THEN '{ResponseChannel.KIOSK}' ELSE %(channel)s END"

_OF_A_LINK = LANGUAGE.replace("NULLIF(c.language, '')", "NULLIF(l.language, ''), NULLIF(c.language, '')")

_BY_IDS = f"""
  SELECT NULL::bigint AS invitation_id, s.workspace_id, s.id AS survey_id, c.id AS contact_id, t.id AS touchpoint_id,
         cp.id AS campaign_id, %(purpose)s AS purpose, {_CHANNEL} AS channel, %(trust)s AS trust, s.metric,
         spoken.language, s.edit_days, w.time_zone, s.current_version_id,
         (s.status = 'ACTIVE' AND l.archived_at IS NULL) OR NOT %(needs_open)s AS is_open, true AS is_live,
         %(responded_at)s::timestamptz AS responded_at,
         {_segment("s.metric", "%(score)s")} AS segment, {VERSION} AS version, COALESCE(c.name, '') AS name,
         COALESCE(l.source, '') AS source,
         {dimensions(channel=_CHANNEL, language="spoken.language")} AS dimensions
  FROM surveys_survey s
  JOIN accounts_workspace w ON w.id = s.workspace_id
  LEFT JOIN surveys_contact c ON c.id = %(contact_id)s AND c.workspace_id = s.workspace_id
  LEFT JOIN surveys_publiclink l ON l.public_id = %(survey_public_id)s AND l.survey_id = s.id
  LEFT JOIN surveys_touchpoint t
    ON t.id = COALESCE(l.touchpoint_id, %(touchpoint_id)s) AND t.workspace_id = s.workspace_id
  LEFT JOIN surveys_campaign cp ON cp.id = %(campaign_id)s AND cp.workspace_id = s.workspace_id
  {_SPOKEN.format(language=_OF_A_LINK)}
  WHERE {{survey}}"""


# The survey of a public page: the page's id is its own, or that of one of its links.
_NAMED = """s.id = COALESCE(
    (SELECT named.id FROM surveys_survey named WHERE named.public_id = %(survey_public_id)s),
    (SELECT named.survey_id FROM surveys_publiclink named WHERE named.public_id = %(survey_public_id)s))"""


# ON CONFLICT DO NOTHING: of any number of simultaneous answers to one invitation (or of one form) the first is
# recorded; the others find it there and amend it. `only` names the one key that can be taken, where that is known:
# then PostgreSQL looks for no conflict in the other unique indexes.
def _recorded(only: str = "") -> str:
    return f"""
recorded AS (
  INSERT INTO surveys_response (
    public_id, workspace_id, survey_id, contact_id, invitation_id, touchpoint_id, campaign_id, metric, purpose, score,
    segment, comment, answers, channel, trust, language, dimensions, day, responded_at, received_at, decide_at,
    open_case, submission, version_id, source)
  SELECT %(public_id)s, a.workspace_id, a.survey_id, a.contact_id, a.invitation_id, a.touchpoint_id, a.campaign_id,
         a.metric, a.purpose, %(score)s, a.segment, %(comment)s, %(answers)s::jsonb, a.channel, a.trust, a.language,
         a.dimensions, (a.responded_at AT TIME ZONE a.time_zone)::date, a.responded_at, %(now)s, %(now)s,
         %(open_case)s, %(submission)s, a.current_version_id, a.source
  FROM asked a
  WHERE a.is_open AND a.is_live AND a.segment IS NOT NULL
  ON CONFLICT {only} DO NOTHING
  RETURNING id, workspace_id, survey_id, purpose, trust, score, day, dimensions
),
ledger AS (
  INSERT INTO surveys_responsechange (
    workspace_id, response_id, survey_id, after_series, after_score, comment_before, day, dimensions, at, is_folded)
  SELECT r.workspace_id, r.id, r.survey_id, {_series("r.purpose", "r.trust")}, r.score, '', r.day, r.dimensions,
         %(now)s, false
  FROM recorded r
)"""


# What the funnel does not know yet: lines of answers that still wait. The statement around it adds conditions on r.
FUNNEL_TO_COME = """
SELECT r.workspace_id, r.invitation_id, r.survey_id, stages.stage,
       (COALESCE(i.queued_at, i.created_at) AT TIME ZONE w.time_zone)::date AS day, r.dimensions, stages.at
FROM surveys_response r
JOIN surveys_invitation i ON i.id = r.invitation_id
JOIN accounts_workspace w ON w.id = r.workspace_id
CROSS JOIN LATERAL (
  VALUES ('ANSWERED', true, r.received_at), ('COMMENTED', r.comment <> '', COALESCE(r.amended_at, r.received_at))
) AS stages (stage, is_reached, at)
WHERE r.decide_at IS NOT NULL AND stages.is_reached AND NOT EXISTS (
  SELECT 1 FROM surveys_invitationchange f WHERE f.invitation_id = r.invitation_id AND f.stage = stages.stage)"""

_OUTCOME = """
SELECT a.survey_id, a.invitation_id, a.purpose, a.metric, a.segment, a.is_open, a.is_live, a.version, a.name, r.id AS response_id,
       a.edit_days > 0 AS is_editable, a.language
FROM asked a LEFT JOIN recorded r ON true"""

TYPES = {
    "nonce": "text",
    "survey_public_id": "text",
    "submission": "text",
    "language": "text",
    "public_id": "text",
    "score": "int",
    "comment": "text",
    "answers": "text",
    "now": "timestamptz",
    "responded_at": "timestamptz",
    "open_case": "boolean",
    "needs_open": "boolean",
    "purpose": "text",
    "channel": "text",
    "trust": "text",
    "contact_id": "bigint",
    "touchpoint_id": "bigint",
    "campaign_id": "bigint",
}
ANSWER_INVITATION = Prepared(
    "answer_invitation",
    f"WITH asked AS ({_BY_INVITATION}\n),{_recorded('(invitation_id)')}{_OUTCOME}",
    TYPES,
)
ANSWER_FORM = Prepared(
    "answer_form",
    f"WITH asked AS ({_BY_IDS.format(survey=_NAMED)}\n),{_recorded()}{_OUTCOME}",
    TYPES,
)
RECORD = (
    "WITH asked AS ("
    + _BY_IDS.format(survey="s.id = %(survey_id)s AND s.workspace_id = %(workspace_id)s")
    + f"\n),{_recorded()}{_OUTCOME}"
)

# The row is locked before it is read, so the ledger's "before" is what this very change replaces, whoever else writes.
# `score` and `comment` NULL: as it is. Outside its edit window an answer stays as it is, and so does one that is
# given again unchanged.
_AMEND = f"""
WITH before AS (
  SELECT r.id, r.workspace_id, r.survey_id, r.metric, r.purpose, r.trust, r.score, r.comment, r.answers,
         r.day, r.dimensions, %(any_time)s OR r.received_at + make_interval(days => s.edit_days) > %(now)s AS is_editable,
         COALESCE(%(score)s::int, r.score) AS new_score, COALESCE(%(comment)s, r.comment) AS new_comment,
         COALESCE(%(trust)s, r.trust) AS new_trust
  FROM surveys_response r JOIN surveys_survey s ON s.id = r.survey_id
  WHERE {{which}}
  FOR UPDATE OF r
),
wanted AS (
  SELECT b.*, {_segment("b.metric", "b.new_score")} AS new_segment,
         (b.new_score, b.new_comment, b.new_trust) IS DISTINCT FROM (b.score, b.comment, b.trust) AS is_other,
         {_series("b.purpose", "b.trust")} AS series, {_series("b.purpose", "b.new_trust")} AS new_series
  FROM before b
),
amended AS (
  UPDATE surveys_response r
  SET score = w.new_score, segment = w.new_segment, comment = w.new_comment, trust = w.new_trust,
      -- a judgement of somebody else is no change by the customer
      amended_at = CASE WHEN (w.new_score, w.new_comment) IS DISTINCT FROM (w.score, w.comment) THEN %(now)s ELSE r.amended_at END,
      comment_language = CASE WHEN w.new_comment IS DISTINCT FROM w.comment THEN '' ELSE r.comment_language END,
      decide_at = %(now)s  -- also for words alone: whoever has the case must see them
  FROM wanted w
  WHERE r.id = w.id AND w.is_other AND w.is_editable AND w.new_segment IS NOT NULL
  RETURNING r.id
),
ledger AS (
  INSERT INTO surveys_responsechange (
    workspace_id, response_id, survey_id, before_series, before_score, after_series, after_score, comment_before, day,
    dimensions, at, is_folded)
  SELECT w.workspace_id, w.id, w.survey_id, w.series, w.score, w.new_series, w.new_score, w.comment, w.day,
         w.dimensions, %(now)s, false
  FROM wanted w JOIN amended ON amended.id = w.id
)
SELECT w.id, w.survey_id, w.purpose, w.metric, w.new_score, w.new_segment, w.new_comment, w.is_other, w.is_editable, amended.id IS NOT NULL,
       w.answers
FROM wanted w LEFT JOIN amended ON amended.id = w.id"""

AMEND = _AMEND.format(which="r.id = %(response_id)s")
AMEND_BY_INVITATION = _AMEND.format(which="r.invitation_id = %(invitation_id)s")
AMEND_BY_SUBMISSION = _AMEND.format(which="r.survey_id = %(survey_id)s AND r.submission = %(submission)s")

# What the answer page shows, without writing anything.
OPEN_INVITATION = Prepared(
    "open_invitation",
    f"""
SELECT NULL::int AS kiosk_seconds,
       {VERSION} AS version, s.id AS survey_id, s.status = 'ACTIVE' AS is_open, i.expires_at > %(now)s AS is_live,
       c.name, c.company, c.attributes, t.name AS touchpoint, r.score, r.comment,
       r.received_at + make_interval(days => s.edit_days) > %(now)s AS is_editable,
       COALESCE(NULLIF(%(language)s, ''), NULLIF(c.language, ''), s.language) AS language
FROM surveys_invitation i
JOIN surveys_survey s ON s.id = i.survey_id
JOIN accounts_workspace w ON w.id = i.workspace_id
JOIN surveys_contact c ON c.id = i.contact_id
LEFT JOIN surveys_touchpoint t ON t.id = i.touchpoint_id
LEFT JOIN surveys_response r ON r.invitation_id = i.id
WHERE i.link_nonce = %(nonce)s""",
    TYPES,
)

OPEN_FORM = Prepared(
    "open_form",
    f"""
SELECT CASE WHEN l.is_kiosk THEN l.kiosk_seconds END AS kiosk_seconds,
       {VERSION} AS version, s.id AS survey_id, s.status = 'ACTIVE' AND l.archived_at IS NULL AS is_open, true AS is_live,
       '' AS name, '' AS company, NULL AS attributes, t.name AS touchpoint, r.score, r.comment,
       r.received_at + make_interval(days => s.edit_days) > %(now)s AS is_editable,
       COALESCE(NULLIF(%(language)s, ''), NULLIF(l.language, ''), s.language) AS language
FROM surveys_survey s
JOIN accounts_workspace w ON w.id = s.workspace_id
LEFT JOIN surveys_publiclink l ON l.public_id = %(survey_public_id)s AND l.survey_id = s.id
LEFT JOIN surveys_touchpoint t ON t.id = l.touchpoint_id
LEFT JOIN surveys_response r
  ON r.survey_id = s.id AND r.submission = %(submission)s AND r.submission <> '' AND l.is_kiosk IS NOT TRUE
WHERE {_NAMED}""",
    TYPES,
)
