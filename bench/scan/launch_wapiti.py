"""wapiti, started with the interpreter it was installed for; its own arguments follow.

Version 3.0.4 ends its expressions for excluded addresses with the flags, which Python 3.11 takes for an error: `-x` could not
be used. They are given their place here. And its module about CSRF does not know the name of Django's token, and so never tried
whether the token is verified; here it learns it. Everything else is wapiti's own.
"""

import re
import sys

from wapitiCore.attack.mod_csrf import mod_csrf
from wapitiCore.main.wapiti import wapiti_main
from wapitiCore.net import crawler


def wildcard_translate(pattern: str) -> "re.Pattern[str]":
    """wapiti's, with the flags where Python wants them."""
    return re.compile(
        ".*".join(re.escape(part) for part in pattern.split("*")) + r"\Z", re.MULTILINE | re.DOTALL
    )


if __name__ == "__main__":
    mod_csrf.TOKEN_FORM_STRINGS.append("csrfmiddlewaretoken")
    crawler.wildcard_translate = wildcard_translate
    sys.exit(wapiti_main())
