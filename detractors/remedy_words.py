"""Why somebody has to agree to a remedy, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from detractors.rules import remedies as rules

WHY: dict[str, Any] = {
    rules.OVER_ONCE: gettext_lazy("more than they may give at once"),
    rules.OVER_MONTH: gettext_lazy("more than they may give in a month"),
    rules.OVER_BUDGET: gettext_lazy("beyond the month's budget"),
}
