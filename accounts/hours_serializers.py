"""What the API takes and shows of working hours, and what it says an edit of the clock would do."""

from __future__ import annotations

from rest_framework import serializers

from core.api_fields import Row


class EffectRow(Row):
    """What an edit would do to the open cases; nothing is changed. The figures are those of the page."""

    open = serializers.IntegerField(help_text="Open cases of the workspace.")
    moved = serializers.IntegerField(help_text="Cases with a promise that would be due at another moment.")
    earlier = serializers.IntegerField(help_text="Of the moved, those due earlier.")
    later = serializers.IntegerField(help_text="Of the moved, those due later.")
    late = serializers.IntegerField(
        help_text="Cases that would breach: a promise in time now would be past due at once."
    )
    is_estimate = serializers.BooleanField(
        help_text="true: of very many open cases an even share was tried, and the figures are about so many."
    )
