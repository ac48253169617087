"""People: the list, one record and its correction."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.securing import has_second_step
from cadres.admitting import find_open_slip
from cadres.choosing import is_overseer
from cadres.correcting import correct
from cadres.exporting import export_people
from cadres.forms.filters import PeopleFilter, refuse_wrong_day
from cadres.forms.records import RecordForm, RevealForm
from cadres.granting import grants_of
from cadres.grouping import groups_of
from cadres.identifying import mask
from cadres.lensing import Estimate, Lens, Told
from cadres.models import Cadre, Post, Role, RoleGrant, UnitVersion
from cadres.models.people import CadreQuerySet
from cadres.revealing import reveal_identity
from cadres.roster.looking import IMPORTERS
from cadres.scopes import Access
from cadres.searching import find_people, with_posts
from cadres.views.posts import CHANGERS
from kit.downloads import sheet_response
from kit.errors import Refusal
from kit.http import HttpRequest
from kit.pages import page_of

PAGE = 50


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    form = PeopleFilter(request.GET, access=request.access)
    lens, narrowing, absent = form.lens, form.narrowing(), form.absent_unit
    found = find_people(request.access, lens=lens, **narrowing)
    shown = found.none() if absent else found
    page = page_of(request, shown.values_list("pk", flat=True), PAGE)
    listed = with_posts(page.object_list, lens.day)
    context = {
        "form": form,
        "lens": lens,
        "absent": absent,
        "counterparts": lens.counterparts(absent) if absent else [],
        "estimate": _estimate(form, found),
        "told": {} if lens.is_present else _told(listed, lens),
        "open_ids": _open_ids(request, listed, lens),
        "page": page,
        "people": listed,
        "is_filtered": any(narrowing.values()) or not lens.is_present,
        "may_enter": request.access.has(*IMPORTERS),
        "may_answer": request.access.has(Role.MANAGER, Role.AUDITOR, Role.ADMIN),
        "may_admit": request.access.has(Role.MANAGER, Role.ADMIN),
        "may_see_groups": request.access.sees_everyone,
        "may_see_roles": request.access.has(Role.ADMIN, Role.AUDITOR),
    }
    return render(request, "cadres/people.html", context)


def _told(people: list[Cadre], lens: Lens) -> dict[int, Told]:
    return lens.told_by_main_post(people) if lens.is_restated else {}


def _estimate(form: PeopleFilter, found: CadreQuerySet) -> Estimate | None:
    unit, lens = form.asked_unit, form.lens
    if lens.is_present or (unit is None and lens.access.sees_everyone):
        return None
    return lens.estimate([unit.pk] if unit else lens.access.managed_unit_ids, found)


def _open_ids(request: HttpRequest, people: list[Cadre], lens: Lens) -> set[int]:
    """Of people of another day, those whose record one may open today."""
    ids = [cadre.pk for cadre in people]
    if lens.is_present:
        return set(ids)
    seen = Cadre.objects.visible_to(request.access).filter(pk__in=ids)
    return set(seen.values_list("pk", flat=True))


@require_safe
def people_export(request: HttpRequest) -> HttpResponse:
    form = PeopleFilter(request.GET, access=request.access)
    narrowing = form.narrowing()
    refuse_wrong_day(form)
    found = find_people(request.access, lens=form.lens, **narrowing)
    content = export_people(
        found.none() if form.absent_unit else found,
        lens=form.lens,
        confirmed=form.coverage.words,
        by=request.user,
    )
    return sheet_response(_("people"), content)


@require_safe
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    cadre = get_object_or_404(Cadre.objects.visible_to(request.access), public_id=public_id)
    named = UnitVersion.objects.filter(
        unit=OuterRef("unit"), valid_from__lte=OuterRef("valid_from")
    ).order_by("-valid_from")
    posts = (
        cadre.posts.select_related("position", "unit")
        .annotate(unit_name=Subquery(named.values("name")[:1]))
        .order_by("-valid_from", "-is_main", "pk")
    )
    day = request.access.day
    context = {
        "cadre": cadre,
        "identity": mask(cadre.identity_number),
        "posts": [(post, _time_of(post, day)) for post in posts],
        "may_see_learning": is_overseer(request.access),
        "may_reveal": bool(cadre.identity_number) and request.access.has(Role.MANAGER, Role.ADMIN),
        "may_change": _may_change(request, cadre),
        "groups": groups_of(cadre, day),
        "external_ids": cadre.external_ids.order_by("source"),
        "may_see_training": is_overseer(request.access),
        "roles": _roles_of(cadre, request.access),
        "may_admit": cadre.user_id is not None and request.access.has(Role.MANAGER, Role.ADMIN),
        "may_view": cadre.user_id is not None and request.access.has(Role.ADMIN),
        "slip": find_open_slip(cadre),
        "has_second_step": cadre.user is not None and has_second_step(cadre.user),
    }
    return render(request, "cadres/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks why, then shows the number, on this page only."""
    cadre = get_object_or_404(
        Cadre.objects.visible_to(request.access).select_related("user"), public_id=public_id
    )
    form = RevealForm(request.POST or None)
    number = ""
    if request.method == "POST" and form.is_valid():
        number = reveal_identity(cadre, by=request.user, **form.cleaned_data)
    context = {"cadre": cadre, "form": form, "number": number}
    status = 422 if form.errors else 200
    response = render(request, "cadres/identity.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _roles_of(cadre: Cadre, access: Access) -> list[tuple[RoleGrant, str]]:
    grants = grants_of(cadre.user_id, access) if cadre.user_id else []
    return [(held, held.state_on(access.day)) for held in grants]


def _time_of(post: Post, day: date) -> str:
    if post.valid_from > day:
        return "coming"
    return "past" if post.valid_to is not None and post.valid_to <= day else "now"


def _may_change(request: HttpRequest, cadre: Cadre) -> bool:
    acting = request.access.only(*CHANGERS)
    return bool(acting.grants) and Cadre.objects.managed_by(acting).filter(pk=cadre.pk).exists()


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    people = Cadre.objects.managed_by(request.access.only(*CHANGERS))
    cadre = get_object_or_404(people, public_id=public_id)
    form = RecordForm(request.POST or None, cadre=cadre, shown_identity=mask(cadre.identity_number))
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            correct(cadre, form.changes(), by=request.user, reason=reason)
            messages.success(request, _("The record is corrected; the reason is kept."))
            return redirect("cadres:person", cadre.public_id)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    return render(request, "cadres/person_edit.html", {"cadre": cadre, "form": form})
