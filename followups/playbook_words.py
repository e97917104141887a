"""The words of playbooks: why one began, what a step does, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followups.models import PlaybookRun, PlaybookStep
from followups.playbook_enums import DelayUnit, MoveTo, PlaybookEvent, StepKind, TaskWhat, Whom

BECAUSE: dict[str, Any] = {
    PlaybookEvent.CASE_OPENED: gettext_lazy("because a case was opened"),
    PlaybookEvent.NO_COMMENT: gettext_lazy("because the score came without words"),
    PlaybookEvent.SILENCE: gettext_lazy("because the customer has not answered"),
    PlaybookEvent.WAITING: gettext_lazy("because we wait for the customer"),
    PlaybookEvent.RESOLVED: gettext_lazy("because the case was resolved"),
    PlaybookEvent.RECOVERED: gettext_lazy("because the customer is content again"),
    PlaybookEvent.NOT_RECOVERED: gettext_lazy("because the customer is still not content"),
    PlaybookEvent.PASSIVE: gettext_lazy("because a passive answered"),
    PlaybookEvent.PROMOTER: gettext_lazy("because a promoter answered"),
}
TIMES: dict[int, Any] = {
    0: gettext_lazy("because of a first low score"),
    1: gettext_lazy("because of a second low score"),
    2: gettext_lazy("because of a third low score"),
    3: gettext_lazy("because of a fourth low score"),
    4: gettext_lazy("because of a fifth low score"),
}
DOES: dict[str, Any] = {
    TaskWhat.CALL: gettext_lazy("Task, a call"),
    TaskWhat.LETTER: gettext_lazy("Task, a letter"),
    TaskWhat.GIFT: gettext_lazy("Task, a gift"),
    TaskWhat.OTHER: gettext_lazy("Task"),
}
BUILT_IN: dict[str, Any] = {
    "ACKNOWLEDGE": gettext_lazy("Mail: we have your answer, who will write, and by when"),
    "WAITING": gettext_lazy("Mail: what we are waiting for"),
}


def because(run: PlaybookRun) -> str:
    """Why it began: “because of a third low score”."""
    told = run.because
    if "cell" in told:
        return _("because the case is in “%(cell)s” of the matrix") % {"cell": told["cell"]}
    if "by" in told:
        return _("because %(name)s chose it") % {"name": told["by"]}
    if told.get("earlier") is not None and told["event"] == PlaybookEvent.CASE_OPENED:
        earlier = int(told["earlier"])
        said = TIMES.get(earlier)
        return str(said) if said else _("because of low score number %(n)s") % {"n": earlier + 1}
    if told["event"] == PlaybookEvent.SILENCE and "since" in told:
        day = formats.date_format(localtime(datetime.fromisoformat(told["since"])), "DATE_FORMAT")
        return _("because the customer has not answered since %(day)s") % {"day": day}
    return str(BECAUSE.get(told["event"], ""))


def what(step: PlaybookStep, *, names: dict[str, Any] | None = None) -> str:
    """What the step does, in one line. `names` has words for "templates", "tags", "members" and "teams" by id."""
    does, known = step.does, names or {}
    if "built_in" in does:
        return str(BUILT_IN[does["built_in"]])
    template = known.get("templates", {}).get(does.get("template"), "")
    if step.kind == StepKind.MAIL:
        return _("Mail: %(subject)s") % {"subject": template or does.get("subject") or _("from a template")}
    if step.kind == StepKind.SMS:
        words = template or " ".join(does.get("body", "").split())[:60] or _("from a template")
        return _("Text message: %(words)s") % {"words": words}
    if step.kind == StepKind.TASK:
        return f"{DOES[does['what']]}: {does['title']}"
    if step.kind == StepKind.TAG:
        tags = [known.get("tags", {}).get(pk, "") for pk in does["tags"]]
        return _("Tags: %(tags)s") % {"tags": ", ".join(tag for tag in tags if tag) or len(does["tags"])}
    if step.kind == StepKind.STATUS:
        if does["to"] == MoveTo.WAITING:
            return _("Wait for the customer: %(what)s") % {"what": does["waiting_for"]}
        if does["to"] == MoveTo.OPEN:
            return _("Back to work")
        return _("Another status")
    return _("Give the case to: %(whom)s") % {"whom": whom(does, known)}


def whom(does: dict[str, Any], known: dict[str, Any]) -> str:
    """Who it is for."""
    code = does["for"]
    if code == Whom.MEMBER:
        return str(known.get("members", {}).get(does["member"], Whom.MEMBER.label))
    if code == Whom.TEAM:
        return str(known.get("teams", {}).get(does["team"], Whom.TEAM.label))
    return str(Whom(code).label)


def delay(step: PlaybookStep) -> str:
    """“2 working days after the step before”."""
    amount = step.delay_amount
    if step.delay_clock == "WORKING":
        units = {
            DelayUnit.MINUTES: ngettext("%(n)s working minute", "%(n)s working minutes", amount),
            DelayUnit.HOURS: ngettext("%(n)s working hour", "%(n)s working hours", amount),
            DelayUnit.DAYS: ngettext("%(n)s working day", "%(n)s working days", amount),
        }
    else:
        units = {
            DelayUnit.MINUTES: ngettext("%(n)s minute", "%(n)s minutes", amount),
            DelayUnit.HOURS: ngettext("%(n)s hour", "%(n)s hours", amount),
            DelayUnit.DAYS: ngettext("%(n)s day", "%(n)s days", amount),
        }
    length = units[DelayUnit(step.delay_unit)] % {"n": amount} if amount else _("at once")
    return f"{length} {step.get_delay_from_display()}"
