"""Acts of reorganisation: the list, one act, making one by form or by file, undoing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cadres.filing import start_reorganisation, take_in, template_sheet
from cadres.foreseeing import plan
from cadres.forms.roster import FileForm
from cadres.keeping import kept
from cadres.models import Reorganisation, Role, Unit
from cadres.previewing import preview
from cadres.proposing import FORMS, ActForm, CorrectionForm, UndoForm, unit_choices
from cadres.reorganising import acts_by, apply, obstacles, successions_of, undo
from cadres.respelling import correct_name
from cadres.transcribing import foresee_file
from kit.downloads import sheet_response
from kit.errors import Refusal
from kit.http import HttpRequest


@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    coming, past = acts_by(request.access.day)
    context = {
        "coming": coming,
        "past": past,
        "kinds": [(slug, form.kind.label) for slug, form in FORMS.items()],
        "may_act": request.access.has(Role.ADMIN),
    }
    return render(request, "cadres/acts.html", context)


def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act; posting its form undoes it."""
    shown = get_object_or_404(Reorganisation.objects.select_related("recorded_by"), pk=pk)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        title = str(shown)
        undo(shown, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Undone: %(act)s.") % {"act": title})
        return redirect("cadres:acts")
    may_act = request.access.has(Role.ADMIN)
    context = {
        "act": shown,
        "rows": successions_of(shown),
        "form": form,
        "may_act": may_act,
        "obstacles": list(obstacles(shown)) if may_act else [],
        "is_coming": shown.effective_on > request.access.day,
    }
    return render(request, "cadres/act.html", context, status=422 if form.errors else 200)


def act_new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form, then what it would change, then the act: one address, three steps."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, units=unit_choices(request.access.day))
    context: dict[str, object] = {"form": form, "label": form.kind.label}
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        try:
            if digest := request.POST.get("digest"):
                return _carry_out(request, form, digest)
            seen = preview(plan(form.act()))
            return render(request, "cadres/act_preview.html", context | {"preview": seen})
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    status = 422 if form.errors else 200
    return render(request, "cadres/act_new.html", context, status=status)


def _carry_out(request: HttpRequest, form: ActForm, digest: str) -> HttpResponse:
    done = apply(form.act(), by=request.user, seen=digest)
    messages.success(request, _("Done: %(act)s.") % {"act": done})
    return redirect("cadres:act", done.pk)


def act_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            token = take_in(file.name, file.read(), by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return redirect("cadres:act_file_preview", token)
    status = 422 if form.errors else 200
    return render(request, "cadres/act_file.html", {"form": form}, status=status)


@require_safe
def act_template(request: HttpRequest) -> HttpResponse:
    return sheet_response(_("reorganisation-template"), template_sheet(request.access.day))


def act_file_preview(request: HttpRequest, token: str) -> HttpResponse:
    file = kept(token, by=request.user)
    if request.method == "POST":
        title, digest = request.POST.get("title", ""), request.POST.get("digest", "")
        job = start_reorganisation(token, title[:200], digest, by=request.user)
        return redirect(reverse("operations:job", args=[job.pk]))
    context: dict[str, object] = {"name": file.name}
    try:
        transcript, foreseen = foresee_file(file.content)
    except Refusal as refusal:
        context |= {"refusal": refusal}
    else:
        context |= {"errors": transcript.errors[:100], "error_count": len(transcript.errors)}
        context |= {"preview": preview(foreseen) if foreseen else None}
    return render(request, "cadres/act_preview.html", context)


def correct(request: HttpRequest) -> HttpResponse:
    initial = {"unit": request.GET.get("don-vi", "")}
    units = unit_choices(request.access.day)
    form = CorrectionForm(request.POST or None, initial=initial, units=units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit = Unit.objects.get(pk=given["unit"])
        try:
            correct_name(unit, given["name"], by=request.user, reason=given["reason"])
        except Refusal as refusal:
            form.add_error("name", str(refusal.message))
        else:
            messages.success(request, _("The name is corrected; the journal keeps both."))
            return redirect("cadres:unit", unit.public_id)
    status = 422 if form.errors else 200
    return render(request, "cadres/correct.html", {"form": form}, status=status)
