from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        from exchange import concerning, receivers  # noqa: F401 (tells the journal its units)
