"""Everything that leaves the house."""

from outbox.models.chat_target import ChatTarget
from outbox.models.file import MessageFile
from outbox.models.message import OutboundMessage, TrackingEvent
from outbox.models.sender_check import SenderCheck
from outbox.models.suppression import Suppression

__all__ = [
    "ChatTarget",
    "MessageFile",
    "OutboundMessage",
    "SenderCheck",
    "Suppression",
    "TrackingEvent",
]
