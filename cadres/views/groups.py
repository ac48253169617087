"""Target groups: who is meant, by which rules and lists; changes looked at before they are made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres import grouping
from cadres.attesting import Coverage, coverage_of
from cadres.choosing import names_on, tops_of, units_for
from cadres.defining import define_group
from cadres.forms.groups import EndingForm, GroupForm, ListingForm, RuleForm
from cadres.grouping import Change, Ending, NewListing, NewRule
from cadres.models import Cadre, GroupListing, GroupRule, Post, Role, TargetGroup
from cadres.models.groups import EVER
from cadres.scopes import Access
from cadres.searching import with_posts
from cadres.views.deciding import Decision, decide
from kit.dates import format_day
from kit.errors import Refusal
from kit.http import HttpRequest
from kit.text import slug

ON_A_PAGE = 25
SHOWN = 100


@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            group = define_group(slug(name)[:50], name, by=request.user)
            return redirect("cadres:group", group.code)
        except Refusal as refusal:
            form.add_error("name", str(refusal.message))
    day = request.access.day
    context = {
        "groups": _counted(day),
        "form": form if request.access.has(Role.ADMIN) else None,
        "day": day,
        "coverage": _coverage(request.access),
    }
    return render(request, "cadres/groups.html", context)


def _coverage(access: Access) -> Coverage:
    return coverage_of(tops_of(units_for(access)), access.day, access)


def _counted(day: date) -> Any:
    """The groups with how many people and rules they have on the day; one query."""
    posts = Post.objects.in_group(OuterRef(OuterRef("pk")), day).order_by()
    people = posts.annotate(all=Value(1)).values("all").annotate(n=Count("cadre", distinct=True))
    rules = Count("rules", filter=Q(rules__valid_to=None) | Q(rules__valid_to__gt=day))
    return TargetGroup.objects.annotate(people=Subquery(people.values("n")), rule_count=rules)


@require_safe
def group(request: HttpRequest, code: str) -> HttpResponse:
    found, day = get_object_or_404(TargetGroup, code=code), request.access.day
    ids = Cadre.objects.in_group(found, day).order_by("name_key", "pk").values_list("pk", flat=True)
    page = Paginator(ids, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "group": found,
        "day": day,
        "page": page,
        "people": with_posts(page.object_list, day),
        "rules": _told_rules(found, day),
        "listings": _told_listings(found, day),
        "may_change": request.access.has(Role.ADMIN),
        "coverage": _coverage(request.access),
    }
    return render(request, "cadres/group.html", context)


def _told_rules(found: TargetGroup, day: date) -> list[dict[str, Any]]:
    rules = list(found.rules.select_related("position", "made_by"))
    names = names_on([rule.unit_id for rule in rules if rule.unit_id], day)
    return [
        _lasting(rule, day)
        | {
            "position": rule.position,
            "unit": names.get(rule.unit_id) if rule.unit_id else None,
            "kind": Cadre.Kind(rule.kind).label if rule.kind else "",
        }
        for rule in rules
    ]


def _told_listings(found: TargetGroup, day: date) -> list[dict[str, Any]]:
    listings = list(found.listings.select_related("made_by").order_by("-valid_from", "-pk")[:SHOWN])
    ids = [listing.cadre_id for listing in listings]
    people = Cadre.objects.with_main_post(day).in_bulk(ids)
    return [_lasting(row, day) | {"cadre": people[row.cadre_id]} for row in listings]


def _lasting(entry: GroupRule | GroupListing, day: date) -> dict[str, Any]:
    has_ended = entry.valid_to is not None and entry.valid_to <= day
    return {
        "entry": entry,
        "has_ended": has_ended,
        "is_coming": entry.valid_from > day,
        "since": None if entry.valid_from == EVER else entry.valid_from,
    }


def _decide(
    request: HttpRequest,
    found: TargetGroup,
    form: forms.Form,
    words: tuple[str, str],
    wanted: Any,
    reason: str = "",
) -> HttpResponse:
    """`wanted` makes the change from the filled-in form."""

    def sentence() -> str:
        change: Change = wanted()
        day = format_day(change.on)
        return _("%(title)s in “%(group)s”: shows from %(day)s on") % {
            "title": words[0],
            "group": found.name,
            "day": day,
        }

    decision = Decision(
        form=form,
        title=words[0],
        act=words[1],
        sentence=sentence,
        foresee=lambda: grouping.preview(found, wanted()),
        deed=lambda: grouping.change(
            found, wanted(), by=request.user, reason=form.cleaned_data.get("reason", "")
        ),
        back=reverse("cadres:group", args=[found.code]),
    )
    return decide(request, "cadres/group_change.html", decision, {"group": found, "shown": SHOWN})


@require_http_methods(["GET", "POST"])
def add_rule(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(TargetGroup, code=code)
    form = RuleForm(
        request.POST or None,
        units=units_for(request.access),
        initial={"on": request.access.day},
    )

    def wanted() -> NewRule:
        given = form.cleaned_data
        return NewRule(
            since=given["on"],
            position=given["position"],
            unit=given["unit"],
            kind=given["kind"],
            until=form.until,
            reason=given["reason"],
        )

    return _decide(request, found, form, (_("Add a rule"), _("Add the rule")), wanted)


@require_http_methods(["GET", "POST"])
def list_person(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(TargetGroup, code=code)
    form = ListingForm(
        request.POST or None, access=request.access, initial={"on": request.access.day}
    )

    def wanted() -> NewListing:
        given = form.cleaned_data
        return NewListing(
            cadre=given["person"],
            is_excluded=given["is_excluded"],
            since=given["on"],
            until=form.until,
            reason=given["reason"],
        )

    words = (_("List a person by name"), _("Put the person on the list"))
    return _decide(request, found, form, words, wanted)


@require_http_methods(["GET", "POST"])
def end_rule(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    rule = get_object_or_404(GroupRule.objects.select_related("group"), group__code=code, pk=pk)
    return _end(request, rule, (_("End a rule"), _("End the rule")))


@require_http_methods(["GET", "POST"])
def end_listing(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    entries = GroupListing.objects.select_related("group", "cadre")
    entry = get_object_or_404(entries, group__code=code, pk=pk)
    return _end(request, entry, (_("Take a person off the list"), _("Take off the list")))


def _end(
    request: HttpRequest, entry: GroupRule | GroupListing, words: tuple[str, str]
) -> HttpResponse:
    yesterday = request.access.day - timedelta(days=1)
    form = EndingForm(request.POST or None, initial={"last_day": yesterday})
    return _decide(request, entry.group, form, words, lambda: Ending(entry, on=form.on))
