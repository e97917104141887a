"""What a domain's records in DNS mean for the mail that says it comes from there: pure functions over looked-up texts.

SPF is RFC 7208 (one record, at most ten lookups), DKIM keys are RFC 6376 with the key sizes of RFC 8301, DMARC is RFC 7489;
its record of a parent domain counts where the domain has none. What could not be asked is never called missing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from core.sentences import Sentence, gettext_noop

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4: a receiver gives up at the eleventh
LEAST_BITS, GOOD_BITS = 1024, 2048  # RFC 8301, 3.2
SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
# What mail services and servers call their keys unless somebody chose another name.
COMMON_SELECTORS = (
    "default", "dkim", "mail", "s1", "s2", "k1", "k2", "google", "selector1", "selector2", "smtp", "mandrill", "mailjet",
    "mlsend", "brevo1", "resend", "pm", "fm1", "zoho", "postal",
)  # fmt: skip
# Whose servers may send, by the end of the name of the server (or the provider) mail is handed to.
SENDS_THROUGH = {
    "smtp.gmail.com": "_spf.google.com", "smtp-relay.gmail.com": "_spf.google.com",
    "office365.com": "spf.protection.outlook.com", "amazonaws.com": "amazonses.com", "amazon_ses": "amazonses.com",
    "sendgrid.net": "sendgrid.net", "sendgrid": "sendgrid.net", "mailgun.org": "mailgun.org", "mailgun": "mailgun.org",
    "mailjet.com": "spf.mailjet.com", "mailjet": "spf.mailjet.com", "brevo.com": "spf.brevo.com", "brevo": "spf.brevo.com",
    "postmarkapp.com": "spf.mtasv.net", "postmark": "spf.mtasv.net", "mandrillapp.com": "spf.mandrillapp.com",
    "mandrill": "spf.mandrillapp.com", "mailersend.net": "_spf.mailersend.net", "mailersend": "_spf.mailersend.net",
}  # fmt: skip


class State(StrEnum):
    GOOD = "GOOD"
    WEAK = "WEAK"
    WRONG = "WRONG"
    MISSING = "MISSING"
    UNASKED = "UNASKED"  # the resolver gave no answer: nobody knows


@dataclass(frozen=True)
class Texts:
    """What was found under a name; `is_known` is false where nobody could be asked."""

    texts: tuple[str, ...] = ()
    is_known: bool = True


UNKNOWN = Texts(is_known=False)
Look = Callable[[str], Texts]


@dataclass(frozen=True)
class Finding:
    """What one kind of record says: `name` is where it stands, `record` what to publish there ("" when all is well)."""

    state: State
    code: str
    name: str
    found: tuple[str, ...] = ()
    record: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)


WORDS = {
    "NOT_ASKED": gettext_noop("The name server gave no answer, so this could not be asked. Nothing is known to be wrong; check again later."),
    "SPF_MISSING": gettext_noop("No record says which servers may send mail of this domain. Many receivers file such mail as spam. Publish the record below."),
    "SPF_TWO": gettext_noop("There are %(n)s SPF records; with more than one, none counts. Keep one that names all your servers, such as the one below, and remove the others."),
    "SPF_UNREADABLE": gettext_noop("The record holds “%(term)s”, which SPF does not know, so receivers ignore all of it. Publish the record below instead."),
    "SPF_OPEN": gettext_noop("The record lets every server in the world send mail of this domain. End it as below."),
    "SPF_LOOSE": gettext_noop("The record names your servers and says nothing about all the others. End it as below, so that receivers can tell them apart."),
    "SPF_DEEP": gettext_noop("Reading the record takes more than %(most)s further lookups; receivers stop there and count it as broken. Remove the services you no longer use."),
    "SPF_BROKEN": gettext_noop("The record points to %(place)s, which has no SPF record itself, so receivers count it as broken. Remove this part."),
    "SPF_NOT_THROUGH": gettext_noop("The record does not name the service your mail leaves through (%(through)s). Publish the record below, unless that service sends with a bounce address of its own; then DKIM vouches for your mail."),
    "SPF_GOOD": gettext_noop("One record, readable, and other servers are told apart. It takes %(lookups)s of the 10 lookups that are allowed."),
    "DKIM_MISSING": gettext_noop("There is no key under the selector “%(selector)s”. Your mail service shows the key it signs with: publish it under the name below."),
    "DKIM_NOT_FOUND": gettext_noop("There is no key under any of the %(n)s usual selectors. If your mail is signed, type its selector: it stands after “s=” in the DKIM-Signature header of any mail you sent. If it is not, switch signing on at your mail service and publish the key it shows."),
    "DKIM_REVOKED": gettext_noop("The key under “%(selector)s” was withdrawn: its record is empty. Publish the key your mail service signs with now."),
    "DKIM_UNREADABLE": gettext_noop("The record under “%(selector)s” holds no key that can be read; often a part was lost when it was copied. Publish it again, whole."),
    "DKIM_TOO_SHORT": gettext_noop("The key under “%(selector)s” has %(bits)s bits; below 1024 receivers ignore it. Have your mail service make a new one of 2048 bits."),
    "DKIM_SHORT": gettext_noop("The key under “%(selector)s” works. It has %(bits)s bits; 2048 are advised today."),
    "DKIM_TESTING": gettext_noop("The key under “%(selector)s” is marked as a test (t=y), so receivers may ignore it. Take the mark away."),
    "DKIM_GOOD": gettext_noop("A good key stands under “%(selector)s” (%(key)s)."),
    "DMARC_MISSING": gettext_noop("No record says what receivers should do with mail that only claims to be yours. Large mailbox providers ask for one from everybody who sends a lot. Begin with the record below, which only watches."),
    "DMARC_TWO": gettext_noop("There are %(n)s DMARC records; with more than one, none counts. Keep one."),
    "DMARC_UNREADABLE": gettext_noop("The record has no policy receivers understand (p=none, p=quarantine or p=reject). Publish the one below."),
    "DMARC_WATCHES": gettext_noop("The record only watches (p=none). That is enough to be accepted, and the right beginning; once the reports show that your own mail passes, publish the record below."),
    "DMARC_PARTLY": gettext_noop("The policy holds for %(percent)s percent of the mail only. When nothing of yours is lost, take “pct” away."),
    "DMARC_GOOD": gettext_noop("Receivers are told what to do with mail that only claims to be yours (%(policy)s)."),
    "DMARC_GOOD_ABOVE": gettext_noop("The record of %(place)s counts for this domain, too: receivers are told what to do with mail that only claims to be yours (%(policy)s)."),
}  # fmt: skip


def sentence(code: str, facts: Mapping[str, object]) -> Sentence:
    """The finding in words; a code of another release says that it is not known here."""
    return Sentence(code, WORDS.get(code, WORDS["NOT_ASKED"]), facts)


def worst(states: Sequence[str]) -> str:
    """What stands over all of them together: the worst known, or UNASKED while there is nothing worse."""
    order = (State.WRONG, State.MISSING, State.UNASKED, State.WEAK, State.GOOD)
    return next((state for state in order if state in states), State.UNASKED)


def through(*, provider: str, host: str) -> str:
    """The domain whose servers send, if it is one of a well-known service; else ""."""
    if provider:
        return SENDS_THROUGH.get(provider, "")
    name = host.lower().rstrip(".")
    return next(
        (
            via
            for end, via in SENDS_THROUGH.items()
            if "." in end and (name == end or name.endswith(f".{end}"))
        ),
        "",
    )


# SPF --------------------------------------------------------------------------------------------------------

_TERM = re.compile(
    r"[+?~-]?(?:all|(?:include|exists):\S+|(?:a|mx)(?:[:/]\S+)?|ptr(?::\S+)?|ip4:[0-9./]+|ip6:[0-9a-f:./]+)"
    r"|[a-z][a-z0-9_.-]*=\S*",
    re.IGNORECASE,
)


def spf(*, domain: str, look: Look, sends: str, via: str = "") -> Finding:
    """Whether `domain` says which servers send its mail.

    `sends` is the term that names ours ("include:sendgrid.net"), for the record to publish; with `via` it is one of a
    known service, and its absence is told.
    """
    found = look(domain)
    if not found.is_known:
        return Finding(State.UNASKED, "NOT_ASKED", domain)
    records = [text for text in found.texts if _is_spf(text)]
    if not records:
        return Finding(State.MISSING, "SPF_MISSING", domain, record=f"v=spf1 {sends} ~all")
    if len(records) > 1:
        terms = dict.fromkeys(term for record in records for term in _terms(record) if not _is_all(term))
        one = " ".join(["v=spf1", *terms, "~all"])
        return Finding(State.WRONG, "SPF_TWO", domain, tuple(records), one, {"n": len(records)})
    record, terms_of_it = records[0], _terms(records[0])
    for term in terms_of_it:
        if not _TERM.fullmatch(term):
            good = [other for other in terms_of_it if _TERM.fullmatch(other) and not _is_all(other)]
            advice = " ".join(["v=spf1", *good, "~all"])
            return Finding(State.WRONG, "SPF_UNREADABLE", domain, (record,), advice, {"term": term})
    walk = _Walk(look)
    walk.read(terms_of_it)
    ends = [term for term in terms_of_it if _is_all(term)]
    if ends and ends[-1].lower() in {"all", "+all"}:
        return Finding(State.WRONG, "SPF_OPEN", domain, (record,), _ended(terms_of_it))
    if walk.lookups > MOST_LOOKUPS:
        return Finding(State.WRONG, "SPF_DEEP", domain, (record,), facts={"most": MOST_LOOKUPS})
    if walk.broken:
        rest = [term for term in terms_of_it if not term.lower().endswith(f"include:{walk.broken}".lower())]
        return Finding(
            State.WRONG, "SPF_BROKEN", domain, (record,), " ".join(["v=spf1", *rest]), {"place": walk.broken}
        )
    if via and not walk.is_incomplete and via not in walk.visited:
        rest = [term for term in terms_of_it if not _is_all(term)]
        advice = " ".join(["v=spf1", *rest, sends, *(ends[-1:] or ["~all"])])
        return Finding(State.WEAK, "SPF_NOT_THROUGH", domain, (record,), advice, {"through": via})
    is_handed_on = any(term.lower().startswith("redirect=") for term in terms_of_it)
    if not is_handed_on and (not ends or ends[-1].startswith("?")):
        return Finding(State.WEAK, "SPF_LOOSE", domain, (record,), _ended(terms_of_it))
    return Finding(State.GOOD, "SPF_GOOD", domain, (record,), facts={"lookups": walk.lookups})


class _Walk:
    """Follows includes and redirects as a receiver does, and counts what it has to look up."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.lookups, self.broken, self.is_incomplete = 0, "", False
        self.visited: set[str] = set()

    def read(self, terms: Sequence[str]) -> None:
        for term in terms:
            bare = term.lower().lstrip("+?~-")
            if re.match(r"(?:a|mx|ptr)(?:[:/]|$)|exists:", bare):
                self.lookups += 1
            elif bare.startswith(("include:", "redirect=")):
                self.lookups += 1
                self._follow(bare[bare.index("include:") + 8 :] if bare.startswith("include:") else bare[9:])
            if self.lookups > MOST_LOOKUPS:
                return

    def _follow(self, place: str) -> None:
        if "%" in place or self.lookups > MOST_LOOKUPS or place in self.visited:
            return
        self.visited.add(place)
        found = self._look(place)
        if not found.is_known:
            self.is_incomplete = True
            return
        records = [text for text in found.texts if _is_spf(text)]
        if len(records) != 1:
            self.broken = self.broken or place
            return
        self.read(_terms(records[0]))


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def _terms(record: str) -> list[str]:
    return record.split()[1:]


