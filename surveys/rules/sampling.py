"""A sample that is drawn by the contact itself: the same person has the same lot each time it is asked about."""

from hashlib import md5

EVERYBODY = 100  # percent


def seed(*, campaign: str, of_round: int = 1) -> str:
    """What the lots of one round of a campaign are drawn with: another round is another sample."""
    return f"{campaign}:{of_round}"


def lot(*, seed: str, contact: int) -> int:
    """The lot of a contact, 0 to 99; about as many people have each. `surveys.queries.audiences.Lot` is this in SQL."""
    digest = md5(f"{seed}:{contact}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:7], 16) % 100


def is_drawn(*, seed: str, contact: int, percent: int) -> bool:
    """Whether this contact is in a sample of `percent`."""
    return lot(seed=seed, contact=contact) < percent
