"""The people we ask: found again by external id or address, changed, left in peace, forgotten."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from outbox.services import forgetting
from surveys.enums import InvitationStatus, NotSentBecause, RespondentType
from surveys.models import Contact, Invitation
from surveys.rules import contact_values
from surveys.rules.contact_values import BadValue
from surveys.rules.verbatim import clean_line
from surveys.services import attributes as attribute_service
from surveys.services import companies, merging
from surveys.services.attributes import BadAttribute
from surveys.services.contact_batches import Counts, upsert_many
from surveys.services.erasing import erase

__all__ = [
    "Conflict", "Counts", "NoIdentity", "ensure_attributes", "erase", "note_asked", "note_undeliverable", "opt_in",
    "opt_out", "update", "upsert", "upsert_many",
]  # fmt: skip

FIELDS = (
    "external_id", "email", "name", "phone", "company", "language", "time_zone", "account_value", "respondent_type",
)  # fmt: skip

ensure_attributes = attribute_service.ensure


class NoIdentity(ValueError):
    """Neither an external id nor an address: the person could not be known again."""


class Conflict(ValueError):
    """The external id and the address belong to two different contacts (`by_external_id`, `by_email`)."""

    def __init__(self, by_external_id: Contact | None, by_email: Contact) -> None:
        self.by_external_id, self.by_email = by_external_id, by_email
        other = by_external_id.display_name if by_external_id else by_email.external_id
        super().__init__(
            _(
                "The address %(email)s belongs to another contact (%(owner)s) than the external id (%(other)s)."
            )
            % {"email": by_email.email, "owner": by_email.display_name, "other": other}
        )


def upsert(
    *,
    workspace: Workspace,
    now: datetime,
    external_id: str = "",
    email: str = "",
    attributes: dict[str, Any] | None = None,
    **fields: Any,
) -> tuple[Contact, bool]:
    """The contact with this external id or address (any case), made or changed; and whether it is new.

    Fields that are not given stay as they are; attributes are added to those known, an empty one goes. Raises
    NoIdentity, Conflict, or ValidationError naming the fields that do not fit.
    """
    cleaned = _clean({"external_id": external_id, "email": email} | fields)
    given = _clean_attributes(attributes)
    if not cleaned["external_id"] and not cleaned["email"]:
        raise NoIdentity(
            _("Give an external id or an e-mail address: one is needed to know the contact again.")
        )
    (cleaned,) = merging.known_as(workspace=workspace, rows=[cleaned])
    identity = {key: cleaned[key] for key in ("external_id", "email") if cleaned[key]}
    wanted = {key: value for key, value in cleaned.items() if key not in ("external_id", "email")} | identity
    try:
        with transaction.atomic():
            return _upsert(workspace, wanted, given, now)
    except IntegrityError:  # somebody made the same contact in the same moment: it is known now
        with transaction.atomic():
            return _upsert(workspace, wanted, given, now)


def _upsert(
    workspace: Workspace, wanted: dict[str, Any], given: dict[str, str], now: datetime
) -> tuple[Contact, bool]:
    contact = _find(workspace, str(wanted.get("external_id", "")), str(wanted.get("email", "")))
    if contact is None:
        contact = Contact(workspace=workspace, created_at=now, updated_at=now)
        _write(contact, wanted, given, now)
        return contact, True
    _write(contact, wanted, given, now)
    return contact, False


def _find(workspace: Workspace, external_id: str, email: str) -> Contact | None:
    """The contact of the external id, else of the address. Raises Conflict when they are not the same person."""
    rows = Contact.objects.of(workspace).order_by("pk").select_for_update()
    by_id: Contact | None = rows.filter(external_id=external_id).first() if external_id else None
    by_email: Contact | None = rows.filter(email=email).first() if email else None
    if (
        by_email is not None
        and external_id
        and by_email != by_id
        and (by_id is not None or by_email.external_id)
    ):
        raise Conflict(by_id, by_email)
    return by_id or by_email


@transaction.atomic
def update(
    *, contact: Contact, now: datetime, attributes: dict[str, Any] | None = None, **fields: Any
) -> Contact:
    """Set the given fields; attributes are added to those known, an empty one goes.

    Raises NoIdentity when neither external id nor address would be left, Conflict when one of them is another
    contact's, ValidationError naming the fields that do not fit.
    """
    cleaned, given = _clean(fields), _clean_attributes(attributes)
    contact = Contact.objects.of(contact.workspace_id).select_for_update().get(pk=contact.pk)
    after = {key: cleaned.get(key, getattr(contact, key)) for key in ("external_id", "email")}
    if not any(after.values()) and not contact.phone and contact.erased_at is None:
        raise NoIdentity(
            _("Keep an external id or an e-mail address: one is needed to know the contact again.")
        )
    others = Contact.objects.of(contact.workspace_id).exclude(pk=contact.pk)
    if after["email"] and (other := others.filter(email=after["email"]).first()):
        raise Conflict(contact, other)
    if after["external_id"] and others.filter(external_id=after["external_id"]).exists():
        raise ValidationError({"external_id": _("Another contact has this external id.")})
    _write(contact, cleaned, given, now)
    return contact


def _write(contact: Contact, fields: dict[str, Any], given: dict[str, str], now: datetime) -> None:
    """Set what differs; a contact that stays the same is not written."""
    merged = {key: value for key, value in (contact.attributes | given).items() if value}
    wanted = fields | {"attributes": merged}
    changed = {key for key, value in wanted.items() if getattr(contact, key) != value}
    for key in changed:
        setattr(contact, key, wanted[key])
    if "email" in changed:
        contact.undeliverable_at = None  # that was the old address
        forgetting.recognise(workspace_id=contact.workspace_id, addresses=[contact.email])
    if "company" in changed:
        known = companies.ensure(workspace=contact.workspace_id, names=[contact.company], now=now)
        contact.account_id = known.get(contact.company)
    if changed or contact.pk is None:
        contact.search = search_text(contact)
        contact.updated_at = now
        contact.save()
        attribute_service.ensure(workspace=contact.workspace_id, seen=[merged], now=now)


def search_text(contact: Contact) -> str:
    """What `Contact.search` holds: everything a person would look for, in one line."""
    parts = (contact.name, contact.email, contact.company, contact.external_id, contact.phone)
    return " ".join(part for part in parts if part)


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    """Values in their one stored form. Raises ValidationError naming every field that does not fit."""
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"no fields of a contact: {', '.join(sorted(unknown))}")
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in fields.items():
        try:
            cleaned[field] = (
                _clean_account_value(value) if field == "account_value" else _clean_text(field, value)
            )
        except BadValue as error:
            errors[field] = [error.sentence.say(_)]
    if errors:
        raise ValidationError(errors)
    return cleaned


def _clean_text(field: str, value: Any) -> str:
    text = clean_line(str(value or ""))
    if not text:
        return str(RespondentType.CUSTOMER) if field == "respondent_type" else ""
    cleaned = str(contact_values.read(field, text))
    return cleaned.lower() if field == "email" else cleaned


def _clean_account_value(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise BadValue("BAD_NUMBER", value=value)
    if isinstance(value, str):
        return Decimal(contact_values.read("account_value", clean_line(value)))
    try:  # a number already: JSON's, or a Decimal
        number = round(Decimal(str(value)), contact_values.DECIMALS)
    except (InvalidOperation, ValueError):
        raise BadValue("BAD_NUMBER", value=value) from None
    if not number.is_finite() or abs(number) >= 10**contact_values.WHOLE_DIGITS:
        raise BadValue("NUMBER_TOO_LARGE", value=value, digits=contact_values.WHOLE_DIGITS)
    return number


def _clean_attributes(attributes: dict[str, Any] | None) -> dict[str, str]:
    try:
        return attribute_service.clean(attributes or {})
    except BadAttribute as error:
        raise ValidationError({"attributes": [str(error)]}) from None


@transaction.atomic
def opt_out(*, contact: Contact, now: datetime) -> Contact:
    """This person asked not to be surveyed. Planned invitations are refused; case mails still reach them."""
    contact = Contact.objects.of(contact.workspace_id).select_for_update().get(pk=contact.pk)
    if contact.opted_out_at is None:
        contact.opted_out_at = contact.updated_at = now
        contact.save(update_fields=["opted_out_at", "updated_at"])
    _refuse_planned(contact, NotSentBecause.OPTED_OUT)
    return contact


@transaction.atomic
def opt_in(*, contact: Contact, now: datetime) -> Contact:
    """Undo `opt_out`: they may be asked again. What was refused meanwhile stays refused."""
    contact = Contact.objects.of(contact.workspace_id).select_for_update().get(pk=contact.pk)
    contact.opted_out_at, contact.updated_at = None, now
    contact.save(update_fields=["opted_out_at", "updated_at"])
    return contact


def note_asked(*, contact: Contact, now: datetime) -> None:
    """They were asked at `now`; an earlier moment never replaces a later one."""
    Contact.objects.of(contact.workspace_id).filter(pk=contact.pk).exclude(last_asked_at__gt=now).update(
        last_asked_at=now
    )


def note_undeliverable(*, workspace: Workspace | int, address: str, now: datetime) -> None:
    """Mail to this address does not arrive: whoever has it is not asked by mail until it changes."""
    Contact.objects.of(workspace).filter(email=address.strip().lower(), undeliverable_at__isnull=True).update(
        undeliverable_at=now
    )


def _refuse_planned(contact: Contact, reason: NotSentBecause) -> None:
    Invitation.objects.of(contact.workspace_id).filter(
        contact=contact, status=InvitationStatus.PLANNED
    ).update(status=InvitationStatus.NOT_SENT, not_sent_because=reason, askable_at=None)
