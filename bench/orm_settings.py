"""config.settings with one URL: the plain view of bench/orm_answer.py, behind the same middlewares as the answer page."""

from config.settings import *  # noqa: F403
from config.settings import TEMPLATES

ROOT_URLCONF = "bench.orm_answer"
TEMPLATES[0]["OPTIONS"]["context_processors"] = []  # type: ignore[index]  # a dict, as settings lay it out
