"""Who answers on a page of another site, vouched for by that site's own server.

The signature is the lower-case hex HMAC-SHA256 of the contact's id or address, exactly as it stands in `data-contact`
and encoded as UTF-8, under the widget key's secret.
"""

from __future__ import annotations

import hashlib
import hmac


def signature(*, secret: str, contact: str) -> str:
    """What the site's server writes into `data-signature`."""
    return hmac.new(secret.encode(), contact.encode(), hashlib.sha256).hexdigest()


def is_signed(*, secret: str, contact: str, given: str) -> bool:
    """Whether `given` is the signature of `contact`; never without a secret. Takes as long for right as for wrong."""
    return bool(secret) and hmac.compare_digest(
        signature(secret=secret, contact=contact).encode(), given.lower().encode()
    )
