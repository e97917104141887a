"""What became of a message, as a code, and in words why it did not leave."""

from django.utils.translation import gettext_lazy

from outbox import text_rules
from outbox.models import OutboundMessage

REASONS = {
    "SUPPRESSED": gettext_lazy("The address is on the suppression list."),
    "TOO_LATE": gettext_lazy("It was too late to be of use."),
    text_rules.NO_GATEWAY: gettext_lazy("Text messages are not set up, or switched off."),
    text_rules.DAY_FULL: gettext_lazy("The day's limit of text messages was reached."),
    text_rules.NUMBER_FULL: gettext_lazy("This number got as many text messages today as one may get."),
    text_rules.COUNTRY_FULL: gettext_lazy("The day's limit of text messages to this country was reached."),
    text_rules.COUNTRY_CLOSED: gettext_lazy("Text messages are not sent to this country."),
}


def condition(message: OutboundMessage) -> str:
    """The code of what became of a message: what a provider reported goes before its state."""
    for moment, code in (
        ("complained_at", "COMPLAINED"),
        ("bounced_at", "BOUNCED"),
        ("opened_at", "OPENED"),
        ("delivered_at", "DELIVERED"),
    ):
        if getattr(message, moment):
            return code
    return message.state
