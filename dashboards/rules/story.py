"""A believable company in numbers: when customers answer, how they feel, and what they write.

Pure: chance comes in as an argument. There is a story in it, so that a dashboard has something to tell: a little before the
middle of the period deliveries go wrong for some weeks, a fix follows, and the score recovers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from surveys.rules.nps import DETRACTOR, PASSIVE, classify


class Chance(Protocol):
    """What is needed of a random.Random."""

    def random(self) -> float: ...


TOUCHPOINTS = (
    ("Delivery", 30),
    ("Support", 22),
    ("Purchase", 24),
    ("Onboarding", 12),
    ("Renewal", 12),
)  # name, weight
REGIONS = (("North", 30), ("South", 27), ("West", 25), ("East", 18))
PLANS = (("Standard", 52), ("Plus", 31), ("Business", 17))
PRODUCTS = (("Cargo bike", 34), ("City bike", 41), ("Child seat", 15), ("Trailer", 10))

HAPPY = (
    0.2,
    0.2,
    0.4,
    0.6,
    1.0,
    2.2,
    3.6,
    12.0,
    25.8,
    27.0,
    27.0,
)  # percent by score 0-10 of a content customer
UNHAPPY = (15.0, 10.0, 12.0, 14.0, 12.0, 14.0, 12.0, 6.5, 3.0, 0.9, 0.6)

TROUBLE_FROM, TROUBLE_TO, HEALED = 0.40, 0.56, 0.66  # shares of the period
WEEKDAYS = (15, 17, 17, 16, 15, 11, 9)  # Monday first
HOURS = (1, 1, 0, 0, 0, 1, 3, 6, 10, 13, 13, 11, 10, 10, 11, 11, 11, 10, 10, 11, 12, 11, 7, 3)
MONTHS = (9, 9, 10, 11, 11, 10, 8, 7, 10, 11, 12, 14)  # January first: quiet summers, a busy December

_DETRACTOR_OPENERS = {
    "Delivery": ("The parcel came nine days late.", "My order arrived damaged.", "Nobody told me the delivery was postponed.",
                 "Half of the order was missing.", "The carrier left it in the rain."),
    "Support": ("I waited on the phone for forty minutes.", "I had to explain my problem three times.",
                "My mail was never answered.", "The agent closed my request without solving it."),
    "Purchase": ("The price changed at the last step.", "The size advice was simply wrong.",
                 "Checkout failed twice and charged me twice.", "The shop showed stock that was not there."),
    "Onboarding": ("The manual does not match the bike.", "Assembly took a whole weekend.",
                   "I could not register the lock.", "A screw was missing from the set."),
    "Renewal": ("The renewal costs a third more without notice.", "I was renewed although I had cancelled.",
                "The service plan no longer covers tyres.", "The invoice is wrong for the second time."),
}  # fmt: skip
_DETRACTOR_CLOSERS = (
    "Nobody called me back.", "I expected better.", "I will order elsewhere next time.", "Please just fix it.",
    "I am really disappointed.", "This is the second time.", "I want my money back.", "",
)  # fmt: skip
_PASSIVE = (
    "Good, but delivery could be faster.", "Fine overall, a bit expensive.", "It works. The app needs some love.",
    "Solid quality, average service.", "Okay, nothing special.", "Nice people, slow process.", "The bike is good, the manual is not.",
    "I would like evening delivery.", "Good, though the box was damaged.",
)  # fmt: skip
_PROMOTER = (
    "Great bike, great people.", "Support solved it in five minutes.", "Arrived a day early!", "Best purchase of the year.",
    "My kids love it.", "Very friendly call, thank you.", "Everything just works.", "I have already told my neighbours.",
    "Honest advice in the shop.", "The cargo bike replaced our second car.", "Fast, friendly, fair.",
)  # fmt: skip
_COMMENTED = {DETRACTOR: 0.64, PASSIVE: 0.34}
_COMMENTED_ELSE = 0.38

FIRST_NAMES = ("Maya", "Jonas", "Aiko", "Lena", "Tomás", "Ines", "Oskar", "Zofia", "Emil", "Nadia", "Paul", "Clara", "Yusuf", "Marta",
               "Felix", "Greta", "Hugo", "Lina", "Noah", "Sara", "Ivan", "Elif", "Karl", "Ronja", "Amir", "Julia")  # fmt: skip
LAST_NAMES = ("Keller", "Lindqvist", "Tanaka", "Brandt", "Moreau", "Novak", "Silva", "Hansen", "Weber", "Rossi", "Kowalska", "Jansen",
              "Öztürk", "Berger", "Dupont", "Fischer", "Okafor", "Larsen", "Schmitt", "Vidal", "Petrov", "Meyer", "Costa", "Haas")  # fmt: skip
COMPANIES = (
    "",
    "",
    "",
    "Keller & Sons",
    "Nordlicht GmbH",
    "Casa Verde",
    "Baltic Freight",
    "Studio Linde",
    "Kita Sonnenhof",
    "Hafenwerk",
)

RESOLUTIONS = (
    "We refunded the delivery and sent a replacement by express.", "We corrected the invoice and credited the difference.",
    "A mechanic came by and finished the assembly.", "We apologised, explained what happened and sent a voucher.",
    "We replaced the damaged part the same week.", "We changed the carrier for this address.",
)  # fmt: skip
CALL_NOTES = (
    "Spoke with the customer; they mainly wanted to be heard.", "Agreed on a replacement by Friday.",
    "Explained the delay and apologised.", "They will try the new part and come back to us.",
)  # fmt: skip
WAITING_FOR = (
    "a photo of the damaged part",
    "the order number",
    "a date that suits them",
    "their choice of replacement",
)


@dataclass(frozen=True)
class Feelings:
    """Chances of each score as rising sums, ready to be looked up by a random number."""

    sums: tuple[float, ...]

    def score(self, chance: float) -> int:
        """The score for `chance` in [0, 1)."""
        return next((score for score, limit in enumerate(self.sums) if chance < limit), len(self.sums) - 1)


def contentment(*, share: float, touchpoint: str, region: str, plan: str) -> float:
    """How many of 1 are content at `share` (0 to 1) of the period."""
    level = 0.80 + 0.05 * share
    level += {"Delivery": -0.02, "Support": 0.01, "Onboarding": -0.03, "Renewal": -0.06}.get(touchpoint, 0.04)
    level += {"North": -0.03, "South": 0.03}.get(region, 0.0)
    level += {"Business": 0.04, "Standard": -0.02}.get(plan, 0.0)
    if touchpoint == "Delivery":
        level -= 0.42 * trouble(share)
    elif touchpoint == "Support":
        level -= 0.12 * trouble(share)  # the phones ring
    return min(max(level, 0.05), 0.97)


def trouble(share: float) -> float:
    """How bad deliveries are, 0 to 1: up quickly, bad for weeks, down with the fix."""
    if share < TROUBLE_FROM or share >= HEALED:
        return 0.0
    if share < TROUBLE_TO:
        return min(1.0, (share - TROUBLE_FROM) / 0.03)
    return 1.0 - (share - TROUBLE_TO) / (HEALED - TROUBLE_TO)


def feelings(content: float) -> Feelings:
    """A crowd of which `content` (0 to 1) are happy."""
    sums = list(
        accumulate(
            content * happy + (1 - content) * unhappy for happy, unhappy in zip(HAPPY, UNHAPPY, strict=True)
        )
    )
    return Feelings(tuple(total / sums[-1] for total in sums))


def comment(*, chance: Chance, score: int, touchpoint: str) -> str:
    """What somebody with this score wrote; often nothing."""
    segment = classify(score)
    if chance.random() >= _COMMENTED.get(segment, _COMMENTED_ELSE):
        return ""
    if segment == DETRACTOR:
        opener = pick(_DETRACTOR_OPENERS.get(touchpoint, _DETRACTOR_OPENERS["Support"]), chance)
        return f"{opener} {pick(_DETRACTOR_CLOSERS, chance)}".strip()
    return pick(_PASSIVE if segment == PASSIVE else _PROMOTER, chance)


def pick(options: Sequence[str], chance: Chance) -> str:
    """One of `options`, all alike."""
    return options[int(chance.random() * len(options))]


def cause_of(touchpoint: str, chance: Chance) -> str:
    """A root cause that fits, by its name in the tree every workspace begins with."""
    likely = {
        "Delivery": ("Late delivery", "Late delivery", "Damaged or wrong delivery"),
        "Support": ("Slow answer", "Slow answer", "Unfriendly contact", "Wrong information"),
        "Purchase": ("Price too high", "Misunderstanding", "Wrong information"),
        "Onboarding": ("Hard to use", "Product fault", "Missing feature"),
        "Renewal": ("Billing error", "Price too high", "Promise not kept"),
    }
    return pick(likely.get(touchpoint, ("Misunderstanding",)), chance)
