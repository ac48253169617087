"""Lists of people: the file, and which of its differences are shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cadres.choosing import UnitChoice, find_unit
from cadres.models import (
    RosterDifference,
    RosterRun,
    Unit,
)
from cadres.roster.deciding import UNDECIDED
from kit.fields import DayField
from kit.sheets import MAX_BYTES, XLSX


class FileForm(forms.Form):
    """A spreadsheet somebody has filled in."""

    file = forms.FileField(
        label=_("Sheet (.xlsx or .csv)"),
        help_text=_("At most 20 MB. Nothing is written before you say so."),
        widget=forms.ClearableFileInput(attrs={"accept": f".xlsx,.csv,{XLSX},text/csv"}),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Fill in the template and upload it again."),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is larger than 20 MB. Split it into several files."))
        return file


class RosterForm(FileForm):
    """The list to look through, the day it holds for, and whether it names everyone."""

    day = DayField(
        label=_("Transfers and departures hold from"),
        help_text=_("Where a row gives its own day, that one counts."),
    )
    everyone = forms.ChoiceField(
        label=_("Does the list name everyone?"),
        help_text=_("If it does, people who are not in it are shown as having left."),
        required=False,
    )
    stop_share = forms.IntegerField(
        label=_("Stop when more people leave than (%)"),
        help_text=format_lazy(
            _(
                "A list that takes more away is not written without an administrator's reason:"
                " perhaps it is not complete. At {most}% up to {few} people may leave a small unit"
                " too."
            ),
            most=RosterRun.MOST_LEAVING,
            few=RosterRun.FEW_LEAVING,
        ),
        min_value=0,
        max_value=RosterRun.MOST_LEAVING,
        initial=RosterRun.MOST_LEAVING,
        required=False,
    )

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("List (.xlsx or .csv)")
        self.fields["file"].help_text = _(
            "At most 20 MB and 60,000 people. Nothing is written before you say so."
        )
        self.units = units
        below = [(str(unit.public_id), unit.indented) for unit in units]
        self.fields["everyone"].choices = [  # type: ignore[attr-defined]
            ("", RosterRun.Coverage.PART.label),
            (RosterRun.Coverage.LISTED, RosterRun.Coverage.LISTED.label),
            (RosterRun.Coverage.BELOW.label, below),
        ]

    def clean_stop_share(self) -> int:
        told: int | None = self.cleaned_data["stop_share"]
        return RosterRun.MOST_LEAVING if told is None else told

    def coverage(self) -> dict[str, Any]:
        """Arguments of `begin`: who the list is about."""
        told = self.cleaned_data["everyone"]
        if told in {"", RosterRun.Coverage.LISTED}:
            return {"coverage": told or RosterRun.Coverage.PART}
        chosen = find_unit(self.units, told)
        covers = Unit.objects.get(pk=chosen.pk) if chosen else None
        return {"coverage": RosterRun.Coverage.BELOW, "covers": covers}


class DifferencesFilter(forms.Form):
    """Which of a list's differences are shown; an unknown value narrows nothing."""

    kind = forms.ChoiceField(
        required=False,
        choices=[("", ""), *RosterDifference.Kind.choices],
        widget=forms.HiddenInput,
    )
    q = forms.CharField(
        label=_("Name or cadre code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    decision = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[
            ("", _("All")),
            (UNDECIDED, _("Not decided")),
            *RosterDifference.Decision.choices,
        ],
    )

    def narrowing(self) -> dict[str, str]:
        """The arguments of `find_differences`."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "kind": given.get("kind") or "",
            "decision": given.get("decision") or "",
            "text": given.get("q") or "",
        }
