"""Which line of figures an answer belongs to.

The headline takes first answers only: a score given after a fix stands in a line of its own and never lifts the
headline; what a mail scanner probably gave is shown, but counted apart.
"""

from __future__ import annotations

HEADLINE, RESURVEY, DOUBTFUL = "HEADLINE", "RESURVEY", "DOUBTFUL"
PURPOSE_RESURVEY = "RESURVEY"
TRUST_LIKELY_SCANNER = "LIKELY_SCANNER"


def series(*, purpose: str, trust: str) -> str:
    """HEADLINE, RESURVEY or DOUBTFUL for an answer with this purpose and trust."""
    if trust == TRUST_LIKELY_SCANNER:
        return DOUBTFUL
    return RESURVEY if purpose == PURPOSE_RESURVEY else HEADLINE
