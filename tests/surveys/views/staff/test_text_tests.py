"""The page that texts a survey to oneself."""

import pytest

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.models import Survey
from tests.conftest import signed_in
from tests.texts import DORAS, set_up


def page(survey: Survey) -> str:
    return f"/w/acme/surveys/{survey.public_id}/test-text/"


def test_owner_colleague_and_stranger(
    acme: Workspace, survey: Survey, owner: User, bob: User, charlie: User
) -> None:
    set_up(acme)
    for method in ("get", "post"):
        codes = [getattr(signed_in(one), method)(page(survey)).status_code for one in (owner, bob, charlie)]
        assert codes == [{"get": 200, "post": 422}[method], 403, 404]


def test_the_number_is_kept_and_a_refusal_is_said_kindly(
    acme: Workspace, survey: Survey, owner: User
) -> None:
    client = signed_in(owner)
    assert "Text messages are off" in client.get(page(survey)).content.decode()
    set_up(acme)
    assert client.post(page(survey), {"to": "12"}).status_code == 422
    shown = client.post(page(survey), {"to": "+49 151 12345678"}, follow=True).content.decode()
    assert f'value="{DORAS}"' in shown
    assert 'hx-trigger="every 2s"' in shown  # it still waits
    OutboundMessage.objects.of(acme).update(
        state="FAILED", next_at=None, last_error="the provider answered with 21211"
    )
    shown = client.get(page(survey)).content.decode()
    assert "It was refused: the provider answered with 21211." in shown
    assert "every 2s" not in shown


@pytest.mark.parametrize(
    ("phone", "status"), [("+49 (151) 123-45678", 302), ("0151 12345678", 422), ("", 302)]
)
def test_ones_own_page_keeps_or_takes_away_the_number(
    acme: Workspace, owner: User, phone: str, status: int
) -> None:
    owner.phone = "+44123456789"
    owner.save()
    answer = signed_in(owner).post(
        "/w/acme/settings/you/", {"name": "Alice", "time_zone": "", "phone": phone}
    )
    owner.refresh_from_db()
    assert answer.status_code == status
    assert owner.phone == {422: "+44123456789"}.get(status, DORAS if phone else "")
