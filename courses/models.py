"""Courses, the editions learners read, enrolments, obligations, and the facts of learning."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import PaperVersion, QuestionVersion, Run, Sitting
from cadres.models import Ancestry, Cadre, Post, Role, TargetGroup, Unit
from cadres.models.units import valid_on
from content.models import CoursePage
from kit.dates import now
from media.citing import with_documents
from media.models import Citation

if TYPE_CHECKING:
    from datetime import date

    from django.db.models.fields.related_descriptors import RelatedManager

    from cadres.scopes import Access


class CourseQuerySet(models.QuerySet["Course"]):
    def on_offer(self) -> Self:
        """Courses with an edition, newest edition fetched along."""
        return self.filter(current__isnull=False).select_related("current")


class Course(models.Model):
    """A course's identity; what is taught is in its editions."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    slug = models.SlugField(unique=True)
    page = models.OneToOneField(CoursePage, models.PROTECT, related_name="+")
    current = models.ForeignKey("courses.Edition", models.PROTECT, null=True, related_name="+")
    editions: RelatedManager[Edition]

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return self.code


class Edition(models.Model):
    """A course as published once and for all.

    `outline` is `[{"title", "lessons": [{"id", "code", "slug", "title", "minutes"}]}]`.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    audience = models.TextField()
    outcomes = models.JSONField()
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    picture = models.JSONField(default=dict)
    issuing_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    paper_version = models.ForeignKey(PaperVersion, models.PROTECT, related_name="+")
    outline = models.JSONField()
    lesson_count = models.PositiveSmallIntegerField()
    folded = models.TextField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=now)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lessons: RelatedManager[EditionLesson]
    cites: RelatedManager[EditionCitation]

    class Meta:
        ordering = ["course_id", "-number"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="courses_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def listed_lessons(self) -> list[dict[str, Any]]:
        """The lessons of the outline in their order."""
        return [lesson for chapter in self.outline for lesson in chapter["lessons"]]

    @property
    def minutes(self) -> int:
        return sum(lesson["minutes"] for lesson in self.listed_lessons)

    def own_cites(self) -> models.QuerySet[EditionCitation]:
        """What the course itself rests on, with the documents."""
        return with_documents(self.cites.filter(lesson=None))


class EditionLesson(models.Model):
    """A lesson as published: rendered once.

    `segments` is a list of `{"html": str}`, `{"question": id, "kind", "stem", "choices",
    "feedback"}` and `{"interactive": revision id, "place", "title", "required", "rule", "least",
    "minutes"}`; `key` is the lesson's identity across editions.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="lessons")
    key = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=120)
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField()
    segments = models.JSONField()
    cites: RelatedManager[EditionCitation]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="courses_lesson_position_once"
            ),
            models.UniqueConstraint(fields=["edition", "slug"], name="courses_lesson_slug_once"),
            models.UniqueConstraint(fields=["edition", "key"], name="courses_lesson_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class EditionCitation(Citation):
    """What a lesson rests on, as published; without a lesson, what the course itself does.

    It points at the document, whose state is that of the day it is read on.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="cites")
    lesson = models.ForeignKey(EditionLesson, models.PROTECT, null=True, related_name="cites")

    class Meta(Citation.Meta):
        verbose_name = _("legal basis of an edition")
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "document", "article"],
                condition=Q(lesson__isnull=False),
                name="courses_lesson_cites_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "document", "article"],
                condition=Q(lesson=None),
                name="courses_edition_cites_once",
            ),
        ]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def of_user(self, user_id: int) -> Self:
        return self.filter(cadre__user=user_id)

    def with_next_lesson(self) -> Self:
        """Annotates `next_lesson_id`: where the learner was, else the first lesson not done."""
        done = LessonDone.objects.filter(enrolment=OuterRef(OuterRef("pk")), lesson=OuterRef("pk"))
        left = EditionLesson.objects.filter(~Exists(done), edition=OuterRef("edition"))
        last_done = LessonDone.objects.filter(
            enrolment=OuterRef("enrolment"), lesson=OuterRef("last_lesson")
        )
        here = Progress.objects.filter(~Exists(last_done), enrolment=OuterRef("pk"))
        next_lesson = Coalesce(
            Subquery(here.values("last_lesson")[:1]),
            Subquery(left.order_by("position").values("pk")[:1]),
            output_field=models.BigIntegerField(),
        )
        return self.annotate(next_lesson_id=next_lesson)


class Enrolment(models.Model):
    """A cadre learns a course, in the edition that was current when it began."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sitting = models.OneToOneField(Sitting, models.PROTECT, null=True, related_name="+")
    enrolled_at = models.DateTimeField(default=now)
    enrolled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    progress: Progress
    completion: Completion

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["cadre", "course"], name="courses_enrolment_once")
        ]

    def __str__(self) -> str:
        return f"{self.cadre_id} {self.course_id}"


