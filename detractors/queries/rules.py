"""Rules as they are asked, the facts they are asked about, and what a condition can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Workspace
from core import looks
from detractors.enums import Origin, RuleKind
from detractors.models import CaseRule, Failure, Scenario
from detractors.queries.matrix import Matrix
from detractors.rules import conditions
from detractors.rules.conditions import CHOICE, FLAG, NUMBER, TEXT, Conditions, Field
from detractors.rules.expressions import AnyOf, Facts
from detractors.rules.matrix import Placed
from detractors.rules.standing import CODES, FIRST, LONG_STANDING, ONE_OFF, Standing
from surveys.enums import AttributeKind, Metric, QuestionKind, RespondentType, ResponseChannel
from surveys.models import Attribute, Survey, SurveyQuestion, Touchpoint

ASKED_TOGETHER = 30  # rules in one expression
MOST_QUESTIONS = 60  # offered in conditions, the newest


@dataclass(frozen=True)
class Rule:
    """A rule ready to be asked."""

    row: CaseRule
    conditions: Conditions

    @property
    def effect(self) -> dict[str, Any]:
        return dict(self.row.effect)


def active(*, workspace: Workspace) -> dict[str, list[Rule]]:
    """The rules that are switched on, by kind, in their order: one query."""
    found: dict[str, list[Rule]] = {kind: [] for kind in RuleKind.values}
    rows = CaseRule.objects.of(workspace).filter(is_active=True)
    for row in rows.order_by("kind", "position", "pk"):
        found[row.kind].append(Rule(row, Conditions.stored(row.conditions)))
    return found


def listed(*, workspace: Workspace) -> list[CaseRule]:
    """Every rule in the order of kinds and places."""
    order = {kind: place for place, kind in enumerate(RuleKind.values)}
    return sorted(CaseRule.objects.of(workspace), key=lambda row: (order[row.kind], row.position, row.pk))


def rule_with(*, workspace: Workspace, public_id: str) -> CaseRule | None:
    """The rule of this id."""
    found: CaseRule | None = CaseRule.objects.of(workspace).filter(public_id=public_id).first()
    return found


class InOrder:
    """Rules of one kind as they are asked. Keep one for many facts: most are judged by a few questions for all rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        parts = [rules[start : start + ASKED_TOGETHER] for start in range(0, len(rules), ASKED_TOGETHER)]
        self._parts = [(part, AnyOf([rule.conditions for rule in part])) for part in parts]

    def first_match(self, facts: Facts) -> Rule | None:
        """The first whose conditions hold."""
        for part, any_of in self._parts:
            if any_of.holds(facts):
                others = (rule for rule in part[:-1] if conditions.holds(rule.conditions, facts))
                return next(others, part[-1])
        return None


# Facts ------------------------------------------------------------------------------------------------------


def facts_of_answer(response: Any, *, standing: Standing, placed: Placed, matrix: Matrix) -> dict[str, Any]:
    """What a condition can ask about an answer; survey, touchpoint and contact with its company are loaded."""
    contact = response.contact
    return {
        **_of_contact(contact),
        **_of_place(placed, matrix),
        **{f"answer:{question}": answer for question, answer in response.answers.items()},
        "score": response.score,
        "segment": response.segment,
        "metric": response.metric,
        "channel": response.channel,
        "source": response.source,
        "words": response.comment,
        "survey": response.survey.public_id,
        "touchpoint": response.touchpoint.public_id if response.touchpoint else None,
        "language": main_language(
            response.comment_language, contact.language if contact else "", response.language
        ),
        "respondent_type": contact.respondent_type if contact else response.respondent_type,
        "standing": standing.code,
        "earlier_unhappy": standing.earlier,
        "is_public": False,
        "origin": Origin.RESPONSE,
    }


def facts_of_mention(response: Any, *, standing: Standing, placed: Placed, matrix: Matrix) -> dict[str, Any]:
    """The same of a review, a post or a complaint."""
    mention = response  # the desk of answers takes what has the same names
    contact = mention.contact
    return {
        **_of_contact(contact),
        **_of_place(placed, matrix),
        "score": None,
        "segment": mention.segment,
        "channel": mention.channel,
        "source": mention.source.name if mention.source else "",
        "words": mention.text or mention.title,
        "touchpoint": mention.touchpoint.public_id if mention.touchpoint else None,
        "language": main_language(contact.language if contact else ""),
        "standing": standing.code,
        "earlier_unhappy": standing.earlier,
        "is_public": bool(mention.is_public),
        "origin": Origin.COMPLAINT if mention.is_complaint else Origin.MENTION,
    }


