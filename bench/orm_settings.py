"""config.settings with one URL: the plain view of bench/orm_answer.py, without the parts it does not use."""

from config.settings import *  # noqa: F403
from config.settings import TEMPLATES

ROOT_URLCONF = "bench.orm_answer"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.PublicPages",
]
TEMPLATES[0]["OPTIONS"]["context_processors"] = []
