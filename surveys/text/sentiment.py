"""How unhappy or happy a comment is, by a linear model that is a list of weights: no library, no call, microseconds.

Where the weights come from: `training`. The starter lies beside this file; a workspace's own are in `CommentModel`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from math import exp, sqrt
from pathlib import Path

from surveys.text.features import SIZE, has_words, numbers

STARTER = Path(__file__).with_name("starter.bin")
NEGATIVE_BELOW = 0.25  # of `score`: words this unhappy are flagged, whatever the number beside them
_LAYOUT = struct.Struct(f"<4sf{SIZE}e")
_MARK = b"AMS1"


class BadModel(ValueError):
    """The bytes are no model of this version."""


@dataclass(frozen=True)
class Model:
    """`score` is between 0 (unhappy) and 1 (happy)."""

    bias: float
    weights: tuple[float, ...]

    def logit(self, text: str) -> float:
        parts = numbers(text)
        if not parts:
            return self.bias
        return self.bias + sum(self.weights[part] for part in parts) / sqrt(len(parts))

    def score(self, text: str) -> float | None:
        """None for a text without words."""
        if not has_words(text):
            return None
        logit = max(-30.0, min(30.0, self.logit(text)))
        return 1.0 / (1.0 + exp(-logit))


def dump(model: Model) -> bytes:
    """The model as bytes, 64 kB."""
    weights = (max(-60000.0, min(60000.0, weight)) for weight in model.weights)
    return _LAYOUT.pack(_MARK, model.bias, *weights)


def load(data: bytes) -> Model:
    """The model in these bytes. Raises BadModel."""
    if len(data) != _LAYOUT.size or data[:4] != _MARK:
        raise BadModel
    _mark, bias, *weights = _LAYOUT.unpack(data)
    return Model(bias=bias, weights=tuple(weights))


@lru_cache(maxsize=1)
def starter() -> Model:
    """The model every workspace begins with: phrases in ten languages (scripts/train_starter.py)."""
    return load(STARTER.read_bytes())
