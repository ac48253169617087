"""A learner's certificate, and the file of a certificate for those who may have it."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from certificates import rendering
from certificates.models import Certificate
from certificates.verifying import stored_file
from courses.models import Completion
from kit.dates import now
from kit.http import HttpRequest
from kit.printing import qr_address
from kit.text import slug
from media.citing import cited

# How long one waits before the page says that it takes longer than usual.
USUAL = timedelta(minutes=10)
LOOK_AGAIN_SECONDS = 5


@require_safe
def mine(request: HttpRequest, completion_id: int) -> HttpResponse:
    """The certificate of one's own completion, or that it is being issued.

    Whoever may see another's certificate is led to its file.
    """
    completions = Completion.objects.filter(cadre__user=request.user.pk)
    completion = completions.select_related("edition").filter(pk=completion_id).first()
    if completion is None:
        seen = Certificate.objects.visible_to(request.access)
        code = get_object_or_404(seen, completion=completion_id).code
        return redirect(f"{reverse('certificates:file', args=[code])}?xem=1")
    certificate = Certificate.objects.with_revocation().filter(completion=completion).first()
    is_awaited = certificate is None and now() - completion.completed_at < USUAL
    context = {
        "completion": completion,
        "certificate": certificate,
        "is_awaited": is_awaited,
        "qr": qr_address(certificate.printed["address"]) if certificate else "",
        "cites": cited(completion.edition.own_cites(), request.access.day),
    }
    response = render(request, "certificates/mine.html", context)
    if is_awaited:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@require_safe
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The stored PDF, byte for byte."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.access), code=code)
    etag = quote_etag(certificate.file_hash)
    if unchanged := _unchanged(request, etag):
        return unchanged
    response = HttpResponse(stored_file(certificate), content_type="application/pdf")
    return _named(response, certificate, "pdf", etag, is_download="xem" not in request.GET)


@require_safe
def picture(request: HttpRequest, code: str) -> HttpResponse:
    """The page as a picture, drawn from the printed values: to look at and to send."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.access), code=code)
    etag = quote_etag(f"{certificate.file_hash}-{rendering.layout_hash()}")
    if unchanged := _unchanged(request, etag):
        return unchanged
    response = HttpResponse(rendering.picture(certificate.printed), content_type="image/png")
    return _named(response, certificate, "png", etag, is_download="tai" in request.GET)


def _unchanged(request: HttpRequest, etag: str) -> HttpResponseNotModified | None:
    response = get_conditional_response(request, etag=etag)
    return response if isinstance(response, HttpResponseNotModified) else None


def _named(
    response: HttpResponse, certificate: Certificate, kind: str, etag: str, *, is_download: bool
) -> HttpResponse:
    """Asked for again at each use, since a right can end; sent again only when it changed."""
    name = slug(f"giay chung nhan {certificate.number}")
    disposition = content_disposition_header(is_download, f"{name}.{kind}")
    response["Content-Disposition"] = disposition or ""
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return response
