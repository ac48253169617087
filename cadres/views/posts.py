"""A person's posts: giving one, moving it, ending it, making it the main one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadres import posting
from cadres.choosing import names_on, units_for
from cadres.forms.posts import AssignForm, EndForm, MainForm, MoveForm
from cadres.models import Cadre, Post, Role
from cadres.scopes import Access
from cadres.views.deciding import Decision, decide
from kit.dates import format_day
from kit.http import HttpRequest

CHANGERS = (Role.ADMIN, Role.MANAGER)


def _acting(request: HttpRequest) -> Access:
    return request.access.only(*CHANGERS)


def _person(request: HttpRequest, public_id: UUID) -> Cadre:
    people = Cadre.objects.managed_by(_acting(request))
    return get_object_or_404(people, public_id=public_id)


def _post(request: HttpRequest, public_id: UUID, pk: int) -> Post:
    posts = _person(request, public_id).posts.select_related("cadre", "unit", "position")
    return get_object_or_404(posts, pk=pk)


def _unit_name(unit_id: int, day: date) -> str:
    return names_on([unit_id], day).get(unit_id, "—")


def _answer(
    request: HttpRequest,
    cadre: Cadre,
    form: forms.Form,
    words: tuple[str, str],
    sentence: Callable[[], str],
    deed: Callable[[], object],
    on: Callable[[], date],
) -> HttpResponse:
    title, act = words
    decision = Decision(
        form=form,
        title=title,
        act=act,
        sentence=sentence,
        foresee=lambda: posting.preview(cadre, deed, on=on()),
        deed=deed,
        back=reverse("cadres:person", args=[cadre.public_id]),
    )
    return decide(request, "cadres/post.html", decision, {"cadre": cadre})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    cadre = _person(request, public_id)
    form = AssignForm(
        request.POST or None,
        units=units_for(_acting(request)),
        initial={"on": request.access.day},
    )

    def deed() -> object:
        given = form.cleaned_data
        return posting.assign(
            cadre,
            given["unit"],
            given["position"],
            since=given["on"],
            until=form.until,
            is_main=given["is_main"],
            document=given["document"],
            by=request.user,
        )

    def sentence() -> str:
        given = form.cleaned_data
        return _("%(name)s: %(position)s, %(unit)s, from %(day)s") % {
            "name": cadre.full_name,
            "position": given["position"],
            "unit": _unit_name(given["unit"].pk, given["on"]),
            "day": format_day(given["on"]),
        }

    words = (_("Add a post"), _("Add the post"))
    return _answer(request, cadre, form, words, sentence, deed, lambda: form.cleaned_data["on"])


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    post = _post(request, public_id, pk)
    form = MoveForm(
        request.POST or None,
        units=units_for(_acting(request)),
        initial={"position": post.position_id, "on": request.access.day},
    )

    def deed() -> object:
        given = form.cleaned_data
        return posting.move(
            post,
            given["unit"],
            given["position"],
            on=given["on"],
            document=given["document"],
            by=request.user,
        )

    def sentence() -> str:
        given = form.cleaned_data
        return _(
            "%(name)s: %(old_position)s, %(old_unit)s → %(position)s, %(unit)s, from %(day)s"
        ) % {
            "name": post.cadre.full_name,
            "old_position": post.position,
            "old_unit": _unit_name(post.unit_id, given["on"]),
            "position": given["position"],
            "unit": _unit_name(given["unit"].pk, given["on"]),
            "day": format_day(given["on"]),
        }

    words = (_("Move to another post"), _("Move the person"))
    return _answer(
        request, post.cadre, form, words, sentence, deed, lambda: form.cleaned_data["on"]
    )


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    post = _post(request, public_id, pk)
    day = request.access.day
    others = post.cadre.posts.filter(Q(valid_to=None) | Q(valid_to__gt=day)).exclude(
        unit=post.unit_id, position=post.position_id
    )
    form = EndForm(
        request.POST or None,
        others=others.select_related("unit", "position"),
        initial={"last_day": max(day, post.valid_from)},
    )

    def deed() -> None:
        given = form.cleaned_data
        posting.end(
            post,
            on=form.on,
            then=given.get("then"),
            document=given["document"],
            by=request.user,
        )

    def sentence() -> str:
        return _("%(name)s: %(position)s, %(unit)s, ends after %(day)s") % {
            "name": post.cadre.full_name,
            "position": post.position,
            "unit": _unit_name(post.unit_id, day),
            "day": format_day(form.cleaned_data["last_day"]),
        }

    words = (_("End a post"), _("End the post"))
    return _answer(request, post.cadre, form, words, sentence, deed, lambda: form.on)


@require_http_methods(["GET", "POST"])
def make_main(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    post = _post(request, public_id, pk)
    day = max(request.access.day, post.valid_from)
    form = MainForm(request.POST or None, initial={"on": day})

    def deed() -> object:
        given = form.cleaned_data
        return posting.make_main(post, on=given["on"], document=given["document"], by=request.user)

    def sentence() -> str:
        return _("%(name)s: %(position)s, %(unit)s, is the main post from %(day)s") % {
            "name": post.cadre.full_name,
            "position": post.position,
            "unit": _unit_name(post.unit_id, day),
            "day": format_day(form.cleaned_data["on"]),
        }

    words = (_("Make it the main post"), _("Make it the main post"))
    return _answer(
        request, post.cadre, form, words, sentence, deed, lambda: form.cleaned_data["on"]
    )
