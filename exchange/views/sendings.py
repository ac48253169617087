"""What is sent until it is taken, as its pages show it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exchange.models import Sending
from kit.http import HttpRequest
from kit.pages import page_of

ON_A_PAGE = 50
_KINDS = {"waiting": "due", "delivered": "done", "failed": "late"}


def sendings(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    """For exchange/sendings.html: a page of them, of one state where one is asked for."""
    state = request.GET.get("trang-thai", "")
    if state in Sending.State.values:
        rows = rows.filter(state=state)
    page = page_of(request, rows, ON_A_PAGE)
    return {
        "page": page,
        "lines": [(row, _KINDS[row.state]) for row in page],
        "states": [("", _("All")), *Sending.State.choices],
        "state": state,
    }
