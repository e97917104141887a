"""What every template and style sheet must keep: no inline code, known icons, small public pages."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from core import looks
from core.templatetags import ui

ROOT = Path(settings.BASE_DIR)
# Mails need inline styles, and are no pages.
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
PUBLIC = sorted((ROOT / "templates" / "surveys" / "public").glob("*.html"))
LARGEST_PUBLIC_PAGE = 15_000  # bytes compressed, with everything it loads (which is nothing)
LARGEST_ANSWER_CSS = 4096  # bytes


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_holds_no_inline_style_or_script(path):
    text = path.read_text()
    assert (
        re.findall(
            r"\sstyle=|\son[a-z]+=\"|<style|javascript:|hx-on|<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)", text
        )
        == []
    )


def test_a_table_of_many_columns_becomes_cards_or_scrolls_by_itself():
    """Else it pushes the page sideways on a phone: with five columns or more, also inside closed details."""
    wide = []
    for path in PAGES:
        text = path.read_text()
        for table in re.finditer(r'<table class="([^"]*)".*?</thead>', text, re.S):
            holder = re.sub(r'"[^"]*{[^>]*}"', '""', text[: table.start()]).rstrip()
            scrolls = re.search(r'<div class="[^"]*(wrap|scroll)[^"]*"[^<>]*>$', holder)
            if "table-cards" not in table[1] and table[0].count('scope="col"') >= 5 and not scrolls:
                wide.append(str(path.relative_to(ROOT)))
    assert wide == []


TONES = {"neutral", "accent", "info", "good", "warning", "bad", "loud"}


def test_every_icon_named_anywhere_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / ui.SPRITE).read_text()))
    named = {look.icon for codes in looks.LOOKS.values() for look in codes.values()}
    named |= {icon for _, _, icon in ui.NAVIGATION}
    for path in PAGES:
        text = path.read_text()
        named |= set(re.findall(r'(?:{% icon |\bicon=|\barrow=|action_icon=)"([\w-]+)"', text))
        named |= set(re.findall(r'{% pill [^%]*"([\w-]+)" %}', text)) - TONES
    assert named - drawn == set()


def test_the_style_of_the_answer_page_fits_its_budget():
    assert (ROOT / "static" / "css" / "answer.css").stat().st_size <= LARGEST_ANSWER_CSS


def answer_page(path: Path, **facts) -> str:
    segments = ["DETRACTOR"] * 7 + ["PASSIVE"] * 2 + ["PROMOTER"] * 2
    context = {
        "survey": {"company": "Acme"},
        "question": "How likely are you to recommend Acme?",
        "brand": {"accent": "#0b5d8a", "accent_text": "#ffffff"},
        "scale": [{"value": value, "segment": segment} for value, segment in enumerate(segments)],
        "prompts": {
            "DETRACTOR": "What went wrong?",
            "PASSIVE": "What is missing?",
            "PROMOTER": "What is good?",
        },
        "action": "/s/token/",
        "score": None,
        "comment": "",
        "errors": {},
        "contact_block": ["+49 30 901820"],
        **facts,
    }
    return render_to_string(
        path.relative_to(ROOT / "templates").as_posix(), context, RequestFactory().get("/s/token/")
    )


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_public_page_is_small_and_loads_nothing(path):
    html = answer_page(
        path, score=3, can_edit=True, edit_url="/s/token/?edit", thanks="Thank you.", seconds=12
    )
    assert re.findall(r'(?:src|href)="(?!/s/|data:,")[^"]*"|@import|url\(', html) == []
    assert len(gzip.compress(html.encode())) <= LARGEST_PUBLIC_PAGE


def test_the_answer_page_offers_eleven_scores_and_chooses_none_by_itself():
    html = answer_page(ROOT / "templates/surveys/public/answer.html")
    assert re.findall(r'type="radio" name="score" value="(\d+)"', html) == [str(value) for value in range(11)]
    assert "checked" not in re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def test_the_answer_page_preselects_the_score_of_the_link():
    html = re.sub(
        r"<style.*?</style>", "", answer_page(ROOT / "templates/surveys/public/answer.html", score=0)
    )
    assert re.findall(r'value="(\d+)" required class="[^"]*" checked', html) == ["0"]
