"""What a manager fills in: the filter of a list, a requirement, a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.choosing import UnitChoice, find_unit, tops_of
from cadres.forms.filters import LensForm
from cadres.models import TargetGroup
from cadres.scopes import Access
from courses.models import Course
from courses.tracking import Order, State, Wanted
from kit.dates import parse_day


class LongSelect(forms.Select):
    """A list of choices written at once; a template a choice takes longer than the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", words)
                for key, words in self.choices
            ),
        )
        context = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>\n{}\n</select>", flatatt(context), options)


def _courses(courses: list[Course]) -> list[tuple[str, str]]:
    return [
        (course.code, f"{course.code} · {course.current.title if course.current else ''}")
        for course in courses
    ]


class TrackingFilter(LensForm):
    """The filter of the people page; its fields are the names in the address."""

    unit_word = "don-vi"

    def __init__(
        self,
        query: Any,
        *,
        access: Access,
        courses: list[Course],
        groups: list[TargetGroup],
    ) -> None:
        super().__init__(query, access=access)
        self.courses, self.groups, units = courses, groups, self.units
        everyone = [("", _("All my units"))] if len(tops_of(units)) > 1 else []
        self.fields |= {
            "don-vi": forms.ChoiceField(
                label=_("Unit"),
                required=False,
                widget=LongSelect,
                choices=[*everyone, *self.unit_choices()],
            ),
            "khoa": forms.ChoiceField(
                label=_("Course"),
                required=False,
                choices=[("", _("All required courses")), *_courses(courses)],
            ),
            "trang-thai": forms.ChoiceField(
                label=_("State"),
                required=False,
                choices=[("", _("Every state")), *State.choices],
            ),
            "nhom": forms.ChoiceField(
                label=_("Target group"),
                required=False,
                choices=[("", _("Every group")), *((g.code, g.name) for g in groups)],
            ),
            "tim": forms.CharField(
                label=_("Full name"),
                required=False,
                max_length=60,
                widget=forms.TextInput(
                    attrs={"type": "search", "placeholder": _("With or without accents")}
                ),
            ),
        }
        self.order_fields(["don-vi", "khoa", "trang-thai", "nhom", "tim"])

    def wanted(self) -> Wanted:
        """What is asked for; a word that is no choice asks for nothing in particular."""
        self.is_valid()
        chosen = self.cleaned_data
        unit = self.asked_unit
        order = str(self.data.get("xep", ""))
        return Wanted(
            unit_ids=(unit.pk,) if unit else tuple(tops_of(self.units)),
            on=self.lens.day,
            lens=None if self.lens.is_present else self.lens,
            course_id=_pk_of(self.courses, chosen.get("khoa")),
            group_id=_pk_of(self.groups, chosen.get("nhom")),
            words=chosen.get("tim", ""),
            state=chosen.get("trang-thai", ""),
            order=order.lstrip("-") if order.lstrip("-") in Order.values else Order.NAME,
            descending=order.startswith("-"),
        )


def _pk_of(rows: list[Any], code: str | None) -> int | None:
    return next((row.pk for row in rows if row.code == code), None)


class RequirementForm(forms.Form):
    """Requires a course of a group's people in a unit's subtree by a day."""

    course = forms.ChoiceField(label=gettext_lazy("Course"))
    unit = forms.ChoiceField(
        label=gettext_lazy("Of the people of"), help_text=gettext_lazy("All units below it too.")
    )
    group = forms.ChoiceField(label=gettext_lazy("Who are"), required=False)
    due_on = forms.CharField(
        label=gettext_lazy("To be completed by"),
        help_text=gettext_lazy("Day/month/year, for example 30/9/2026"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        units: list[UnitChoice],
        courses: list[Course],
        groups: list[TargetGroup],
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units, self.courses, self.groups, self.on = units, courses, groups, on
        for name, choices in {
            "course": _courses(courses),
            "unit": [(str(unit.public_id), unit.indented) for unit in units],
            "group": [("", _("everyone")), *((group.code, group.name) for group in groups)],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("due_on", f"{on + timedelta(days=60):%d/%m/%Y}")

    def clean_due_on(self) -> date:
        try:
            day = parse_day(self.cleaned_data["due_on"])
        except ValueError:
            raise forms.ValidationError(
                _("This is not a day. Write day/month/year, for example 30/9/2026.")
            ) from None
        if day < self.on:
            raise forms.ValidationError(_("This day has passed. Please choose a later one."))
        return day

    def clean_course(self) -> int | None:
        return _pk_of(self.courses, self.cleaned_data["course"])

    def clean_group(self) -> int | None:
        return _pk_of(self.groups, self.cleaned_data["group"])

    def clean_unit(self) -> int | None:
        unit = find_unit(self.units, self.cleaned_data["unit"])
        return unit.pk if unit else None


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("The reason is kept with the record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
