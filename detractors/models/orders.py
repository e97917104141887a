"""What the queue is sorted and grouped by, as the indexes have it (a migration names no class of ours).

None of it is ever null: what is missing has a stand-in, so that a page can begin right at a case by its index.
"""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Value, When
from django.db.models.functions import Coalesce

LARGEST_ID = 2**63 - 1  # of a bigint column: behind every owner, team and touchpoint

NEVER = datetime(2099, 1, 1, tzinfo=UTC)  # behind every promise
DUE_OR_NEVER = Coalesce(F("next_due_at"), Value(NEVER))
SCORE_OR_NONE = Coalesce(F("score"), Value(99))
VALUE_OR_NONE = Coalesce(F("account_value"), Value(Decimal(-1)))
OWNER_OR_NOBODY = Coalesce(F("owner_id"), Value(LARGEST_ID))
TEAM_OR_NONE = Coalesce(F("team_id"), Value(LARGEST_ID))
TOUCHPOINT_OR_NONE = Coalesce(F("touchpoint_id"), Value(LARGEST_ID))
PRIORITY_PLACE = models.Case(
    When(priority="URGENT", then=Value(0)),
    When(priority="HIGH", then=Value(1)),
    When(priority="NORMAL", then=Value(2)),
    When(priority="LOW", then=Value(3)),
    default=Value(4),
    output_field=models.IntegerField(),
)
NEW, CONTACTED, WAITING, DONE = range(4)  # the places of STATUS_PLACE
STATUS_PLACE = models.Case(
    When(category="OPEN", contacted_at__isnull=True, then=Value(NEW)),
    When(category="OPEN", then=Value(CONTACTED)),
    When(category="WAITING", then=Value(WAITING)),
    default=Value(DONE),
    output_field=models.IntegerField(),
)
