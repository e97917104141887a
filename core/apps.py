from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from core import acting

        connection_created.connect(acting.listen)
        autodiscover_modules("privacy")  # each app enters what it holds about a person, and how long
