"""News of the outbox, told after commit."""

from django.dispatch import Signal

message_undeliverable = Signal()  # message, now: refused for good, bounced or given up
text_gateway_asked = Signal()  # a question: workspace_id -> channels.sms.Gateway, or None when no texts leave
