"""What a member with limits may see of contacts, invitations and answers (the rule: accounts/rules/sight.py).

An answer is visible if its case is, or, without a limit to teams, if its own touchpoint and contact lie within the limits.
A contact is visible with a visible case or answer, or by the attribute alone where that is the only limit. Cases belong to
an app above, which says by the signal `seen_by_case` whose cases are visible. Attributes are the contact's of today.
`workspace` is a Workspace or its id.
"""

from typing import Any

from django.contrib.postgres.lookups import Overlap
from django.db.models import Exists, F, JSONField, OuterRef, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower
from django.db.models.lookups import In

from accounts.rules.sight import Sight
from surveys.models import Contact, Response, Touchpoint
from surveys.models.contact import AttributeWords
from surveys.signals import seen_by_case

FEW = 2_000  # contacts: so many ids still read faster than the contacts of every row


def touchpoint_ids(*, workspace: Any, sight: Sight) -> list[int]:
    """The ids of the touchpoints a sight is limited to, looked up once for each sight."""
    if "touchpoint_ids" not in sight.looked_up:
        rows = Touchpoint.objects.of(workspace).filter(public_id__in=sight.touchpoints or ())
        sight.looked_up["touchpoint_ids"] = sorted(rows.values_list("pk", flat=True))
    found: list[int] = sight.looked_up["touchpoint_ids"]
    return found


def few_contacts(*, workspace: Any, sight: Sight) -> list[int] | None:
    """The ids of the contacts with the values a sight is limited to, looked up once for each sight; None if they are many.

    With a handful of ids an index on them leads to the rows; so many that a list would be no help are asked for in place.
    """
    if "few_contacts" not in sight.looked_up:
        rows = Contact.objects.of(workspace).filter(of_attribute(sight)).order_by()
        ids = list(rows.values_list("pk", flat=True)[: FEW + 1])
        sight.looked_up["few_contacts"] = sorted(ids) if len(ids) <= FEW else None
    found: list[int] | None = sight.looked_up["few_contacts"]
    return found


def own_limits(*, workspace: Any, sight: Sight) -> Q:
    """The limits to touchpoints and to an attribute, for rows with a `touchpoint` and a `contact`; not those to teams.

    The contacts of an attribute are found once, by their index, and not looked up for each row.
    """
    limits = Q()
    if sight.touchpoints is not None:
        limits &= Q(touchpoint__in=touchpoint_ids(workspace=workspace, sight=sight))
    if sight.attribute:
        few = few_contacts(workspace=workspace, sight=sight)
        theirs = Contact.objects.of(workspace).filter(of_attribute(sight)).order_by().values("pk")
        limits &= Q(contact__in=theirs if few is None else few)
    return limits


def of_attribute(sight: Sight) -> Q:
    """The limit to values of an attribute, as a condition on Contact; none if there is no such limit."""
    if not sight.attribute:
        return Q()
    text = Lower(KeyTextTransform(sight.attribute, F("attributes")), output_field=TextField())
    wanted = sorted(sight.values)
    values = [Lower(Value(value, output_field=TextField())) for value in wanted]
    indexed = Q()
    for value in wanted:
        words = AttributeWords(Value({sight.attribute: value}, output_field=JSONField()))
        indexed |= Q(Overlap(AttributeWords(F("attributes")), words))
    return indexed & Q(In(text, values))


def answers(*, workspace: Any, sight: Sight) -> Q:
    """The answers that may be seen, as a condition on Response."""
    if sight.is_everything:
        return Q()
    seen = Q(pk__in=_seen_by_case(workspace, sight, "responses"))
    return seen if sight.teams is not None else seen | own_limits(workspace=workspace, sight=sight)


def contacts(*, workspace: Any, sight: Sight) -> Q:
    """The contacts that may be seen, as a condition on Contact."""
    if sight.is_everything:
        return Q()
    seen = Q(pk__in=_seen_by_case(workspace, sight, "contacts"))
    if sight.teams is not None:
        return seen
    own = of_attribute(sight)
    if sight.touchpoints is not None:
        there = touchpoint_ids(workspace=workspace, sight=sight)
        own &= Q(Exists(Response.objects.of(workspace).filter(contact=OuterRef("pk"), touchpoint__in=there)))
    return seen | own


def invitations(*, workspace: Any, sight: Sight) -> Q:
    """The invitations that may be seen, as a condition on Invitation: by their answer's case, or by themselves."""
    if sight.is_everything:
        return Q()
    answered = Response.objects.of(workspace).filter(
        pk__in=_seen_by_case(workspace, sight, "responses"), invitation__isnull=False
    )
    seen = Q(pk__in=answered.values("invitation"))
    return seen if sight.teams is not None else seen | own_limits(workspace=workspace, sight=sight)


def mentions(*, workspace: Any, sight: Sight) -> Q:
    """The mentions that may be seen, as a condition on Mention: by their case, or by touchpoint and contact."""
    if sight.is_everything:
        return Q()
    seen = Q(pk__in=_seen_by_case(workspace, sight, "mentions"))
    return seen if sight.teams is not None else seen | own_limits(workspace=workspace, sight=sight)


def may_see_contact(*, workspace: Any, sight: Sight, contact: Contact) -> bool:
    """Whether this contact may be seen."""
    if sight.is_everything:
        return True
    rows = Contact.objects.of(workspace).filter(contacts(workspace=workspace, sight=sight))
    return bool(rows.filter(pk=contact.pk).exists())


def _seen_by_case(workspace: Any, sight: Sight, kind: str) -> Any:
    """Ids of the "responses" or "contacts" whose case is visible; none if nobody knows of cases."""
    answers: Any = seen_by_case.send(sender=Contact, workspace=workspace, sight=sight)
    for _receiver, found in answers:
        return found[kind]
    return Response.objects.of(workspace).none().values("pk")
