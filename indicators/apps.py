from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"

    def ready(self) -> None:
        from indicators import concerning, receivers  # noqa: F401 (tells the journal its units)
