from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import opening
        from media import playing

        playing.finders.append(opening.find_run)
