"""Database constraints in words."""

from django.db.models import Q


def both_or_neither(one: str, other: str) -> Q:
    """`one` and `other` are both null or both set."""
    return Q(**{f"{one}__isnull": True, f"{other}__isnull": True}) | Q(
        **{f"{one}__isnull": False, f"{other}__isnull": False}
    )


def between(field: str, low: int, high: int) -> Q:
    """`field` lies in [low, high]."""
    return Q(**{f"{field}__gte": low, f"{field}__lte": high})
