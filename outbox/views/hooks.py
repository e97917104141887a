"""What mail providers call: one address, of the one provider this installation uses.

anymail checks the secret and, where the provider signs, the signature. Its own list of addresses is never included: it
would serve every provider's.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

TRACKING = {
    "amazon_ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailersend": "anymail.webhooks.mailersend.MailerSendTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "mailtrap": "anymail.webhooks.mailtrap.MailtrapTrackingWebhookView",
    "mandrill": "anymail.webhooks.mandrill.MandrillCombinedWebhookView",
    "postal": "anymail.webhooks.postal.PostalTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "resend": "anymail.webhooks.resend.ResendTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}


@csrf_exempt  # called by programs; the secret in the Authorization header is the right to act
def tracking(request: HttpRequest, provider: str) -> HttpResponse:
    """Reports on sent mail. 404 for any provider but ours, 400 for what is not authentic or not readable.

    An error of our own stays one (500): the provider then tries again.
    """
    if provider != settings.MAIL.provider or provider not in TRACKING:
        raise Http404
    try:
        view = import_string(TRACKING[provider]).as_view()
        response: HttpResponse = view(request)
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # truncated, or of another shape
        return HttpResponseBadRequest(type(error).__name__, content_type="text/plain")
    return response