def _is_all(term: str) -> bool:
    return term.lower().lstrip("+?~-") == "all"


def _ended(terms: Sequence[str]) -> str:
    return " ".join(["v=spf1", *(term for term in terms if not _is_all(term)), "~all"])


# DKIM -------------------------------------------------------------------------------------------------------


def dkim(*, domain: str, selector: str, look: Look) -> Finding:
    """Whether a usable public key stands under `selector`, or, without one, under any of the usual ones."""
    is_unknown = False
    poor: Finding | None = None
    for tried in [selector] if selector else COMMON_SELECTORS:
        name = f"{tried}._domainkey.{domain}"
        found = look(name)
        is_unknown = is_unknown or not found.is_known
        if found.texts:
            finding = _key(name, tried, found.texts)
            if selector or finding.state == State.GOOD:
                return finding
            poor = poor or finding
    if poor:
        return poor
    place = f"{selector or 'selector'}._domainkey.{domain}"
    if is_unknown:
        return Finding(State.UNASKED, "NOT_ASKED", place if selector else f"_domainkey.{domain}")
    template = "v=DKIM1; k=rsa; p=…"
    if selector:
        return Finding(State.MISSING, "DKIM_MISSING", place, record=template, facts={"selector": selector})
    return Finding(
        State.MISSING, "DKIM_NOT_FOUND", place, record=template, facts={"n": len(COMMON_SELECTORS)}
    )


