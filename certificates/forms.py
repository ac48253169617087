from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadres.choosing import UnitChoice, find_unit
from cadres.scopes import Access
from certificates import configuring, finding
from certificates.models import Certificate, Issuer
from certificates.recounting import Wanted
from courses.models import Course
from kit.errors import Refusal
from kit.fields import DayField
from kit.text import clean


class WantedForm(forms.Form):
    """What is looked for in the register."""

    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    year = forms.ChoiceField(label=_("Year"), required=False)
    course = forms.ChoiceField(label=_("Course"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Certificate.State.choices]
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        years = [(str(year), str(year)) for year in finding.years_of(access)]
        self.fields["year"].choices = [*every, *years]  # type: ignore[attr-defined]
        courses = [(code, f"{code} · {title}") for code, title in finding.courses_of(access)]
        self.fields["course"].choices = [*every, *courses]  # type: ignore[attr-defined]

    def wanted(self) -> finding.Wanted:
        """What was understood; a choice that is none is as if it were not made."""
        self.is_valid()
        found = self.cleaned_data
        return finding.Wanted(
            query=clean(found.get("q", "")),
            year=found.get("year", ""),
            course=found.get("course", ""),
            state=found.get("state", ""),
        )


class TrainingFilter(forms.Form):
    """What completed training is narrowed by; an unknown value narrows nothing."""

    q = forms.CharField(
        label=_("Name or cadre code"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    course = forms.ModelChoiceField(
        Course.objects.order_by("code"),
        label=_("Course"),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
    since = DayField(label=_("Completed from"), required=False)
    until = DayField(label=_("Completed until"), required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        choices = [(str(unit.public_id), unit.indented) for unit in units]
        self.fields["unit"].choices = [("", _("All units")), *choices]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        given = self.cleaned_data
        unit = find_unit(self.units, given.get("unit") or "")
        return Wanted(
            text=clean(given.get("q") or ""),
            person=given.get("person"),
            unit_id=unit.pk if unit else None,
            course=given.get("course"),
            since=given.get("since"),
            until=given.get("until"),
        )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the register; the public page does not show it."),
    )
    document = forms.CharField(
        label=_("Decision document"),
        max_length=200,
        help_text=_("Number and date, for example: Quyết định số 15-QĐ/BTGDVTU, 05/9/2026"),
    )


class IssuerForm(forms.ModelForm):
    class Meta:
        model = Issuer
        fields = configuring.SETTINGS
        widgets = {"heading": forms.RadioSelect}
        labels = {
            "heading": _("Kind of heading"),
            "superior": _("Body above"),
            "name": _("Name of the unit"),
            "number_pattern": _("Pattern of the number"),
            "place": _("Place"),
            "signer_authority": _("Authority of the signature"),
            "signer_title": _("Title of the signer"),
            "signer_name": _("Name of the signer"),
        }
        help_texts = {
            "superior": _("First line at the left; may be empty."),
            "name": _("As it is written in a sentence; the page puts it in capitals."),
            "number_pattern": _(
                "{n} stands for the number, for example {n}-GCN/BTGDVTU. "
                "Without the word “Số”: the page adds it."
            ),
            "place": _("Stands before the date, for example: Ninh Bình"),
            "signer_authority": _("For example: T/M Ban Thường trực, or KT. Hiệu trưởng"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heading"].choices = Issuer.Heading.choices  # type: ignore[attr-defined]

    def clean_number_pattern(self) -> str:
        try:
            return configuring.clean_pattern(self.cleaned_data["number_pattern"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal
