"""Asking that one's record be put right, and answering."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres import requesting
from cadres.forms.records import AnswerForm, CorrectionForm
from cadres.models import Cadre
from cadres.stating import FIELDS, shown_value
from kit.downloads import file_response
from kit.errors import Refusal
from kit.http import HttpRequest
from kit.pages import page_of
from operations.models import Correction

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    cadre = get_object_or_404(Cadre, pk=request.access.cadre_id)
    form = CorrectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _asked(cadre, form):
        messages.success(request, _("Sent. You will be told when it is answered."))
        return redirect(requesting.ADDRESS)
    now_held = [(field.label, field.shown(cadre)) for field in FIELDS.values()]
    context = {"form": form, "now_held": now_held}
    status = 422 if form.errors else 200
    return render(request, "cadres/ask_correction.html", context, status=status)


def _asked(cadre: Cadre, form: CorrectionForm) -> bool:
    try:
        requesting.ask(cadre, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error("value", str(refusal.message))
        return False
    return True


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Those that wait come first."""
    asked = requesting.visible_to(request.access).order_by("answered_at", "-asked_at")
    waiting = asked.filter(state=Correction.State.WAITING)
    is_all = request.GET.get("xem") == "tat-ca"
    page = page_of(request, asked if is_all else waiting, PAGE)
    lines = [(row, FIELDS[row.field].label) for row in page]
    context = {"page": page, "lines": lines, "is_all": is_all}
    return render(request, "cadres/corrections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked = get_object_or_404(requesting.visible_to(request.access), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _answered(request, asked, form):
        return redirect("cadres:corrections")
    field = FIELDS[asked.field]
    waits = asked.state == Correction.State.WAITING
    context = {
        "asked": asked,
        "field": field.label,
        "held": field.shown(asked.person.cadre),
        "value": shown_value(asked.field, asked.value),
        "form": form if waits and requesting.may_answer(asked, request.access) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "cadres/correction.html", context, status=status)


def _answered(request: HttpRequest, asked: Correction, form: AnswerForm) -> bool:
    """The button says which; a refusal is shown beside the words."""
    approves = request.POST.get("verdict") == "approve"
    try:
        requesting.answer(
            asked,
            approves=approves,
            by=request.user,
            access=request.access,
            words=form.cleaned_data["words"],
        )
    except Refusal as refusal:
        form.add_error("words", str(refusal.message))
        return False
    done = _("The record is put right.") if approves else _("The request is returned.")
    messages.success(request, f"{done} " + _("%(name)s is told.") % {"name": asked.person})
    return True


@require_safe
def evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked = get_object_or_404(requesting.visible_to(request.access), pk=pk)
    content = requesting.evidence_of(asked)
    return file_response(asked.evidence_name, content, requesting.content_type_of(content))