def _of_contact(contact: Any) -> dict[str, Any]:
    if contact is None:
        return {"has_contact": False}
    attributes = contact.attributes if isinstance(contact.attributes, dict) else {}
    return {
        **{f"attribute:{name}": value for name, value in attributes.items()},
        "has_contact": True,
        "company": contact.company,
        "account_value": contact.worth,
        "respondent_type": contact.respondent_type,
    }


def _of_place(placed: Placed, matrix: Matrix) -> dict[str, Any]:
    scenario = matrix.scenarios.get(placed.scenario_id or 0)
    failure = matrix.failures.get(placed.failure_id or 0)
    return {
        "scenario": scenario.public_id if scenario else None,
        "failure": failure.public_id if failure else None,
    }


def main_language(*codes: str) -> str:
    """The main part of the first language that is known: "pt" of "pt-BR"."""
    known = (code for code in codes if code and code != "und")
    return next(known, "").partition("-")[0].lower()


# What can be named ------------------------------------------------------------------------------------------


def fields(*, workspace: Workspace) -> dict[str, Field]:
    """Everything a condition of this workspace can compare, in the order it is offered: a few small queries."""
    found = [
        Field("score", NUMBER, _("Score")),
        Field("segment", CHOICE, _("Class of the answer"), _words("segment")),
        Field("standing", CHOICE, _("One-off or long-standing"), standing_choices()),
        Field("earlier_unhappy", NUMBER, _("Unhappy times before, in two years")),
        Field("words", TEXT, _("Words of the customer")),
        Field("language", TEXT, _("Language of the customer")),
        Field("metric", CHOICE, _("Kind of score"), _enum(Metric)),
        Field("channel", CHOICE, _("Channel"), _enum(ResponseChannel)),
        Field("source", TEXT, _("Source of the link or mention")),
        Field("origin", CHOICE, _("How it came"), _enum(Origin)),
        Field("is_public", FLAG, _("Others can read it")),
        Field("touchpoint", CHOICE, _("Touchpoint"), _named(Touchpoint, workspace)),
        Field("survey", CHOICE, _("Survey"), _named(Survey, workspace)),
        Field("scenario", CHOICE, _("Scenario"), _kept(Scenario, workspace)),
        Field("failure", CHOICE, _("Failure"), _kept(Failure, workspace)),
        Field("has_contact", FLAG, _("We know who it is")),
        Field("account_value", NUMBER, _("Account value")),
        Field("company", TEXT, _("Company")),
        Field("respondent_type", CHOICE, _("Who answers"), _enum(RespondentType)),
    ]
    found += _attributes(workspace)
    found += _questions(workspace)
    return {one.name: one for one in found if one.kind != CHOICE or one.choices}


def standing_choices() -> tuple[tuple[str, str], ...]:
    """The codes of rules.standing in words."""
    words = {FIRST: _("First answer"), ONE_OFF: _("One-off"), LONG_STANDING: _("Long-standing")}
    return tuple((code, words[code]) for code in CODES)


def _enum(enum: Any) -> tuple[tuple[str, str], ...]:
    return tuple((value, str(label)) for value, label in enum.choices)


def _words(kind: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, str(look.word)) for code, look in looks.LOOKS[kind].items())


def _named(model: Any, workspace: Workspace) -> tuple[tuple[str, str], ...]:
    return tuple(model.objects.of(workspace).order_by("name").values_list("public_id", "name")[:300])


def _kept(model: Any, workspace: Workspace) -> tuple[tuple[str, str], ...]:
    rows = model.objects.of(workspace).filter(archived_at__isnull=True).order_by("position", "pk")
    return tuple(rows.values_list("public_id", "name"))


def _attributes(workspace: Workspace) -> list[Field]:
    kinds = {AttributeKind.NUMBER: NUMBER}
    rows = Attribute.objects.of(workspace).order_by("label").values_list("name", "label", "kind")
    return [Field(f"attribute:{name}", kinds.get(kind, TEXT), label) for name, label, kind in rows]


def _questions(workspace: Workspace) -> list[Field]:
    rows = SurveyQuestion.objects.of(workspace).filter(archived_at__isnull=True).order_by("-pk")
    found = []
    for row in rows[:MOST_QUESTIONS]:
        options = tuple((option["id"], option["text"]) for option in row.options)
        kind = {QuestionKind.TEXT: TEXT, QuestionKind.RATING: NUMBER}.get(row.kind, CHOICE)
        found.append(Field(f"answer:{row.public_id}", kind, row.text[:80], options))
    return found


def choice_options(*, workspace: Workspace) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choice questions, each with its options as a failure can name them: ("question:option", words)."""
    return [
        (
            field.label,
            [(f"{field.name.removeprefix('answer:')}:{value}", words) for value, words in field.choices],
        )
        for field in _questions(workspace)
        if field.kind == CHOICE and field.choices
    ]
