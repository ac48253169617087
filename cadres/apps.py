from django.apps import AppConfig


class CadresConfig(AppConfig):
    name = "cadres"

    def ready(self) -> None:
        from cadres import concerning  # noqa: F401 (tells the journal its units)
