"""One settings file for every place; all that differs comes from the environment (see .env.example).

With DEBUG off, an unsafe value refuses to start: the sentence names the variable and the cure (core/checks.py
adds what needs more than this file to judge).
"""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, inbound, mail

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = next(iter(re.findall(r"^## (\d\S*)", (BASE_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)), "0")

# --- Safety -----------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
DATA_DIR = env.path("AMENDS_DATA", BASE_DIR / "var")
BASE_URL = env.base_url()
IS_HTTPS = BASE_URL.startswith("https://")
HOST = urlsplit(BASE_URL).hostname or ""
IS_LOOPBACK = HOST in {"localhost", "127.0.0.1", "::1"} or HOST.endswith(".localhost")
SECRET_KEY = env.secret("AMENDS_SECRET_KEY", cure="to 50 or more random characters")
SECRET_KEY_FALLBACKS = env.words("AMENDS_SECRET_KEY_FALLBACKS")
LINK_KEY = env.secret("AMENDS_LINK_KEY", cure="to 50 or more random characters, other than AMENDS_SECRET_KEY")
LINK_KEY_FALLBACKS = env.words("AMENDS_LINK_KEY_FALLBACKS")
if not DEBUG:
    if not IS_HTTPS and not IS_LOOPBACK:
        raise env.ConfigurationError(
            "AMENDS_BASE_URL is plain http for a public host: use https:// (or a loopback host)."
        )
    for _name, _key in (("AMENDS_SECRET_KEY", SECRET_KEY), ("AMENDS_LINK_KEY", LINK_KEY)):
        if len(_key) < 40 or len(set(_key)) < 10 or "change-me" in _key:
            raise env.ConfigurationError(f"{_name} is too weak: set it to 50 or more random characters.")
    if SECRET_KEY == LINK_KEY:
        raise env.ConfigurationError(
            "AMENDS_LINK_KEY equals AMENDS_SECRET_KEY: set it to other random characters."
        )
ALLOWED_HOSTS = [
    HOST,
    *(["localhost", "127.0.0.1", "[::1]"] if IS_LOOPBACK else []),
    *env.words("AMENDS_EXTRA_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^healthz$",
    r"^readyz$",
    r"^u/",
]  # probes; RFC 8058: one-click is never redirected
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("AMENDS_BEHIND_PROXY") else None
TRUSTED_PROXIES = env.number("AMENDS_TRUSTED_PROXIES", 1 if SECURE_PROXY_SSL_HEADER else 0, least=0)
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = (
    True  # core.middleware.EveryAnswer has dropped what is not our proxy's
)
ALLOW_PRIVATE_NETWORKS = env.flag("AMENDS_ALLOW_PRIVATE_NETWORKS")  # for outgoing calls (core/outgoing.py)
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "amends_session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "amends_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SESSION_IDLE = timedelta(
    minutes=env.number("AMENDS_SESSION_IDLE_MINUTES", 180, least=1)
)  # after the last request
SESSION_LONGEST = timedelta(hours=env.number("AMENDS_SESSION_HOURS", 12, least=1))  # after signing in
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_POLLS = {  # asked by a page by itself (and whatever asks with `since`): keeps no session alive
    "detractors:bell",
    "detractors:here",
    "detractors:list_here",
    "detractors:view_counts",
    "surveys:campaign_figures",
    "surveys:import_progress",
}
DEVICE_COOKIE_NAME = "__Host-device" if IS_HTTPS else "amends_device"
DEVICE_COOKIE_AGE = 365 * 24 * 3600  # seconds
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Parts ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "accounts.apps.AccountsConfig",
    "outbox.apps.OutboxConfig",
    "surveys.apps.SurveysConfig",
    "detractors.apps.DetractorsConfig",
    "followups.apps.FollowupsConfig",
    "dashboards.apps.DashboardsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "anymail",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework_api_key",
    "pghistory",
    "pgtrigger",
    "template_partials.apps.SimpleAppConfig",
]
MIDDLEWARE = [
    "core.middleware.EveryAnswer",
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.PublicPages",
    "core.middleware.SentByScript",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.RequestLog",
    "core.acting.ActingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.WorkspaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
_FILES = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
_LOADERS = [  # django-template-partials wraps the others
    (
        "template_partials.loader.Loader",
        _FILES if DEBUG else [("django.template.loaders.cached.Loader", _FILES)],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS,
            "builtins": ["template_partials.templatetags.partials", "core.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "core.context_processors.site",
            ],
        },
    }
]
APPEND_SLASH = True

# --- Stores -----------------------------------------------------------------------------------------------
STATEMENT_TIMEOUT = env.number("AMENDS_STATEMENT_TIMEOUT_MS", 15_000, least=100)  # milliseconds
DATABASES = {
    "default": {
        **env.database(),
        "CONN_MAX_AGE": None,  # a new connection per request costs four times the request
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "amends",
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT}"
            " -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000 -c jit=off",
        },
    }
}
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"  # changes of one transaction keep their order
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LIMITER_URL = env.redis_url(env.REDIS_LIMITER)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.redis_url(env.REDIS_CACHE),
        "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 3},
    }
}
SESSION_ENGINE = "accounts.session_store"  # the usual one, its question written once
MEDIA_ROOT = env.storage_folder("AMENDS_STORAGE_URL", DATA_DIR / "files")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
STATIC_URL = "static/"
STATIC_ROOT = env.path("AMENDS_STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MAX_IMPORT_BYTES = 200 * 1024 * 1024

# --- People -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [  # no rules of composition: length and not being guessable are what counts
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "accounts:home"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited; nobody signs up by themselves
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = (
    False  # accounts/middleware.py counts: exactly, and so that nobody is locked out
)
ACCOUNT_SESSION_REMEMBER = True  # until SESSION_LONGEST
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignInForm",
    "request_login_code": "accounts.sign_in_forms.AskForCodeForm",
    "change_password": "accounts.sign_in_forms.NewPasswordForm",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Amends"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds for clocks that are off; each code still works once
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.FactorForm",
    "reauthenticate": "accounts.sign_in_forms.FactorAgainForm",
    "activate_totp": "accounts.sign_in_forms.AppForm",
    "add_webauthn": "accounts.sign_in_forms.PasskeyForm",
}
PASSWORD_RESET_TIMEOUT = 3600  # seconds
SOCIALACCOUNT_ADAPTER = "accounts.sso.adapter.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# --- Mail (only outbox/channels/email.py sends) -------------------------------------------------------------
MAIL = mail.configure(env.secret("AMENDS_EMAIL_URL", "outbox:" if DEBUG else env.REQUIRED))
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
EMAIL_TIMEOUT = 15  # seconds; Django waits for ever by default
ANYMAIL = {**MAIL.anymail, "REQUESTS_TIMEOUT": (5, 20), "IGNORE_UNSUPPORTED_FEATURES": True}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "AMENDS_FROM_EMAIL", f"feedback@{HOST if '.' in HOST and not IS_LOOPBACK else 'amends.example'}"
)
INBOUND_DOMAIN = inbound.domain(env.text("AMENDS_INBOUND_DOMAIN", ""))
IMAP = inbound.mailbox(env.secret("AMENDS_IMAP_URL", ""))
DNS_SERVERS = env.words(
    "AMENDS_DNS_SERVERS"
)  # who is asked about the sender's domain; none: the machine's own
MAIL_BODIES_KEPT = timedelta(days=env.number("AMENDS_MAIL_BODY_DAYS", 180, least=1))

