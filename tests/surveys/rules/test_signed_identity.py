import pytest

from surveys.rules.signed_identity import is_signed, signature

# As `printf %s ines@customer.example | openssl dgst -sha256 -hmac key-of-the-shop` writes it.
OF_INES = "a7777ba546f29b0f24f473ab73f9d81e9a3003486bdff35f0771489373ec081f"


def test_the_signature_is_the_one_that_other_tools_compute() -> None:
    assert signature(secret="key-of-the-shop", contact="ines@customer.example") == OF_INES


@pytest.mark.parametrize(
    ("secret", "contact", "given", "right"),
    [
        ("key-of-the-shop", "ines@customer.example", OF_INES, True),
        ("key-of-the-shop", "ines@customer.example", OF_INES.upper(), True),
        ("key-of-the-shop", "dora@customer.example", OF_INES, False),
        ("another key", "ines@customer.example", OF_INES, False),
        ("key-of-the-shop", "ines@customer.example", "", False),
        ("key-of-the-shop", "ines@customer.example", "ünïcode", False),
        ("", "ines@customer.example", signature(secret="", contact="ines@customer.example"), False),
    ],
)
def test_only_the_right_signature_counts(secret: str, contact: str, given: str, right: bool) -> None:
    assert is_signed(secret=secret, contact=contact, given=given) is right