def _key(name: str, selector: str, texts: Sequence[str]) -> Finding:
    record = next((text for text in texts if "p" in _tags(text)), "")
    tags, found, facts = _tags(record), tuple(texts[:3]), {"selector": selector}
    if not record or tags.get("v", "DKIM1") != "DKIM1":
        return Finding(State.WRONG, "DKIM_UNREADABLE", name, found, "v=DKIM1; k=rsa; p=…", facts)
    if not tags["p"]:
        return Finding(State.WRONG, "DKIM_REVOKED", name, found, "v=DKIM1; k=rsa; p=…", facts)
    try:
        raw = base64.b64decode(re.sub(r"\s", "", tags["p"]), validate=True)
        if tags.get("k", "rsa").lower() == "ed25519":
            bits = 256 if len(raw) == 32 else 0
        else:
            key = load_der_public_key(raw)
            bits = key.key_size if isinstance(key, RSAPublicKey) else 0
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        bits = 0
    if not bits:
        return Finding(State.WRONG, "DKIM_UNREADABLE", name, found, "v=DKIM1; k=rsa; p=…", facts)
    if "y" in tags.get("t", "").lower().split(":"):
        without = "; ".join(f"{tag}={value}" for tag, value in tags.items() if tag != "t")
        return Finding(State.WEAK, "DKIM_TESTING", name, found, without, facts)
    if tags.get("k", "rsa").lower() == "ed25519":
        return Finding(State.GOOD, "DKIM_GOOD", name, found, facts={**facts, "key": "Ed25519"})
    if bits < GOOD_BITS:
        code, state = ("DKIM_TOO_SHORT", State.WRONG) if bits < LEAST_BITS else ("DKIM_SHORT", State.WEAK)
        return Finding(state, code, name, found, facts={**facts, "bits": bits})
    return Finding(State.GOOD, "DKIM_GOOD", name, found, facts={**facts, "key": f"RSA {bits}"})