class LessonVisit(models.Model):
    """A lesson was opened."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="visits")
    lesson = models.ForeignKey(EditionLesson, models.PROTECT, related_name="+")
    visited_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_id}"


class LessonDone(models.Model):
    """The learner says: "đã học xong"."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="lessons_done")
    lesson = models.ForeignKey(EditionLesson, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="courses_done_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_id}"


class PracticeAnswer(models.Model):
    """An answer to a practice question inside a lesson; it teaches and never counts."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="practice_answers")
    lesson = models.ForeignKey(EditionLesson, models.PROTECT, related_name="+")
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    response = models.JSONField()
    fraction = models.DecimalField(max_digits=8, decimal_places=7)
    answered_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.question_version_id}"


class LessonRunQuerySet(models.QuerySet["LessonRun"]):
    def visible_to(self, access: Access) -> Self:
        """Runs of those whose record `access` may read; a trainer's learners too."""
        cadres = Cadre.objects.visible_to(access).values("pk")
        if not access.has(Role.TRAINER):
            return self.filter(enrolment__cadre__in=cadres)
        if len(access.units_of(Role.TRAINER)) < sum(r == Role.TRAINER for r, _u in access.grants):
            return self  # a trainer of the whole province
        taught = Post.objects.within(access.units_of(Role.TRAINER), access.day).values("cadre")
        return self.filter(Q(enrolment__cadre__in=cadres) | Q(enrolment__cadre__in=taught))


class LessonRun(models.Model):
    """A run of interactive content inside a lesson: which enrolment it belongs to, and where.

    `place` is the id of the block in the lesson; what the run is worth, `assessments` says.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="runs")
    lesson = models.ForeignKey(EditionLesson, models.PROTECT, related_name="+")
    place = models.UUIDField()
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")

    objects = LessonRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["lesson", "place"], name="courses_run_place")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.run_id}"


class Progress(models.Model):
    """Computed from the facts of an enrolment; `recompute` rebuilds it."""

    enrolment = models.OneToOneField(
        Enrolment, models.CASCADE, primary_key=True, related_name="progress"
    )
    lessons_done = models.PositiveSmallIntegerField(default=0)
    last_lesson = models.ForeignKey(EditionLesson, models.PROTECT, null=True, related_name="+")
    last_active_at = models.DateTimeField(default=now)
    tries_used = models.PositiveSmallIntegerField(default=0)
    best_grade = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    passed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.lessons_done}"


class Completion(models.Model):
    """A course was completed: every lesson done and the final paper passed.

    `evidence` is `{"lessons", "attempt", "grade", "rule"}`; `hours` are tiết of the edition,
    credited once a course, a person and a year.
    """

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="completion")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField()
    completed_on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    grade = models.DecimalField(max_digits=4, decimal_places=2)
    evidence = models.JSONField()

    class Meta:
        verbose_name = _("completion")
        indexes = [
            models.Index(fields=["course", "completed_on"], name="courses_completion_course"),
            models.Index(fields=["cadre", "completed_on"], name="courses_completion_cadre"),
        ]

    def __str__(self) -> str:
        return f"{self.cadre_id} {self.course_id}"

    @property
    def certificate_path(self) -> str:
        """Where the learner sees the certificate; the floor above answers there."""
        return f"/hoc/giay-chung-nhan/{self.pk}/"


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def running_on(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, due_on__gte=day)

    def applying_to(self, cadre: Cadre, day: date) -> Self:
        """Those that a post of the cadre falls under on the day: by its unit and by its group."""
        above = Ancestry.objects.filter(
            valid_on(day), unit=OuterRef("unit"), ancestor=OuterRef(OuterRef("unit"))
        )
        posts = Post.objects.held_on(day).filter(Exists(above), cadre=cadre)
        in_group = posts.in_group(OuterRef(OuterRef("group")), day)
        return self.filter(Q(group=None) & Exists(posts) | Exists(in_group))


class Requirement(models.Model):
    """A course is required of a target group (None: everyone) in a unit's subtree by a day."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="requirements")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    group = models.ForeignKey(TargetGroup, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    due_on = models.DateField()
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = RequirementQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("requirement")
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")), name="courses_requirement_dates"
            )
        ]

    def __str__(self) -> str:
        return f"{self.course}: {self.due_on:%d/%m/%Y}"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, access: Access) -> Self:
        return self.filter(cadre__in=Cadre.objects.visible_to(access).values("pk"))

    def standing(self) -> Self:
        """Not waived."""
        return self.filter(waived_at=None)

    def untouched(self) -> Self:
        """Neither waived nor begun on: they merely follow from posts."""
        begun = Enrolment.objects.filter(
            cadre=OuterRef("cadre"),
            course=OuterRef("course"),
            enrolled_at__gte=OuterRef("created_at"),
        )
        return self.standing().filter(~Exists(begun))

    def binding(self) -> Self:
        """Those that stand in the way of undoing what they point at."""
        return self.exclude(pk__in=self.untouched().values("pk"))

    def with_completion(self) -> Self:
        """Annotates `is_done`."""
        done = Completion.objects.filter(cadre=OuterRef("cadre"), course=OuterRef("course"))
        return self.annotate(is_done=Exists(done))


class Obligation(models.Model):
    """A cadre must complete a course by a day; waived only with a reason."""

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="obligations")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    due_on = models.DateField()
    created_at = models.DateTimeField(default=now)
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    waived_reason = models.TextField(blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "cadre"], name="courses_obligation_once"
            ),
            models.CheckConstraint(
                condition=Q(waived_at=None) | ~Q(waived_reason=""),
                name="courses_obligation_waived_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["cadre", "course"], name="courses_obligation_cadre"),
            models.Index(fields=["due_on"], name="courses_obligation_due"),
        ]

    def __str__(self) -> str:
        return f"{self.cadre}: {self.course}"


class HourRule(models.Model):
    """Hours (tiết) a year required of a kind of cadre, from a day on, by a document."""

    kind = models.CharField(max_length=15, choices=Cadre.Kind.choices)
    hours = models.DecimalField(max_digits=5, decimal_places=1, default=Decimal(40))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="courses_hour_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.hours}"
