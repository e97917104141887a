"""Companies: found by the name their contacts carry, given a value, renamed with their contacts."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Cast, Concat, Trim
from django.utils.translation import gettext as _

from accounts.models import Workspace
from surveys.models import Company, Contact
from surveys.rules import contact_values
from surveys.rules.contact_values import BadValue
from surveys.rules.verbatim import clean_line


def ensure(*, workspace: Workspace | int, names: Iterable[str], now: datetime) -> dict[str, int]:
    """The ids of the companies with these names, made where there was none; an empty name is nobody's."""
    wanted = sorted({name for name in names if name})
    if not wanted:
        return {}
    found = _ids(workspace, wanted)
    pk = workspace if isinstance(workspace, int) else workspace.pk
    missing = [name for name in wanted if name not in found]
    if missing:
        rows = [Company(workspace_id=pk, name=name, created_at=now, updated_at=now) for name in missing]
        Company.objects.of(pk).bulk_create(rows, ignore_conflicts=True)  # somebody may make one just now
        found |= _ids(workspace, missing)
    return found


def _ids(workspace: Workspace | int, names: list[str]) -> dict[str, int]:
    return dict(Company.objects.of(workspace).filter(name__in=names).values_list("name", "pk"))


@transaction.atomic
def change(
    *, company: Company, now: datetime, name: str, external_id: str = "", value: Any = None
) -> Company:
    """Another name, id or value; its contacts take the name along. Raises ValidationError naming what does not fit."""
    row: Company = Company.objects.of(company.workspace_id).select_for_update().get(pk=company.pk)
    cleaned, errors = _clean(name, external_id, value)
    if errors:
        raise ValidationError(errors)
    is_renamed = cleaned["name"] != row.name
    for field, new in cleaned.items():
        setattr(row, field, new)
    row.updated_at = now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        field = "external_id" if "external_id" in str(error) else "name"
        raise ValidationError({field: _("Another company has this already.")}) from None
    if is_renamed:
        people = Contact.objects.of(row.workspace_id).filter(account=row)
        people.update(company=row.name, updated_at=now)
        people.update(search=_search())
    return row


def forget_if_empty(*, workspace_id: int, company_id: int) -> None:
    """Remove a company nobody belongs to any more: its name may be that of the person who went."""
    if not Contact.objects.of(workspace_id).filter(account=company_id).exists():
        Company.objects.of(workspace_id).filter(pk=company_id).delete()


def _search() -> Any:
    """What `contacts.search_text` puts together, in SQL: empty parts leave no double space."""
    parts: list[Any] = []
    for field in ("name", "email", "company", "external_id", "phone"):
        parts += [Cast(F(field), TextField()), Value(" ")]
    spaces = (Value(" +"), Value(" "), Value("g"))
    return Trim(
        Func(
            Concat(*parts, output_field=TextField()),
            *spaces,
            function="regexp_replace",
            output_field=TextField(),
        )
    )


def _clean(name: str, external_id: str, value: Any) -> tuple[dict[str, Any], dict[str, str]]:
    errors: dict[str, str] = {}
    cleaned: dict[str, Any] = {
        "name": clean_line(name),
        "external_id": clean_line(external_id),
        "value": None,
    }
    if not 0 < len(cleaned["name"]) <= 200:
        errors["name"] = _("Give the company a name of 1 to 200 characters.")
    if len(cleaned["external_id"]) > 120:
        errors["external_id"] = _("Longer than %(most)s characters.") % {"most": 120}
    text = clean_line(str(value if value is not None else ""))
    if text:
        try:
            cleaned["value"] = Decimal(contact_values.read("account_value", text))
        except BadValue as error:
            errors["value"] = error.sentence.say(_)
    return cleaned, errors
