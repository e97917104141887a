"""Parts are killed while customers answer: nothing is lost, nothing happens twice (the long run is `make check-faults`)."""

import os
from pathlib import Path

import pytest

from bench import faults
from bench.product import remove
from tests import servers

pytestmark = pytest.mark.serial


def test_killing_every_part_once_loses_no_answer_and_doubles_nothing():
    data = Path(os.environ.get("AMENDS_TEST_DATA") or servers.DATA) / "faults"
    run = faults.Run(answers=150, seed=7, pace=8, kills=5, mailed=20, patience=30, needs_mail_quiet=False)
    outcome = faults.run(run, data)
    assert outcome.proof.offences == {}, faults.report(outcome)
    assert dict(outcome.kills) == {"worker": 1, "postgres": 1, "redis": 1, "web": 1, "schedule": 1}
    assert outcome.proof.figures["answers acknowledged"] == 150
    remove(data)
