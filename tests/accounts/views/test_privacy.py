"""The settings page of what is kept how long."""

import pytest
from django.utils import timezone

from accounts.models import RetentionRule, RetentionRun, User, Workspace
from core.retention import COMMENTS, MAIL_WORDS, kinds
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

PAGE = "/w/acme/settings/privacy/"


def typed(**days: str) -> dict[str, str]:
    said = {f"days_{kind.code}": "" if kind.days is None else str(kind.days) for kind in kinds()}
    return said | {f"days_{code}": value for code, value in days.items()}


def test_periods_counts_and_last_runs_are_shown(acme: Workspace, owner: User) -> None:
    RetentionRun.objects.of(acme).create(
        workspace=acme, kind=MAIL_WORDS, removed=1234, ran_on="2026-03-01", ran_at=timezone.now()
    )
    page = signed_in(owner).get(PAGE).content.decode()
    assert 'name="days_MAIL_WORDS" value="180"' in page
    assert "1,234" in page
    assert "1 Mar 2026" in page


def test_a_change_is_kept_and_said(acme: Workspace, owner: User) -> None:
    answer = signed_in(owner).post(PAGE, typed(COMMENTS="365"), follow=True)
    assert "1 period is changed. It holds from tomorrow on" in answer.content.decode()
    assert list(RetentionRule.objects.of(acme).values_list("kind", "days")) == [(COMMENTS, 365)]
    signed_in(owner).post(PAGE, typed(COMMENTS=""))
    assert list(RetentionRule.objects.of(acme).values_list("kind", "days")) == [(COMMENTS, None)]


@pytest.mark.parametrize("wrong", ["29", "3651", "soon", "-1"])
def test_what_does_not_fit_is_said_and_stays_typed(acme: Workspace, owner: User, wrong: str) -> None:
    answer = signed_in(owner).post(PAGE, typed(COMMENTS=wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["days_COMMENTS"])
    assert f'value="{wrong}"' in answer.content.decode()
    assert RetentionRule.objects.of(acme).count() == 0


def test_only_owner_and_admin_get_in(acme: Workspace, alice: User, bob: User, charlie: User) -> None:
    assert [signed_in(user).get(PAGE).status_code for user in (alice, bob, charlie)] == [403, 403, 404]
    assert signed_in(alice).post(PAGE, typed(COMMENTS="365")).status_code == 403
