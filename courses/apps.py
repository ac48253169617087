from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        # Each registers something: what units rows concern, what is received, a kind of job.
        from courses import concerning, receivers, reminding  # noqa: F401
