"""Server entry."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.prepare_environment()

from django.core.wsgi import get_wsgi_application  # noqa: E402

import config.celery  # noqa: E402, F401  hints are published by this process too

django = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  Django is set up only now

from surveys.views.quick_answer import QuickAnswer  # noqa: E402

application = QuickAnswer(django)

# The program itself is never garbage: it is loaded whole and left out of every search for some.
get_resolver().url_patterns  # noqa: B018
gc.freeze()
