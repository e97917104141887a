"""News of the outbox, told after commit unless said otherwise."""

from django.dispatch import Signal

# Inside the transaction that stores the report, before the message is locked; message, at.
message_opened = Signal()
message_undeliverable = Signal()  # message, now: refused for good, bounced or given up
message_doubtful = Signal()  # message, now: it may have left or not, and is not sent again by itself
# Inside the transaction, before the message is changed (who keeps its story is locked first); message, by, has_arrived, now.
message_decided = Signal()
text_gateway_asked = Signal()  # a question: workspace_id -> channels.sms.Gateway, or None when no texts leave
chat_target_gave_up = Signal()  # target, now: too many messages to it failed, it is switched off
