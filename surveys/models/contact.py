"""The person we ask."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, TenantManager, TenantQuerySet, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import AttributeKind, RespondentType

MAX_REPORTABLE = 8  # attributes per workspace that get figures of their own
MAX_VALUES = 200  # distinct values of such an attribute; with more it reads the answers themselves


class AttributeWords(Func):
    """ "name=value" for each attribute, the value in small letters: what the index on attributes holds.

    The function is the migrations'. Names may contain "=", so whoever asks by it compares the attribute itself too.
    """

    function = "surveys_attribute_words"
    output_field = ArrayField(models.TextField())


# The same call in plain words: a migration names no class of ours.
_WORDS_OF_ATTRIBUTES = Func(
    "attributes", function="surveys_attribute_words", output_field=ArrayField(models.TextField())
)


class ContactQuerySet(TenantQuerySet["Contact"]):
    def present(self) -> "ContactQuerySet":
        """Contacts that were neither erased nor merged into another."""
        return self.filter(erased_at__isnull=True, merged_into__isnull=True)

    def matching(self, text: str) -> "ContactQuerySet":
        """Contacts whose name, address, company or external id contains `text`, any case."""
        return self.filter(search__icontains=text.strip()) if text.strip() else self


class Contact(WorkspaceOwned):
    """A customer. `email` is kept in small letters; it and `external_id` are unique in the workspace if set."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    external_id = models.CharField(_("External id"), max_length=120, blank=True)
    email = models.EmailField(_("E-mail"), max_length=254, blank=True)
    name = models.CharField(_("Name"), max_length=200, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    company = models.CharField(_("Company"), max_length=200, blank=True)
    language = models.CharField(_("Language"), max_length=16, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True)
    account_value = models.DecimalField(
        _("Account value"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    account = TenantKey(
        "surveys.Company", null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    respondent_type = models.CharField(
        _("Who this is"),
        max_length=10,
        choices=RespondentType.choices,
        default=RespondentType.CUSTOMER,
        db_default=RespondentType.CUSTOMER,
    )
    attributes = models.JSONField(default=dict, blank=True)  # {name: text}; names are declared in Attribute
    search = models.TextField(blank=True, editable=False)  # name, address, company and ids in one line

    last_asked_at = models.DateTimeField(null=True, blank=True)
    last_declined_at = models.DateTimeField(null=True, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    undeliverable_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    sms_stopped_at = models.DateTimeField(null=True, blank=True)
    followups_stopped_at = models.DateTimeField(null=True, blank=True)  # no automatic mail about cases either
    merged_into = TenantKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # What the last answer was, so that audiences of a million people need no look into the answers.
    last_answered_at = models.DateTimeField(null=True, blank=True)
    last_score = models.PositiveSmallIntegerField(null=True, blank=True)
    last_segment = models.CharField(max_length=12, blank=True, default="", db_default="")
    watch_since = models.DateTimeField(
        null=True, blank=True
    )  # a low CSAT: an early sign, shown at the next ask
    watch_because = models.CharField(max_length=200, blank=True, default="", db_default="")
    send_hour = models.PositiveSmallIntegerField(null=True, blank=True)  # 0-23 in their own time: learned
    chosen_send_hour = models.PositiveSmallIntegerField(null=True, blank=True)  # set by a person, wins
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[TenantManager] = TenantManager(ContactQuerySet)
    unscoped: ClassVar[models.Manager] = models.Manager()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"], condition=~Q(email=""), name="contact_email_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~Q(external_id=""),
                name="contact_external_id_once",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("search"), name="gin_trgm_ops"), name="contact_search"),
            # The contacts with a value, whatever the attribute: for members who see no others.
            GinIndex(OpClass(_WORDS_OF_ATTRIBUTES, name="array_ops"), name="contact_attribute_words"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="contact_name_alike"),  # duplicates
            models.Index(
                fields=["workspace", "account_value"],
                condition=Q(account_value__isnull=False),
                name="contact_value",
            ),
            models.Index(fields=["workspace", "language"], name="contact_language"),
            models.Index(fields=["workspace", "phone"], condition=~Q(phone=""), name="contact_phone"),
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="contact_of_company"),
            models.Index(
                fields=["workspace", "-id"], condition=Q(watch_since__isnull=False), name="contact_watched"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name, else the address, else the external id."""
        return self.name or self.email or self.external_id or self.phone or str(_("Unknown customer"))

    @property
    def worth(self) -> Decimal | None:
        """The account value, else that of the company."""
        if self.account_value is None and self.account is not None:
            return self.account.value
        return self.account_value

    @property
    def first_name(self) -> str:
        """The first word of the name; empty if no name is known."""
        return self.name.split(" ")[0] if self.name else ""


@remembered(
    kind="attribute",
    label=_("contact attribute"),
    exclude=["values"],  # of people, who can be erased
    shows=["label"],
    words={
        "name": _("name"),
        "label": _("label"),
        "kind": _("kind"),
        "is_reportable": _("has figures of its own"),
    },
)
class Attribute(WorkspaceOwned):
    """A contact attribute of the workspace, declared on first sight."""

    name = models.CharField(max_length=60)  # as in Contact.attributes
    label = models.CharField(max_length=80)
    kind = models.CharField(
        max_length=7, choices=AttributeKind.choices, default=AttributeKind.TEXT, db_default=AttributeKind.TEXT
    )
    is_reportable = models.BooleanField(default=False)  # figures per value are tallied
    values = models.JSONField(default=list)  # distinct values seen, up to MAX_VALUES
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="attribute_name_once")]

    def __str__(self) -> str:
        return self.label
