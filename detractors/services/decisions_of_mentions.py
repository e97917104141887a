"""What becomes of a mention or a complaint: exactly one written decision each, made as those of answers are.

The desk is the same: one open case a customer, promises from the moment it reached us, routing, notices. There is no
score, so a review never touches NPS; that others can read it puts its case further to the front.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core import rows
from detractors.enums import DecisionOutcome, DecisionReason, EventKind, Origin
from detractors.models import Case, CaseDecision
from detractors.queries.rules import facts_of_mention
from detractors.rules import effects
from detractors.services import sla, snoozing, timeline
from detractors.services.claiming import Waiting
from detractors.services.decisions import HISTORICAL_AFTER, Desk
from surveys.models import Mention
from surveys.rules.mentions import DISSATISFIED


def decide_pending(*, now: datetime, batches: int = 200) -> int:
    """Decide every mention that waits; returns how many. Safe to run twice, in parallel and late."""
    return Waiting(Mention, "mention", _decide).all_due(now=now, batches=batches)


def _decide(ids: Sequence[int], now: datetime) -> None:
    mentions = list(
        Mention.objects.across_workspaces()
        .select_related("workspace", "source", "contact__account", "touchpoint")
        .filter(pk__in=ids)
        .order_by("published_at", "pk")
    )
    for workspace_id in sorted({mention.workspace_id for mention in mentions}):
        mine = [mention for mention in mentions if mention.workspace_id == workspace_id]
        MentionDesk(workspace=mine[0].workspace, now=now, verdicts={}).decide_mentions(mine)


class MentionDesk(Desk):
    """The desk of answers, for what has no score. Of opening rules two count here: open, and do not open."""

    read_facts = staticmethod(facts_of_mention)

    def decide_mentions(self, mentions: Sequence[Mention]) -> None:
        decided = {
            row.mention_id: row
            for row in CaseDecision.objects.of(self.workspace).filter(
                mention__in=[one.pk for one in mentions]
            )
        }
        opening: list[Any] = []  # the desk of answers takes what has the same names
        for mention in mentions:
            earlier = decided.get(mention.pk)
            reason = self._reason_not_to(mention)
            if earlier is not None:
                if earlier.case_id is not None or earlier.reason == (reason and reason[1]):
                    continue  # decided before, and nothing is different now
                earlier.delete()
            if reason is None:
                opening.append(mention)
            else:
                self._decision(mention, *reason)
        if opening:
            self._open_or_join(opening)
        rows.insert(self.decisions)

    def _reason_not_to(self, mention: Any) -> tuple[str, str] | None:
        if mention.is_complaint:
            return None
        does, _rule = self.book.opening(mention)
        if does == effects.DO_NOT_OPEN:
            return DecisionOutcome.NOT_OPENED, DecisionReason.RULE
        if mention.segment != DISSATISFIED and does != effects.OPEN:
            return DecisionOutcome.NOT_OPENED, DecisionReason.NOT_DETRACTOR
        if not mention.source.opens_cases and does != effects.OPEN:
            return DecisionOutcome.NOT_OPENED, DecisionReason.NOT_WANTED
        if mention.received_at - mention.published_at > HISTORICAL_AFTER:
            return DecisionOutcome.NOT_OPENED, DecisionReason.HISTORICAL
        return None

    def _decision(self, mention: Any, outcome: str, reason: str, case: Case | None = None) -> None:
        self.decisions.append(
            CaseDecision(
                workspace=self.workspace,
                mention=mention,
                outcome=outcome,
                reason=reason,
                case=case,
                evidence=self._evidence(mention, outcome, reason) if reason == DecisionReason.RULE else {},
                decided_at=self.now,
            )
        )

    def _reason_to(self, mention: Any) -> str:
        return DecisionReason.COMPLAINT if mention.is_complaint else DecisionReason.MENTION

    def _is_public(self, mention: Any) -> bool:
        return bool(mention.is_public)

    def _opening_facts(self, case: Case, mention: Any) -> dict[str, Any]:
        return {"score": None, "channel": mention.channel, "stars": mention.stars}

    def _case(self, mention: Any, number: int) -> Case:
        words = mention.text or mention.title
        contact = mention.contact
        known = [contact.name, contact.email, contact.company, contact.external_id] if contact else []
        parts = [*known, mention.author, mention.address, mention.title, mention.text]
        return Case(
            workspace=self.workspace,
            number=number,
            contact=contact,
            touchpoint=mention.touchpoint,
            origin=Origin.COMPLAINT if mention.is_complaint else Origin.MENTION,
            stated_complaint=words,
            search=" ".join(part for part in parts if part),
            opened_at=mention.published_at,
            created_at=self.now,
            updated_at=self.now,
        )

    def _join(self, case: Case, mention: Any) -> None:
        self._decision(mention, DecisionOutcome.JOINED, DecisionReason.OPEN_CASE, case)
        locked = Case.objects.of(self.workspace).select_for_update(no_key=True).get(pk=case.pk)
        words = mention.text or mention.title
        if words and words not in locked.search:
            locked.search = f"{locked.search} {words}"
        locked.version += 1
        locked.updated_at = self.now
        locked.save(update_fields=["search", "version", "updated_at"])
        timeline.write(
            case=case,
            kind=EventKind.MENTION_JOINED,
            now=self.now,
            note=words,
            channel=mention.channel,
            stars=mention.stars,
        )
        if mention.is_complaint and words:  # written to us, not about us
            sla.customer_wrote(case=case, at=mention.received_at, now=self.now)
        snoozing.wake(case=case, now=self.now, because=snoozing.ANSWER)
