"""Completed training, for the personnel systems that keep “quá trình bồi dưỡng”."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from certificates.recounting import Wanted, find_rows, row_of
from courses.models import Completion
from lms.api import records
from lms.api.access import SharedView
from lms.api.pages import Cursor, PagedSchema
from lms.api.reading import UNIT, day_of_request, not_found, unit_of_request
from lms.api.serializers import Problem

_SINCE = OpenApiParameter(
    "since", OpenApiTypes.DATE, description=gettext_lazy("Completed on this day or later")
)
_UNTIL = OpenApiParameter(
    "until", OpenApiTypes.DATE, description=gettext_lazy("Completed on this day or earlier")
)
_PERSON = OpenApiParameter("person", OpenApiTypes.UUID, description=gettext_lazy("Id of a person"))


class TrainingRecordList(SharedView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("Completed training of the people whose records I may read"),
        parameters=[UNIT, _PERSON, _SINCE, _UNTIL],
        responses={
            200: records.TrainingRecord(many=True), 400: records.Mistake, 401: Problem,
            404: Problem,
        },
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        unit = unit_of_request(request, self.access)
        wanted = Wanted(
            person=_person(request),
            unit_id=unit.pk if unit else None,
            since=day_of_request(request, "since"),
            until=day_of_request(request, "until"),
        )
        cursor = Cursor("-completed_on", "-pk")
        page: list[Completion] = cursor.paginate_queryset(  # type: ignore[assignment]
            find_rows(self.access, wanted), request, view=self
        )
        rows = [row_of(completion) for completion in page]
        return cursor.get_paginated_response(records.TrainingRecord(rows, many=True).data)


def _person(request: Request) -> UUID | None:
    text = request.query_params.get("person", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise not_found() from None
