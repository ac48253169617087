from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadres.choosing import UnitChoice, find_unit
from cadres.models import Unit
from exchange.models import Ability, Event
from kit.fields import DayField


class UnitField(forms.ChoiceField):
    """A unit and all below it, or everywhere."""

    def __init__(self) -> None:
        super().__init__(label=_("Unit"), required=False, help_text=_("And all units below it."))
        self.units: list[UnitChoice] = []

    def offer(self, units: list[UnitChoice]) -> None:
        self.units = units
        choices = [(str(unit.public_id), unit.indented) for unit in units]
        self.choices = [("", _("Everywhere")), *choices]

    def clean(self, value: Any) -> Unit | None:
        chosen = find_unit(self.units, super().clean(value))
        return Unit.objects.get(pk=chosen.pk) if chosen else None


class KeyForm(forms.Form):
    """A key: for which system, on which unit, what it may do, until when."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=80,
        help_text=_("It stands in the journal beside what the key did."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source = forms.SlugField(
        label=_("System"),
        max_length=40,
        help_text=_(
            "In small letters and digits, for example hrm-noi-vu. Keys of one system know the same"
            " ids of people."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = UnitField()
    abilities = forms.MultipleChoiceField(
        label=_("What the key may do"),
        choices=Ability.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the key may do.")},
    )
    valid_from = DayField(label=_("From (leave empty: from today)"), required=False)
    valid_to = DayField(label=_("Until (leave empty: until it is withdrawn)"), required=False)

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]


class EndpointForm(forms.Form):
    """Who is told, of what, about whom."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    address = forms.URLField(
        label=_("Address that is told"),
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    unit = UnitField()
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        choices=Event.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]
