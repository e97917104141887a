"""Learning a model from scored comments. scikit-learn is imported here alone, inside the functions: only the sweep and the
script that trains the starter ever load it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import sqrt
from typing import Any

from surveys.text.features import SIZE, has_words, numbers
from surveys.text.sentiment import Model

LEAST = 300  # scored comments; below it a workspace has not said enough
SHOWN_FROM = 0.75  # area under the curve; below it nothing is shown to people
STRENGTH = 4.0  # of what is learned against the wish for small weights (C of the logistic regression)
STARTER_KEPT = 0.5  # how much of the starter stays in a model that stands on it


@dataclass(frozen=True)
class Sample:
    text: str
    is_happy: bool  # a promoter's; a detractor's is not
    customer: str = ""


@dataclass(frozen=True)
class Learned:
    model: Model
    comments: int
    quality: float | None  # None when a half holds only one kind


def learn(samples: Sequence[Sample], *, starter: Model | None, strength: float = STRENGTH) -> Learned:
    """A model of all samples, and how well one of half of them tells the other half's detractors from promoters."""
    read = [sample for sample in samples if has_words(sample.text)]
    return Learned(
        model=fit(read, starter=starter, strength=strength),
        comments=len(read),
        quality=quality(read, starter=starter, strength=strength),
    )


def halves(samples: Sequence[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Two halves that share no customer; who is in which is fixed by the customer's id."""
    first: list[Sample] = []
    second: list[Sample] = []
    for place, sample in enumerate(samples):
        name = sample.customer or f"#{place}"
        side = blake2b(name.encode(), digest_size=1).digest()[0] % 2
        (second if side else first).append(sample)
    return first, second


def quality(samples: Sequence[Sample], *, starter: Model | None, strength: float = STRENGTH) -> float | None:
    """The area under the curve on held-out halves, each read by a model that never saw its customers; their mean."""
    first, second = halves(samples)
    found = []
    for seen, held_out in ((first, second), (second, first)):
        if min(kinds(seen), kinds(held_out)) == 2:
            found.append(area(fit(seen, starter=starter, strength=strength), held_out))
    return sum(found) / len(found) if found else None


def area(model: Model, samples: Sequence[Sample]) -> float:
    """How often a promoter's comment reads happier than a detractor's; ties count half."""
    from sklearn.metrics import roc_auc_score

    truth = [sample.is_happy for sample in samples]
    return float(roc_auc_score(truth, [model.logit(sample.text) for sample in samples]))


def kinds(samples: Sequence[Sample]) -> int:
    return len({sample.is_happy for sample in samples})


def fit(samples: Sequence[Sample], *, starter: Model | None, strength: float = STRENGTH) -> Model:
    """Weights learned from `samples`; with a starter, what it says already need not be learned again."""
    if kinds(samples) < 2:
        return starter or Model(0.0, (0.0,) * SIZE)
    from sklearn.linear_model import LogisticRegression

    said = [starter.logit(sample.text) if starter else 0.0 for sample in samples]
    classifier = LogisticRegression(C=strength, class_weight="balanced", max_iter=400, solver="liblinear")
    classifier.fit(_matrix(samples, said), [sample.is_happy for sample in samples])
    learned = classifier.coef_[0]
    # The last column is the starter's opinion: being linear too, it is folded into the weights.
    trust = float(learned[SIZE])
    weights = [float(weight) for weight in learned[:SIZE]]
    bias = float(classifier.intercept_[0])
    if starter:
        weights = [
            own + trust * STARTER_KEPT * before for own, before in zip(weights, starter.weights, strict=True)
        ]
        bias += trust * STARTER_KEPT * starter.bias
    return Model(bias, tuple(weights))


def _matrix(samples: Sequence[Sample], said: Sequence[float]) -> Any:
    """One row a sample: its parts, all as long as one, and the starter's opinion in the last column."""
    from scipy.sparse import csr_matrix

    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for sample, opinion in zip(samples, said, strict=True):
        parts = numbers(sample.text)
        columns.extend(parts)
        values.extend([1 / sqrt(len(parts))] * len(parts) if parts else [])
        columns.append(SIZE)
        values.append(opinion * STARTER_KEPT)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(samples), SIZE + 1))
