"""What must be true after a fault run, found by comparing the customers' ledger and the mail server's with the rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.product import Product

_NUMBER = re.compile(r"fault run answer (\d+)\.")
_AT_MOST_ONCE = ("SURVEY", "CUSTOMER")  # a staff notice of unknown fate is sent again on purpose

_UNDECIDED = "SELECT count(*) FROM surveys_response WHERE decide_at IS NOT NULL"
_UNFOLDED = """SELECT (SELECT count(*) FROM surveys_responsechange WHERE NOT is_folded)
                    + (SELECT count(*) FROM surveys_invitationchange WHERE NOT is_folded)"""
_UNSENT = """SELECT (SELECT count(*) FROM outbox_outboundmessage WHERE state IN ('QUEUED', 'SENDING'))
                  + (SELECT count(*) FROM surveys_invitation WHERE status = 'PLANNED')"""

_DETRACTORS = """
SELECT r.id, r.score, array_agg(d.outcome) FILTER (WHERE d.id IS NOT NULL) FROM surveys_response r
LEFT JOIN detractors_casedecision d ON d.response_id = r.id GROUP BY r.id
HAVING count(d.id) <> 1 OR (r.score <= 6) <> bool_and(d.outcome IN ('OPENED', 'JOINED')) ORDER BY r.id
"""
_TIMERS = """
SELECT c.number, array_agg(t.kind ORDER BY t.kind) FROM detractors_case c
LEFT JOIN detractors_slatimer t ON t.case_id = c.id GROUP BY c.id
HAVING array_agg(t.kind::text ORDER BY t.kind) IS DISTINCT FROM ARRAY['FIRST_RESPONSE', 'RESOLUTION'] ORDER BY 1
"""
_OPENINGS = """
SELECT c.number, count(*) FILTER (WHERE e.kind = 'OPENED') AS opened, count(*) FILTER (WHERE e.kind = 'ASSIGNED') AS assigned
FROM detractors_case c LEFT JOIN detractors_caseevent e ON e.case_id = c.id GROUP BY c.id
HAVING count(*) FILTER (WHERE e.kind = 'OPENED') <> 1 OR count(*) FILTER (WHERE e.kind = 'ASSIGNED') <> 1 ORDER BY 1
"""
_NOTICES = """
SELECT c.number, count(m.id) FROM detractors_case c
LEFT JOIN outbox_outboundmessage m ON m.about = 'case:' || c.id AND m.mail = 'case_assigned' GROUP BY c.id
HAVING count(m.id) <> 1 ORDER BY 1
"""


@dataclass
class Proof:
    """Figures of the run, and for each broken promise the rows that break it."""

    figures: dict[str, Any] = field(default_factory=dict)
    offences: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)  # allowed, and worth knowing

    @property
    def holds(self) -> bool:
        """Whether nothing was broken."""
        return not self.offences

    def check(self, promise: str, broken: Iterator[str] | list[str]) -> None:
        """Note the rows that break `promise`, if there are any."""
        if rows := list(broken):
            self.offences[promise] = rows


def is_quiet(product: Product) -> bool:
    """Whether every answer is decided, every figure folded and every mail gone or given up."""
    return all(product.rows(statement)[0][0] == 0 for statement in (_UNDECIDED, _UNFOLDED, _UNSENT))


def is_decided(product: Product) -> bool:
    """Whether every answer is decided and every figure folded."""
    return all(product.rows(statement)[0][0] == 0 for statement in (_UNDECIDED, _UNFOLDED))


def prove(product: Product, ledger: list[dict[str, Any]], answers: int) -> Proof:
    """Compare both ledgers with the database; run `check_loop`."""
    proof = Proof()
    _answers(proof, product, ledger, answers)
    proof.check(
        "every answer has exactly one decision, and a detractor's opens or joins a case",
        [f"response {row[0]} score {row[1]}: decisions {row[2]}" for row in product.rows(_DETRACTORS)],
    )
    proof.check(
        "every case has its two timers, each once",
        [f"case {row[0]}: {row[1]}" for row in product.rows(_TIMERS)],
    )
    proof.check(
        "every case was opened and assigned once",
        [f"case {row[0]}: opened {row[1]}, assigned {row[2]}" for row in product.rows(_OPENINGS)],
    )
    proof.check(
        "every case has exactly one notice to its owner",
        [f"case {row[0]}: {row[1]}" for row in product.rows(_NOTICES)],
    )
    _mails(proof, product)
    _loop(proof, product)
    outcomes = dict(product.rows("SELECT outcome, count(*) FROM detractors_casedecision GROUP BY 1"))
    proof.figures |= {
        "decisions opened": outcomes.get("OPENED", 0),
        "decisions joined": outcomes.get("JOINED", 0),
        "decisions not opened": outcomes.get("NOT_OPENED", 0),
        "cases": product.rows("SELECT count(*) FROM detractors_case")[0][0],
    }
    return proof


def _answers(proof: Proof, product: Product, ledger: list[dict[str, Any]], answers: int) -> None:
    stored: dict[int, list[int]] = {}
    strangers = []
    for identity, score, comment in product.rows("SELECT id, score, comment FROM surveys_response"):
        if found := _NUMBER.fullmatch(comment):
            stored.setdefault(int(found[1]), []).append(score)
        else:
            strangers.append(f"response {identity}: {comment!r}")
    acknowledged = [line for line in ledger if line["is_acknowledged"]]
    proof.check(
        "every answer was acknowledged in the end", [str(line) for line in ledger if line not in acknowledged]
    )
    proof.check(
        "every acknowledged answer is stored once, as it was given",
        [
            f"answer {line['number']} ({line['way']}, score {line['score']}): stored {stored.get(line['number'], [])}"
            for line in acknowledged
            if stored.get(line["number"]) != [line["score"]]
        ],
    )
    posted = {line["number"] for line in ledger}
    proof.check(
        "nothing is stored that nobody said",
        strangers + [f"answer {number}" for number in stored if number not in posted],
    )
    proof.check(
        "the ledger knows every answer",
        [f"{len(posted)} of {answers}"] if len(posted) != answers else [],
    )
    retried = [line for line in acknowledged if line["attempts"] > 1]
    proof.figures |= {
        "answers acknowledged": len(acknowledged),
        "by way": dict(Counter(line["way"] for line in acknowledged)),
        "detractor answers": sum(line["score"] <= 6 for line in acknowledged),
        "answers that needed more than one attempt": len(retried),
        "attempts in all": sum(line["attempts"] for line in ledger),
        "longest time until acknowledged, s": max((line["seconds"] for line in acknowledged), default=0),
    }


def _mails(proof: Proof, product: Product) -> None:
    """Each line of the sink against its message. Mail may still be leaving: what arrived is read before the messages, for what
    must not be more than they say, and once more after them, for what they count as sent."""
    arrived = Counter(line["id"] for line in product.received())
    messages = product.rows(
        "SELECT public_id, kind, state, attempts, mail, last_error FROM outbox_outboundmessage"
    )
    arrived_by_now = {line["id"] for line in product.received()}
    known = {row[0] for row in messages}
    doubled, unsent, again, unknown, waiting = [], [], [], [], []
    for public_id, kind, state, attempts, mail, error in messages:
        count = arrived[public_id]
        label = f"{mail} {public_id}: {state}, {attempts} attempts, arrived {count} times"
        if count > (1 if kind in _AT_MOST_ONCE else attempts):
            doubled.append(label)
        elif count > 1:
            again.append(label)
        if state == "SENT" and public_id not in arrived_by_now:
            unsent.append(label)
        if state == "UNKNOWN":
            unknown.append(label)
        if state in ("QUEUED", "SENDING"):
            waiting.append(f"{label} {error}")
    proof.check("every mail left at most once (a staff notice of unknown fate: once an attempt)", doubled)
    proof.check("every mail that counts as sent has arrived", unsent)
    proof.check("no mail arrived that nobody queued", [str(one) for one in arrived if one not in known])
    states = Counter(row[2] for row in messages)
    proof.figures |= {
        "mails queued": len(messages),
        "mails arrived": sum(arrived.values()),
        "mails by state": dict(states),
    }
    for name, rows in (
        ("mails that may have left (shown as such, never sent again)", unknown),
        ("staff notices sent again, because nobody could know", again),
        ("mails still waiting", waiting),
    ):
        if rows:
            proof.notes[name] = rows


def _loop(proof: Proof, product: Product) -> None:
    said = product.manage("check_loop", "--json", check=False)
    try:
        outcome = json.loads(said)
    except ValueError:
        proof.offences["check_loop runs"] = [said]
        return
    for check in outcome["checks"]:
        if not check["holds"]:
            rows = [f"{row['workspace']}: {row['row']}: {row['detail']}" for row in check["rows"]]
            proof.offences[f"check_loop: {check['sentence']}"] = rows
    proof.figures["promises checked by check_loop"] = len(outcome["checks"])
