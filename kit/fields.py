"""Form fields that several floors ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day, written and shown as dd/mm/yyyy."""

    widget = forms.DateInput(
        format="%d/%m/%Y",
        attrs={"placeholder": "dd/mm/yyyy", "inputmode": "numeric", "autocomplete": "off"},
    )
    default_error_messages = {
        "required": _("Write the day."),
        "invalid": _("Write day/month/year, for example 05/9/1980."),
    }
