import pytest

from surveys.rules import review_sites

CLASSES = ("PROMOTER", "PASSIVE", "DETRACTOR")
SITE = "https://www.trustpilot.com/evaluate/acme.example"


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        (SITE, True),
        ("https://de.trustpilot.com/review/x", True),
        ("https://www.tripadvisor.co.uk/UserReview", True),
        ("https://g.page/r/abc/review", True),
        ("https://search.google.com/local/writereview?placeid=1", True),
        ("https://www.google.de/maps/place/Acme", True),
        ("https://maps.app.goo.gl/abc", True),
        ("https://www.facebook.com/acme/reviews", True),
        ("https://www.facebook.com/acme", False),
        ("https://WWW.G2.COM./products/acme", True),
        ("https://acme.example/trustpilot.com", False),
        ("https://nottrustpilot.com.acme.example/", False),
        ("https://docs.google.com/forms/1", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_review_sites_are_known_by_their_host(url: str, is_one: bool) -> None:
    assert review_sites.is_review_site(url) is is_one


@pytest.mark.parametrize(
    ("links", "refused"),
    [
        ({}, False),
        (dict.fromkeys(CLASSES, SITE), False),
        ({"PROMOTER": SITE}, True),
        ({**dict.fromkeys(CLASSES, SITE), "DETRACTOR": "https://acme.example/help"}, True),
        ({**dict.fromkeys(CLASSES, SITE), "DETRACTOR": f"{SITE}?low=1"}, True),
        ({"PROMOTER": "https://acme.example/friends", "DETRACTOR": "https://acme.example/help"}, False),
    ],
)
def test_a_review_site_is_shown_to_everybody_or_to_nobody(links: dict[str, str], refused: bool) -> None:
    assert review_sites.depends_on_score(links, classes=CLASSES) is refused
