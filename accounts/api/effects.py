"""What the addresses share whose edits move the promises of open cases."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.authentication import Authored
from accounts.hours_serializers import EffectRow
from core.api import Endpoint
from core.api_fields import shown
from core.problems import Problem


class ClockEndpoint(Authored, Endpoint):
    """An address of the promises and working hours of the workspace."""

    resource = "clock"

    def refuse_with_limits(self) -> None:
        """Figures over all open cases are for those who see all of them. Raises Problem (403)."""
        if self.sight.is_limited:
            sentence = _("The maker of this key sees only a part of the cases; this is about all of them.")
            raise Problem(403, "LIMITED_SIGHT", sentence)

    def effect(self, preview: Any) -> Response:
        """A preview (detractors.services.recounting) as the API shows it."""
        return Response(shown(EffectRow, preview))
