"""Words of a template as one customer would read or hear them, whoever looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Workspace
from accounts.rules.sight import Sight
from core.numbers import whole
from detractors.models import Case
from detractors.queries import pages
from followups.enums import TemplateKind
from followups.queries import merging
from followups.queries import message_templates as queries
from followups.rules import cursor, tone
from followups.services import templates
from followups.services.replies import Draft
from outbox import text_rules
from outbox.rendering import direction

NOBODY = "nobody"  # in the list of cases: somebody of whom nothing is known


@dataclass(frozen=True)
class Tried:
    """What is drawn: the words, what was found in them, the check list, and what a text message costs."""

    draft: Draft
    checks: list[dict[str, Any]]
    size: str
    is_text: bool
    is_call: bool
    is_thanks: bool
    language: str
    dir: str

    @property
    def missing(self) -> int:
        """How many things of the check list are not there."""
        return sum(not check["is_there"] for check in self.checks)


def cases(*, workspace: Workspace, sight: Sight, chosen: str) -> tuple[list[dict[str, Any]], Case | None]:
    """What can be chosen to look at words with, and the case that is; None for nobody in particular."""
    found = queries.cases_to_try(workspace=workspace, sight=sight)
    case = next((one for one in found if str(one.number) == chosen), None)
    if case is None and (number := whole(chosen, digits=9)) is not None:
        case = pages.case(workspace=workspace, number=number, sight=sight)
        found = [case, *found] if case else found
    if case is None and found and chosen != NOBODY:
        case = found[0]
    offered = [
        {"value": str(one.number), "label": _label(one), "is_chosen": case is not None and one.pk == case.pk}
        for one in found
    ]
    nobody = {"value": NOBODY, "label": _("Somebody of whom nothing is known"), "is_chosen": case is None}
    return [*offered, nobody], case


def tried(
    *,
    kind: str,
    language: str,
    subject: str,
    body: str,
    workspace: Workspace,
    case: Case | None,
    by: User,
    now: datetime,
    purpose: str = tone.UNHAPPY,
) -> Tried:
    """The words with everything filled in that is known of `case`. Never raises over what was typed."""
    if case is not None:
        values = merging.merge_values(case=case, by=by, now=now, language=language)
    else:
        values = merging.nobodys_values(workspace=workspace, by=by)
    is_text, is_call = kind == TemplateKind.SMS, kind == TemplateKind.CALL
    draft = templates.filled(kind=kind, subject=subject, body=cursor.without(body), values=values)
    names = case.contact.name.split() if case and case.contact else []
    checks = (
        []
        if is_call
        else tone.checks(draft.body, language=language, names=names, purpose=purpose, is_text=is_text)
    )
    return Tried(
        draft=draft,
        checks=[
            {"is_there": check.is_there, "what": check.what.say(_), "why": check.why.say(_)}
            for check in checks
        ],
        size=_size(draft.body) if is_text and draft.body else "",
        is_text=is_text,
        is_call=is_call,
        is_thanks=purpose == tone.THANKS,
        language=language,
        dir=direction(language),
    )


def _label(case: Case) -> str:
    name = case.contact.display_name if case.contact else _("Anonymous customer")
    return f"#{case.number} · {name}"


def _size(text: str) -> str:
    """What it costs: the number of parts, and why they are short."""
    size = text_rules.size(text)
    said = ngettext("%(n)s part, %(units)s characters", "%(n)s parts, %(units)s characters", size.parts) % {
        "n": size.parts, "units": size.units,
    }  # fmt: skip
    if size.odd:
        said += ". " + _("Parts are shorter because of: %(odd)s") % {"odd": " ".join(size.odd[:10])}
    return said
