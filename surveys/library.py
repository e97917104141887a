"""Good surveys to begin with: what to ask, of whom, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from surveys.enums import Metric, QuestionKind
from surveys.rules.questions import Condition


@dataclass(frozen=True)
class Further:
    """A further question of a ready-made survey."""

    kind: str
    text: str
    options: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def condition(self) -> Condition:
        return Condition(classes=self.classes)


@dataclass(frozen=True)
class Start:
    key: str
    name: str
    metric: str
    when: str  # for whom and when it is good
    fields: dict[str, Any] = field(default_factory=dict)
    questions: Sequence[Further] = ()


def all_starts() -> list[Start]:
    """The five of them, in the reader's language."""
    unhappy = ("DETRACTOR", "PASSIVE")
    return [
        Start(
            "relationship",
            _("Relationship"),
            Metric.NPS,
            _("Every customer, once or twice a year: how the relation stands as a whole."),
            {},
            (
                Further(
                    QuestionKind.MULTIPLE,
                    _("What matters most for your answer?"),
                    (_("Quality"), _("Price"), _("Service"), _("Reliability"), _("Ease of use"), _("Something else")),
                ),
            ),
        ),
        Start(
            "post-purchase",
            _("After a purchase"),
            Metric.CSAT,
            _("A few days after delivery, when the goods have been tried."),
            {
                "question": _("How satisfied are you with your order from {{ company }}?"),
                "subject": _("Did your order turn out well?"),
            },
            (
                Further(QuestionKind.RATING, _("How was the delivery?")),
                Further(
                    QuestionKind.SINGLE,
                    _("What was not as it should be?"),
                    (_("Late"), _("Damaged"), _("Not as described"), _("Wrong or missing item"), _("Something else")),
                    ("DISSATISFIED", "NEUTRAL"),
                ),
            ),
        ),
        Start(
            "post-support",
            _("After support"),
            Metric.CES,
            _("An hour after a ticket was closed: whether it was easy to be helped."),
            {"subject": _("Was it easy to be helped?")},
            (
                Further(
                    QuestionKind.SINGLE, _("Is your issue solved?"), (_("Yes"), _("Partly"), _("No"))
                ),
                Further(
                    QuestionKind.MULTIPLE,
                    _("What made it hard?"),
                    (_("I had to explain it again"), _("It took too long"), _("I was sent around"), _("The answer did not help")),
                    ("DISSATISFIED", "NEUTRAL"),
                ),
            ),
        ),
        Start(
            "onboarding",
            _("First weeks"),
            Metric.CSAT,
            _("Two to four weeks after a customer began: whether the start worked."),
            {
                "question": _("How satisfied are you with your first weeks with {{ company }}?"),
                "subject": _("How were your first weeks?"),
            },
            (
                Further(
                    QuestionKind.SINGLE,
                    _("Have you done what you came for?"),
                    (_("Yes"), _("Nearly"), _("Not yet")),
                ),
                Further(QuestionKind.TEXT, _("What would have helped you to start faster?")),
            ),
        ),
        Start(
            "churn",
            _("After a goodbye"),
            Metric.NPS,
            _("When a customer has left: why, and what would bring them back."),
            {
                "question": _("After all, how likely are you to recommend {{ company }} to a friend or colleague?"),
                "subject": _("Before you go: one question"),
                "prompt_detractor": _("What made you leave?"),
                "prompt_passive": _("What made you leave?"),
                "prompt_promoter": _("What made you leave?"),
            },
            (
                Further(
                    QuestionKind.SINGLE,
                    _("What was the main reason to leave?"),
                    (_("Price"), _("Missing features"), _("Quality"), _("Service"), _("I no longer need it"), _("Another offer")),
                ),
                Further(
                    QuestionKind.SINGLE, _("Would you come back?"), (_("Yes"), _("Perhaps"), _("No")), unhappy
                ),
            ),
        ),
    ]  # fmt: skip


def start(key: str) -> Start | None:
    """The ready-made survey of this key."""
    return next((one for one in all_starts() if one.key == key), None)
