"""Templates to copy and change: honest words for the occasions that come up everywhere. Data, in several languages.

They say what is true of any company that sends them: nobody is thanked for what they did not do, nothing is promised that the
clock does not promise too, and nobody is asked for a review because of what they answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from followups.enums import TemplateKind
from followups.ready_made import de, en

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {"en": en.WORDS, "de": de.WORDS}


class ReadyMade(NamedTuple):
    """`key` names it for ever; `name` and `when` are in the reader's language."""

    key: str
    kind: str
    name: Any
    when: Any

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """What it says, by language."""
        said = {language: table[self.key] for language, table in WORDS.items()}
        return {language: {"subject": subject, "body": body} for language, (subject, body) in said.items()}


_MAIL, _SMS, _CALL = TemplateKind.MAIL, TemplateKind.SMS, TemplateKind.CALL

ALL = (
    ReadyMade("first-delivery", _MAIL, _("First reply: delivery"), _("Something came late, damaged or not at all.")),
    ReadyMade("first-price", _MAIL, _("First reply: price"), _("They find it too expensive, or the price surprised them.")),
    ReadyMade("first-billing", _MAIL, _("First reply: wrong bill"), _("They were charged too much, twice or for something else.")),
    ReadyMade("first-staff", _MAIL, _("First reply: how they were treated"), _("Somebody of yours was rude, or did not listen.")),
    ReadyMade("first-defect", _MAIL, _("First reply: it does not work"), _("What they bought is broken or does not do what it should.")),
    ReadyMade("no-words", _MAIL, _("A low score without words"), _("Nobody can help before they know what happened.")),
    ReadyMade("still-on-it", _MAIL, _("It takes longer"), _("You are still at it; they should not have to ask.")),
    ReadyMade("put-right", _MAIL, _("What we did"), _("It is put right, in words they can check.")),
    ReadyMade("could-not", _MAIL, _("What we could not do"), _("It cannot be put right; the truth, and what is possible instead.")),
    ReadyMade("recovered", _MAIL, _("Won back: thanks"), _("Their second answer was a good one.")),
    ReadyMade("promoter", _MAIL, _("Thanks to promoters"), _("For all who gave a 9 or 10; asks for nothing in return.")),
    ReadyMade("passive", _MAIL, _("What would make it better?"), _("They gave a 7 or 8: one question, no complaint.")),
    ReadyMade("call-once", _CALL, _("Call: it went wrong once"), _("A mishap with a customer who was content before.")),
    ReadyMade("call-chronic", _CALL, _("Call: it has gone wrong for long"), _("By a lead; listening first, no coupon.")),
    ReadyMade("sms-missed", _SMS, _("After a call nobody answered"), _("You tried to reach them by phone.")),
    ReadyMade("sms-on-it", _SMS, _("We have it, a person answers"), _("Short, when they are known by phone only.")),
)  # fmt: skip
_BY_KEY = {one.key: one for one in ALL}


def one(key: str) -> ReadyMade | None:
    """The ready-made template `key`, if there is one."""
    return _BY_KEY.get(key)
