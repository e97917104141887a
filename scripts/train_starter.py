"""Train the starter model of comments from the phrases beside it: `python scripts/train_starter.py`.

Every workspace begins with it; the file it writes is part of the repository, so nobody needs to run this who has not
changed the phrases. The same phrases give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from surveys.text import sentiment, training

PHRASES = sentiment.STARTER.with_name("starter_phrases.txt")


def samples() -> list[training.Sample]:
    """Whole sentences as they stand, and every subject with everything that is said of it."""
    found: list[training.Sample] = []
    subjects: list[str] = []
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith(("#", "[")):
            continue
        kind, _, rest = line.partition(":")
        phrases = [phrase.strip() for phrase in rest.split("|")]
        if kind == "s":
            subjects = phrases
            continue
        is_happy = kind.startswith("+")
        if kind.endswith("!"):
            # As often as they count: they are whole, where the joined ones repeat themselves.
            found += [training.Sample(phrase, is_happy) for phrase in phrases for _time in range(3)]
        else:
            found += [training.Sample(phrase, is_happy) for phrase in phrases]
            found += [
                training.Sample(f"{subject} {phrase}", is_happy) for phrase in phrases for subject in subjects
            ]
    return found


def main() -> None:
    read = samples()
    model = training.fit(read, starter=None)
    sentiment.STARTER.write_bytes(sentiment.dump(model))
    print(f"{len(read)} phrases, {sentiment.STARTER.stat().st_size} bytes")


if __name__ == "__main__":
    main()
