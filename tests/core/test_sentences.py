from core.sentences import Sentence, gettext_noop


def test_a_sentence_says_its_facts_in_english_and_through_a_translation():
    sentence = Sentence("LATE", "due at %(due)s", {"due": "09:00"})
    assert str(sentence) == "due at 09:00"
    assert sentence.say({"due at %(due)s": "fällig um %(due)s"}.__getitem__) == "fällig um 09:00"


def test_a_sentence_without_facts_keeps_its_words():
    assert Sentence("OK", "nothing to do").say() == "nothing to do"


def test_marking_for_translation_changes_nothing():
    assert gettext_noop("due soon") == "due soon"
