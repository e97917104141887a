"""Server entry."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.prepare_environment()

from django.core.wsgi import get_wsgi_application  # noqa: E402

import config.celery  # noqa: E402, F401  hints are published by this process too

django = get_wsgi_application()

from surveys.views.quick_answer import QuickAnswer  # noqa: E402  Django is set up only now

application = QuickAnswer(django)
