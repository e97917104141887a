"""Forms of contacts, imports, surveys and campaigns: they parse and check shape; services decide and write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import language_choices, time_zones
from accounts.models import Workspace
from core.numbers import wholes
from surveys.models import Attribute, Contact, Survey
from surveys.rules import contact_values, csv_mapping

MAX_SHOWN_ATTRIBUTES = 40  # fields of the contact form; the rest keep their values


class ContactForm(forms.ModelForm):
    """One person: what we know, and the workspace's own attributes."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    new_attribute = forms.CharField(label=_("Another attribute"), required=False, max_length=60)
    new_value = forms.CharField(label=_("Its value"), required=False, max_length=500)

    class Meta:
        model = Contact
        fields: ClassVar[list[str]] = [
            "name", "email", "company", "phone", "external_id", "account_value", "respondent_type",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "external_id": _(
                "How your own systems call this person. An import finds people by it, or by the address."
            ),
            "account_value": _("What the relation is worth a year: cases of larger accounts come first."),
        }

    def __init__(
        self, *args: Any, workspace: Workspace, attributes: Sequence[Attribute], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._workspace = workspace
        self.fields["respondent_type"].required = False
        self._attributes = list(attributes)[:MAX_SHOWN_ATTRIBUTES]
        language: Any = self.fields["language"]
        language.choices = self._with_own([("", _("Not known")), *language_choices()], self.instance.language)
        zone: Any = self.fields["time_zone"]
        zone.choices = self._with_own(time_zones(_("As the workspace")), self.instance.time_zone)
        self.initial["language"], self.initial["time_zone"] = self.instance.language, self.instance.time_zone
        for attribute in self._attributes:
            self.fields[csv_mapping.ATTRIBUTE + attribute.name] = forms.CharField(
                label=attribute.label,
                required=False,
                max_length=500,
                initial=self.instance.attributes.get(attribute.name, ""),
            )

    @staticmethod
    def _with_own(choices: Sequence[tuple[str, Any]], own: str) -> list[tuple[str, Any]]:
        """The choices, and the contact's own value if an import brought one that is not among them."""
        return [*choices, *([(own, own)] if own and own not in dict(choices) else [])]

    @property
    def attribute_fields(self) -> list[forms.BoundField]:
        return [self[csv_mapping.ATTRIBUTE + attribute.name] for attribute in self._attributes]

    def clean_email(self) -> str:
        text: str = self.cleaned_data["email"].strip()
        if not text:
            return ""
        try:
            address = contact_values.email(text).lower()
        except contact_values.BadValue as error:
            raise forms.ValidationError(str(error.sentence)) from error
        self._refuse_double(email=address)
        return address

    def clean_external_id(self) -> str:
        external_id: str = self.cleaned_data["external_id"].strip()
        if external_id:
            self._refuse_double(external_id=external_id)
        return external_id

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"].strip()
        try:
            return contact_values.phone(text) if text else ""
        except contact_values.BadValue as error:
            raise forms.ValidationError(str(error.sentence)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("email") and not data.get("external_id"):
            raise forms.ValidationError(
                _("Give an e-mail address or an external id: one is needed to know the contact again.")
            )
        if data.get("new_value") and not data.get("new_attribute"):
            self.add_error("new_attribute", _("What is this value? Give it a name."))
        return data

    def _refuse_double(self, **identity: str) -> None:
        others = Contact.objects.of(self._workspace).filter(**identity).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another contact has this already."))

    def facts(self) -> dict[str, Any]:
        """The cleaned fields as the contact service takes them; an attribute that was emptied goes."""
        data = self.cleaned_data
        names = (*self.Meta.fields, "language", "time_zone")
        values = {
            attribute.name: data[csv_mapping.ATTRIBUTE + attribute.name].strip()
            for attribute in self._attributes
        }
        if data["new_attribute"].strip():
            values[csv_mapping.slug(data["new_attribute"])] = data["new_value"].strip()
        known = self.instance.attributes
        changed = {name: value for name, value in values.items() if value or name in known}
        facts = {name: data[name] for name in names}
        facts["respondent_type"] = facts["respondent_type"] or self.instance.respondent_type
        return {**facts, "attributes": changed}


class UploadForm(forms.Form):
    """A CSV file."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/tab-separated-values"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_IMPORT_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Split it, and import the parts one after the other.")
                % {"most": settings.MAX_IMPORT_BYTES // (1024 * 1024)}
            )
        return file


TARGET_LABELS = {
    "email": _("E-mail"), "external_id": _("External id"), "name": _("Name"), "first_name": _("First name"),
    "last_name": _("Last name"), "phone": _("Phone"), "company": _("Company"), "language": _("Language"),
    "time_zone": _("Time zone"), "account_value": _("Account value"), "respondent_type": _("Who this is"),
}  # fmt: skip
AS_ATTRIBUTE = "attribute"


class MappingForm(forms.Form):
    """One choice per column: a contact field, an attribute, or nothing."""

    def __init__(self, *args: Any, columns: Sequence[str], mapping: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("Leave out")),
            *((field, TARGET_LABELS[field]) for field in csv_mapping.FIELDS),
            (AS_ATTRIBUTE, _("As attribute")),
        ]
        self._columns = list(columns)
        for index in range(len(columns)):
            target = mapping.get(str(index), "")
            is_attribute = target.startswith(csv_mapping.ATTRIBUTE)
            self.fields[f"column_{index}"] = forms.ChoiceField(
                choices=choices,
                required=False,
                initial=AS_ATTRIBUTE if is_attribute else target,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"name_{index}"] = forms.CharField(
                required=False,
                max_length=csv_mapping.LONGEST_ATTRIBUTE,
                initial=target.removeprefix(csv_mapping.ATTRIBUTE)
                if is_attribute
                else csv_mapping.slug(columns[index]),
                widget=forms.TextInput(
                    attrs={"class": "form-control form-control-sm", "autocomplete": "off"}
                ),
            )

    def pairs(self) -> Iterable[tuple[forms.BoundField, forms.BoundField]]:
        """(target, attribute name) of every column, in order."""
        return [(self[f"column_{index}"], self[f"name_{index}"]) for index in range(len(self._columns))]

    def mapping(self) -> dict[int, str]:
        """The chosen mapping in the importer's own shape."""
        chosen: dict[int, str] = {}
        for index, column in enumerate(self._columns):
            target = self.cleaned_data[f"column_{index}"]
            if target == AS_ATTRIBUTE:
                target = csv_mapping.ATTRIBUTE + csv_mapping.slug(
                    self.cleaned_data[f"name_{index}"] or column
                )
            chosen[index] = target
        return chosen


class CampaignForm(forms.Form):
    """Who is asked which survey."""

    AUDIENCES: ClassVar[list[tuple[str, Any]]] = [
        ("all", _("All contacts")),
        ("filter", _("Contacts that match")),
        ("contacts", _("Chosen contacts")),
    ]
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For example “Spring 2026, all customers”.")
    )
    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.unscoped.none())
    touchpoint = forms.CharField(
        label=_("Moment of the journey"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "touchpoints", "autocomplete": "off"}),
        help_text=_(
            "For example Delivery or Support. Figures are kept for each; empty means the relation as a whole."
        ),
    )
    audience = forms.ChoiceField(
        label=_("Who is asked"), choices=AUDIENCES, widget=forms.RadioSelect, initial="all"
    )
    search = forms.CharField(label=_("Name, address or company contains"), max_length=200, required=False)
    attribute = forms.ChoiceField(label=_("Attribute"), required=False)
    value = forms.CharField(label=_("is"), max_length=500, required=False)
    contacts = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        surveys: Sequence[Survey],
        attributes: Sequence[Attribute],
        chosen: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        survey: Any = self.fields["survey"]
        survey.queryset = (
            Survey.objects.of(surveys[0].workspace_id).filter(status="ACTIVE") if surveys else survey.queryset
        )
        if len(surveys) == 1:
            survey.initial = surveys[0].pk
        attribute: Any = self.fields["attribute"]
        attribute.choices = [("", "–"), *((row.name, row.label) for row in attributes)]
        audience: Any = self.fields["audience"]
        if not chosen and not self.data.get("contacts"):
            audience.choices = [choice for choice in self.AUDIENCES if choice[0] != "contacts"]
        else:
            audience.initial = "contacts"
            self.fields["contacts"].initial = " ".join(map(str, chosen))

    def clean_contacts(self) -> list[int]:
        return wholes(self.cleaned_data["contacts"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") == "filter" and not (data.get("search") or data.get("attribute")):
            self.add_error("search", _("Say whom: words to search for, or an attribute."))
        if data.get("value") and not data.get("attribute"):
            self.add_error("attribute", _("Which attribute has this value?"))
        if data.get("audience") == "contacts" and not data.get("contacts"):
            self.add_error("audience", _("Tick contacts in the list first."))
        return data

    def audience_spec(self) -> dict[str, Any]:
        """The audience as a campaign keeps it."""
        data = self.cleaned_data
        if data["audience"] == "contacts":
            return {"contacts": data["contacts"]}
        if data["audience"] == "filter":
            return {key: data[key] for key in ("search", "attribute", "value") if data[key]}
        return {"all": True}
