from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from media import opening, playing

        playing.finders.append(opening.find_preview)
