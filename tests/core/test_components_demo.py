import re
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings as site
from django.template.loader import render_to_string
from django.test import RequestFactory

from core import components_demo

TAGS = Path(site.BASE_DIR) / "core" / "templatetags" / "ui.py"


def page(settings) -> str:
    settings.DEBUG = True  # the page exists in DEBUG only
    request = RequestFactory().get("/w/acme/components/")
    request.workspace = SimpleNamespace(name="Acme", slug="acme")
    return render_to_string("core/components.html", components_demo.example_context(), request=request)


def test_the_component_page_shows_every_component_once(settings):
    source = (Path(site.BASE_DIR) / "templates" / "core" / "components.html").read_text()
    used = set(re.findall(r"{% (\w+)", source)) | set(re.findall(r"\|(\w+)", source))
    used |= set(re.findall(r"{% (\w+)", (Path(site.BASE_DIR) / "templates" / "base.html").read_text()))
    tags = re.findall(r"@register\.\w+(?:\([^)]*\))?\ndef (\w+)", TAGS.read_text())
    # Public pages have no shell to be shown in; they have their own pages to look at.
    assert set(tags) - used == {"inline_css", "inline_js", "brand_css", "shade"}


def test_the_component_page_is_the_same_at_every_time(settings):
    without_token = [
        re.sub(r'X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", page(settings))
        for _ in "12"
    ]
    assert without_token[0] == without_token[1]


def test_every_part_of_the_page_that_another_names_exists_once(settings):
    html = page(settings)
    ids = re.findall(r'\bid="([^"]+)"', html)
    named = re.findall(r'(?:commandfor|popovertarget|aria-labelledby)="([^"]+)"', html)
    assert [name for name in named if ids.count(name) != 1] == []
