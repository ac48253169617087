from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import concerning, opening  # noqa: F401 (tells the journal its units)
        from media import playing

        playing.finders.append(opening.find_run)
