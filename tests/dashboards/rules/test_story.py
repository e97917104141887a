"""The believable company: chances are chances, the trouble has a beginning and an end, unhappy people say why."""

import random
from itertools import pairwise

import pytest

from dashboards.rules import story
from surveys.rules.nps import net_promoter_score


def nps_at(share: float, touchpoint: str = "Delivery") -> float:
    """The expected NPS of a crowd there and then."""
    content = story.contentment(share=share, touchpoint=touchpoint, region="West", plan="Plus")
    sums = (0.0, *story.feelings(content).sums)
    chances = [round(1e6 * (high - low)) for low, high in pairwise(sums)]
    found = net_promoter_score(sum(chances[9:]), sum(chances[7:9]), sum(chances[:7]))
    assert found is not None
    return found


@pytest.mark.parametrize("content", [0.05, 0.5, 0.97])
def test_chances_of_the_scores_rise_to_one(content: float) -> None:
    sums = story.feelings(content).sums
    assert (len(sums), sums[-1], list(sums)) == (11, 1.0, sorted(sums))


def test_every_chance_has_its_score() -> None:
    found = story.feelings(0.8)
    assert (found.score(0.0), found.score(0.999999999)) == (0, 10)


@pytest.mark.parametrize(
    ("share", "bad"),
    [(0.0, 0.0), (0.399, 0.0), (0.43, 1.0), (0.5, 1.0), (0.61, 0.5), (0.66, 0.0), (1.0, 0.0)],
)
def test_the_trouble_comes_quickly_lasts_and_is_fixed(share: float, bad: float) -> None:
    assert story.trouble(share) == pytest.approx(bad)


def test_deliveries_fall_and_recover_and_purchases_do_not_notice() -> None:
    assert nps_at(0.5) < nps_at(0.3) - 40
    assert nps_at(0.8) > nps_at(0.3)
    assert nps_at(0.5, "Purchase") > nps_at(0.3, "Purchase")


def test_unhappy_people_say_why_and_more_often() -> None:
    chance = random.Random(1)
    said = {
        score: [story.comment(chance=chance, score=score, touchpoint="Delivery") for _ in range(300)]
        for score in (2, 8, 10)
    }
    shares = {score: sum(bool(words) for words in texts) / 300 for score, texts in said.items()}
    assert shares[2] > 0.55 > 0.45 > max(shares[8], shares[10])
    assert any("parcel" in words for words in said[2])


@pytest.mark.parametrize("touchpoint", [name for name, _weight in story.TOUCHPOINTS])
def test_causes_fit_their_touchpoint(touchpoint: str) -> None:
    chance = random.Random(2)
    assert {story.cause_of(touchpoint, chance) for _ in range(50)} <= {
        "Late delivery", "Damaged or wrong delivery", "Slow answer", "Unfriendly contact", "Wrong information",
        "Price too high", "Misunderstanding", "Hard to use", "Product fault", "Missing feature", "Billing error",
        "Promise not kept",
    }  # fmt: skip
