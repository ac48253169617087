"""Lists that come in: upload, look, decide, write, undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cadres.choosing import units_for
from cadres.forms.roster import DifferencesFilter, RosterForm
from cadres.models import Role, RosterRun
from cadres.roster import deciding, looking, undoing, writing
from cadres.roster.deciding import find_differences
from cadres.roster.importing import errors_sheet
from cadres.roster.preparing import template_sheet
from cadres.roster.showing import bulk_of, lines_of, tabs_of, tally_of
from kit.dates import today
from kit.downloads import sheet_response
from kit.errors import Refusal
from kit.http import HttpRequest
from operations.working import is_silent, progress_of

PAGE, SHOWN_ERRORS = 50, 100
STOP = 286  # what htmx takes as "stop asking"


def import_start(request: HttpRequest) -> HttpResponse:
    units = units_for(request.access)
    form = RosterForm(
        request.POST or None, request.FILES or None, units=units, initial={"day": today()}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = looking.begin(
                file.name,
                file.read(),
                by=request.user,
                on=form.cleaned_data["day"],
                stop_share=form.cleaned_data["stop_share"],
                **form.coverage(),
            )
            looking.start_check(run, by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return redirect("cadres:roster_run", run.pk)
    status = 422 if form.errors else 200
    recent = RosterRun.objects.visible_to(request.access).select_related("started_by")[:5]
    context = {"form": form, "recent": recent}
    return render(request, "cadres/import_start.html", context, status=status)


@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    content = template_sheet(request.access.day, looking.units_open_to(request.access))
    return sheet_response(_("roster-template"), content)


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    found = RosterRun.objects.visible_to(request.access).select_related("started_by", "written_by")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "cadres/roster_runs.html", {"page": page})


def _get(request: HttpRequest, pk: UUID) -> RosterRun:
    found = RosterRun.objects.visible_to(request.access)
    with_people = found.select_related(
        "started_by", "written_by", "job", "change_set__undone_by", "overruled_by", "covers"
    )
    return get_object_or_404(with_people, pk=pk)


def _standing(row: RosterRun) -> dict[str, Any]:
    """Whether somebody is at work on it, and how far."""
    job = row.job
    is_busy = job is not None and not job.is_over
    return {
        "run": row,
        "job": job,
        "progress": progress_of(job) if job else None,
        "is_stuck": job is not None and is_silent(job),
        "is_busy": is_busy,
    }


@require_safe
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _get(request, pk)
    context = _standing(row) | {"is_admin": request.access.has(Role.ADMIN)}
    if row.state == RosterRun.State.CHECKING or context["is_busy"]:
        return render(request, "cadres/roster_run.html", context)
    form = DifferencesFilter(request.GET)
    narrowing = form.narrowing()
    found = find_differences(row, **narrowing).select_related("cadre")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context |= {
        "form": form,
        "is_filtered": bool(narrowing["decision"] or narrowing["text"]),
        "bulk": bulk_of(narrowing["kind"]),
        "page": page,
        "lines": lines_of(page.object_list, request.access, row.effective_on),
        "tabs": tabs_of(row, narrowing["kind"]),
        "tally": tally_of(row),
        "errors": row.errors[:SHOWN_ERRORS],
        "warnings": row.warnings[:SHOWN_ERRORS],
        "shown": SHOWN_ERRORS,
        "may_act": request.access.has(*looking.IMPORTERS),
    }
    return render(request, "cadres/roster_run.html", context)


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the page asks for every second; when the work is over it is loaded anew."""
    row = _get(request, pk)
    context = _standing(row)
    if not request.htmx:
        return redirect("cadres:roster_run", pk)
    if not context["is_busy"]:
        return HttpResponse(status=STOP, headers={"HX-Refresh": "true"})
    return render(request, "cadres/roster_run.html#progress", context)


@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One by one (`d-ID`), or the same for all that the filter shows (`all`)."""
    row = _get(request, pk)
    form = DifferencesFilter(request.POST)
    if "all" in request.POST:
        found = find_differences(row, **form.narrowing())
        deciding.decide_all(row, found, request.POST["all"], by=request.user)
    else:
        told = {
            int(name.removeprefix("d-")): str(value)
            for name, value in request.POST.items()
            if name.removeprefix("d-").isdecimal()
        }
        deciding.decide(row, told, by=request.user, access=request.access)
    if request.htmx:
        context = _standing(row) | {
            "tally": tally_of(row),
            "is_admin": request.access.has(Role.ADMIN),
            "may_act": True,
        }
        return render(request, "cadres/roster_run.html#tally", context)
    query = request.POST.get("back", "")
    return redirect(reverse("cadres:roster_run", args=[pk]) + (f"?{query}" if query else ""))


@require_POST
def check_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    looking.start_check(_get(request, pk), by=request.user)
    return redirect("cadres:roster_run", pk)


@require_POST
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    writing.start_write(
        _get(request, pk),
        by=request.user,
        access=request.access,
        skip_bad_rows="skip" in request.POST,
        reason=request.POST.get("reason", ""),
    )
    return redirect("cadres:roster_run", pk)


@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    undoing.drop(_get(request, pk))
    return redirect("cadres:import_start")


@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    undoing.undo(_get(request, pk), by=request.user, reason=request.POST.get("reason", ""))
    return redirect("cadres:roster_run", pk)


@require_safe
def errors(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _get(request, pk)
    if row.state == RosterRun.State.REFUSED:
        raise Refusal(_("This list could not be read, so no rows were checked."), status=404)
    return sheet_response(_("roster-errors"), errors_sheet([*row.errors, *row.warnings]))
