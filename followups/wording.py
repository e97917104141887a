"""What replies may name, and the words a new workspace's kept replies begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy, gettext_noop

from surveys import wording as survey_wording

# The fields of survey texts mean the same here; a reply knows the case and its writer besides.
MERGE_FIELDS: dict[str, Any] = {
    **survey_wording.MERGE_FIELDS,
    "agent_name": gettext_lazy("your name"),
    "agent_first_name": gettext_lazy("your first name"),
    "case_number": gettext_lazy("the number of the case"),
    "score": gettext_lazy("the score the customer gave"),
    "what_was_done": gettext_lazy("what was written when the case was resolved"),
    "product": gettext_lazy("the product they have: the contact's attribute “product”"),
    "promise": gettext_lazy("the next moment you promised, in their language and time zone"),
    "remedy": gettext_lazy("what was last agreed to be given"),
    "remedy_code": gettext_lazy("the code that goes with it"),
    "remedy_value": gettext_lazy("what it is worth to them"),
}
_NAMEABLE = re.compile(r"[a-z0-9_]+")


class Kept(NamedTuple):
    """A reply kept for reuse."""

    name: str
    subject: str
    body: str


def attribute_fields(names: Iterable[str]) -> list[str]:
    """The merge fields of contact attributes, without those whose name no field can spell."""
    return [
        f"{survey_wording.ATTRIBUTE}{name.lower()}" for name in names if _NAMEABLE.fullmatch(name.lower())
    ]


KEPT_REPLIES = (
    Kept(
        gettext_noop("First reply: thank, apologise, say what happens next"),
        "",
        gettext_noop(
            'Hello {{ first_name | "there" }},\n\n'
            "thank you for telling us so openly. I have read what you wrote, and I am sorry: this is not the experience "
            "you should have had with {{ company }}.\n\n"
            "I have taken this on myself. I am now finding out what went wrong, and I will write to you by the end of "
            "the next working day with what we can do about it.\n\n"
            "If there is anything I should know before then, or if you would rather talk, just answer this mail.\n\n"
            "{{ agent_name }}\n{{ company }}"
        ),
    ),
    Kept(
        gettext_noop("Ask for one detail"),
        "",
        gettext_noop(
            'Hello {{ first_name | "there" }},\n\n'
            "thank you for your patience. To put this right I need one thing from you: [detail].\n\n"
            "You can simply answer this mail. As soon as I have it I go on, and you hear from me within one working "
            "day.\n\n"
            "{{ agent_name }}\n{{ company }}"
        ),
    ),
    Kept(
        gettext_noop("Offer a call"),
        "",
        gettext_noop(
            'Hello {{ first_name | "there" }},\n\n'
            "thank you for your answer. What you describe deserves more than a mail, and I would like to understand it "
            "properly and apologise in person.\n\n"
            "May I call you on [date]? If another time suits you better, answer with it and I will keep to it.\n\n"
            "{{ agent_name }}\n{{ company }}"
        ),
    ),
    Kept(
        gettext_noop("Not done yet, and when it will be"),
        "",
        gettext_noop(
            'Hello {{ first_name | "there" }},\n\n'
            "I promised to keep you posted. We are not done yet: [what is still open].\n\n"
            "I am sorry that it takes longer than it should. You will hear from me again on [date], whatever the state "
            "is by then.\n\n"
            "{{ agent_name }}\n{{ company }}"
        ),
    ),
    Kept(
        gettext_noop("What we did about it"),
        "",
        gettext_noop(
            'Hello {{ first_name | "there" }},\n\n'
            "thank you again for telling us what went wrong. Without your words we would not have known.\n\n"
            "This is what we did: [what was done].\n\n"
            "Is it right for you now? If anything is still open, answer this mail: it comes straight to me.\n\n"
            "{{ agent_name }}\n{{ company }}"
        ),
    ),
)
