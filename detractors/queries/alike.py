"""Names that look like what somebody searched for and did not find."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Upper

from accounts.models import Workspace
from accounts.rules.sight import Sight
from detractors.models import Case
from detractors.queries.sight import cases as visible
from surveys.models import Company, Contact

MOST = 5
ALIKE = 0.45  # of the search's letter triples found in one place of a name: one slip in an eight-letter word


def names(*, workspace: Workspace, text: str, sight: Sight) -> list[str]:
    """Up to MOST names of people and companies with visible cases that are spelled nearly like `text`, nearest first."""
    words = text.strip().upper()
    if len(words) < 3:
        return []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = %s", [ALIKE])
        people = _alike(Contact.objects.of(workspace), words)
        companies = _alike(Company.objects.of(workspace), words)
        cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        of_people = cases.filter(contact__in=people.values("pk")).values_list("contact__name")
        of_companies = cases.filter(contact__account__in=companies.values("pk")).values_list(
            "contact__account__name"
        )
        found = [
            *of_people.annotate(near=Max(TrigramWordSimilarity(words, Upper("contact__name")))),
            *of_companies.annotate(near=Max(TrigramWordSimilarity(words, Upper("contact__account__name")))),
        ]
    nearest = sorted(found, key=lambda one: (-one[1], one[0]))
    return list(dict.fromkeys(name for name, _near in nearest))[:MOST]


def _alike(rows: Any, words: str) -> Any:
    return rows.alias(spelled=Upper("name")).filter(spelled__trigram_word_similar=words).order_by()
