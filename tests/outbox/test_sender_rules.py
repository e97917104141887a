"""What records mean, without any DNS."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outbox import sender_rules as rules
from outbox.sender_rules import UNKNOWN, State, Texts

DOMAIN = "shop.acme.com"


def look_in(zone: Mapping[str, list[str] | None]) -> rules.Look:
    """None under a name: nobody could be asked."""

    def look(name: str) -> Texts:
        texts = zone.get(name, [])
        return UNKNOWN if texts is None else Texts(tuple(texts))

    return look


def rsa_record(bits: int, extra: str = "") -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {extra}p={base64.b64encode(raw).decode()}"


@pytest.fixture(scope="module")
def good_key() -> str:
    return rsa_record(2048)


def spf(*records: str, via: str = "", **zone: list[str] | None) -> rules.Finding:
    places = {name.replace("_", "."): texts for name, texts in zone.items()}
    sends = f"include:{via}" if via else "mx"
    return rules.spf(domain=DOMAIN, look=look_in({DOMAIN: list(records), **places}), sends=sends, via=via)


@pytest.mark.parametrize(
    ("record", "state", "code", "advice"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", State.GOOD, "SPF_GOOD", ""),
        ("V=SPF1 MX ~ALL", State.GOOD, "SPF_GOOD", ""),
        ("v=spf1 mx +all", State.WRONG, "SPF_OPEN", "v=spf1 mx ~all"),
        ("v=spf1 mx all", State.WRONG, "SPF_OPEN", "v=spf1 mx ~all"),
        ("v=spf1 mx ?all", State.WEAK, "SPF_LOOSE", "v=spf1 mx ~all"),
        ("v=spf1 mx", State.WEAK, "SPF_LOOSE", "v=spf1 mx ~all"),
        ("v=spf1 mx inclde:a.com -all", State.WRONG, "SPF_UNREADABLE", "v=spf1 mx ~all"),
        ("v=spf10 mx -all", State.MISSING, "SPF_MISSING", "v=spf1 mx ~all"),
        ("google-site-verification=abc", State.MISSING, "SPF_MISSING", "v=spf1 mx ~all"),
    ],
)
def test_an_spf_record_is_judged_and_the_better_one_is_written_out(
    record: str, state: State, code: str, advice: str
) -> None:
    found = spf(record)
    assert (found.state, found.code, found.record) == (state, code, advice)


def test_two_spf_records_become_one() -> None:
    found = spf("v=spf1 mx -all", "v=spf1 include:a.com mx ~all")
    assert (found.code, found.record) == ("SPF_TWO", "v=spf1 mx include:a.com ~all")


def test_ten_lookups_are_allowed_and_eleven_are_not() -> None:
    ten = " ".join(f"a:h{n}.acme.com" for n in range(9))
    assert spf(f"v=spf1 include:a.com {ten} -all", a_com=["v=spf1 ip4:192.0.2.1 -all"]).facts == {
        "lookups": 10
    }
    assert spf(f"v=spf1 include:a.com {ten} -all", a_com=["v=spf1 mx -all"]).code == "SPF_DEEP"


def test_includes_that_go_in_a_circle_end() -> None:
    assert spf("v=spf1 include:a.com -all", a_com=["v=spf1 include:a.com -all"]).code == "SPF_GOOD"


def test_an_include_without_a_record_breaks_it() -> None:
    found = spf("v=spf1 include:gone.com mx -all")
    assert (found.code, found.facts, found.record) == ("SPF_BROKEN", {"place": "gone.com"}, "v=spf1 mx -all")


def test_the_service_our_mail_leaves_through_is_found_at_any_depth_or_asked_for() -> None:
    nested = {"a_com": ["v=spf1 include:sendgrid.net -all"], "sendgrid_net": ["v=spf1 ip4:192.0.2.1 -all"]}
    assert spf("v=spf1 include:a.com -all", via="sendgrid.net", **nested).code == "SPF_GOOD"
    found = spf("v=spf1 mx -all", via="sendgrid.net")
    assert (found.code, found.record) == ("SPF_NOT_THROUGH", "v=spf1 mx include:sendgrid.net -all")


def test_an_include_nobody_could_be_asked_about_is_not_held_against_the_record() -> None:
    assert spf("v=spf1 include:a.com -all", via="sendgrid.net", a_com=None).state == State.GOOD


@pytest.mark.parametrize(
    ("provider", "host", "via"),
    [
        ("sendgrid", "localhost", "sendgrid.net"),
        ("sparkpost", "localhost", ""),
        ("", "email-smtp.eu-west-1.amazonaws.com", "amazonses.com"),
        ("", "smtp.gmail.com.", "_spf.google.com"),
        ("", "notbrevo.com", ""),
        ("", "127.0.0.1", ""),
    ],
)
def test_a_known_service_is_known_by_its_name_or_its_server(provider: str, host: str, via: str) -> None:
    assert rules.through(provider=provider, host=host) == via


def test_dkim_keys_are_weighed(good_key: str) -> None:
    ed25519 = f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(32)).decode()}"
    cases = {
        good_key: (State.GOOD, "DKIM_GOOD"),
        ed25519: (State.GOOD, "DKIM_GOOD"),
        good_key.replace("k=rsa;", "k=rsa; t=s:y;"): (State.WEAK, "DKIM_TESTING"),
        rsa_record(1024): (State.WEAK, "DKIM_SHORT"),
        "v=DKIM1; k=rsa; p=": (State.WRONG, "DKIM_REVOKED"),
        good_key[:-40]: (State.WRONG, "DKIM_UNREADABLE"),
        "v=DKIM1; p=not base64!": (State.WRONG, "DKIM_UNREADABLE"),
        "hello": (State.WRONG, "DKIM_UNREADABLE"),
    }
    name = f"s9._domainkey.{DOMAIN}"
    found = {
        record: rules.dkim(domain=DOMAIN, selector="s9", look=look_in({name: [record]})) for record in cases
    }
    assert {record: (one.state, one.code) for record, one in found.items()} == cases


def test_without_a_selector_the_usual_ones_are_tried_and_a_good_key_wins_over_a_withdrawn_one(
    good_key: str,
) -> None:
    zone = {f"default._domainkey.{DOMAIN}": ["v=DKIM1; p="], f"google._domainkey.{DOMAIN}": [good_key]}
    found = rules.dkim(domain=DOMAIN, selector="", look=look_in(zone))
    assert (found.code, found.facts["selector"]) == ("DKIM_GOOD", "google")
    assert rules.dkim(domain=DOMAIN, selector="", look=look_in({})).code == "DKIM_NOT_FOUND"
    silent = {f"pm._domainkey.{DOMAIN}": None}
    assert rules.dkim(domain=DOMAIN, selector="", look=look_in(silent)).state == State.UNASKED


@pytest.mark.parametrize(
    ("own", "above", "code", "record"),
    [
        (["v=DMARC1; p=reject"], [], "DMARC_GOOD", ""),
        (
            ["v=DMARC1;p=none;rua=mailto:a@b.com"],
            [],
            "DMARC_WATCHES",
            "v=DMARC1; p=quarantine; rua=mailto:a@b.com",
        ),
        (["v=DMARC1; p=reject; pct=20"], [], "DMARC_PARTLY", "v=DMARC1; p=reject"),
        (["v=DMARC1; p=maybe"], [], "DMARC_UNREADABLE", "v=DMARC1; p=none"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], [], "DMARC_TWO", ""),
        ([], ["v=DMARC1; p=reject"], "DMARC_GOOD_ABOVE", ""),
        ([], ["v=DMARC1; p=reject; sp=none"], "DMARC_WATCHES", "v=DMARC1; p=reject; sp=quarantine"),
        ([], [], "DMARC_MISSING", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}"),
    ],
)
def test_a_dmarc_policy_is_judged_the_domains_own_before_the_one_above(
    own: list[str], above: list[str], code: str, record: str
) -> None:
    found = rules.dmarc(domain=DOMAIN, look=look_in({f"_dmarc.{DOMAIN}": own, "_dmarc.acme.com": above}))
    assert (found.code, found.record) == (code, record)


def test_what_could_not_be_asked_is_never_called_missing() -> None:
    nobody = lambda _name: UNKNOWN  # noqa: E731 - a resolver that is away, in one line
    found = [
        rules.spf(domain=DOMAIN, look=nobody, sends="mx"),
        rules.dkim(domain=DOMAIN, selector="s1", look=nobody),
        rules.dkim(domain=DOMAIN, selector="", look=nobody),
        rules.dmarc(domain=DOMAIN, look=nobody),
    ]
    assert {(one.state, one.code, one.record) for one in found} == {(State.UNASKED, "NOT_ASKED", "")}


def test_every_code_has_its_words_and_every_place_in_them_is_filled(good_key: str) -> None:
    facts = {
        "n": 2, "term": "x", "most": 10, "place": "a", "through": "b", "lookups": 1, "selector": "s", "bits": 1, "key": "k",
        "percent": 1, "policy": "reject",
    }  # fmt: skip
    assert all("%(" not in rules.sentence(code, facts).say() for code in rules.WORDS)


@pytest.mark.parametrize(
    ("states", "overall"),
    [
        ([], "UNASKED"),
        (["GOOD", "GOOD"], "GOOD"),
        (["GOOD", "WEAK"], "WEAK"),
        (["WEAK", "UNASKED"], "UNASKED"),
        (["UNASKED", "MISSING"], "MISSING"),
        (["MISSING", "WRONG"], "WRONG"),
    ],
)
def test_the_worst_that_is_known_stands_over_all(states: list[str], overall: str) -> None:
    assert rules.worst(states) == overall
