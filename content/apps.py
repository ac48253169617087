from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        from content import receivers

        # Sessions come last of the apps with models: by then every permission exists.
        post_migrate.connect(
            receivers.on_migrated,
            sender=apps.get_app_config("sessions"),
            dispatch_uid="content.prepare",
        )
