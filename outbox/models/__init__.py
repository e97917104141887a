"""Everything that leaves the house."""

from outbox.models.message import OutboundMessage, TrackingEvent
from outbox.models.suppression import Suppression

__all__ = ["OutboundMessage", "Suppression", "TrackingEvent"]
