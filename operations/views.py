"""Long work as it goes on, and one's notices."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kit.http import HttpRequest
from operations.models import Job, Notice
from operations.notifying import mark_read

ON_A_PAGE = 50
# What htmx takes as "stop asking".
STOP = 286


@require_GET
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    row = get_object_or_404(Job.objects.visible_to(request.access), pk=job)
    return render(request, "operations/job.html", {"job": row})


@require_GET
def job_progress(request: HttpRequest, job: UUID) -> HttpResponse:
    """What the job page asks for every second; a plain visit gets the whole page."""
    if not request.htmx:
        return redirect("operations:job", job)
    row = get_object_or_404(Job.objects.visible_to(request.access), pk=job)
    status = STOP if row.is_over else 200
    return render(request, "operations/job.html#progress", {"job": row}, status=status)


@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        mark_read(request.user)
        return redirect("operations:notices")
    rows = Notice.objects.filter(recipient=request.access.user_id)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    jobs = Job.objects.filter(owner=request.access.user_id).exclude(
        state__in=[Job.State.DONE, Job.State.FAILED]
    )
    return render(request, "operations/notices.html", {"page": page, "jobs": jobs[:10]})
