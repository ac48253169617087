"""Fields and parts that several forms share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadres.choosing import UnitChoice, find_unit
from cadres.models import (
    Unit,
)


def document_field() -> forms.CharField:
    return forms.CharField(
        label=_("Document it rests on"),
        required=False,
        max_length=200,
        help_text=_("Number and date of the decision, if there is one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def reason_field(*, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        required=required,
        max_length=300,
        help_text=_("The reason is kept with the record."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say why; the reason is kept.")},
    )


class OnUnit(forms.Form):
    """A form that names one of the units one oversees."""

    unit_words: Any = ""

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        choices = [(str(unit.public_id), unit.indented) for unit in units]
        self.fields["unit"].choices = [("", self.unit_words), *choices]  # type: ignore[attr-defined]

    def clean_unit(self) -> Unit | None:
        chosen = find_unit(self.units, self.cleaned_data["unit"])
        return Unit.objects.get(pk=chosen.pk) if chosen else None


def after(last_day: date | None) -> date | None:
    """The first day after the last one: how intervals are stored."""
    return last_day + timedelta(days=1) if last_day else None
