"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from kit.http import HttpRequest

_Row = TypeVar("_Row")


def page_of(
    request: HttpRequest, rows: QuerySet[Any, _Row] | Paginator[_Row], size: int
) -> Page[_Row]:
    """The page that is asked for; how many rows there are is noted on the request."""
    paginator = rows if isinstance(rows, Paginator) else Paginator(rows, size)
    request.shown = paginator.count
    return paginator.get_page(request.GET.get("page"))
