"""What dashboards hold about a person: nothing but counts, and of small segments not even these."""

from core import privacy
from core.privacy import Holding
from dashboards.services import forgetting

privacy.hold(Holding(app="dashboards", erase=forgetting.forget))
