"""Who is in a target group."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cadres.forms.fields import OnUnit, after, reason_field
from cadres.models import (
    Cadre,
    Position,
)
from cadres.scopes import Access
from cadres.searching import get_cadre
from kit.errors import Refusal
from kit.fields import DayField


class GroupForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the group"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RuleForm(OnUnit):
    """Whom a rule takes in; what is left open fits all."""

    unit_words = _("Any unit")

    position = forms.ModelChoiceField(
        Position.objects.order_by("name"),
        label=_("Position"),
        required=False,
        empty_label=_("Any position"),
    )
    unit = forms.ChoiceField(label=_("In the unit and below"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of cadre"),
        required=False,
        choices=[("", _("All kinds of cadres")), *Cadre.Kind.choices],
    )
    on = DayField(label=_("From"))
    last_day = DayField(label=_("Last day (leave empty: until further notice)"), required=False)
    reason = reason_field(required=False)

    @property
    def until(self) -> date | None:
        return after(self.cleaned_data["last_day"])


class ListingForm(forms.Form):
    """Whom a group takes in or leaves out by name."""

    person = forms.CharField(
        label=_("Person"),
        max_length=120,
        help_text=_("Cadre code, phone number or full name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say who is meant.")},
    )
    is_excluded = forms.TypedChoiceField(
        label=_("What the list says"),
        coerce=lambda value: value == "1",
        choices=[("0", _("is in the group")), ("1", _("is not in the group"))],
        initial="0",
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("From"))
    last_day = DayField(label=_("Last day (leave empty: until further notice)"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access = access

    def clean_person(self) -> Cadre:
        try:
            return get_cadre(self.cleaned_data["person"], self.access)
        except Refusal as refusal:
            raise ValidationError(str(refusal.message)) from None

    @property
    def until(self) -> date | None:
        return after(self.cleaned_data["last_day"])


class EndingForm(forms.Form):
    last_day = DayField(label=_("Last day"))
    reason = reason_field()

    @property
    def on(self) -> date:
        return self.cleaned_data["last_day"] + timedelta(days=1)
