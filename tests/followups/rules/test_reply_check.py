import pytest

from followups.rules.reply_check import check, may_send

ANA = {"first_name": "Ana", "company": ""}


def codes(body):
    return [(finding.code, finding.is_blocking) for finding in check(body, ANA)]


def test_a_reply_whose_fields_are_filled_may_be_sent():
    assert (codes('Dear {{ first_name }} of {{ company | "your company" }}'), may_send("Sorry!", ANA)) == (
        [],
        True,
    )


def test_an_unfilled_field_blocks_sending_and_is_named():
    findings = check("Dear {{ nickname }} of {{ company }}", ANA)
    assert [(finding.code, finding.sentence.facts["field"]) for finding in findings] == [
        ("UNFILLED_FIELD", "nickname"),
        ("UNFILLED_FIELD", "company"),
    ]
    assert str(findings[0].sentence) == (
        'There is no value for nickname. Write the words yourself or give a fall-back: {{ nickname | "there" }}.'
    )
    assert may_send("Dear {{ nickname }}", ANA) is False


def test_half_a_field_blocks_sending():
    findings = check("Dear all,\nsorry {{ first name }}", ANA)
    assert [(finding.code, finding.is_blocking) for finding in findings] == [("BAD_FIELD_SYNTAX", True)]
    assert findings[0].sentence.facts["line"] == 2


@pytest.mark.parametrize("body", ["", " \n\t"])
def test_an_empty_reply_blocks_sending(body):
    assert (codes(body), may_send(body, ANA)) == ([("EMPTY_REPLY", True)], False)


@pytest.mark.parametrize(
    "body",
    [
        "Dear {first_name},",
        "Dear [First name],",
        "It is ready on [date of delivery].",
        "Dear <<name>>,",
        "Dear %NAME%,",
        "Dear ____,",
    ],
)
def test_a_place_left_by_another_program_is_pointed_out_but_does_not_block(body):
    assert (codes(body), may_send(body, ANA)) == ([("LOOKS_UNFILLED", False)], True)


@pytest.mark.parametrize("body", ["We refund 100 % of it, by 50 %.", "See [1] and {2} and a_b."])
def test_ordinary_words_are_left_alone(body):
    assert codes(body) == []
