"""What the API says, field by field. Days are ISO 8601; numbers are numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cadres.models import Cadre, Role, UnitVersion
from certificates.models import Certificate
from courses.citing import basis_of
from indicators.models import Indicator
from kit.dates import today
from media.models import LegalDocument

LEARNING_STATES = [
    ("done", _("Completed")),
    ("late", _("Late")),
    ("soon", _("Due soon")),
    ("learning", _("Begun")),
    ("new", _("Not begun")),
]
SCORE_STATES = [
    ("reached", _("Reached")),
    ("near", _("Nearly reached")),
    ("behind", _("Behind")),
    ("none", _("Watched only, or does not apply")),
]


class Problem(serializers.Serializer[Any]):
    """Why there is no answer, for a reader."""

    detail = serializers.CharField(help_text=_("What is wrong, in Vietnamese"))


# --- Courses ------------------------------------------------------------------------------------


class CourseSummary(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField(source="current.title")
    summary = serializers.CharField(source="current.summary")
    edition = serializers.IntegerField(source="current.number")
    hours = serializers.FloatField(source="current.hours", help_text=_("Hours (tiết)"))
    lesson_count = serializers.IntegerField(source="current.lesson_count")
    published_at = serializers.DateTimeField(source="current.published_at")
    address = serializers.SerializerMethodField(help_text=_("The course's page"))

    def get_address(self, course: Any) -> str:
        return f"{settings.BASE_URL}{reverse('courses:course', args=[course.slug])}"


class OutlineLesson(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    minutes = serializers.IntegerField()


class OutlineChapter(serializers.Serializer[Any]):
    title = serializers.CharField()
    lessons = OutlineLesson(many=True)


class LegalBasis(serializers.Serializer[Any]):
    symbol = serializers.CharField(source="document.symbol", help_text=_("Number and symbol"))
    kind = serializers.ChoiceField(source="document.kind", choices=LegalDocument.Kind.choices)
    title = serializers.CharField(source="document.title")
    issuer = serializers.CharField(source="document.issuer")
    article = serializers.CharField(help_text=_("Blank: the whole document"))
    lesson = serializers.CharField(
        source="lesson_code", allow_null=True, help_text=_("Null: the course itself")
    )
    state = serializers.ChoiceField(
        choices=LegalDocument.State.choices, help_text=_("As on the day of the answer")
    )
    in_force_from = serializers.DateField(source="document.in_force_from", allow_null=True)
    in_force_to = serializers.DateField(
        source="document.in_force_to",
        allow_null=True,
        help_text=_("The first day on which it is in force no longer"),
    )
    replaced_by = serializers.CharField(source="document.replaced_by.symbol", allow_null=True)
    amended_by = serializers.CharField(source="document.amended_by.symbol", allow_null=True)


class CourseDetail(CourseSummary):
    audience = serializers.CharField(source="current.audience")
    outcomes = serializers.ListField(child=serializers.CharField(), source="current.outcomes")
    minutes = serializers.IntegerField(
        source="current.minutes", help_text=_("Time to read all lessons")
    )
    outline = OutlineChapter(many=True, source="current.outline")
    legal_basis = serializers.SerializerMethodField()

    @extend_schema_field(LegalBasis(many=True))
    def get_legal_basis(self, course: Any) -> Any:
        return LegalBasis(basis_of(course.current, today()), many=True).data


# --- Oneself ------------------------------------------------------------------------------------


class HeldRole(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)
    unit = serializers.UUIDField(
        allow_null=True, help_text=_("Held on this unit; null: everywhere")
    )


class Person(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField(help_text=_("Cadre code"))
    full_name = serializers.CharField()
    born_year = serializers.IntegerField(
        source="born_on.year", help_text=_("Tells people of one name apart")
    )
    kind = serializers.ChoiceField(choices=Cadre.Kind.choices)
    position = serializers.CharField(source="position_name", allow_null=True)
    unit = serializers.UUIDField(source="unit_public_id", allow_null=True)
    unit_name = serializers.CharField(allow_null=True)


class Me(serializers.Serializer[Any]):
    username = serializers.CharField()
    full_name = serializers.CharField()
    cadre = Person(allow_null=True)
    roles = HeldRole(many=True)


class LearntCourse(serializers.Serializer[Any]):
    course = serializers.CharField(source="course.code")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=LEARNING_STATES)
    due_on = serializers.DateField(allow_null=True)
    lessons_done = serializers.SerializerMethodField()
    lesson_count = serializers.SerializerMethodField()
    best_grade = serializers.SerializerMethodField(help_text=_("Of ten"))
    last_active_at = serializers.DateTimeField(allow_null=True)
    completed_on = serializers.SerializerMethodField()
    hours_credited = serializers.SerializerMethodField(help_text=_("Hours (tiết)"))

    def get_lessons_done(self, standing: Any) -> int:
        return standing.progress.lessons_done if standing.progress else 0

    def get_lesson_count(self, standing: Any) -> int:
        edition = standing.enrolment.edition if standing.enrolment else standing.course.current
        return int(edition.lesson_count)

    def get_best_grade(self, standing: Any) -> float | None:
        grade = standing.progress.best_grade if standing.progress else None
        return None if grade is None else float(grade)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_completed_on(self, standing: Any) -> str | None:
        return standing.completion.completed_on.isoformat() if standing.completion else None

    def get_hours_credited(self, standing: Any) -> float:
        return float(standing.completion.hours) if standing.completion else 0.0


class Learning(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    hours = serializers.FloatField(help_text=_("Hours (tiết) credited this year"))
    hours_due = serializers.FloatField(allow_null=True, help_text=_("Hours (tiết) of the rule"))
    courses = LearntCourse(many=True)


# --- Certificates -------------------------------------------------------------------------------


class PublicCertificate(serializers.Serializer[Any]):
    """The six facts of the public page, and nothing more."""

    number = serializers.CharField()
    name = serializers.CharField()
    course = serializers.CharField()
    issued_on = serializers.DateField()
    issuer = serializers.CharField()
    state = serializers.ChoiceField(choices=Certificate.State.choices)
    revoked_on = serializers.DateField(allow_null=True)


class OwnCertificate(serializers.Serializer[Any]):
    code = serializers.CharField()
    number = serializers.CharField()
    course = serializers.CharField(source="printed.course")
    issued_on = serializers.DateField()
    issuer = serializers.CharField(source="printed.issuer_name")
    state = serializers.ChoiceField(choices=Certificate.State.choices)
    verify = serializers.CharField(source="printed.address", help_text=_("The public page"))
    file = serializers.SerializerMethodField(help_text=_("The PDF as it was issued"))
    sha256 = serializers.CharField(source="file_hash", help_text=_("Fingerprint of the file"))

    def get_file(self, certificate: Certificate) -> str:
        return f"{settings.BASE_URL}{reverse('certificates:file', args=[certificate.code])}"


# --- Units --------------------------------------------------------------------------------------


class UnitOnDay(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=UnitVersion.Kind.choices)
    code = serializers.CharField(allow_blank=True)
    parent = serializers.UUIDField(source="parent_public_id", allow_null=True)  # type: ignore[assignment]


# --- Indicators ---------------------------------------------------------------------------------


class Scored(serializers.Serializer[Any]):
    code = serializers.CharField(source="indicator.code")
    name = serializers.CharField(source="indicator.name")
    unit_of_measure = serializers.ChoiceField(
        choices=Indicator.Unit.choices, source="indicator.unit_of_measure"
    )
    numerator = serializers.SerializerMethodField(
        help_text=_("A whole number; with a fraction where it is an estimate")
    )
    denominator = serializers.SerializerMethodField()
    value = serializers.FloatField(allow_null=True, help_text=_("Null where it does not apply"))
    is_estimate = serializers.BooleanField(
        help_text=_("Part of it is told by the shares of a divided unit")
    )
    target = serializers.FloatField(allow_null=True)
    state = serializers.ChoiceField(choices=SCORE_STATES)

    def get_numerator(self, score: Any) -> float:
        return _plain(score.numerator)

    def get_denominator(self, score: Any) -> float:
        return _plain(score.denominator)


def _plain(number: int | Fraction) -> float:
    """A whole number stays one."""
    return number if isinstance(number, int) else float(number)


class ReportedByHand(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class ScoredGroup(serializers.Serializer[Any]):
    number = serializers.IntegerField(source="group.number")
    name = serializers.CharField(source="group.name")
    indicators = Scored(many=True, source="scores")
    by_hand = ReportedByHand(many=True, help_text=_("Reported by hand; no figures yet"))


class PlanFigures(serializers.Serializer[Any]):
    plan = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan.name")
    year = serializers.IntegerField()
    unit = serializers.UUIDField(source="unit.public_id")
    unit_name = serializers.CharField(source="unit.name")
    measured_on = serializers.DateField(source="plan.measured_on", allow_null=True)
    people_confirmed_on = serializers.DateField(
        source="coverage.confirmed_on",
        allow_null=True,
        help_text=_("When all the people counted were last confirmed; null while some never were"),
    )
    open_differences = serializers.IntegerField(
        source="coverage.open", help_text=_("Records of these people with something to set right")
    )
    on = serializers.DateField(source="lens.day", help_text=_("The day the figures speak of"))
    is_restated = serializers.BooleanField(
        source="lens.is_restated", help_text=_("Told by the units of today")
    )
    groups = ScoredGroup(many=True)
