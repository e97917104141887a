"""How a workspace's text messages leave and come in: one gateway, its account sealed, its changes in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.sealing import CannotUnseal, seal, unseal
from core.signatures import new_secret
from outbox import text_rules
from outbox.channels import sms
from outbox.channels.sms import Gateway
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import text_limits
from outbox.services.texts import TextRequest, queue_texts
from outbox.text_rules import Limits, Used
from surveys.enums import SmsProvider
from surveys.models import SmsGateway

ABOUT = "text_test"
TESTS_A_DAY = 10
WORDS = {
    sms.UNKNOWN_PROVIDER: lambda: _(
        "Write it as apprise does: twilio://…, vonage://…, msgbird://… and so on."
    ),
    sms.NOT_READABLE: lambda: _(
        "The provider's part of this address cannot be read. Is a piece of the account missing?"
    ),
    sms.NO_OWN_OPTIONS: lambda: _(
        "Leave out cto, rto, retry, redirect, verify, method and the like: these are set here."
    ),
}


class BadGateway(ValueError):
    """The gateway stays as it was; `errors` says by field what to put right."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


class NoTest(ValueError):
    """The test text was not queued; the text says why."""


@dataclass(frozen=True)
class State:
    """How the gateway is, for people: no secret among it."""

    row: SmsGateway | None
    provider: str  # "Twilio"; "" where nothing is set
    is_readable: bool  # the account can be unsealed
    has_secret: bool
    used: Used


def row_of(*, workspace: Workspace | int) -> SmsGateway | None:
    """The workspace's gateway as it is set, in use or not."""
    found: SmsGateway | None = SmsGateway.objects.of(workspace).first()
    return found


def gateway(*, workspace_id: int) -> Gateway | None:
    """The gateway texts leave by; None when there is none, it is not in use, or its account cannot be unsealed."""
    row = row_of(workspace=workspace_id)
    if row is None or not row.is_active:
        return None
    address = ""
    if row.provider == SmsProvider.APPRISE:
        try:
            address = unseal(row.address)
        except CannotUnseal:
            return None
    return Gateway(provider=row.provider, number=row.number, limits=_limits(row), address=address)


def state(*, workspace: Workspace, now: datetime) -> State:
    """What the settings page shows."""
    row, provider, is_readable = row_of(workspace=workspace), "", True
    if row is not None and row.provider == SmsProvider.APPRISE and row.address:
        try:
            provider = sms.PROVIDERS.get(sms.schema(unseal(row.address)), "")
        except CannotUnseal:
            is_readable = False
    used = text_limits.used(workspace=workspace, now=now)
    return State(row, provider, is_readable, bool(row and row.secret), used)


def save(
    *,
    workspace: Workspace,
    provider: str,
    number: str,
    per_day: int,
    per_number: int,
    per_country: int | None,
    countries: str,
    is_active: bool,
    now: datetime,
    address: str = "",
    secret: str = "",
) -> SmsGateway:
    """Set the gateway. An empty `address` or `secret` leaves the sealed one as it is. Raises BadGateway."""
    errors: dict[str, str] = {}
    address, secret = address.strip(), secret.strip()
    own = text_rules.e164(number) if number.strip() else ""
    if number.strip() and not own:
        errors["number"] = _("Write it with its country: +49 30 1234567.")
    codes = countries.replace(",", " ").upper().split()
    if unknown := [code for code in codes if not text_rules.is_country(code)]:
        errors["countries"] = _("%(codes)s: no country has this code. Write DE AT CH.") % {
            "codes": ", ".join(unknown)
        }
    if address:
        try:
            sms.check(address)
        except sms.BadAddress as error:
            errors["address"] = WORDS[error.code]()
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # one of two at once makes it
        row = row_of(workspace=workspace) or SmsGateway(workspace=workspace, created_at=now)
        if provider == SmsProvider.APPRISE and not address and not row.address:
            errors["address"] = _("A provider needs the address of your account there.")
        if errors:
            raise BadGateway(errors)
        row.provider, row.number, row.is_active = provider, own, is_active
        row.per_day, row.per_number, row.per_country = per_day, per_number, per_country
        row.countries = " ".join(dict.fromkeys(codes))
        if address:
            row.address = seal(address)
        if secret:
            row.secret = seal(secret)
        row.updated_at = now
        row.save()
    return row


def make_secret(*, workspace: Workspace, now: datetime) -> str:
    """A fresh secret for what comes in, given back this one time; the former one counts no more. Raises BadGateway."""
    made = new_secret()
    updated = SmsGateway.objects.of(workspace).update(secret=seal(made), updated_at=now)
    if not updated:
        raise BadGateway({"secret": _("Save the gateway first.")})
    return made


def secret_of(*, row: SmsGateway) -> str:
    """What calls about texts are signed with; "" when none was set. Raises sealing.CannotUnseal."""
    return unseal(row.secret) if row.secret else ""


def try_out(*, workspace: Workspace, to: str, by: User, now: datetime) -> OutboundMessage:
    """Queue a text to a number of one's own; pressed twice within a minute it leaves once. Raises NoTest."""
    text = _("%(company)s: this is a test of your text messages. They arrive.") % {"company": workspace.name}
    return queue_test(workspace=workspace, to=to, by=by, text=text, now=now)


def queue_test(
    *,
    workspace: Workspace,
    to: str,
    by: User,
    text: str,
    now: datetime,
    what: str = "",
    mail: str = "text_test",
) -> OutboundMessage:
    """Queue `text` to one of us by the way every text takes; it counts for the day, and for nobody. Raises NoTest.

    `what` names what is tried: each leaves once a minute.
    """
    found = gateway(workspace_id=workspace.pk)
    if found is None:
        raise NoTest(_("Switch the gateway on first."))
    number = text_rules.e164(to, found.region)
    if not number:
        raise NoTest(_("Write the number with its country: +49 151 23456789."))
    since = now - timedelta(days=1)
    tests = OutboundMessage.objects.of(workspace).filter(about=f"{ABOUT}:{by.pk}", created_at__gt=since)
    if tests.count() >= TESTS_A_DAY:
        raise NoTest(
            _("You have sent %(n)s test texts today; that is enough for a day.") % {"n": TESTS_A_DAY}
        )
    [row] = queue_texts(
        [
            TextRequest(
                mail=mail,
                kind=Kind.STAFF,
                workspace=workspace,
                to=number,
                to_name=by.display_name,
                subject=_("Test text"),
                text=text,
                dedupe_key=f"{ABOUT}:{what or workspace.pk}:{by.pk}:{now:%Y%m%d%H%M}",
                about=f"{ABOUT}:{by.pk}",
            )
        ],
        now=now,
    )
    return row


def _limits(row: SmsGateway) -> Limits:
    return Limits(
        per_day=row.per_day,
        per_country=row.per_country,
        per_number=row.per_number,
        countries=frozenset(row.countries.split()),
    )


__all__ = [
    "BadGateway", "NoTest", "State", "gateway", "make_secret", "queue_test", "row_of", "save", "secret_of", "state", "try_out",
]  # fmt: skip