# --- Work -------------------------------------------------------------------------------------------------
TASK_APP = "config.celery.app"  # core/queue.py publishes through it, in every process
CELERY_BROKER_URL = env.redis_url(env.REDIS_BROKER)
METRICS_TOKEN = env.secret("AMENDS_METRICS_TOKEN", "")

# --- API --------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.HasWorkspace"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "core.openapi.ApiSchema",
    "EXCEPTION_HANDLER": "core.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
API_RATE = env.text("AMENDS_API_RATE", "6000/minute")  # per key; checked exactly, on Redis
SPECTACULAR_SETTINGS = {
    "TITLE": "Amends API",
    "DESCRIPTION": "NPS surveys and detractor cases. Times are RFC 3339 in UTC, ids are opaque strings.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {  # codes that several fields share, or that share their name
        "SurveyStatus": "surveys.enums.SurveyStatus.choices",
        "InvitationStatus": "surveys.enums.InvitationStatus.choices",
        "EventKind": "detractors.enums.EventKind.choices",
        "NotificationKind": "detractors.enums.NotificationKind.choices",
        "RuleKind": "detractors.enums.RuleKind.choices",
        "TimerKind": "detractors.enums.TimerKind.choices",
        "SpikeKind": "detractors.enums.SpikeKind.choices",
        "QuestionKind": "surveys.enums.QuestionKind.choices",
        "Outcome": "detractors.enums.Outcome.choices",
        "CallOutcome": "detractors.enums.CallOutcome.choices",
        "DecisionOutcome": "detractors.enums.DecisionOutcome.choices",
        "Retained": "detractors.enums.Retained.choices",
        "PlaybookEvent": "followups.playbook_enums.PlaybookEvent.choices",
        "StepKind": "followups.playbook_enums.StepKind.choices",
        "StepState": "followups.playbook_enums.StepState.choices",
    },
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
}

# --- Words and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Logs: tokens never appear (core/logs.py masks them) ----------------------------------------------------
LOG_FORMAT = env.choice("LOG_FORMAT", "text", ["text", "json"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "core.logs.formatter", "as_json": LOG_FORMAT == "json"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
    "loggers": {"django.request": {"level": "ERROR"}, "django_structlog": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
