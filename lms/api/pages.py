"""Long lists page by page, by a cursor: a page costs the same wherever it stands."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.openapi import AutoSchema
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from lms.api.access import PublicView


class Cursor(CursorPagination):
    page_size = 50
    page_size_query_param = "size"
    max_page_size = 200

    def __init__(self, *ordering: str) -> None:
        self.ordering = ordering or ("pk",)


def paged(
    view: PublicView, rows: QuerySet[Any], serializer: type[BaseSerializer[Any]], *ordering: str
) -> Response:
    cursor = Cursor(*ordering)
    page = cursor.paginate_queryset(rows, view.request, view=view)
    return cursor.get_paginated_response(serializer(page, many=True).data)


class PagedSchema(AutoSchema):
    """Describes a view whose `get` answers with pages of a list."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return True

    def _get_paginator(self) -> Cursor:
        return Cursor()
