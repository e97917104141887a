from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, User
from accounts.services import factors
from tests.accounts.signing import mails_to, with_app

pytestmark = pytest.mark.django_db


def test_somebody_who_lost_every_factor_gets_in_with_the_password_and_is_told(owner: User) -> None:
    with_app(owner)
    out = StringIO()
    call_command("remove_factors", email=owner.email.upper(), stdout=out)
    assert "Removed 2." in out.getvalue()
    assert factors.has_one(user=owner) is False
    assert [one.subject for one in mails_to(owner)] == ["A second factor was removed from your account"]
    event = AuditEvent.unscoped.get(act="FACTOR_REMOVED")
    assert (event.actor_id, event.subject_id, event.detail) == (
        None,
        str(owner.pk),
        {"type": "all", "count": 2},
    )


def test_an_unknown_address_is_an_error(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody signs in with"):
        call_command("remove_factors", email="nobody@nowhere.example")
