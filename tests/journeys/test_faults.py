"""Parts are killed while customers answer: nothing is lost, nothing happens twice (the long run is `make check-faults`)."""

import os
from pathlib import Path

import pytest

from bench import fault_proof, faults
from bench.product import Product, remove
from tests import servers, templates

pytestmark = pytest.mark.serial


def test_killing_every_part_once_loses_no_answer_and_doubles_nothing():
    data = Path(os.environ.get("AMENDS_TEST_DATA") or servers.DATA) / "faults"
    run = faults.Run(answers=150, seed=7, pace=8, kills=5, mailed=20, patience=30, needs_mail_quiet=False)
    outcome = faults.run(run, data, fill=templates.fill)
    assert outcome.proof.offences == {}, faults.report(outcome)
    assert dict(outcome.kills) == {"worker": 1, "postgres": 1, "redis": 1, "web": 1, "schedule": 1}
    assert outcome.proof.figures["answers acknowledged"] == 150
    remove(data)


def test_the_proof_sees_what_was_lost_doubled_or_left_alone(product: Product):
    """Without this the test above could not fail."""
    product.create_workspace(
        name="Proof", slug="proof", owner="owner@proof.example", password="pw-proof-2026-long"
    )
    product.rows(
        """INSERT INTO surveys_response (workspace_id, survey_id, public_id, metric, purpose, score, segment, comment, answers,
               channel, trust, language, dimensions, day, responded_at, received_at, open_case, submission)
           SELECT s.workspace_id, s.id, 'proof-' || n, 'NPS', 'SURVEY', 2, 'DETRACTOR', 'fault run answer ' || number || '.', '{}',
               'LINK', 'CONFIRMED', '', '{}', current_date, now(), now(), false, ''
           FROM surveys_survey s JOIN accounts_workspace w ON w.id = s.workspace_id AND w.slug = 'proof',
               (VALUES (1, 900001), (2, 900001), (3, 900002)) AS given (n, number)"""
    )
    ledger = [
        {
            "number": 900_001,
            "way": "form",
            "score": 2,
            "attempts": 1,
            "is_acknowledged": True,
            "seconds": 0.1,
            "last": "",
        },
        {
            "number": 900_003,
            "way": "api",
            "score": 3,
            "attempts": 2,
            "is_acknowledged": True,
            "seconds": 0.1,
            "last": "",
        },
    ]
    proof = fault_proof.prove(product, ledger, 2)
    assert proof.offences["every acknowledged answer is stored once, as it was given"] == [
        "answer 900001 (form, score 2): stored [2, 2]",
        "answer 900003 (api, score 3): stored []",
    ]
    assert "answer 900002" in proof.offences["nothing is stored that nobody said"]
    undecided = proof.offences[
        "every answer has exactly one decision, and a detractor's opens or joins a case"
    ]
    assert len([row for row in undecided if row.endswith("score 2: decisions None")]) == 3
    assert not proof.holds
    product.rows("DELETE FROM surveys_response WHERE public_id LIKE 'proof-%'")
