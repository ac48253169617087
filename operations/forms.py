from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kit.addresses import is_address
from kit.dates import parse_day, start_of
from kit.text import fold
from operations.journalling import DEED_NAMES
from operations.models.journal import JournalQuerySet


class DayField(forms.CharField):
    """A day as it is written: 30/9/2026."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return parse_day(text) if text else None
        except ValueError:
            raise forms.ValidationError(
                _("This is not a day. Write day/month/year, for example 30/9/2026.")
            ) from None


class JournalFilter(forms.Form):
    """The filter of the journal; its fields are the names in the address."""

    def __init__(self, query: Any) -> None:
        super().__init__(query)
        deeds = sorted(DEED_NAMES.items(), key=lambda pair: str(pair[1]))
        self.fields |= {
            "viec": forms.ChoiceField(
                label=_("Deed"), required=False, choices=[("", _("Every deed")), *deeds]
            ),
            "doi-tuong": forms.CharField(label=_("Of what"), required=False, max_length=60),
            "nguoi": forms.CharField(label=_("By whom"), required=False, max_length=60),
            "tu": _day(_("From")),
            "den": _day(_("To")),
            "dia-chi": forms.CharField(label=_("Network address"), required=False, max_length=45),
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def narrow(self, entries: JournalQuerySet) -> JournalQuerySet:
        self.is_valid()
        chosen = self.cleaned_data
        if deed := chosen.get("viec"):
            entries = entries.filter(deed=deed)
        if subject := chosen.get("doi-tuong"):
            entries = entries.filter(subject_folded__contains=fold(subject))
        if actor := chosen.get("nguoi"):
            entries = entries.filter(actor_folded__contains=fold(actor))
        if first := chosen.get("tu"):
            entries = entries.filter(at__gte=start_of(first))
        if last := chosen.get("den"):
            entries = entries.filter(at__lt=start_of(last + timedelta(days=1)))
        if address := chosen.get("dia-chi"):
            entries = entries.filter(address=address) if is_address(address) else entries.none()
        return entries


def _day(label: str) -> DayField:
    return DayField(
        label=label,
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy"}),
    )
