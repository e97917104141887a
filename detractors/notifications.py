"""Mail to staff about cases: collected while a transaction works, queued together at its end, never sent here.

Every mail has a dedupe key made of the case or timer and the person, so whatever runs twice tells once.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import User
from core.links import absolute_url
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import Case, SlaTimer
from detractors.queries.cases import people_of_level
from outbox.enums import Kind
from outbox.services import messages

COMMENT_LENGTH = 500  # characters of the customer's words quoted in a staff mail


def local_text(moment: datetime, zone: str) -> str:
    """A moment in words with its zone named, for example "Mon 2 Mar 2026, 10:00 (Europe/Berlin)"."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %-d %b %Y, %H:%M} ({zone})"


class Notices:
    """The staff mails of one transaction."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._requests: list[messages.EmailRequest] = []
        self._levels: dict[tuple[int, str, int | None], list[User]] = {}

    def assigned(self, *, case: Case, owner: User, because: str) -> None:
        """The new owner hears of the case; `because` says why it is theirs."""
        occasion = f"{case.reopened_count}:{case.version}"
        self._add("case_assigned", case, [owner], key=f"case_assigned:{case.pk}:{occasion}", because=because)

    def unassigned(self, *, case: Case) -> None:
        """Nobody could take it: the lead or the managers hear of it."""
        people = self._people(case, EscalationLevel.LEAD)
        self._add(
            "case_assigned",
            case,
            people,
            key=f"case_unassigned:{case.pk}",
            because=_("Nobody is free to take it."),
        )

    def due_soon(self, *, case: Case, timer: SlaTimer) -> None:
        """The owner hears that a promise is nearly due; without an owner, the lead."""
        self._add("sla_warning", case, self._responsible(case), key=f"sla_warning:{timer.pk}", timer=timer)

    def breached(self, *, case: Case, timer: SlaTimer) -> None:
        """The owner hears that a promise was missed; without an owner, the lead."""
        self._add("sla_breach", case, self._responsible(case), key=f"sla_breach:{timer.pk}", timer=timer)

    def escalated(self, *, case: Case, timer: SlaTimer, level: str) -> None:
        """The people of `level` hear that a promise was missed."""
        self._add(
            "case_escalated",
            case,
            self._people(case, level),
            key=f"case_escalated:{timer.pk}:{level}",
            timer=timer,
            level=str(EscalationLevel(level).label),
        )

    def queue(self) -> None:
        """Write all collected mails into the outbox, in the caller's transaction."""
        if self._requests:
            messages.queue_emails(self._requests, now=self.now)
            self._requests = []

    def _responsible(self, case: Case) -> list[User]:
        if case.owner is not None and case.owner.is_active:
            return [case.owner]
        return self._people(case, EscalationLevel.LEAD)

    def _people(self, case: Case, level: str) -> list[User]:
        lead = case.team.lead if case.team else None
        key = (case.workspace_id, level, lead.pk if lead else None)
        if key not in self._levels:
            self._levels[key] = people_of_level(workspace=case.workspace, level=level, lead=lead)
        return self._levels[key]

    def _add(
        self,
        mail: str,
        case: Case,
        people: Iterable[User],
        *,
        key: str,
        timer: SlaTimer | None = None,
        level: str = "",
        because: str = "",
    ) -> None:
        for person in people:
            zone = person.time_zone or case.workspace.time_zone
            due = timer.due_at if timer else case.next_due_at
            self._requests.append(
                messages.EmailRequest(
                    mail=mail,
                    to=person.email,
                    to_name=person.display_name,
                    kind=Kind.STAFF,
                    workspace=case.workspace,
                    about=f"case:{case.pk}",
                    dedupe_key=f"{key}:{person.pk}",
                    context={
                        "case_number": case.number,
                        "customer": case.contact.display_name
                        if case.contact
                        else str(_("An anonymous customer")),
                        "customer_company": case.contact.company if case.contact else "",
                        "score": case.score,
                        "comment": case.stated_complaint[:COMMENT_LENGTH],
                        "url": absolute_url("detractors:case", slug=case.workspace.slug, number=case.number),
                        "due_at": local_text(due, zone) if due else "",
                        "promise": str(TimerKind(timer.kind).label) if timer else "",
                        "owner": case.owner.display_name if case.owner else str(_("nobody")),
                        "level": level,
                        "because": because,
                        "workspace_name": case.workspace.name,
                        "first_name": person.first_name,
                    },
                )
            )
