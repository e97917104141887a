from django.apps import AppConfig


class DetractorsConfig(AppConfig):
    name = "detractors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from detractors import receivers  # noqa: F401  connects them
