from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        from certificates import concerning, receivers  # noqa: F401 (tells the journal its units)
