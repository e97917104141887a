"""What AMENDS_EMAIL_URL says about opened mails; the rest is tested where mail is sent."""

import pytest

from config.env import ConfigurationError
from config.mail import configure

POSTMARK = "postmark://?server_token=t&webhook_secret=a:b"


@pytest.mark.parametrize(
    ("url", "tracks"),
    [
        (POSTMARK, False),
        (POSTMARK + "&track_opens=no", False),
        (POSTMARK + "&track_opens=Yes", True),
        ("amazon-ses://?webhook_secret=a:b", False),
        ("outbox:", False),
        ("smtp://mail:25", False),
    ],
)
def test_opens_are_asked_for_by_choice_only(url: str, tracks: bool) -> None:
    found = configure(url)
    assert (found.tracks_opens, [name for name in found.anymail if "TRACK" in name]) == (tracks, [])


@pytest.mark.parametrize(
    ("url", "word"),
    [
        (POSTMARK + "&track_opens=maybe", "yes nor no"),
        ("brevo://?api_key=k&webhook_secret=a:b&track_opens=yes", "brevo"),
    ],
)
def test_what_a_provider_cannot_be_told_is_said(url: str, word: str) -> None:
    with pytest.raises(ConfigurationError, match=word):
        configure(url)
