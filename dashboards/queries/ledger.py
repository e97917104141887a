"""The words that folding, counting and proving share, in SQL: which line of figures an answer belongs to,
and how a ledger row becomes counts.

Everything here is a constant: no value a visitor sent ever becomes part of a statement's text.
"""

from surveys.enums import Purpose, Trust
from surveys.rules.series import series

FUNNEL = "FUNNEL"  # DailyTally.series of the response funnel; its measures are FunnelStage codes
WHOLE = ""  # DailyTally.dimension of the undivided figures
ATTRIBUTE = "attribute:"  # how the dimension of a contact attribute begins
KEY_LENGTH = 72  # characters of DailyTally.dimension
VALUE_LENGTH = (
    200  # characters of DailyTally.value: longer values are cut, here and wherever they are compared
)
NOT_SET = "-"  # asks for the answers that have no value in a dimension

MONTH_OF_DAY = "date_trunc('month', day::timestamp)::date"  # MonthTally.month of a column `day`

# The series of a Response `r`, written out from the rule's own table.
SERIES_OF_RESPONSE = "CASE {} END".format(
    " ".join(
        f"WHEN r.purpose = '{purpose}' AND r.trust = '{trust}' THEN '{series(purpose=purpose, trust=trust)}'"
        for purpose in Purpose.values
        for trust in Trust.values
    )
)

# One ledger row `c` of answers takes out what was before (-1) and puts in what is now (+1).
STEPS_OF_CHANGE = (
    "CROSS JOIN LATERAL (VALUES (c.before_series, c.before_score, -1), (c.after_series, c.after_score, 1))"
    " AS step (series, score, n)"
)


def split(row: str) -> str:
    """A lateral join that gives (dimension, value) pairs of `row`: the whole, and one for each of its dimensions."""
    return (
        f"CROSS JOIN LATERAL (SELECT ''::text AS dimension, ''::text AS value UNION ALL"
        f" SELECT left(pair.key, {KEY_LENGTH}), left(pair.value, {VALUE_LENGTH})"
        f" FROM jsonb_each_text({row}.dimensions) AS pair WHERE pair.value <> '') AS part"
    )
