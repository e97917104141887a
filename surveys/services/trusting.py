"""Weighing answers by the visits of their links, and taking people's word for it.

Who decides about answers weighs them in the same transaction (`weigh_all`): the evidence is copied from Redis, where it
expires, to the answer, where it stays. A person's judgement outweighs every rule until another person judges.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg2.extras import Json

from accounts.models import User
from surveys.enums import Trust
from surveys.models import Invitation, Response, TrustChange
from surveys.rules import trust
from surveys.rules.trust import NOTHING, Verdict
from surveys.services import responses, visits

BY_LINK = (Trust.CONFIRMED, Trust.LIKELY_SCANNER, Trust.FORWARDED)  # what the rules may say; others are facts
NOTE_LENGTH = 500


class NothingToUndo(Exception):
    """No person has judged this answer."""


def verdicts(rows: Sequence[Response]) -> dict[int, Verdict]:
    """What the rules say now about those of `rows` (with their invitation) whose link was seen in use. Writes nothing."""
    by_invitation = {row.invitation_id: row for row in rows if row.invitation_id and row.trust in BY_LINK}
    if not by_invitation:
        return {}
    links = Invitation.objects.across_workspaces().filter(pk__in=list(by_invitation))
    facts = {link.link_nonce: link for link in links}
    return {
        by_invitation[facts[nonce].pk].pk: _verdict(by_invitation[facts[nonce].pk], facts[nonce], seen)
        for nonce, seen in visits.of(facts).items()
    }


def _verdict(row: Response, link: Invitation, seen: list[trust.Visit]) -> Verdict:
    return trust.weigh(
        seen,
        score=row.score,
        reached_at=link.delivered_at or link.sent_at or link.queued_at,
        may_be_scanned=may_be_scanned(link),
    )


def may_be_scanned(link: Invitation) -> bool:
    """Whether a machine outside can have seen the link: it was mailed, and mail leaves this installation."""
    return link.is_mailed and not settings.MAIL.is_kept


def weigh_all(rows: Sequence[Response], *, now: datetime) -> dict[int, Verdict]:
    """Weigh these answers, keep the evidence and move what the rules find; returns the verdicts that stand.

    Call it in the transaction that decides; `rows` are brought up to date. Who was judged by a person is left alone.
    """
    found = verdicts(rows)
    judged = _judged(found)
    found = {pk: verdict for pk, verdict in found.items() if pk not in judged and verdict is not NOTHING}
    for row in rows:
        verdict = found.get(row.pk)
        if verdict is None:
            continue
        row.evidence = row.evidence | verdict.evidence
        after = _trust_of(verdict)
        if after != row.trust:
            _change(row, after, now=now, signs=[asdict(sign) for sign in verdict.signs])
    _keep_evidence([row for row in rows if row.pk in found])
    return found


def is_doubtful(*, response: Response, now: datetime) -> bool:
    """Whether this answer must wait: probably a scanner's, or not judged and not half an hour old. Writes nothing."""
    if _judged([response.pk]):
        return response.trust == Trust.LIKELY_SCANNER
    verdict = verdicts([response]).get(response.pk, NOTHING)
    is_fresh = now < last_change(response) + trust.HELD_FOR
    return verdict.is_scanner or (verdict.is_doubtful and is_fresh) or response.trust == Trust.LIKELY_SCANNER


def is_only_judged(*, response: Response) -> bool:
    """Whether the latest thing that happened to this answer is a judgement: its customer said nothing new."""
    changes = TrustChange.objects.of(response.workspace_id).filter(response=response)
    return changes.filter(at__gte=last_change(response)).exists()


def last_change(response: Response) -> datetime:
    """When the answer came or was last changed."""
    return response.amended_at or response.received_at


@transaction.atomic
def judge(*, response: Response, is_customer: bool, by: User | None, note: str, now: datetime) -> Response:
    """Take somebody's word that the customer, or a machine, gave this answer; it moves in the figures and is decided anew."""
    after = Trust.CONFIRMED if is_customer else Trust.LIKELY_SCANNER
    _write(response, after, now=now, by=by, note=note, signs=[{"code": "JUDGED"}])
    if response.trust == after:  # what the rules thought as well: it is decided now, and stays so
        Response.objects.of(response.workspace_id).filter(pk=response.pk).update(decide_at=now)
        responses.tell_of_trust(response=response, now=now)
        return response
    return responses.set_trust(response=response, trust=after, now=now)


@transaction.atomic
def undo(*, response: Response, by: User | None, now: datetime) -> Response:
    """Take the latest judgement of a person back: the answer is trusted as before it. Raises NothingToUndo."""
    changes = TrustChange.objects.of(response.workspace_id).filter(response=response)
    latest = changes.order_by("-pk").first()
    if latest is None or not _is_judgement(latest):
        raise NothingToUndo
    _write(response, latest.before, now=now, by=by, note="", signs=[{"code": "UNDONE"}])
    if latest.before == response.trust:
        Response.objects.of(response.workspace_id).filter(pk=response.pk).update(decide_at=now)
        responses.tell_of_trust(response=response, now=now)
        return response
    return responses.set_trust(response=response, trust=latest.before, now=now)


def _is_judgement(change: TrustChange) -> bool:
    return any(sign.get("code") == "JUDGED" for sign in change.signs)


def _judged(ids: Any) -> set[int]:
    """Those of these answers whose latest judgement is a person's and stands."""
    latest: dict[int, bool] = {}
    rows = TrustChange.objects.across_workspaces().filter(response__in=list(ids)).order_by("pk")
    for change in rows:
        latest[change.response_id] = _is_judgement(change)
    return {pk for pk, is_judged in latest.items() if is_judged}


def _trust_of(verdict: Verdict) -> str:
    if verdict.is_scanner:
        return Trust.LIKELY_SCANNER
    return Trust.FORWARDED if verdict.is_forwarded else Trust.CONFIRMED


def _change(row: Response, after: str, *, now: datetime, signs: list[dict[str, Any]]) -> None:
    _write(row, after, now=now, by=None, note="", signs=signs)
    moved = responses.set_trust(response=row, trust=after, now=now)
    row.trust, row.amended_at = moved.trust, moved.amended_at


def _write(
    row: Response, after: str, *, now: datetime, by: User | None, note: str, signs: list[dict[str, Any]]
) -> None:
    TrustChange.objects.of(row.workspace_id).bulk_create(
        [
            TrustChange(
                workspace_id=row.workspace_id, response=row, before=row.trust, after=after, signs=signs,
                note=note.strip()[:NOTE_LENGTH], by=by, at=now,
            )
        ]
    )  # fmt: skip


def _keep_evidence(rows: Sequence[Response]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE surveys_response r SET evidence = v.evidence::jsonb"
                " FROM unnest(%s::bigint[], %s::text[]) AS v (id, evidence) WHERE r.id = v.id",
                [[row.pk for row in rows], [Json(row.evidence).dumps(row.evidence) for row in rows]],
            )
