"""What is wrong with a reply before it leaves.

A *blocking* finding means the reply must not be sent; the others are for the writer to look at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core import merge_fields
from core.sentences import Sentence, gettext_noop

EMPTY_REPLY = "EMPTY_REPLY"
UNFILLED_FIELD = "UNFILLED_FIELD"
BAD_FIELD_SYNTAX = "BAD_FIELD_SYNTAX"
LOOKS_UNFILLED = "LOOKS_UNFILLED"

# Places templates leave behind: {name}, [First name], [what we did], <<name>>, %NAME%, ___. A footnote [1] is none, nor a link [words](address).
_LOOKS_UNFILLED = re.compile(
    r"(?<!\{)\{[a-z_][\w .]{0,40}\}(?!\})"
    r"|\[[^\W\d_][\w ’'-]{1,40}\](?!\()"
    r"|<<[^<>\n]{1,40}>>"
    r"|%[A-Z_]{3,40}%"
    r"|_{3,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, whether it blocks sending, and a sentence."""

    code: str
    is_blocking: bool
    sentence: Sentence


def check(body: str, values: Mapping[str, object]) -> list[Finding]:
    """Everything found in `body`, blocking findings first; `values` are the merge fields of this case."""
    if not body.strip():
        return [_finding(EMPTY_REPLY, True, gettext_noop("The reply is empty."))]
    findings = []
    try:
        missing = merge_fields.missing_fields(body, values)
    except merge_fields.MergeSyntaxError as error:
        for line, _, excerpt in error.places:
            text = gettext_noop(
                "Line %(line)s: %(excerpt)s is no merge field. Write {{ first_name }} or plain words."
            )
            findings.append(_finding(BAD_FIELD_SYNTAX, True, text, line=line, excerpt=excerpt))
    else:
        text = gettext_noop(
            'There is no value for %(field)s. Write the words yourself or give a fall-back: {{ %(field)s | "there" }}.'
        )
        findings += [_finding(UNFILLED_FIELD, True, text, field=name) for name in missing]
    return findings + places(body)


def places(body: str) -> list[Finding]:
    """What looks like a place for somebody to fill: [date], {name}, ___."""
    text = gettext_noop("%(excerpt)s looks like a place that was not filled in.")
    found = dict.fromkeys(match.group() for match in _LOOKS_UNFILLED.finditer(body))
    return [_finding(LOOKS_UNFILLED, False, text, excerpt=excerpt) for excerpt in found]


def may_send(body: str, values: Mapping[str, object]) -> bool:
    """Whether nothing found in `body` blocks sending."""
    return not any(finding.is_blocking for finding in check(body, values))


def _finding(code: str, is_blocking: bool, template: str, **facts: object) -> Finding:
    return Finding(code, is_blocking, Sentence(code, template, facts))
