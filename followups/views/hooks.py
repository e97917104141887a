"""Mail the provider of this installation hands over: proven, kept, answered. What becomes of it is decided later."""

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from followups import providers
from followups.enums import Came
from followups.services import receiving

TOO_LARGE = 413


@csrf_exempt  # called by a program; anymail judges its secret and signature
def inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep every mail of the call. 404 for any provider but ours, 400 for what is not authentic, 413 for more than we hold.

    An error of our own stays one (500): the provider then tries again.
    """
    if provider != settings.MAIL.provider or provider not in providers.VIEWS:
        raise Http404
    if request.method == "HEAD":  # some look whether anybody is there
        return HttpResponse()
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST, HEAD"})
    if int(request.META.get("CONTENT_LENGTH") or 0) > providers.LARGEST:
        return HttpResponse(status=TOO_LARGE)
    now = timezone.now()
    providers.take_whole(request)
    try:
        view = providers.view_of(provider, request)
        if provider == "amazon_ses" and not request.META.get("HTTP_AUTHORIZATION"):
            return HttpResponse(
                status=401, headers={"WWW-Authenticate": 'Basic realm="Amends"'}
            )  # SNS then shows it
        view.run_validators(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseBadRequest("not authentic", content_type="text/plain")
    except ImproperlyConfigured:  # the settings lack its key: nothing is proven
        return HttpResponseBadRequest("not configured", content_type="text/plain")
    except Exception as error:  # what is not readable proves nothing
        return HttpResponseBadRequest(type(error).__name__, content_type="text/plain")
    try:
        for mail in providers.handed(provider, view, request):
            receiving.store(
                raw=mail.raw,
                came=Came.WEBHOOK,
                now=now,
                envelope_from=mail.envelope_from,
                envelope_to=mail.envelope_to,
            )
    except AnymailConfigurationError as error:  # reports on sent mail, sent to this address
        return HttpResponseBadRequest(str(error)[:300], content_type="text/plain")
    return HttpResponse()
