"""What stands around every page, where a script is at the other end."""

from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from core.middleware import SentByScript


def answered(answer: HttpResponse, **headers: str) -> HttpResponse:
    request = RequestFactory().post("/w/acme/cases/1/note/", headers=headers)
    return SentByScript(lambda _request: answer)(request)


def test_a_form_sent_by_script_hears_where_the_answer_leads_and_is_not_led_there() -> None:
    told = answered(HttpResponseRedirect("/w/acme/cases/1/"), X_Sent_By="script")
    assert (told.status_code, told.headers["X-Leads-To"], "Location" in told.headers) == (
        204, "/w/acme/cases/1/", False,
    )  # fmt: skip


def test_a_browser_is_led_there_as_ever_and_pages_stay_pages() -> None:
    assert answered(HttpResponseRedirect("/w/acme/cases/1/")).headers["Location"] == "/w/acme/cases/1/"
    page = answered(HttpResponse("words", status=422), X_Sent_By="script")
    assert (page.status_code, page.content, "X-Leads-To" in page.headers) == (422, b"words", False)
