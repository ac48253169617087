from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from media import opening, playing

        playing.finders += [opening.find_preview, opening.find_draft]
