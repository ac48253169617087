"""Interactive content for those who write courses: uploading it, looking at it, saving it anew."""

from __future__ import annotations

from typing import IO, Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.errors import Refusal
from kit.http import HttpRequest
from kit.pages import page_of
from kit.text import slug
from media import beginning, editing, exporting, listing, opening, taking_in
from media.forming import whole
from media.forms import PackageForm
from media.models import Interactive, InteractiveRevision
from media.putting_in import Brought
from media.taking_in import Taken

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def contents(request: HttpRequest) -> HttpResponse:
    form = PackageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        taken = _taken(request, form, None)
        if taken:
            return redirect("media:content", taken.revision.content.public_id)
    page = page_of(request, listing.listed(), PAGE)
    context = {"form": form, "page": page, "shown": listing.shown(page)}
    status = 422 if form.errors else 200
    return render(request, "media/contents.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The templates; choosing one opens the form of a content made from it."""
    if request.method == "POST":
        made = beginning.begin(request.POST.get("template", ""), by=request.user)
        return redirect("media:edit", made.public_id)
    return render(request, "media/new.html", {"templates": beginning.offered()})


@require_http_methods(["GET", "HEAD", "POST"])
def content(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(listing.listed(), public_id=public_id)
    form = PackageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _taken(request, form, row):
        return redirect("media:content", public_id)
    (here,) = listing.shown([row])
    sink = reverse("media:tried", args=[public_id])
    person = str(request.user.pk)
    context = {
        "form": form,
        "here": here,
        "player": (
            opening.preview_of(here.revision, person, get_language() or "vi", sink)
            if here.is_ready
            else None
        ),
        "revisions": row.revisions.select_related("made_by", "source"),
        "lessons": listing.lessons_using(row),
        "refused": listing.refused_of(here.revision),
    }
    status = 422 if form.errors else 200
    return render(request, "media/content.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Buttons of the form change it and show it again; only "save" keeps anything."""
    row = get_object_or_404(listing.listed(), public_id=public_id)
    (here,) = listing.shown([row])
    language = get_language() or "vi"
    form = editing.form_of(here.revision, language)
    title, params = here.revision.title, here.revision.filtered
    brought = Brought(request.FILES)
    problem: Refusal | None = None
    if request.method == "POST":
        title, params = request.POST.get("title", ""), form.read(request.POST, brought)
        told = request.POST.get("do", "")
        if told == "save":
            try:
                return _save(request, row, title, params, brought)
            except Refusal as refusal:
                problem = refusal
        if not brought.problems:  # their fields keep their places while they are told
            params = form.act(params, told)
    sink = reverse("media:tried", args=[public_id])
    filtered = editing.filtered_by(here.revision, params)
    context = {
        "here": here,
        "title": title,
        "based_on": request.POST.get("based_on", here.revision.number),
        "entries": form.entries(params, brought.problems),
        "problem": problem,
        "player": opening.draft_of(
            here.revision, title, filtered, str(request.user.pk), language, sink
        ),
    }
    status = problem.status if problem else 422 if brought.problems else 200
    return render(request, "media/edit.html", context, status=status)


def _save(
    request: HttpRequest, row: Interactive, title: str, params: Any, brought: Brought
) -> HttpResponse:
    if brought.problems:
        raise Refusal(" ".join(brought.problems.values()), status=422)
    based_on = whole(request.POST.get("based_on"), 10**9)
    revision = editing.edit(row, title=title, params=params, based_on=based_on, by=request.user)
    if revision.number == based_on:
        messages.info(request, _("This is what the content says already; nothing was changed."))
    else:
        messages.success(request, _("Kept as revision %(number)d.") % {"number": revision.number})
    return redirect("media:content", row.public_id)


@require_POST
def copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(listing.listed(), public_id=public_id)
    (here,) = listing.shown([row])
    title = _("%(title)s (copy)") % {"title": row.title}
    made = editing.copy(here.revision, title=title[: editing.TITLE], by=request.user)
    return redirect("media:edit", made.public_id)


@require_safe
def package(request: HttpRequest, public_id: UUID, number: int) -> FileResponse:
    """A revision to take elsewhere, or to keep."""
    rows = InteractiveRevision.objects.filter(content__public_id=public_id)
    revision = get_object_or_404(rows, number=number)
    name = f"{slug(revision.title) or 'noi-dung'}-{number}.h5p"
    file = exporting.export(revision)
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def tried(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What an author's preview posts; it counts for nothing."""
    get_object_or_404(Interactive, public_id=public_id)
    return JsonResponse({"kept": False})


def _taken(request: HttpRequest, form: PackageForm, row: Interactive | None) -> Taken | None:
    file = cast("IO[bytes]", form.cleaned_data["file"])
    try:
        if row is None:
            taken = taking_in.take_in(file, by=request.user)
        else:
            taken = taking_in.revise(row, file, by=request.user)
    except Refusal as refusal:
        form.add_error("file", [str(words) for words in (refusal.message, *refusal.gaps)])
        return None
    _tell(request, taken)
    return taken


def _tell(request: HttpRequest, taken: Taken) -> None:
    if not taken.is_new:
        messages.info(request, _("This is what the content says already; nothing was changed."))
        return
    messages.success(request, _("Kept as revision %(number)d.") % {"number": taken.revision.number})
    if taken.proposed:
        words = ngettext(
            "%(number)d library of it waits for an administrator's approval.",
            "%(number)d libraries of it wait for an administrator's approval.",
            len(taken.proposed),
        )
        messages.info(request, words % {"number": len(taken.proposed)})
    for version in taken.differing:
        words = _("The package's %(library)s has other files than the approved one, which is used.")
        messages.warning(request, words % {"library": version})
    for version in taken.refused:
        words = _("%(library)s has been refused: %(reason)s")
        messages.warning(request, words % {"library": version, "reason": version.reason})
    if taken.dropped:
        words = ngettext(
            "%(number)d part of the content was unknown to its libraries and is not played.",
            "%(number)d parts of the content were unknown to their libraries and are not played.",
            taken.dropped,
        )
        messages.warning(request, words % {"number": taken.dropped})