# DMARC ------------------------------------------------------------------------------------------------------


def dmarc(*, domain: str, look: Look) -> Finding:
    """Whether receivers are told what to do with mail that only claims to be of `domain`."""
    own = f"_dmarc.{domain}"
    for place in _upwards(domain):
        name = f"_dmarc.{place}"
        found = look(name)
        if not found.is_known:
            return Finding(State.UNASKED, "NOT_ASKED", name)
        records = [text for text in found.texts if text.lower().replace(" ", "").startswith("v=dmarc1")]
        if len(records) > 1:
            return Finding(State.WRONG, "DMARC_TWO", name, tuple(records), facts={"n": len(records)})
        if records:
            return _policy(name, records[0], place="" if place == domain else place)
    return Finding(State.MISSING, "DMARC_MISSING", own, record=f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}")


def _policy(name: str, record: str, *, place: str) -> Finding:
    """`place` is the domain above that the record belongs to, "" for the domain's own."""
    tags = _tags(record)
    policy = (tags.get("sp") if place else None) or tags.get("p", "")
    if policy.lower() not in {"none", "quarantine", "reject"}:
        advice = _rewritten(tags, p="none")
        return Finding(State.WRONG, "DMARC_UNREADABLE", name, (record,), advice)
    if policy.lower() == "none":
        changed = {"sp": "quarantine"} if place and "sp" in tags else {"p": "quarantine"}
        return Finding(State.WEAK, "DMARC_WATCHES", name, (record,), _rewritten(tags, **changed))
    percent = tags.get("pct", "100")
    if percent.isascii() and percent.isdigit() and int(percent) < 100:
        without = {tag: value for tag, value in tags.items() if tag != "pct"}
        return Finding(
            State.WEAK, "DMARC_PARTLY", name, (record,), _rewritten(without), {"percent": int(percent)}
        )
    code = "DMARC_GOOD_ABOVE" if place else "DMARC_GOOD"
    return Finding(State.GOOD, code, name, (record,), facts={"policy": policy.lower(), "place": place})


def _rewritten(tags: Mapping[str, str], **changed: str) -> str:
    merged = {
        "v": "DMARC1",
        "p": "none",
        **{tag: value for tag, value in tags.items() if tag != "v"},
        **changed,
    }
    return "; ".join(f"{tag}={value}" for tag, value in merged.items())


def _upwards(domain: str) -> Iterator[str]:
    """The domain, then those above it, as long as they have two labels."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[start:])


def _tags(record: str) -> dict[str, str]:
    """ "v=DMARC1; p=none" as a dictionary; what is no tag is left out, the first of two counts."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        tag, equals, value = part.partition("=")
        if equals:
            found.setdefault(tag.strip().lower(), value.strip())
    return found
