"""A campaign that is paused and resumed while it is sent asks nobody twice (with a killed worker: make prove-campaign)."""

import pytest

from bench import campaign
from tests import live

pytestmark = pytest.mark.serial


def test_a_pause_while_mails_leave_asks_nobody_twice_and_the_states_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaign, "QUIET", 1.5)
    with live.product("large_campaign") as product:
        outcome = campaign.run(300, product, kills=False)
    assert outcome.offences == [], campaign.report(outcome)
    reasons = {code: n for code, n in outcome.states.items() if code not in ("SENT", "DELIVERED")}
    assert reasons == {"NO_ADDRESS": 15, "OPTED_OUT": 15, "ASKED_RECENTLY": 15, "UNDELIVERABLE": 15}
    assert (sum(outcome.states.values()), outcome.arrived) == (300, 240)
