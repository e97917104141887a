"""What the API takes of replies."""

from core.api_fields import Body, Flag, Text
from followups.services.replies import BODY_LENGTH, SUBJECT_LENGTH


class ReplyBody(Body):
    """A mail to the customer, in your own words; merge fields such as {{ first_name }} are filled in."""

    body = Text(max_length=BODY_LENGTH)
    subject = Text(
        required=False, allow_blank=True, max_length=SUBJECT_LENGTH, help_text="Default: the thread's."
    )
    anyway = Flag(default=False, help_text="Send in spite of places that look forgotten, such as [name].")
