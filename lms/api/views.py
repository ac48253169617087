"""The API for reading: the same rows and the same rights as the pages, as JSON."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from cadres.attesting import coverage_of
from cadres.choosing import is_overseer
from cadres.models import Cadre, Unit
from cadres.models.people import CadreQuerySet
from cadres.searching import find_people
from certificates.limiting import is_asking_too_often
from certificates.models import Certificate
from certificates.verifying import find_public_face
from courses.models import Course
from courses.reckoning import reckon
from indicators import reading
from kit.limiting import SECONDS
from lms.api import serializers
from lms.api.access import PublicView, SharedView, SignedInView
from lms.api.pages import PagedSchema, paged
from lms.api.reading import DAY, LENS, UNIT, chosen, lens_of_request, not_found, unit_of_request

_PROBLEM = serializers.Problem


# --- Courses, for anyone ------------------------------------------------------------------------


class CourseList(PublicView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("Courses on offer"),
        responses={200: serializers.CourseSummary(many=True)},
    )
    def get(self, request: Request) -> Response:
        courses = Course.objects.on_offer().defer("current__outline", "current__folded")
        return paged(self, courses, serializers.CourseSummary, "code")


class CoursePage(PublicView):
    @extend_schema(
        summary=gettext_lazy("One course with its outline"),
        responses={200: serializers.CourseDetail, 404: _PROBLEM},
    )
    def get(self, request: Request, code: str) -> Response:
        course = Course.objects.on_offer().filter(code=code).first()
        if course is None:
            raise not_found()
        return Response(serializers.CourseDetail(course).data)


# --- Oneself ------------------------------------------------------------------------------------


class Myself(SignedInView):
    @extend_schema(
        summary=gettext_lazy("Who I am: my cadre record and my roles"),
        responses={200: serializers.Me, 401: _PROBLEM},
    )
    def get(self, request: Request) -> Response:
        units = [unit for _role, unit in self.access.grants if unit is not None]
        ids = dict(Unit.objects.filter(pk__in=units).values_list("pk", "public_id"))
        assert isinstance(request.user, User)  # noqa: S101 (SignedInView sees to it)
        me = {
            "username": request.user.username,
            "full_name": request.user.full_name,
            "cadre": _with_unit(
                Cadre.objects.filter(pk=self.access.cadre_id).with_main_post(self.access.day)
            ).first(),
            "roles": [
                {"role": role, "unit": ids.get(unit) if unit else None}
                for role, unit in self.access.grants
            ],
        }
        return Response(serializers.Me(me).data)


class MyLearning(SignedInView):
    @extend_schema(
        summary=gettext_lazy("My courses: progress, due days, hours of this year"),
        responses={200: serializers.Learning, 401: _PROBLEM, 404: _PROBLEM},
    )
    def get(self, request: Request) -> Response:
        if self.access.cadre_id is None:
            raise NotFound(_("This account has no cadre record, so it has no learning."))
        reckoning = reckon(self.access.cadre_id, on=self.access.day)
        learning = {
            "year": reckoning.year,
            "hours": reckoning.hours,
            "hours_due": reckoning.hours_due,
            "courses": reckoning.standings,
        }
        return Response(serializers.Learning(learning).data)


class MyCertificates(SignedInView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("My certificates, newest first"),
        responses={200: serializers.OwnCertificate(many=True), 401: _PROBLEM},
    )
    def get(self, request: Request) -> Response:
        mine = Certificate.objects.filter(cadre__user=self.access.user_id)
        return paged(self, mine, serializers.OwnCertificate, "-issued_at", "-id")


# --- Certificates, for anyone -------------------------------------------------------------------


class CertificatePage(PublicView):
    @extend_schema(
        summary=gettext_lazy("Verify a certificate by its code"),
        responses={200: serializers.PublicCertificate, 404: _PROBLEM, 429: _PROBLEM},
    )
    def get(self, request: Request, code: str) -> Response:
        if is_asking_too_often(request._request):
            raise Throttled(SECONDS, _("Too many questions from this network. Wait a minute."))
        face = find_public_face(code)
        if face is None:
            raise NotFound(_("No certificate has this code. Compare it with the paper."))
        answer = Response(serializers.PublicCertificate(face).data)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer


# --- Units and people within one's scope --------------------------------------------------------


class UnitList(SharedView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("The units I oversee, as they were on a day"),
        parameters=[DAY],
        responses={200: serializers.UnitOnDay(many=True), 400: _PROBLEM, 401: _PROBLEM},
    )
    def get(self, request: Request) -> Response:
        lens = lens_of_request(request, self.access, self.access.day)
        day = lens.day
        units = Unit.objects.existing_on(day)
        if lens.is_present and not self.access.sees_everyone:
            units = units.within(self.access.managed_unit_ids, day)
        elif lens.overseen is not None:
            units = units.filter(pk__in=lens.overseen)
        parents = Unit.objects.filter(pk=OuterRef("parent_id")).values("public_id")
        rows = units.named_on(day).annotate(parent_public_id=Subquery(parents[:1]))
        return paged(self, rows, serializers.UnitOnDay, "name_key", "pk")


class PersonList(SharedView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("The people whose records I may read"),
        parameters=[UNIT, DAY, LENS],
        responses={
            200: serializers.Person(many=True), 400: _PROBLEM, 401: _PROBLEM, 404: _PROBLEM,
        },
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        lens = lens_of_request(request, self.access, self.access.day)
        unit = unit_of_request(request, self.access, lens)
        people = find_people(self.access, lens=lens, unit_id=unit.pk if unit else None)
        return paged(self, _with_unit(people), serializers.Person, "name_key", "pk")


def _with_unit(people: CadreQuerySet) -> CadreQuerySet:
    """For people `with_main_post`: annotates the unit's id for the outside."""
    units = Unit.objects.filter(pk=OuterRef("unit_id")).values("public_id")
    return people.annotate(unit_public_id=Subquery(units[:1]))


