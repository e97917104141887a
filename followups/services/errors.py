"""Why a reply was not sent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from followups.rules import reply_check
from followups.rules.reply_check import Finding


class ReplyError(Exception):
    """The reply was not sent; `sentence` says why, `code` names it, `field` is where."""

    code = "NOT_SENT"

    def __init__(self, sentence: str, *, field: str = "body") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


class NoAddress(ReplyError):
    """Nobody knows where to write."""

    code = "NO_ADDRESS"


class RefusesMail(ReplyError):
    """The address is on the suppression list for all mail."""

    code = "SUPPRESSED"


class LeftAlone(ReplyError):
    """The customer wants no more messages about this case."""

    code = "LEFT_ALONE"


class TooLong(ReplyError):
    """More text than a reply takes."""

    code = "TOO_LONG"


class NotReady(ReplyError):
    """Something in the words stands in the way: `findings` lists each, `fields` the merge fields without a value."""

    code = "NOT_READY"

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(findings)
        self.fields = tuple(
            dict.fromkeys(
                str(finding.sentence.facts["field"])
                for finding in findings
                if finding.code == reply_check.UNFILLED_FIELD
            )
        )
        super().__init__(" ".join(finding.sentence.say(_) for finding in findings))
