"""Finding courses by words, written with or without accents."""

from __future__ import annotations

from django.db.models import F, TextField, Value
from django.db.models.functions import Concat

from courses.models import Course
from kit.text import clean, fold


def find_courses(query: str) -> list[Course]:
    """Courses in whose edition every word begins some word; the likeliest first."""
    courses = Course.objects.on_offer().defer("current__outline", "current__outcomes")
    courses = courses.annotate(words=Concat(Value(" ", TextField()), F("current__folded")))
    for word in fold(query).split():
        courses = courses.filter(words__contains=f" {word}")
    return sorted(courses, key=lambda course: _distance(course, query))


def _distance(course: Course, query: str) -> int:
    """0: the title has the query as typed; 1: without accents; 2: found elsewhere."""
    title = course.current.title if course.current else ""
    if clean(query).casefold() in title.casefold():
        return 0
    return 1 if fold(query) in fold(title) else 2
