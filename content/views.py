from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from content import bringing
from content.forms import DocumentForm
from content.models import ChapterPage
from kit.errors import Refusal
from kit.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, chapter_id: int) -> HttpResponse:
    """A file is chosen, what it would become is shown, and only then is it written."""
    chapter = get_object_or_404(ChapterPage, pk=chapter_id)
    bringing.check_may_bring(chapter, request.user)
    token, level = request.POST.get("token") or request.GET.get("tep", ""), _level(request)
    if request.method == "POST" and request.POST.get("token"):
        return _write(request, chapter, token, level or 0)
    if request.method == "POST":
        return _take_in(request, chapter)
    context = {"chapter": chapter, "token": token, "form": DocumentForm()}
    if token:
        context["foreseen"] = bringing.foresee(token, level, by=request.user)
    return render(request, "content/bring.html", context)


def _level(request: HttpRequest) -> int | None:
    said = request.POST.get("cap") or request.GET.get("cap", "")
    return int(said) if said in {"0", "1", "2", "3", "4", "5", "6"} else None


def _take_in(request: HttpRequest, chapter: ChapterPage) -> HttpResponse:
    form, refusal = DocumentForm(request.POST, request.FILES), None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            token = bringing.take_in(file.name, file.read(), by=request.user)
        except Refusal as problem:
            refusal = problem
        else:
            return redirect(f"{reverse('content:bring', args=[chapter.pk])}?tep={token}")
    context = {"chapter": chapter, "form": form, "refusal": refusal}
    return render(request, "content/bring.html", context, status=422)


def _write(request: HttpRequest, chapter: ChapterPage, token: str, level: int) -> HttpResponse:
    made = bringing.bring(chapter, token, level, by=request.user)
    words = ngettext(
        "%(count)d lesson is now a draft of this chapter.",
        "%(count)d lessons are now drafts of this chapter.",
        len(made),
    )
    messages.success(request, words % {"count": len(made)})
    return redirect("wagtailadmin_explore", chapter.pk)
