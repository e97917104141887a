"""Who may give a case away, role by role."""

import pytest

from detractors.rules.handing_over import may_hand_over


@pytest.mark.parametrize(
    ("role", "any_case", "their_own"),
    [
        ("OWNER", True, True),
        ("ADMIN", True, True),
        ("MANAGER", True, True),
        ("AGENT", False, True),
        ("ANALYST", False, False),
    ],
)
def test_who_assigns_gives_any_case_away_and_who_works_on_one_their_own(
    role: str, any_case: bool, their_own: bool
) -> None:
    assert may_hand_over(role=role, is_owner=False) == any_case
    assert may_hand_over(role=role, is_owner=True) == their_own
