"""Giving and withdrawing roles; looking on as somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.choosing import UnitChoice, find_unit
from cadres.models import (
    Role,
    Unit,
)
from cadres.searching import get_user
from kit.errors import Refusal
from kit.fields import DayField


class GrantForm(forms.Form):
    """Whom a role is given, which, on which unit."""

    person = forms.CharField(
        label=_("Person"),
        max_length=120,
        help_text=_("Cadre code, phone number or full name."),
        error_messages={"required": _("Say whom the role is for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    unit = forms.ChoiceField(
        label=_("Unit"),
        required=False,
        help_text=_("The role holds for this unit and all below it."),
    )
    valid_to = DayField(label=_("Until (leave empty: until it is withdrawn)"), required=False)

    reason = forms.CharField(
        label=_("Document or reason"),
        max_length=200,
        help_text=_("For example: Quyết định số 15-QĐ/TU ngày 05/9/2026"),
    )

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        choices = [(str(unit.public_id), unit.indented) for unit in units]
        self.fields["unit"].choices = [("", _("Everywhere")), *choices]  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        try:
            return get_user(self.cleaned_data["person"])
        except Refusal as refusal:
            raise ValidationError(str(refusal.message)) from None

    def clean_unit(self) -> Unit | None:
        chosen = find_unit(self.units, self.cleaned_data["unit"])
        return Unit.objects.get(pk=chosen.pk) if chosen else None


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Document or reason"),
        max_length=200,
        help_text=_("Kept in the history of roles and in the journal."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you need to see this person's pages"),
        max_length=300,
        help_text=_("It is written in the journal and told to the person."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you need to see this person's pages.")},
    )
