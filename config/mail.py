"""`AMENDS_EMAIL_URL` as mail settings."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from config import env

PROVIDERS = {
    "amazon_ses": "amazon_ses", "brevo": "brevo", "mailersend": "mailersend", "mailgun": "mailgun", "mailjet": "mailjet",
    "mailtrap": "mailtrap", "mandrill": "mandrill", "postal": "postal", "postmark": "postmark", "resend": "resend",
    "scaleway": "scaleway", "sendgrid": "sendgrid", "sparkpost": "sparkpost",
}  # fmt: skip
# Providers that can be told for each mail whether its opening is reported; the others have a switch of their own.
ASKED_FOR_OPENS = frozenset(
    {"mailersend", "mailgun", "mailjet", "mandrill", "postmark", "sendgrid", "sparkpost"}
)
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@dataclass(frozen=True)
class Mail:
    """Where mail goes. `is_kept` means: nowhere, it is shown in the built-in mailbox."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    is_kept: bool = False
    provider: str = ""  # an anymail provider: its webhooks are served
    anymail: dict[str, object] = field(default_factory=dict)
    tracks_opens: bool = False  # the provider is asked to report who opened a survey's mail


def configure(url: str) -> Mail:
    """Read `outbox:`, `smtp://user:pass@host:port`, `smtp+tls://...` (STARTTLS), `smtp+ssl://...` or
    `<provider>://?api_key=...&webhook_secret=user:password` with a provider of django-anymail, and `&track_opens=yes` if
    it shall report who opened a survey's mail.

    Raises ConfigurationError that names the variable and the cure.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.replace("-", "_")
    if url == "outbox:" or scheme == "outbox":
        return Mail(backend=LOCMEM, is_kept=True)
    if scheme in {"smtp", "smtp+tls", "smtp+ssl"}:
        if not parts.hostname:
            raise env.ConfigurationError(
                "AMENDS_EMAIL_URL names no mail server: use smtp://user:password@host:port."
            )
        default_port = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[scheme]
        return Mail(
            backend="django.core.mail.backends.smtp.EmailBackend",
            host=parts.hostname,
            port=parts.port or default_port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_tls=scheme == "smtp+tls",
            use_ssl=scheme == "smtp+ssl",
        )
    if scheme in PROVIDERS:
        options = {name.upper(): value for name, value in parse_qsl(parts.query)}
        webhook = options.pop("WEBHOOK_SECRET", "")
        if not webhook or ":" not in webhook:
            raise env.ConfigurationError(
                "AMENDS_EMAIL_URL has no webhook_secret: add &webhook_secret=user:password with random text, "
                "so that nobody can forge bounces."
            )
        tracks_opens = _tracks_opens(scheme, options.pop("TRACK_OPENS", "no"))
        anymail: dict[str, object] = {f"{scheme.upper()}_{name}": value for name, value in options.items()}
        anymail["WEBHOOK_SECRET"] = webhook
        return Mail(
            backend=f"anymail.backends.{PROVIDERS[scheme]}.EmailBackend",
            provider=scheme,
            anymail=anymail,
            tracks_opens=tracks_opens,
        )
    raise env.ConfigurationError(
        f"AMENDS_EMAIL_URL starts with {parts.scheme or url!r}: use outbox:, smtp://, smtp+tls:// or one of "
        f"{', '.join(sorted(PROVIDERS))}://."
    )


def _tracks_opens(provider: str, said: str) -> bool:
    if said.lower() not in {"yes", "no"}:
        raise env.ConfigurationError("AMENDS_EMAIL_URL has a track_opens that is neither yes nor no.")
    if said.lower() == "no":
        return False
    if provider not in ASKED_FOR_OPENS:
        raise env.ConfigurationError(
            f"AMENDS_EMAIL_URL asks for track_opens, which {provider} cannot be told for single mails: leave it out and "
            "switch open tracking on in its own settings; what it reports is shown."
        )
    return True