# --- Indicators within one's scope --------------------------------------------------------------


class PlanPage(SignedInView):
    @extend_schema(
        summary=gettext_lazy("The figures of a plan for a unit and a year"),
        parameters=[
            UNIT,
            OpenApiParameter(
                "year", int, description=gettext_lazy("A year of the plan; the last when left out")
            ),
            OpenApiParameter(
                "on",
                OpenApiTypes.DATE,
                description=gettext_lazy(
                    "A day of the plan, instead of a year; that of the kept figures when left out"
                ),
            ),
            LENS,
        ],
        responses={200: serializers.PlanFigures, 400: _PROBLEM, 401: _PROBLEM, 404: _PROBLEM},
    )
    def get(self, request: Request, plan: str) -> Response:
        found = reading.find_plan(self.access.day, plan) if is_overseer(self.access) else None
        years = reading.years_of(found) if found else []
        if found is None or not years:
            raise not_found()
        wanted = request.query_params
        year = _year(wanted.get("year", ""), years)
        lens = lens_of_request(request, self.access, reading.period_of(found, year).population_day)
        if wanted.get("on"):
            if not found.starts_on <= lens.day <= min(found.ends_on, self.access.day):
                raise not_found()
            year = lens.day.year
        units = lens.units()
        if not units:
            raise not_found()
        unit = chosen(units, wanted["unit"]) if wanted.get("unit") else units[0]
        groups = reading.scores_of(found, unit.pk, year, lens)
        figures: Any = SimpleNamespace(
            plan=found,
            year=year,
            unit=unit,
            groups=groups,
            lens=lens,
            coverage=coverage_of(lens.units_meant([unit.pk]), lens.day),
        )
        return Response(serializers.PlanFigures(figures).data)


def _year(text: str, years: list[int]) -> int:
    if not text:
        return years[-1]
    if not text.isdecimal() or int(text) not in years:
        raise not_found()
    return int(text)
