"""“Quá trình bồi dưỡng”: who completed what, as a list and as a sheet for the personnel office."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadres.choosing import units_for
from certificates.forms import TrainingFilter
from certificates.recounting import Wanted, export_rows, find_rows, row_of
from kit.downloads import sheet_response
from kit.http import HttpRequest

ON_A_PAGE = 50


@require_safe
def training(request: HttpRequest) -> HttpResponse:
    form = TrainingFilter(request.GET, units=units_for(request.access))
    wanted = form.wanted()
    found = find_rows(request.access, wanted)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_filtered": wanted != Wanted(),
        "page": page,
        "rows": [row_of(completion) for completion in page],
    }
    return render(request, "certificates/training.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    wanted = TrainingFilter(request.GET, units=units_for(request.access)).wanted()
    sheet = export_rows(find_rows(request.access, wanted), by=request.user)
    return sheet_response("qua-trinh-boi-duong.xlsx", sheet)
